import type { PenId, PenState } from "@penlight/proto";

/** Pens of one room that are remembered; more are not of this room's class. LIVE-9. */
export const ROOM_PENS_MAX = 1000;

/** The last that was heard of each pen of a room. */
export class PenRoll {
  readonly #states = new Map<PenId, PenState>();

  /** What is different: the link, something else that is shown, only the time, or nothing (old, or one pen too many). */
  push(state: PenState): "link" | "look" | "time" | "nothing" {
    const known = this.#states.get(state.pen);
    if (known === undefined && this.#states.size >= ROOM_PENS_MAX) return "nothing";
    if (known !== undefined && known.heardMs > state.heardMs) return "nothing";
    this.#states.set(state.pen, state);
    if (known?.link !== state.link) return "link";
    const looksAlike =
      known.batteryPercent === state.batteryPercent &&
      known.charging === state.charging &&
      known.lostDots === state.lostDots &&
      known.recoveredStrokes === state.recoveredStrokes &&
      String(known.troubles) === String(state.troubles);
    return looksAlike ? "time" : "look";
  }

  /** Of a student's pens the one heard last; `told` is what the processor said, for a room not heard since the start. */
  latest(pens: readonly PenId[], told: PenState | null): PenState | null {
    let latest = told;
    for (const pen of pens) {
      const state = this.#states.get(pen);
      if (state !== undefined && (latest === null || state.heardMs >= latest.heardMs)) latest = state;
    }
    return latest;
  }
}
