import { CELL_STATES } from "../cell.ts";
import { type AssignmentId, type ItemId, type PageAddress, pageKeyOf, type RoomId, type StudentId } from "../ids.ts";
import type { AnswerRow, GapRow, History, HistoryBatch, MarkRow, StrokeRow } from "./history.ts";

/**
 * The reference of the history: everything in memory, nothing asynchronous behind the promises. Rows are kept by
 * identity (HIS-6), so it also says what "the newest" means for every other adapter (HIS-7, HIS-8).
 */
export class MemoryHistory implements History {
  /** By assignment and student ("" for none) and stroke id. */
  readonly #strokes = new Map<string, StrokeRow>();
  readonly #answers = new Map<string, AnswerRow>();
  readonly #marks = new Map<string, MarkRow>();
  readonly #gaps = new Map<string, GapRow>();

  async write(batch: HistoryBatch): Promise<void> {
    for (const row of batch.strokes)
      keep(this.#strokes, keyOf(row.assignment ?? "", row.student ?? "", row.stroke), row, compareCopies);
    for (const row of batch.answers) keep(this.#answers, keyOf(row.assignment, row.student, row.item), row, compareAnswers);
    for (const row of batch.marks) keep(this.#marks, keyOf(row.assignment, row.student, row.item), row, compareMarks);
    for (const row of batch.gaps) if (!this.#gaps.has(row.cause)) this.#gaps.set(row.cause, row);
  }

  async strokesOfAssignment(assignment: AssignmentId): Promise<StrokeRow[]> {
    return this.strokes().filter((row) => row.assignment === assignment);
  }

  async strokesOfPage(assignment: AssignmentId, student: StudentId, page: PageAddress): Promise<StrokeRow[]> {
    const key = pageKeyOf(page);
    return this.strokes().filter(
      (row) => row.assignment === assignment && row.student === student && row.page !== null && pageKeyOf(row.page) === key,
    );
  }

  async strokesWithoutAssignment(room: RoomId, sinceMs: number): Promise<StrokeRow[]> {
    return this.strokes().filter((row) => row.assignment === null && row.room === room && downHostMs(row) >= sinceMs);
  }

  async answersOfAssignment(assignment: AssignmentId): Promise<AnswerRow[]> {
    return [...this.#answers.values()].filter((row) => row.assignment === assignment).sort(compareCells);
  }

  async marksOfAssignment(assignment: AssignmentId): Promise<MarkRow[]> {
    return [...this.#marks.values()].filter((row) => row.assignment === assignment).sort(compareCells);
  }

  async gapsOfRoom(room: RoomId, sinceMs: number): Promise<GapRow[]> {
    return this.gaps().filter((row) => row.room === room && row.atMs >= sinceMs);
  }

  /** Every stroke, that of nobody and of no assignment too, in the order of HIS-7. */
  strokes(): StrokeRow[] {
    return [...this.#strokes.values()].filter((row) => !row.gone).sort(compareStrokes);
  }

  /** Every gap, by time. */
  gaps(): GapRow[] {
    return [...this.#gaps.values()].sort(compareGaps);
  }

  async close(): Promise<void> {}
}

function keep<Row>(rows: Map<string, Row>, key: string, row: Row, compare: (a: Row, b: Row) => number): void {
  const known = rows.get(key);
  if (known === undefined || compare(row, known) > 0) rows.set(key, row);
}

/** Unambiguous for any ids. */
function keyOf(...parts: readonly string[]): string {
  return JSON.stringify(parts);
}

/** Host time of a stroke's pen-down, ms: what strokes are ordered and chosen by. HIS-7, HIS-13. */
export function downHostMs(row: Pick<StrokeRow, "downMs" | "clockOffsetMs">): number {
  return row.downMs + row.clockOffsetMs;
}

/** The order that readers get strokes in: host time of pen-down, then id. HIS-7. */
export function compareStrokes(a: StrokeRow, b: StrokeRow): number {
  return downHostMs(a) - downHostMs(b) || compareText(a.stroke, b.stroke);
}

/** The order that readers get answers and marks in: student, then item. HIS-8. */
export function compareCells(
  a: { readonly student: StudentId; readonly item: ItemId },
  b: { readonly student: StudentId; readonly item: ItemId },
): number {
  return compareText(a.student, b.student) || compareText(a.item, b.item);
}

/** The order that readers get gaps in. HIS-4. */
export function compareGaps(a: GapRow, b: GapRow): number {
  return a.atMs - b.atMs || compareText(a.cause, b.cause);
}

/**
 * Positive: `a` is the row that counts. The later placement first, then more dots; of two copies with equally many the one
 * that is gone, whose ends were seen, that lost less, that came live; the rest only makes the choice the same everywhere. HIS-7.
 */
function compareCopies(a: StrokeRow, b: StrokeRow): number {
  return (
    a.placement - b.placement ||
    a.version - b.version ||
    Number(a.gone) - Number(b.gone) ||
    Number(b.syntheticEnd) - Number(a.syntheticEnd) ||
    Number(b.syntheticStart) - Number(a.syntheticStart) ||
    b.lostDots - a.lostDots ||
    compareText(b.source, a.source) ||
    a.clockOffsetMs - b.clockOffsetMs ||
    compareText(a.item ?? "", b.item ?? "") ||
    compareText(a.box ?? "", b.box ?? "") ||
    (b.receivedMs ?? 0) - (a.receivedMs ?? 0)
  );
}

/** Positive: `a` is the later version of the answer. HIS-8. */
function compareAnswers(a: AnswerRow, b: AnswerRow): number {
  return (
    a.version - b.version ||
    a.atMs - b.atMs ||
    compareText(a.recognizer, b.recognizer) ||
    CELL_STATES.indexOf(a.state) - CELL_STATES.indexOf(b.state) ||
    compareText(JSON.stringify(a.answer), JSON.stringify(b.answer)) ||
    (b.receivedMs ?? 0) - (a.receivedMs ?? 0)
  );
}

/**
 * Positive: `a` is the later mark: under the later word of a teacher, of the later answer, by the later key, a teacher's before
 * the machine's, the younger. HIS-8.
 */
function compareMarks(a: MarkRow, b: MarkRow): number {
  return (
    a.decision - b.decision ||
    a.answerVersion - b.answerVersion ||
    a.worksheetVersion - b.worksheetVersion ||
    Number(a.by !== "machine") - Number(b.by !== "machine") ||
    a.atMs - b.atMs ||
    compareText(a.by, b.by) ||
    a.points - b.points
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
