import type {
  AnswerRow,
  Assignment,
  AssignmentId,
  Board,
  BoardCell,
  BoardItem,
  BoardStudent,
  DotBatch,
  EventRecord,
  GapRow,
  InkRecord,
  Item,
  ItemId,
  MarkRow,
  PageKey,
  PenId,
  PenLinkState,
  PenState,
  RoomId,
  SetupState,
  Student,
  StudentId,
  Worksheet,
} from "@penlight/proto";
import { isSignal } from "@penlight/proto";
import { boardCellOf, boardItemOf, boardPenOf, publishDirty, type RoomDelta } from "./board-rows.ts";
import { rowStats } from "./class-stats.ts";
import { GapBook } from "./gap-book.ts";
import type { InkBook, InkChunk } from "./ink-book.ts";
import type { InkWindow } from "./ink-parts.ts";
import { type Lesson, Lessons } from "./lesson.ts";
import { MarkBook } from "./mark-book.ts";
import { PenRoll } from "./pen-roll.ts";
import { RoomDelays } from "./room-delays.ts";
import { RoomInk } from "./room-ink.ts";
import { ownerAt, repennedBetween, type Seating, sameGrid, seatingOf } from "./seating.ts";

/**
 * One room, folded from topics `setup`, `ink` and `events`. Pure: bytes decoded, time given. The board that viewers have
 * is the published one, numbered by `seq`; what the records changed since waits in the dirty sets until `takeDelta`.
 */
export class LiveRoom {
  readonly room: RoomId;
  seq = 0;
  dataMs = 0;
  #seating: Seating;
  #cells: BoardCell[] = [];
  #items: BoardItem[] = [];
  #students: BoardStudent[] = [];
  readonly #lessons = new Lessons();
  readonly #pens = new PenRoll();
  readonly #gaps = new GapBook();
  readonly #delays = new RoomDelays();
  readonly #ink = new RoomInk();
  readonly marks = new MarkBook();
  readonly #dirtyCells = new Set<number>();
  readonly #dirtyItems = new Set<number>();
  readonly #dirtyStudents = new Set<number>();
  /** Rows in which only a time changed: told with `takeDelta("all")`, once a second. LIVE-3. */
  readonly #agedStudents = new Set<number>();

  /** @param earlier an assignment that is over, as {@link base} knows it; default: the current one. */
  constructor(room: RoomId, setup: SetupState, nowMs: number, earlier?: Assignment) {
    this.room = room;
    this.#seating = seatingOf(setup, room, nowMs, earlier);
    this.takeMarks(setup);
    this.#publishAll();
  }

  get assignment(): AssignmentId | null {
    return this.#seating.assignment?.id ?? null;
  }

  get worksheet(): Worksheet | null {
    return this.#seating.worksheet;
  }

  /** True: the grid is another one, and viewers need a snapshot instead of the next delta. LIVE-1. */
  configure(setup: SetupState, nowMs: number): boolean {
    const before = this.#seating;
    this.#seating = seatingOf(setup, this.room, Math.max(nowMs, this.dataMs));
    this.takeMarks(setup);
    const isMoved = this.#ink.move(repennedBetween(before, this.#seating), this.#ownerAt);
    if (sameGrid(before, this.#seating) && !isMoved) {
      for (const [row, { id }] of this.#seating.students.entries()) {
        if (String(before.pensOf.get(id)) !== String(this.#seating.pensOf.get(id))) this.#touchStudent(row);
      }
      return false;
    }
    this.seq++;
    this.#publishAll();
    return true;
  }

  /** Takes over what teachers said of cells of this board. LIVE-30. */
  takeMarks(setup: SetupState): void {
    const cells = this.marks.take(setup, this.assignment);
    for (const { student, item } of cells) this.#touchCells(this.#seating.rowOf.get(student), [item]);
  }

  /** False: a former owner of the room's partition says it. EVT-9. */
  foldEvent(event: EventRecord): boolean {
    if (!this.#lessons.listensTo(event)) return false;
    this.dataMs = Math.max(this.dataMs, event.atMs);
    if (event.body.kind === "history") return this.#delays.noteHistory(event, event.body.delay);
    const { rowOf, columnOf } = this.#seating;
    const row = event.body.kind === "student" ? rowOf.get(event.body.stats.student) : undefined;
    const linkBefore = row === undefined ? undefined : this.#linkOf(row);
    const touched = this.#lessons.open(event.assignment, this.assignment).apply(event);
    if (touched === null || event.assignment !== this.assignment) return true;
    if (touched.kind === "items") for (const item of touched.items) addKnown(this.#dirtyItems, columnOf.get(item));
    else if (touched.kind === "cells") this.#touchCells(rowOf.get(touched.student), touched.items);
    else if (row !== undefined && this.#linkOf(row) === linkBefore) this.#dirtyStudents.add(row);
    else if (row !== undefined) this.#touchStudent(row);
    return true;
  }

  /** Returns whose page got new dots, or null. */
  foldInk(record: InkRecord): { readonly student: StudentId; readonly page: PageKey } | null {
    this.dataMs = Math.max(this.dataMs, record.receivedMs);
    switch (record.body.kind) {
      case "dots":
        return this.#foldDots(record.body.batch);
      case "tick":
        this.#delays.noteTick(record.body, record.receivedMs, record.origin);
        for (const state of record.body.pens) this.#foldPen(state);
        return null;
      case "pen-state":
        this.#foldPen(record.body.state);
        return null;
      case "gap":
        if (this.#gaps.fold(this.room, record.body, record.receivedMs)) this.#touchGap(record.body.pen);
        return null;
    }
  }

  /** What history knows of an assignment, under the events. LIVE-8. */
  base(assignment: AssignmentId, answers: readonly AnswerRow[], marks: readonly MarkRow[], gaps: readonly GapRow[]): void {
    for (const gap of gaps) this.#gaps.push(gap);
    this.#lessons.open(assignment, this.assignment).base(answers, marks);
    if (assignment === this.assignment) for (let row = 0; row < this.#students.length; row++) this.#touchStudent(row);
  }

  /** "now": without rows in which nothing but a time changed. Null: nothing to tell. */
  takeDelta(scope: "now" | "all"): RoomDelta | null {
    if (scope === "all") for (const row of this.#agedStudents) this.#dirtyStudents.add(row);
    const delays = this.#delays.take(scope, this.dataMs, this.#lessons.generation);
    const cells = publishDirty(this.#dirtyCells, this.#cells, (index) => this.#cellAt(index));
    const items = publishDirty(this.#dirtyItems, this.#items, (column) => this.#itemAt(column));
    const students = publishDirty(this.#dirtyStudents, this.#students, (row) => this.#studentAt(row));
    if (scope === "all") this.#agedStudents.clear();
    if (cells.length + items.length + students.length === 0 && delays === null) return null;
    this.seq++;
    return { seq: this.seq, dataMs: this.dataMs, cells, items, students, delays };
  }

  /** The board with number `seq`: every student x item has a cell. LIVE-2. */
  board(): Board {
    const { roomName, assignment } = this.#seating;
    const { room, seq, dataMs } = this;
    const lists = { students: [...this.#students], items: [...this.#items], cells: [...this.#cells] };
    return { room, roomName, assignment, seq, dataMs, ...lists, delays: this.#delays.told };
  }

  hasStudent(student: StudentId): boolean {
    return this.#seating.rowOf.has(student);
  }

  get studentCount(): number {
    return this.#seating.students.length;
  }

  /** Null: not a page of the current worksheet. */
  windowOf(page: PageKey): InkWindow | null {
    return this.#seating.pages.get(page) ?? null;
  }

  inkChunk(student: StudentId, page: PageKey, from: number): InkChunk | null {
    const window = this.windowOf(page);
    return window === null ? null : (this.bookOf(student)?.chunk(page, from, window) ?? null);
  }

  /** What setup says of the room. */
  get seating(): Seating {
    return this.#seating;
  }

  readonly #ownerAt = (pen: PenId, atMs: number) => ownerAt(this.#seating, pen, atMs);

  bookOf(student: StudentId): InkBook | null {
    return this.#ink.bookOf(student);
  }

  #foldDots(batch: DotBatch): { readonly student: StudentId; readonly page: PageKey } | null {
    const { rowOf, assignment } = this.#seating;
    const student = this.#ownerAt(batch.pen, batch.downMs + batch.clockOffsetMs);
    const page = this.#ink.push(batch, student);
    if (student === undefined) return null;
    const row = rowOf.get(student);
    const isLater = row !== undefined && assignment !== null && this.#ink.noteTime(student, batch, assignment, this.dataMs);
    if (isLater) this.#agedStudents.add(row);
    return page === null ? null : { student, page };
  }

  #foldPen(state: PenState): void {
    const student = this.#seating.studentOf.get(state.pen);
    const change = this.#pens.push(state);
    const row = student === undefined ? undefined : this.#seating.rowOf.get(student);
    if (row === undefined || change === "nothing") return;
    if (change === "link") this.#touchStudent(row);
    else if (change === "look") this.#dirtyStudents.add(row);
    else this.#agedStudents.add(row);
  }

  #touchGap(pen: PenId): void {
    const student = this.#seating.studentOf.get(pen);
    if (student !== undefined) addKnown(this.#dirtyStudents, this.#seating.rowOf.get(student));
  }

  /** A student's pen or base changed: the row, and the cells and columns that no event has decided yet. */
  #touchStudent(row: number): void {
    this.#dirtyStudents.add(row);
    for (let column = 0; column < this.#items.length; column++) this.#touchCell(row, column);
  }

  #touchCells(row: number | undefined, items: readonly ItemId[]): void {
    if (row === undefined) return;
    this.#dirtyStudents.add(row);
    for (const item of items) this.#touchCell(row, this.#seating.columnOf.get(item));
  }

  #touchCell(row: number, column: number | undefined): void {
    if (column === undefined) return;
    this.#dirtyCells.add(row * this.#items.length + column);
    const item = this.#seating.items[column] as Item;
    if (!this.lesson()?.itemStatsOf(item.id)) this.#dirtyItems.add(column);
  }

  #linkOf(row: number): PenLinkState | null {
    return this.#penOf((this.#seating.students[row] as Student).id)?.link ?? null;
  }

  #publishAll(): void {
    const { students, items } = this.#seating;
    for (const set of [this.#dirtyCells, this.#dirtyItems, this.#dirtyStudents, this.#agedStudents]) set.clear();
    this.#ink.forgetTimes();
    // Cells first: rows and columns without an event of their own are counted from them.
    this.#items = items.map((item) => ({ item: item.id }) as BoardItem);
    this.#cells = students.flatMap((_, row) => items.map((_, column) => this.#cellAt(row * items.length + column)));
    this.#items = items.map((_, column) => this.#itemAt(column));
    this.#students = students.map((_, row) => this.#studentAt(row));
  }

  /** What was told of the assignment that is shown; null: nothing yet. */
  lesson(): Lesson | null {
    const { assignment } = this;
    return assignment === null ? null : this.#lessons.get(assignment);
  }

  #cellAt(index: number): BoardCell {
    const { students, items } = this.#seating;
    const { id: student } = students[Math.floor(index / items.length)] as Student;
    const { id: item } = items[index % items.length] as Item;
    const cell = this.lesson()?.cellOf(student, item);
    if (cell) return this.marks.cellOf({ student, ...boardCellOf(cell, this.#seating.assignment?.closesMs ?? null) });
    const state = this.#penOf(student)?.link === "connected" ? "not-started" : "no-signal";
    return this.marks.cellOf({ student, item, state, answer: null, points: null });
  }

  #itemAt(column: number): BoardItem {
    const item = this.#seating.items[column] as Item;
    const width = this.#seating.items.length;
    const stats = this.lesson()?.itemStatsOf(item.id) ?? null;
    return boardItemOf(item, stats, () => this.#cells.filter((_, index) => index % width === column));
  }

  #studentAt(row: number): BoardStudent {
    const { id: student, name, seat } = this.#seating.students[row] as Student;
    const stats = this.lesson()?.studentStatsOf(student);
    const width = this.#seating.items.length;
    const own = this.#cells.slice(row * width, (row + 1) * width);
    const { done, right, points } = stats ?? rowStats(own.filter((_, i) => !isSignal(this.#seating.items[i] as Item)));
    const pens = this.#seating.pensOf.get(student) ?? [];
    const pen = boardPenOf(this.#penOf(student), pens[0]);
    const everHad = this.#seating.pensEver.get(student) ?? [];
    const gaps = this.#gaps.of(everHad, this.#seating.assignment, (each, atMs) => this.#ownerAt(each, atMs) === student);
    const lastInkMs = Math.max(stats?.lastInkMs ?? 0, this.#ink.lastMs(student));
    return { student, name, seat, pen, done, right, points, lastInkMs, idle: stats?.idle ?? false, gaps };
  }

  #penOf(student: StudentId): PenState | null {
    const told = this.lesson()?.studentStatsOf(student)?.pen ?? null;
    return this.#pens.latest(this.#seating.pensOf.get(student) ?? [], told);
  }
}

function addKnown(set: Set<number>, index: number | undefined): void {
  if (index !== undefined) set.add(index);
}
