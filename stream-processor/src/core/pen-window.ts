import { PEN_STATE_STALE_MS } from "./pen-desk.ts";
import type { Hold, Watermark } from "./watermark.ts";

/** What is decided at closing depends on the records of so long before it, ms: a state, its staleness, and the wait. ANS-52. */
export const PEN_WINDOW_MS = PEN_STATE_STALE_MS + 1500;
/** Records are held with this distance, ms. */
const HOLD_EVERY_MS = 1000;

/**
 * Holds the last PEN_WINDOW_MS of a room's records while an assignment is open there, so that a processor that takes over
 * before the closing is in history decides by the same states of pens. ANS-52, LOG-7.
 */
export class PenWindow {
  readonly #watermark: Watermark;
  #holds: { readonly hold: Hold; readonly atMs: number }[] = [];

  constructor(watermark: Watermark) {
    this.#watermark = watermark;
  }

  /** The record at hand was received at `atMs`. */
  slide(atMs: number): void {
    const last = this.#holds[this.#holds.length - 1];
    if (last !== undefined && atMs < last.atMs + HOLD_EVERY_MS) return;
    this.#holds.push({ hold: this.#watermark.hold(), atMs });
    // One more than is needed, since the oldest may be given away.
    const fromMs = atMs - PEN_WINDOW_MS - HOLD_EVERY_MS;
    while ((this.#holds[1]?.atMs ?? Number.POSITIVE_INFINITY) <= fromMs) this.#drop();
  }

  /** The oldest hold goes to what was decided just now, to be released with its rows; null: there is none. */
  give(): Hold | null {
    return this.#holds.shift()?.hold ?? null;
  }

  /** Nothing is to be decided here for now. */
  release(): void {
    while (this.#holds.length > 0) this.#drop();
  }

  #drop(): void {
    const oldest = this.#holds.shift();
    if (oldest !== undefined) this.#watermark.release(oldest.hold);
  }
}
