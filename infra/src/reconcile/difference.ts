import type { PenId } from "@penlight/proto";

/** What may differ between two stations, and whether that is a loss by itself. REC-3. */
export const DIFFERENCES = {
  "records-missing": "the log lacks records that the gateway numbered",
  "records-shed": "the gateway's outbox gave records up at its limit",
  "records-unreadable": "records in the log cannot be read",
  "records-repeated": "the log has records more than once",
  "dots-unrecorded": "the gateway heard more than its records hold",
  "dots-unheard": "records hold more than the gateway heard",
  "not-dead-lettered": "the processor passed over an unreadable record and kept no dead letter",
  "stroke-missing": "history lacks a stroke of the log",
  "stroke-short": "history has fewer dots of a stroke than the log",
  "stroke-long": "history has more dots of a stroke than the log",
  "stroke-strange": "history has a stroke that is not in the log",
  "stroke-elsewhere": "history has a stroke in the room of its lesson, and this room heard it",
  "stroke-part": "history has a piece of a stroke as a part of the whole",
  "stroke-doubled": "history has a stroke at two places",
  "gap-missing": "history lacks a gap that the log declares",
} as const;
export type DifferenceKind = keyof typeof DIFFERENCES;

export interface Difference {
  readonly kind: DifferenceKind;
  readonly pen: PenId | null;
  /** What it is about: a stroke, records of a life, an offset. */
  readonly id: string;
  /** Dots, records or rows. */
  readonly count: number;
  /** Why this is no loss that nobody knows of; null: unexplained. */
  readonly explained: string | null;
}

/** Differences that are listed; more are only counted. */
const LISTED_MAX = 10_000;

export class Differences {
  readonly listed: Difference[] = [];
  readonly counts = { explained: 0, unexplained: 0 };

  add(difference: Difference): void {
    this.counts[difference.explained === null ? "unexplained" : "explained"]++;
    if (this.listed.length < LISTED_MAX) this.listed.push(difference);
  }
}

/** Dots and strokes at one station. */
export interface Amount {
  dots: number;
  strokes: number;
}
