import type { PenId, RadioAdapter } from "@penlight/proto";
import type { RadioReport } from "../pen-source.ts";
import type { Desk } from "./desk.ts";

/** Links that a simulated adapter takes, as one with a firmware of its own does, and desks that share one. */
const ADAPTER_PENS_MAX = 20;
const ADAPTER_DESKS = 14;
/** Signal next to the gateway and at the far end of the room, dBm. */
const SIGNAL_DBM = [-46, -76] as const;
/** It moves by so much as people walk through the air, dBm either way, and so fast, ms. */
const SIGNAL_WANDER_DBM = 3;
const SIGNAL_STEP_MS = 4000;
/** The pen of a neighbour, who is in no class here. */
const NEIGHBOUR = { pen: "9c7bd2ffff01" as PenId, name: "Neosmartpen_M1", signalDbm: -88 };

/** The desks of a class as radios see them: by seat, some to an adapter, weaker the farther away. */
export function radioOf(desks: readonly Desk[], nowMs: number): RadioReport {
  const adapters: RadioAdapter[] = [];
  for (let first = 0; first < desks.length; first += ADAPTER_DESKS) {
    const own = desks.slice(first, first + ADAPTER_DESKS);
    const drops = own.reduce((sum, desk) => sum + desk.drops, 0);
    adapters.push({
      name: nameOf(first),
      address: `020000000${(100 + adapters.length).toString(16)}`.padStart(12, "0"),
      state: "on",
      pens: own.filter((desk) => desk.pen.linked).length,
      capacity: ADAPTER_PENS_MAX,
      queue: own.filter((desk) => desk.isConnecting(nowMs)).length,
      faults: drops === 0 ? {} : { "link-lost": drops },
    });
  }
  const pens = desks.flatMap((desk, index) => {
    if (!desk.pen.linked) return [];
    return [{ pen: desk.pen.pen, adapter: nameOf(index), signalDbm: signalOf(index, desks.length, nowMs) }];
  });
  return { adapters, pens, waiting: [], unknown: desks.length === 0 ? [] : [{ ...NEIGHBOUR, heardMs: nowMs }] };
}

function nameOf(index: number): string {
  return `sim${Math.floor(index / ADAPTER_DESKS)}`;
}

function signalOf(index: number, count: number, nowMs: number): number {
  const [near, far] = SIGNAL_DBM;
  const wander = Math.sin(index * 2.4 + Math.floor(nowMs / SIGNAL_STEP_MS)) * SIGNAL_WANDER_DBM;
  return Math.round(near + ((far - near) * index) / Math.max(1, count - 1) + wander);
}
