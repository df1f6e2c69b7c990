/**
 * What the processor counts. No dot vanishes without one of these, with its reason.
 * - `dead-letters` (reason): records that could not be read.
 * - `dots-known` (reason duplicate | shorter-copy): dots that were there already.
 * - `dots-missing` (reason hole): dots that the gateway numbered and that never came.
 * - `strokes-closed` (reason heard | reckoned), `strokes-forgotten` (reason unplaced): strokes that history has, but that
 *   a later change of the setup can no longer place.
 * - `pens-unknown`: strokes of nobody's pen.
 * - `history-retries`, `history-refused`, `publish-retries` (reason: error code).
 */
export type ProcessorCounter =
  | "dead-letters"
  | "dots"
  | "dots-known"
  | "dots-missing"
  | "strokes-closed"
  | "strokes-forgotten"
  | "history-retries"
  | "history-refused"
  | "publish-retries";

export type ProcessorGauge = "open-strokes" | "unplaced-strokes" | "history-waiting-rows";

/** `receive-to-publish`: gateway's receive time to the append of what it caused; the others: time in the stage itself. */
export type ProcessorStage = "judge" | "publish" | "history" | "receive-to-publish";

export interface ProcessorMetrics {
  count(name: ProcessorCounter, by: number, reason: string): void;
  gauge(name: ProcessorGauge, partition: number, value: number): void;
  observe(stage: ProcessorStage, ms: number): void;
}

export const NO_METRICS: ProcessorMetrics = { count() {}, gauge() {}, observe() {} };
