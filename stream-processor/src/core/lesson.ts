import {
  type AnswerRow,
  type AssignmentId,
  addTo,
  boxIdsOf,
  type Cell,
  type EventBody,
  isSignal,
  type MarkRow,
  type PenState,
  type RoomId,
  type StudentId,
} from "@penlight/proto";
import { CellRecord } from "./cell-record.ts";
import { cellStateOf } from "./cell-state.ts";
import { type CountedCell, ItemTally } from "./item-stats.ts";
import { isMarkTold, tellMark } from "./mark-row.ts";
import type { Sheet } from "./room-setup.ts";
import { idleAfterMs } from "./statistics/idle-after.ts";
import { StudentTally } from "./student-tally.ts";
import type { PlacedBox } from "./worksheet-map.ts";

/** What a lesson must know of a student's pen. */
export interface StudentSignal {
  readonly connected: boolean;
  readonly pen: PenState | null;
}
/** Of the pens that are the student's now; with `ofMs`, host time: that were then, by what had been said by then. */
export type SignalOf = (student: StudentId, ofMs?: number) => StudentSignal;

/** Rows for history, collected until the room is drained. */
export interface LessonRows {
  readonly answers: AnswerRow[];
  readonly marks: MarkRow[];
}

/** One assignment in one room: its cells, and the statistics over them. Nothing here knows of pens, records or time but by argument. */
export class Lesson {
  sheet: Sheet;
  readonly #room: RoomId;
  readonly #rows: LessonRows;
  readonly #signalOf: SignalOf;
  readonly #cells = new Map<StudentId, readonly CellRecord[]>();
  readonly #students = new Map<StudentId, StudentTally>();
  readonly #items: readonly ItemTally[];
  /** Items that count: without raised hands and the like. */
  readonly #questions: number;
  readonly #dirtyCells = new Set<CellRecord>();
  readonly #dirtyItems = new Set<number>();
  readonly #dirtyStudents = new Set<StudentTally>();
  /** Blanks are decided. ANS-52. */
  closed = false;

  constructor(room: RoomId, sheet: Sheet, rows: LessonRows, signalOf: SignalOf) {
    this.#room = room;
    this.sheet = sheet;
    this.#rows = rows;
    this.#signalOf = signalOf;
    const { worksheet, pages } = sheet.index;
    const boxes = new Map<string, PlacedBox>();
    for (const page of pages.values()) for (const box of page.boxes) boxes.set(box.id, box);
    this.#items = worksheet.items.map((item) => new ItemTally(item));
    this.#questions = worksheet.items.filter((item) => !isSignal(item)).length;
    for (const { id } of sheet.students) {
      const tally = new StudentTally(id);
      this.#students.set(id, tally);
      const cells = worksheet.items.map((item, index) => {
        const own = boxIdsOf(item).flatMap((box) => boxes.get(box) ?? []);
        return new CellRecord(tally, index, item, own);
      });
      this.#cells.set(id, cells);
      for (const cell of cells) {
        this.#items[cell.itemIndex]?.add(cell.counted);
        if (!isSignal(cell.item)) tally.add(cell.counted);
        this.#dirtyCells.add(cell);
      }
      this.#dirtyStudents.add(tally);
    }
    worksheet.items.forEach((_, index) => {
      this.#dirtyItems.add(index);
    });
  }

  get id(): AssignmentId {
    return this.sheet.assignment.id;
  }

  get cells(): Iterable<readonly CellRecord[]> {
    return this.#cells.values();
  }

  cellOf(student: StudentId, itemIndex: number): CellRecord | undefined {
    return this.#cells.get(student)?.[itemIndex];
  }

  tallyOf(student: StudentId): StudentTally | undefined {
    return this.#students.get(student);
  }

  /** The answer of a cell, or its key, may have changed: what is new goes to history, the state to the board at the next {@link flush}. */
  judged(cell: CellRecord): void {
    this.#dirtyCells.add(cell);
    if (this.closed && cell.judged !== null) cell.closing = "blank";
    const isDecided = cell.judged === null && cell.closing !== null;
    this.#writeRows(cell, isDecided ? (this.sheet.assignment.closesMs ?? 0) : cell.inkMs);
  }

  touch(cell: CellRecord): void {
    this.#dirtyCells.add(cell);
  }

  touchStudent(tally: StudentTally): void {
    this.#dirtyStudents.add(tally);
  }

  /** A pen came or went. */
  signalChanged(student: StudentId): void {
    const tally = this.#students.get(student);
    if (tally === undefined) return;
    this.#dirtyStudents.add(tally);
    for (const cell of this.#cells.get(student) ?? []) if (cell.judged === null) this.#dirtyCells.add(cell);
  }

  /** The assignment is over: cells without an answer become blank where a pen could have written, else stay no-signal. ANS-52. */
  close(): void {
    this.closed = true;
    const { closesMs } = this.sheet.assignment;
    for (const [student, cells] of this.#cells) {
      // Pens that were given out later do not count: who has read more of setup decides the same.
      const { connected } = this.#signalOf(student, closesMs ?? undefined);
      for (const cell of cells) {
        if (cell.closing !== null) continue;
        // Where there is ink the pen was heard, whatever becomes of the ink.
        cell.closing = cell.judged !== null || connected ? "blank" : "no-signal";
        this.#dirtyCells.add(cell);
        if (cell.judged !== null) continue;
        // All its ink went elsewhere, and history was told that it is empty: the decision is one more version. EVT-12.
        if (cell.answerStateOut === "not-started") cell.versionBase += Math.max(0, cell.answerVersionOut + 1 - cell.version);
        this.judged(cell);
      }
    }
  }

  /** Who has not written for longer than the class's habit. STAT-4. */
  updateIdle(roomMs: number): void {
    const { opensMs, closesMs } = this.sheet.assignment;
    const gaps: number[] = [];
    for (const tally of this.#students.values()) if (tally.gapMs !== null) gaps.push(tally.gapMs);
    const limitMs = idleAfterMs(gaps);
    const open = roomMs >= opensMs && (closesMs === null || roomMs < closesMs);
    for (const [student, tally] of this.#students) {
      const workLeft = tally.done < this.#questions;
      const silentMs = roomMs - Math.max(tally.lastInkMs, opensMs);
      const idle = open && workLeft && silentMs > limitMs && this.#signalOf(student).connected;
      if (idle === tally.idle) continue;
      tally.idle = idle;
      this.#dirtyStudents.add(tally);
    }
  }

  /** Everything is published at the next {@link flush}, changed or not. */
  publishAll(): void {
    for (const [student, cells] of this.#cells) {
      for (const cell of cells) {
        cell.published = null;
        this.#dirtyCells.add(cell);
      }
      const tally = this.#students.get(student);
      if (tally !== undefined) this.#dirtyStudents.add(tally);
    }
    this.#items.forEach((_, index) => {
      this.#dirtyItems.add(index);
    });
  }

  /**
   * What changed since the last call. While the pens' states are not known yet (a processor that has just begun) only
   * cells with ink are told, since the others could be no-signal. ANS-53.
   */
  flush(pensKnown: boolean): EventBody[] {
    const changed = new Map<StudentId, Cell[]>();
    for (const cell of this.#dirtyCells) {
      const counted = this.#countedOf(cell);
      if (!pensKnown && (counted.state === "not-started" || counted.state === "no-signal")) continue;
      this.#dirtyCells.delete(cell);
      this.#recount(cell, counted);
      const next = publicCell(cell);
      if (sameCell(cell.published, next)) continue;
      cell.published = next;
      addTo(changed, cell.tally.student, next);
    }
    const bodies: EventBody[] = [];
    for (const [student, cells] of changed) bodies.push({ kind: "cells", student, cells });
    if (!pensKnown) return bodies;
    const items = [...this.#dirtyItems].sort((a, b) => a - b).flatMap((index) => this.#items[index]?.stats ?? []);
    if (items.length > 0) bodies.push({ kind: "item-stats", items });
    for (const tally of this.#dirtyStudents) {
      bodies.push({ kind: "student", stats: tally.statsWith(this.#signalOf(tally.student).pen) });
    }
    this.#dirtyItems.clear();
    this.#dirtyStudents.clear();
    return bodies;
  }

  #countedOf(cell: CellRecord): CountedCell {
    const state = cellStateOf({
      writing: cell.writers > 0,
      judged: cell.shown,
      closing: cell.closing,
      signal: this.#signalOf(cell.tally.student).connected,
    });
    if (state !== cell.shown) return { state, answer: null, milliPoints: state === "blank" ? 0 : null };
    if (state === "withdrawn") return { state, answer: null, milliPoints: 0 };
    const { answer, milliPoints } = cell.decided ?? { answer: cell.answer, milliPoints: cell.score?.milliPoints ?? null };
    return { state, answer, milliPoints };
  }

  #recount(cell: CellRecord, next: CountedCell): void {
    const before = cell.counted;
    cell.counted = next;
    if (before.state === next.state && before.milliPoints === next.milliPoints && sameAnswer(before.answer, next.answer))
      return;
    const item = this.#items[cell.itemIndex];
    item?.remove(before);
    item?.add(next);
    if (!isSignal(cell.item)) {
      cell.tally.remove(before);
      cell.tally.add(next);
    }
    this.#dirtyItems.add(cell.itemIndex);
    this.#dirtyStudents.add(cell.tally);
  }

  /** Each version once, as a new row; a cell that never had an answer has none. HIS-2, HIS-3. */
  #writeRows(cell: CellRecord, atMs: number): void {
    const state = cell.judged ?? cell.closing ?? "not-started";
    const hasInk = state !== "not-started" || cell.answerVersionOut >= 0;
    // A teacher's mark of a cell without ink has no answer to stand on.
    if (!hasInk && cell.decision === 0) return;
    const { version } = cell;
    const room = this.#room;
    const assignment = this.id;
    const { student } = cell.tally;
    const item = cell.item.id;
    if (hasInk && version > cell.answerVersionOut) {
      cell.answerVersionOut = version;
      cell.answerStateOut = state;
      const strokes = cell.strokesNamed;
      cell.answerStrokesOut = strokes;
      const { answer } = cell;
      this.#rows.answers.push({
        room,
        assignment,
        student,
        item,
        version,
        state,
        answer,
        atMs,
        strokes,
        recognizer: cell.recognizer,
        ...(cell.receivedMs > 0 && { receivedMs: cell.receivedMs }),
        ...(cell.insight !== null && { insight: cell.insight }),
      });
    }
    const { worksheetVersion } = this.sheet.assignment;
    if (isMarkTold(cell, state, worksheetVersion) || (state === "no-signal" && cell.decision === 0)) return;
    this.#rows.marks.push(tellMark(cell, state, atMs, { room, assignment, worksheetVersion }));
  }
}

function publicCell(cell: CellRecord): Cell {
  const { state, answer } = cell.counted;
  const { version, inkMs, receivedMs, lateInkMs } = cell;
  return { item: cell.item.id, state, answer, points: cell.pointsOf(cell.counted), version, inkMs, receivedMs, lateInkMs };
}

/** While somebody writes, versions come and go unseen. */
function sameCell(a: Cell | null, b: Cell): boolean {
  if (a === null || a.state !== b.state || a.points !== b.points || !sameAnswer(a.answer, b.answer)) return false;
  if (a.lateInkMs !== b.lateInkMs) return false;
  return b.state === "writing" || (a.version === b.version && a.inkMs === b.inkMs && a.receivedMs === b.receivedMs);
}

function sameAnswer(a: Cell["answer"], b: Cell["answer"]): boolean {
  if (a === b) return true;
  return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((each, i) => each === b[i]);
}
