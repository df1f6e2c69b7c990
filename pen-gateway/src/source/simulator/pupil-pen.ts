import { DOT_STRIDE, DOT_TIME, type Random, type WorksheetPage } from "@penlight/proto";
import { type Hand, type Movement, trace } from "./hand.ts";
import type { Away, PupilAct } from "./pupil-act.ts";

/** Nobody begins something this long before the link goes: the longest mark takes less. */
const AWAY_MARGIN_MS = 6000;

export interface PupilPenOptions {
  readonly hand: Hand;
  readonly random: Random;
  readonly away: Away | null;
  /** Writes on while the link is gone. */
  readonly writesWhileAway: boolean;
}

/** A pen in a pupil's hand, and the time of the lesson: what is moved becomes strokes, one after the other. */
export class PupilPen {
  nowMs = 0;
  readonly #options: PupilPenOptions;
  #awayTold = false;

  constructor(options: PupilPenOptions) {
    this.#options = options;
  }

  *write(movements: readonly Movement[], page: WorksheetPage, airMs: readonly [number, number]): Generator<PupilAct> {
    const { random, hand } = this.#options;
    yield* this.ready(AWAY_MARGIN_MS);
    let first = true;
    for (const movement of movements) {
      if (!first) this.nowMs += random.between(airMs[0], airMs[1]);
      first = false;
      const dots = trace(movement, hand, page.originMm, random);
      yield this.stroke(page, Math.round(this.nowMs), dots);
    }
  }

  stroke(page: WorksheetPage, downMs: number, dots: Int32Array): PupilAct {
    const lastMs = dots[dots.length - DOT_STRIDE + DOT_TIME] ?? 0;
    const upMs = downMs + lastMs + this.#options.random.integer(4, 12);
    this.nowMs = upMs;
    return { kind: "stroke", stroke: { page: page.address, downMs, upMs, dots } };
  }

  /** Waits for the link when it is gone, or about to go within `needMs`. */
  *ready(needMs: number): Generator<PupilAct> {
    const { away, random, writesWhileAway } = this.#options;
    yield* this.tellAway(this.nowMs + needMs);
    if (away === null || writesWhileAway) return;
    if (this.nowMs + needMs > away.fromMs && this.nowMs < away.toMs) {
      this.nowMs = away.toMs + random.between(2500, 5000);
    }
  }

  *tellAway(beforeMs: number): Generator<PupilAct> {
    const { away } = this.#options;
    if (away === null || this.#awayTold || beforeMs <= away.fromMs) return;
    this.#awayTold = true;
    yield { kind: "away", ...away };
  }
}
