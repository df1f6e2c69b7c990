import type { InkRecord, PenId } from "@penlight/proto";
import type { PenFaultKind } from "@penlight/proto/pen";

/** Faults that lose ink: they are told as InkGap records, with the kind as the reason. EVT-7. */
export const GAP_REASONS = ["gap", "missing-page", "chunk-abandoned"] as const satisfies readonly PenFaultKind[];

/** Time is part of a gap's identity (HIS-4): two gaps of one pen are at least this far apart, ms. */
const GAP_STEP_MS = 0.001;

export function isGap(kind: PenFaultKind): boolean {
  return (GAP_REASONS as readonly string[]).includes(kind);
}

/** Ink of one pen that was lost and not told yet: one record a turn and reason. EVT-7. */
export class GapList {
  readonly #pen: PenId;
  readonly #lost = new Map<PenFaultKind, number>();
  /** Time of the last gap that was told. */
  #toldMs = 0;

  constructor(pen: PenId) {
    this.#pen = pen;
  }

  add(reason: PenFaultKind, lostEvents: number): void {
    this.#lost.set(reason, (this.#lost.get(reason) ?? 0) + lostEvents);
  }

  take(heardMs: number): InkRecord[] {
    if (this.#lost.size === 0) return [];
    this.#toldMs = Math.max(heardMs, this.#toldMs + GAP_STEP_MS);
    const records = [...this.#lost].map(([reason, lostEvents]): InkRecord => {
      return { receivedMs: this.#toldMs, body: { kind: "gap", pen: this.#pen, lostEvents, reason } };
    });
    this.#lost.clear();
    return records;
  }
}
