/** What is counted; each name is a value of the label `what`. */
export const LIVE_COUNTS = [
  "delta",
  "snapshot",
  "viewer-behind",
  "viewer-closed-slow",
  "viewer-closed-talkative",
  "bad-message",
  "undecodable-record",
  "event-of-former-owner",
  "room-refused",
  "history-failed",
] as const;
export type LiveCount = (typeof LIVE_COUNTS)[number];

/** Steps between a record that came and bytes in a socket. */
export const LIVE_STAGES = ["fold-setup", "fold-ink", "fold-events", "flush"] as const;
export type LiveStage = (typeof LIVE_STAGES)[number];

/** Port: what the live boards tell about themselves. Times are ms of the clock port. */
export interface LiveObserver {
  /** Bytes of a record that the gateway received at `receivedMs` were handed to at least one socket. */
  sent(kind: "ink" | "correctness", receivedMs: number, sentMs: number): void;
  stage(stage: LiveStage, ms: number): void;
  count(what: LiveCount): void;
  viewers(count: number): void;
}

export const SILENT_OBSERVER: LiveObserver = { sent() {}, stage() {}, count() {}, viewers() {} };
