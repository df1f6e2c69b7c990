import type { CellState } from "@penlight/proto";

export interface CellFacts {
  /** A stroke in one of the item's boxes is open or has not rested long enough. */
  readonly writing: boolean;
  /** What the ink says; null: nothing. */
  readonly judged: "unsure" | "right" | "partial" | "wrong" | "withdrawn" | null;
  /** Decided at closing for cells without an answer; null before. */
  readonly closing: "blank" | "no-signal" | null;
  /** A pen of the student is connected. */
  readonly signal: boolean;
}

/** The one state of a cell; the first line that holds decides. ANS-50. */
export function cellStateOf(facts: CellFacts): CellState {
  if (facts.writing) return "writing";
  if (facts.judged !== null) return facts.judged;
  if (facts.closing !== null) return facts.closing;
  return facts.signal ? "not-started" : "no-signal";
}
