import type { Offset } from "@penlight/proto";

/**
 * What the processor counts. No dot vanishes without one of these, with its reason.
 * - `dead-letters` (reason undecodable | damaged-dots): records that could not be read; they are kept whole.
 * - `dots` (reason live | memory): dots that were taken.
 * - `dots-known` (reason duplicate): dots that were there already.
 * - `dots-missing` (reason hole): dots that the gateway numbered and that never came.
 * - `strokes-closed` (reason reckoned): strokes whose end was not heard. ANS-4.
 * - `strokes-forgotten` (reason unplaced): strokes that history has, but that a later setup can no longer place. ANS-12.
 * - `guest-records` (reason passed-on): records of other rooms' pupils that were appended under the key of their room. ANS-14.
 * - `history-retries`, `history-refused`, `publish-retries` (reason: code of the error).
 */
export type ProcessorCounter =
  | "dead-letters"
  | "dots"
  | "dots-known"
  | "dots-missing"
  | "strokes-closed"
  | "strokes-forgotten"
  | "guest-records"
  | "history-retries"
  | "history-refused"
  | "publish-retries";

/** `history-age-ms`: of the oldest row that waits for history; 0: none waits. */
export type ProcessorGauge = "open-strokes" | "unplaced-strokes" | "history-waiting-rows" | "history-age-ms";

/** How far a partition has come. Times are those of records. */
export interface ProcessorPosition {
  /** The offset that is read next. */
  readonly next: Offset;
  /** The record that was read last; 0: none yet. */
  readonly readMs: number;
  /** The oldest record that is still needed; null: none is. */
  readonly neededMs: number | null;
}

/** `receive-to-publish`: gateway's receive time to the append of what it caused; the others: time in the stage itself. */
export type ProcessorStage = "judge" | "publish" | "history" | "receive-to-publish";

export interface ProcessorMetrics {
  count(name: ProcessorCounter, by: number, reason: string): void;
  gauge(name: ProcessorGauge, partition: number, value: number): void;
  observe(stage: ProcessorStage, ms: number): void;
  /** Null: the partition is somebody else's from here on. */
  position(partition: number, position: ProcessorPosition | null): void;
}

export const NO_METRICS: ProcessorMetrics = { count() {}, gauge() {}, observe() {}, position() {} };
