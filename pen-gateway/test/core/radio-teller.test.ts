import type { PenId, RadioAdapter } from "@penlight/proto";
import { describe, expect, test } from "vitest";
import { RADIO_MS, RadioTeller } from "../../src/core/radio-teller.ts";
import type { RadioReport } from "../../src/source/pen-source.ts";

const PEN = "9c7bd2000001" as PenId;
const OTHER = "9c7bd2000002" as PenId;
const adapter: RadioAdapter = { name: "hci0", address: "", state: "on", pens: 1, capacity: 7, queue: 0, faults: {} };
const report = (over: Partial<RadioReport> = {}): RadioReport => ({
  ...{ adapters: [adapter], pens: [{ pen: PEN, adapter: "hci0", signalDbm: -60 }], waiting: [], unknown: [] },
  ...over,
});
const link = (pen: PenId) => ({ takeAir: () => ({ pen, drops: 1, latencyMs: 20, memoryPercent: 3, waitingBytes: 0 }) });
const pens = new Map([PEN, OTHER].map((pen) => [pen, link(pen)]));

describe("RadioTeller", () => {
  test("[EVT-23] what the source and the links say of a pen comes together; one that is not on the air has no adapter", () => {
    expect(new RadioTeller().take(report(), pens, 0)?.pens).toEqual([
      { pen: PEN, adapter: "hci0", signalDbm: -60, drops: 1, latencyMs: 20, memoryPercent: 3, waitingBytes: 0 },
      { pen: OTHER, adapter: "", signalDbm: null, drops: 1, latencyMs: 20, memoryPercent: 3, waitingBytes: 0 },
    ]);
  });

  test("[EVT-23] figures are told once in RADIO_MS, a change of state at once", () => {
    const teller = new RadioTeller();
    expect(teller.take(report(), pens, 0)).not.toBeNull();
    const weaker = report({ adapters: [{ ...adapter, queue: 2, faults: { "link-lost": 1 } }] });
    expect(teller.take(weaker, pens, 1000)).toBeNull();
    expect(teller.take(weaker, pens, RADIO_MS)?.adapters[0]?.queue).toBe(2);
    expect(teller.take(report({ adapters: [{ ...adapter, state: "failed" }] }), pens, RADIO_MS + 1)).not.toBeNull();
    const waiting = [{ pen: OTHER, signalDbm: -70, sinceMs: 0 }];
    expect(teller.take(report({ waiting }), pens, RADIO_MS + 2)?.waiting).toEqual(waiting);
    expect(teller.take(report({ waiting, pens: [] }), pens, RADIO_MS + 3)?.pens[0]).toMatchObject({ adapter: "" });
  });

  test("[EVT-23] a source without radios tells nothing", () => {
    expect(new RadioTeller().take(null, pens, 0)).toBeNull();
  });
});
