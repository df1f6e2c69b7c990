/** A sample counts for one to two of these: long enough to see a quick delivery, short against drift (50 ppm: 6 ms). */
const WINDOW_MS = 60_000;

/** Pen times outside are no times: before 10 s the pen has no clock at all, beyond 2^52 ms it is noise. PEN-6. */
const PEN_TIME_MIN_MS = 10_000;
const PEN_TIME_MAX_MS = 2 ** 52;

export function isPenTime(ms: number): boolean {
  return ms >= PEN_TIME_MIN_MS && ms < PEN_TIME_MAX_MS;
}

/** Clocks of before that are remembered of a pen; more than one only where somebody else sets it, too. */
const FORMER_MAX = 4;
/** From the question to its answer, with repeats: so much may lie between a setting and its being known, ms. */
const SETTING_MS_MAX = 10_000;

/** What a pen dated its ink by before its clock was set. */
interface FormerClock {
  readonly offsetMs: number;
  /** Its time when it was set. */
  readonly untilPenMs: number;
  /** Gateway time of that moment: times of the next clock begin here. */
  readonly setMs: number;
}

/**
 * Gateway clock minus pen clock. Every pen time heard gives received - said = offset + delay; delays are never negative,
 * so the least of the last minute or two is the best there is. PEN-10.
 */
export class PenClock {
  #least = Number.POSITIVE_INFINITY;
  #leastBefore = Number.POSITIVE_INFINITY;
  #windowStartMs = Number.NEGATIVE_INFINITY;
  /** The latest first. They outlive a link: what memory holds may be older. */
  #former: readonly FormerClock[] = [];

  /** The pen has taken another time. What it wrote before keeps the one that it had. */
  wasSet(nowMs: number): void {
    const { offsetMs } = this;
    if (this.known) {
      this.#former = [{ offsetMs, untilPenMs: nowMs - offsetMs, setMs: nowMs }, ...this.#former].slice(0, FORMER_MAX);
    }
    this.reset();
  }

  /**
   * Gateway clock minus the clock by which a stroke of the pen's memory is dated: of the present one and those before it, the
   * latest that can have said this time. 0 while none is known.
   */
  offsetAt(penMs: number, nowMs: number): number {
    const present = this.known ? this.offsetMs : 0;
    let untilPenMs = nowMs - present;
    let offsetMs = present;
    for (const former of this.#former) {
      if (penMs >= former.setMs - SETTING_MS_MAX && penMs <= untilPenMs + SETTING_MS_MAX) return offsetMs;
      ({ untilPenMs, offsetMs } = former);
    }
    return this.#former.length > 0 && penMs > untilPenMs + SETTING_MS_MAX ? present : offsetMs;
  }

  /** The link is new. */
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
