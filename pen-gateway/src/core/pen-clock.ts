/** A sample counts for one to two of these: long enough to see a quick delivery, short against drift (50 ppm: 6 ms). */
const WINDOW_MS = 60_000;

/** Pen times outside are no times: before 10 s the pen has no clock at all, beyond 2^52 ms it is noise. PEN-6. */
const PEN_TIME_MIN_MS = 10_000;
const PEN_TIME_MAX_MS = 2 ** 52;

export function isPenTime(ms: number): boolean {
  return ms >= PEN_TIME_MIN_MS && ms < PEN_TIME_MAX_MS;
}

/**
 * Gateway clock minus pen clock. Every pen time heard gives received - said = offset + delay; delays are never negative,
 * so the least of the last minute or two is the best there is. PEN-10.
 */
export class PenClock {
  #least = Number.POSITIVE_INFINITY;
  #leastBefore = Number.POSITIVE_INFINITY;
  #windowStartMs = Number.NEGATIVE_INFINITY;

  /** The clock was set, or the link is new. */
  reset(): void {
    this.#least = Number.POSITIVE_INFINITY;
    this.#leastBefore = Number.POSITIVE_INFINITY;
    this.#windowStartMs = Number.NEGATIVE_INFINITY;
  }

  sample(penMs: number, receivedMs: number): void {
    if (!isPenTime(penMs)) return;
    if (receivedMs - this.#windowStartMs >= WINDOW_MS) {
      this.#leastBefore = this.#least;
      this.#least = Number.POSITIVE_INFINITY;
      this.#windowStartMs = receivedMs;
    }
    const offset = receivedMs - penMs;
    if (offset < this.#least) this.#least = offset;
  }

  get known(): boolean {
    return Number.isFinite(this.offsetMs);
  }

  /** Infinity while nothing was heard. */
  get offsetMs(): number {
    return Math.min(this.#least, this.#leastBefore);
  }
}
