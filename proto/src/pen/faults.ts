/**
 * Everything that can be wrong with what a pen sends, as values. Closed: a new kind is a new line here. Counted per pen
 * and kind, never thrown. PEN-8.
 */
export const PEN_FAULT_KINDS = [
  // framing (PEN-3)
  "garbage", // bytes outside a frame; `count` is bytes
  "stray-end", // end byte outside a frame
  "resync", // start byte inside a frame: the partial frame is dropped
  "broken-escape", // end byte right after an escape byte
  "oversize", // no end byte within FRAME_BYTES_MAX
  "runt", // too few bytes for a header
  "short", // fewer payload bytes than declared
  "long", // more payload bytes than declared: the declared ones are read
  // packets (PEN-4)
  "unknown-command",
  "malformed", // the payload does not hold the fields of its packet
  "refused", // a response with an error code
  // live ink (PEN-5, PEN-6)
  "gap", // events lost, by the counter; `count` is events
  "duplicate", // an event heard twice
  "missing-page", // a dot dropped because its stroke has no page yet
  "missing-down", // ink without a pen-down
  "missing-up", // a stroke that had to be closed at its last dot
  "unknown-place", // ink whose pen-down and page were both lost
  "extra-up", // a pen-up with no stroke open
  "invalid-time", // a pen time that cannot be
  "optical-error", // the pen's camera could not read the paper
  // memory (PEN-9)
  "chunk-damaged", // does not inflate, wrong size, or runs over its end
  "dot-checksum", // `count` is dots
  "chunk-abandoned", // refused too often: its bytes are kept; `count` is dots, as it says
  "memory-short", // strokes that were announced and never came
  "memory-kept", // a page of the memory that the pen does not forget, whatever was acknowledged
  "unasked", // a chunk that nobody asked for
  // the link itself (PEN-7)
  "no-reply",
  "setting-ignored", // by its own word the pen did not take a setting
  "imitation", // it says that it is another pen than the one that it was connected as
  "flood", // more than any pen sends; `count` is bytes, unread
  "writes-full", // nobody took what had to be written: the frame is dropped
] as const;
export type PenFaultKind = (typeof PEN_FAULT_KINDS)[number];

export interface PenFault {
  readonly kind: PenFaultKind;
  /** How many: bytes, events or dots where the kind says so, else 1. */
  readonly count: number;
  /** The command byte that it was about, where there was one. */
  readonly command: number | null;
}

export type PenFaultCounts = Readonly<Record<PenFaultKind, number>>;

/** A zero for each kind. */
export function noPenFaults(): Record<PenFaultKind, number> {
  return Object.fromEntries(PEN_FAULT_KINDS.map((kind) => [kind, 0])) as Record<PenFaultKind, number>;
}
