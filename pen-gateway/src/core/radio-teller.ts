import type { PenId, RadioState } from "@penlight/proto";
import type { RadioReport } from "../source/pen-source.ts";
import type { LinkAir } from "./pen-air.ts";

/** The state of the radios is told this often, and with the next states of the pens when something else than a figure changed, ms. EVT-23. */
export const RADIO_MS = 5000;

interface PenOnAir {
  takeAir(): LinkAir;
}

/** Decides when the state of the radios is told, and puts it together. Pure. EVT-23. */
export class RadioTeller {
  #toldMs = Number.NEGATIVE_INFINITY;
  #told = "";

  /** Null: nothing to tell now. @param report null: a source without radios */
  take(report: RadioReport | null, pens: ReadonlyMap<PenId, PenOnAir>, nowMs: number): RadioState | null {
    if (report === null) return null;
    const look = lookOf(report);
    if (look === this.#told && nowMs - this.#toldMs < RADIO_MS) return null;
    this.#told = look;
    this.#toldMs = nowMs;
    const onAir = new Map(report.pens.map((each) => [each.pen, each]));
    return {
      adapters: report.adapters,
      pens: [...pens.values()].map((pen) => {
        const air = pen.takeAir();
        const { adapter = "", signalDbm = null } = onAir.get(air.pen) ?? {};
        return { ...air, adapter, signalDbm };
      }),
      waiting: report.waiting,
      unknown: report.unknown,
    };
  }
}

/** What is news at once: states, who is where, who waits, who is there; not how strong or how long. */
function lookOf({ adapters, pens, waiting, unknown }: RadioReport): string {
  return JSON.stringify([
    adapters.map(({ name, state, capacity }) => [name, state, capacity]),
    pens.map(({ pen, adapter }) => [pen, adapter]),
    waiting.map(({ pen }) => pen),
    unknown.map(({ pen }) => pen),
  ]);
}
