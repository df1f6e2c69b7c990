import type { AnswerValue, ItemId, StudentId } from "@penlight/proto";

/** A line of `truth.jsonl`: what a pupil meant, from the moment the ink of it was complete. Only the simulator knows it. */
export interface Truth {
  readonly student: StudentId;
  readonly item: ItemId;
  /** In the form of the board's cells: an option's id, a sorted list of ids for `choices`, a boolean, null for blank or withdrawn. */
  readonly answer: AnswerValue;
  /** Gateway clock, ms since 1970: the ink was complete and on its way. */
  readonly atMs: number;
  /** The last intention of this student for this item. */
  readonly final: boolean;
}

/** One line, without the line break. */
export function truthLine(student: StudentId, atMs: number, intention: Pick<Truth, "item" | "answer" | "final">): string {
  const { item, answer, final } = intention;
  return JSON.stringify({ student, item, answer, atMs, final } satisfies Truth);
}

/**
 * Two lines with the same key say the same thing, and the first one stands: a lesson that is taken up again tells its last
 * intentions once more, at a later time. (No pupil means the same thing twice about one item, see lesson.ts.)
 */
export function truthKeyOf(line: string): string {
  const truth = parseTruth(line);
  return truth === null ? line : `${truth.student}/${truth.item}/${JSON.stringify(truth.answer)}/${truth.final}`;
}

/** The last word of each student on each item, key `student/item`. Lines that are torn or foreign are left out. */
export function finalTruth(lines: Iterable<string>): Map<string, Truth> {
  const finals = new Map<string, Truth>();
  for (const line of lines) {
    const truth = parseTruth(line);
    if (truth?.final === true) finals.set(`${truth.student}/${truth.item}`, truth);
  }
  return finals;
}

export function parseTruth(line: string): Truth | null {
  try {
    const value = JSON.parse(line) as Truth;
    return typeof value.student === "string" && typeof value.item === "string" && typeof value.final === "boolean"
      ? value
      : null;
  } catch {
    return null;
  }
}
