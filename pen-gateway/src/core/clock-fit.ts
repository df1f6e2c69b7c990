/** A pen time that was heard: received - said = offset + delay. */
export interface ClockSample {
  /** Pen clock, ms. */
  readonly penMs: number;
  /** Received minus said, ms. */
  readonly offsetMs: number;
}

/** Of the samples within this the quickest counts, ms of pen clock. */
const BIN_MS = 10_000;
/** Older samples than this say nothing of the present, ms. */
const MEMORY_MS = 30 * 60_000;
/** Over a shorter time than this no drift can be told from the radio's delays, ms. */
const DRIFT_SPAN_MS_MIN = 5 * 60_000;
/** While no drift can be told, or it is none of a crystal, what is older says nothing, ms. */
const DRIFT_UNKNOWN_MS = 2 * 60_000;
/** Crystals are within 100 ppm; a steeper line is noise. */
export const DRIFT_MAX = 150e-6;
/** What a drift that is not known may be, and the least that a known one may be wrong by (a pen warms up in the hand). */
const DRIFT_DOUBT_MAX = 100e-6;
const DRIFT_DOUBT_MIN = 10e-6;
/** The quickest deliveries differ by about so much, ms: over the span this is the doubt of the drift. */
const DELAY_SPREAD_MS = 20;

/**
 * Offset and drift of a clock from times that were heard late. No delivery is early, so all samples lie above the true line
 * offset(penMs): the drift is that of the edge of their lower hull under their middle, the offset is the least that any
 * sample allows, an older one by so much less as the drift may be wrong by. The error is never below zero, and at most the
 * least delay of late. PEN-10.
 */
export class ClockFit {
  #bins: ClockSample[] = [];
  #binStartMs = 0;
  #drift: number | null = null;

  add(sample: ClockSample): void {
    const last = this.#bins.at(-1);
    if (last !== undefined && sample.penMs < last.penMs - BIN_MS) this.#bins = []; // time went back: another clock
    if (this.#bins.length > 0 && sample.penMs < this.#binStartMs + BIN_MS) {
      if (last !== undefined && sample.offsetMs >= last.offsetMs) return;
      this.#bins[this.#bins.length - 1] = { penMs: Math.max(sample.penMs, this.#binStartMs), offsetMs: sample.offsetMs };
    } else {
      this.#binStartMs = sample.penMs;
      this.#bins = [...this.#bins.filter(({ penMs }) => penMs >= sample.penMs - MEMORY_MS), sample];
    }
    this.#drift = driftOf(this.#bins);
  }

  get isEmpty(): boolean {
    return this.#bins.length === 0;
  }

  /** Offset by ms of pen clock, -DRIFT_MAX to DRIFT_MAX; null: not heard for long enough, or none of a crystal. */
  get drift(): number | null {
    return this.#drift;
  }

  /** Offset at a pen time; infinity without a sample. `drift` is taken where these samples do not say it. */
  at(penMs: number, drift: number | null): number {
    const slope = this.#drift ?? drift ?? 0;
    const doubt = this.#drift === null ? DRIFT_DOUBT_MAX : this.#doubt;
    const sinceMs =
      this.#drift === null ? Math.min(penMs, this.#bins.at(-1)?.penMs ?? 0) - DRIFT_UNKNOWN_MS : Number.NEGATIVE_INFINITY;
    let least = Number.POSITIVE_INFINITY;
    for (const sample of this.#bins) {
      if (sample.penMs < sinceMs) continue;
      const away = penMs - sample.penMs;
      least = Math.min(least, sample.offsetMs + slope * away + doubt * Math.abs(away));
    }
    return least;
  }

  get #doubt(): number {
    return Math.min(DRIFT_DOUBT_MAX, Math.max(DRIFT_DOUBT_MIN, DELAY_SPREAD_MS / spanOf(this.#bins)));
  }
}

function spanOf(samples: readonly ClockSample[]): number {
  return (samples.at(-1)?.penMs ?? 0) - (samples[0]?.penMs ?? 0);
}

/** Slope of the lower hull's edge under the mean of the times. */
function driftOf(samples: readonly ClockSample[]): number | null {
  if (spanOf(samples) < DRIFT_SPAN_MS_MIN) return null;
  const hull: ClockSample[] = [];
  for (const sample of samples) {
    while (hull.length > 1 && !turnsLeft(hull.at(-2) as ClockSample, hull.at(-1) as ClockSample, sample)) hull.pop();
    hull.push(sample);
  }
  const middleMs = samples.reduce((sum, { penMs }) => sum + penMs - (samples[0] as ClockSample).penMs, 0) / samples.length;
  const at = hull.findIndex(({ penMs }) => penMs - (samples[0] as ClockSample).penMs > middleMs);
  const [from, to] = [hull[at - 1], hull[at]];
  if (from === undefined || to === undefined) return null;
  const slope = (to.offsetMs - from.offsetMs) / (to.penMs - from.penMs);
  return Math.abs(slope) <= DRIFT_MAX ? slope : null;
}

function turnsLeft(a: ClockSample, b: ClockSample, c: ClockSample): boolean {
  return (b.penMs - a.penMs) * (c.offsetMs - a.offsetMs) > (c.penMs - a.penMs) * (b.offsetMs - a.offsetMs);
}
