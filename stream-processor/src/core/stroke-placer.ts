import type { AnswerRow, AssignmentId, GapRow, MarkRow, RoomId, StrokeRow, StudentId } from "@penlight/proto";
import type { ProcessorMetrics } from "../metrics.ts";
import type { Lesson } from "./lesson.ts";
import { locate, type Place } from "./locate.ts";
import type { RoomStroke } from "./room-stroke.ts";
import type { RoomStrokes } from "./room-strokes.ts";
import { goneRowOf, isSameOwner, type RowPlace, strokeRowOf } from "./stroke-row.ts";
import type { Hold, Watermark } from "./watermark.ts";

export interface StrokeOut {
  readonly row: StrokeRow;
  /** Released once the row is in history. */
  readonly hold: Hold;
}

export interface GapOut {
  readonly row: GapRow;
  /** Released once the row is in history: nothing but its own record says it again. HIS-4. */
  readonly hold: Hold;
}

/** What a room has for history since it was last drained. */
export interface RoomRows {
  readonly strokes: StrokeOut[];
  readonly answers: AnswerRow[];
  readonly marks: MarkRow[];
  readonly gaps: GapOut[];
  /** More that is released once these rows are in history. */
  readonly holds: Hold[];
}

export interface StrokePlacerOptions {
  readonly room: RoomId;
  readonly strokes: RoomStrokes;
  readonly rows: RoomRows;
  readonly lessons: ReadonlyMap<AssignmentId, Lesson>;
  readonly watermark: Watermark;
  readonly metrics: ProcessorMetrics;
  /** Of the setup that strokes are placed by now. */
  readonly revision: () => number;
}

/** Closed strokes to their cells, and to history. */
export class StrokePlacer {
  readonly #options: StrokePlacerOptions;

  constructor(options: StrokePlacerOptions) {
    this.#options = options;
  }

  /** A stroke was closed, or is longer than it was: to its cell and to history; a part of another one to neither. ANS-5, EVT-22. */
  close(trace: RoomStroke, student: StudentId | null): void {
    trace.isPart = this.#options.strokes.isPart(trace);
    if (trace.isPart) this.#becomesPart(trace, student);
    else {
      this.place(trace, student);
      this.writeRow(trace, student);
    }
  }

  /** Puts a closed stroke into the cell where it belongs, out of the one where it was, and judges both. ANS-10. */
  place(trace: RoomStroke, student: StudentId | null): void {
    const pieces = this.#options.strokes.takePiecesOf(trace);
    // Out of their cell before it is judged: there is never one with the same ink twice.
    const left = pieces.flatMap((piece) => this.#leave(piece) ?? []);
    this.#put(trace, student);
    for (const { lesson, cell } of left) if (cell !== trace.at?.cell) lesson.judged(cell);
    for (const piece of pieces) this.#becomesPart(piece, student);
  }

  #put(trace: RoomStroke, student: StudentId | null): void {
    const { strokes, lessons } = this.#options;
    const { best } = trace.stroke;
    const place = locate(trace);
    const lesson = trace.sheet === null ? undefined : lessons.get(trace.sheet.assignment.id);
    const cell = place === null || student === null ? undefined : lesson?.cellOf(student, place.itemIndex);
    if (trace.at !== null && trace.at.cell !== cell) this.#takeOut(trace);
    const tally = student === null ? undefined : lesson?.tallyOf(student);
    if (tally !== undefined && lesson !== undefined) {
      tally.inkAt(best.firstMs, best.lastMs);
      lesson.touchStudent(tally);
    }
    const isPlaced = place !== null && lesson !== undefined && cell !== undefined;
    strokes.setPlaced(trace, isPlaced);
    trace.at = isPlaced ? { lesson, cell } : null;
    this.#putLate(trace, place);
    if (!isPlaced) return;
    if (cell.strokes.length === 0) cell.tally.inked++;
    const { box, kind, shape, boxId } = place;
    const { stroke } = trace;
    const { firstMs, lastMs, receivedMs } = best;
    cell.put({ stroke, box, kind, shape, boxId, dots: best.count, firstMs, lastMs, receivedMs });
    lesson.judged(cell);
  }

  /** What was written after the end is no answer; the cell says that it is there. ANS-55. */
  #putLate(trace: RoomStroke, place: Place | null): void {
    const { late, student, stroke, lateAt: before } = trace;
    const lesson = late === null ? undefined : this.#options.lessons.get(late.assignment.id);
    const isInk = place !== null && place.kind !== "rest" && place.kind !== "slip";
    const cell = isInk && student !== null ? lesson?.cellOf(student, place.itemIndex) : undefined;
    trace.lateAt = lesson === undefined || cell === undefined ? null : { lesson, cell };
    if (before !== null && before.cell !== cell) {
      before.cell.late.delete(stroke);
      before.lesson.touch(before.cell);
    }
    if (trace.lateAt === null) return;
    trace.lateAt.cell.late.set(stroke, stroke.best.lastMs);
    trace.lateAt.lesson.touch(trace.lateAt.cell);
  }

  #takeOut(trace: RoomStroke): void {
    const at = this.#leave(trace);
    at?.lesson.judged(at.cell);
  }

  /** Takes a stroke out of its cell, which is to be judged then. */
  #leave(trace: RoomStroke): RoomStroke["at"] {
    const { at, stroke } = trace;
    trace.at = null;
    if (at === null) return null;
    at.cell.remove(stroke);
    if (at.cell.strokes.length === 0) at.cell.tally.inked--;
    return at;
  }

  /** History can have been told of it, by us or by a processor whose last write is yet to land: it is gone. HIS-7. */
  #becomesPart(piece: RoomStroke, student: StudentId | null): void {
    const { room, rows, strokes, watermark, revision } = this.#options;
    this.#takeOut(piece);
    this.#putLate(piece, null);
    strokes.setPlaced(piece, true);
    piece.isPart = true;
    const here = { student, ...placeOf(piece), placement: revision() };
    const place = piece.told === null ? here : { ...piece.told, placement: Math.max(revision(), piece.told.placement) };
    for (const each of [place, ...piece.strays]) {
      const row = goneRowOf(strokeRowOf(room, piece.stroke, place), each);
      rows.strokes.push({ row, hold: piece.hold ?? watermark.hold() });
      piece.hold = null;
    }
    piece.told = place;
    piece.strays = [];
  }

  /** The same after a change of the setup, or for what history has; a row only if its place is another now. ANS-12. */
  placeAnew(trace: RoomStroke, student: StudentId | null): void {
    if (trace.isPart) return;
    if (this.#options.strokes.isPart(trace)) {
      this.#becomesPart(trace, student);
      return;
    }
    this.place(trace, student);
    const { told } = trace;
    const { assignment, item, box } = placeOf(trace);
    const isSame =
      trace.home === null &&
      told?.student === student &&
      told.assignment === assignment &&
      told.item === item &&
      told.box === box;
    if (!isSame || trace.strays.length > 0) this.writeRow(trace, student);
  }

  /** The stroke's row waits for history, and holds its records until it is there; with it the word where it is not. HIS-1, HIS-7, ANS-5. */
  writeRow(trace: RoomStroke, student: StudentId | null): void {
    const { room, rows, watermark, revision } = this.#options;
    const { told } = trace;
    if (trace.home !== null) {
      this.#tellGone(trace);
      return;
    }
    // History can have been told by a setup that we have yet to read: then that is its place.
    const place = told !== null && told.placement > revision() ? told : { student, ...placeOf(trace), placement: revision() };
    const row = strokeRowOf(room, trace.stroke, place);
    rows.strokes.push({ row, hold: trace.hold ?? watermark.hold() });
    trace.hold = null;
    trace.told = place;
    const before: RowPlace[] = told === null ? trace.strays : [told, ...trace.strays];
    trace.strays = [];
    for (const each of before) {
      if (!isSameOwner(each, place)) rows.strokes.push({ row: goneRowOf(row, each), hold: watermark.hold() });
    }
  }

  /** Another room has it, and writes its row. What history was told of it here, when it was not known to be a guest's, is gone. ANS-14. */
  #tellGone(trace: RoomStroke): void {
    const { room, rows, watermark, revision } = this.#options;
    const { told, strays } = trace;
    // History can have been told by a setup that we have yet to read: by that it belongs here.
    if (told === null || told.placement > revision()) return;
    const row = strokeRowOf(room, trace.stroke, { ...told, placement: revision() });
    for (const each of [told, ...strays]) rows.strokes.push({ row: goneRowOf(row, each), hold: watermark.hold() });
    trace.told = null;
    trace.strays = [];
  }

  /** Dots that never came are counted once. ANS-2. */
  countHoles(trace: RoomStroke): void {
    const { holes } = trace.stroke.best;
    if (holes > trace.countedHoles) this.#options.metrics.count("dots-missing", holes - trace.countedHoles, "hole");
    trace.countedHoles = Math.max(trace.countedHoles, holes);
  }
}

function placeOf({ at, sheet, stroke }: RoomStroke): Pick<StrokeRow, "assignment" | "item" | "box"> {
  const box = at?.cell.strokes.find((each) => each.stroke === stroke)?.boxId ?? null;
  return { assignment: sheet?.assignment.id ?? null, item: at?.cell.item.id ?? null, box };
}
