/** The nine states of a cell (student x item); the index is what travels in records. EVT-10. */
export const CELL_STATES = [
  "no-signal",
  "not-started",
  "writing",
  "unsure",
  "right",
  "partial",
  "wrong",
  "blank",
  "withdrawn",
] as const;
export type CellState = (typeof CELL_STATES)[number];

/** How a cell stands to the end of its assignment; absent: all that was written was heard in time. LIVE-31. */
export const CELL_LATES = [
  "arrived", // written in time, heard after the end: it counts
  "written", // more was written after the end: that does not count
  "both",
] as const;
export type CellLate = (typeof CELL_LATES)[number];

/** Ink that comes this long after the end, or later, arrives late, ms: what was begun before it may end and be heard. LIVE-31. */
export const LATE_ARRIVAL_MS = 10_000;

/** How a recogniser came to what it says of writing. ANS-94. */
export interface Insight {
  /** What it was told to expect. */
  readonly alphabet: string;
  /** The best text, also where it is not certain enough to count. */
  readonly guess: string;
  /** 0..1, calibrated: of readings at 0.9, nine in ten are right. */
  readonly confidence: number;
  /** The next best text; empty: there is none. */
  readonly runnerUp: string;
}

/**
 * What was written: an option's id, a sorted list of ids for `choices`, a boolean for `true-false`, the text as it was
 * written for `number` ("-3", ".50", "2 1/3") and `letters`, true for a ticked `help` or `submit`, null for nothing (any
 * more) and always for `open`.
 */
export type AnswerValue = string | readonly string[] | boolean | null;
