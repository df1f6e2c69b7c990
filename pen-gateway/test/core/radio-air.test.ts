import type { PenId } from "@penlight/proto";
import { describe, expect, test } from "vitest";
import { DEVICES_PER_PEN_MAX, FaultTally, SIGHTING_MS_MAX, Sightings, STRANGERS_MAX } from "../../src/core/radio-air.ts";

const pen = (n: number) => `9c7bd2${n.toString(16).padStart(6, "0")}` as PenId;
const sighting = { adapter: 0, device: "a", name: "Pen", signalDbm: -50, atMs: 0 };

describe("who is on the air", () => {
  test("[BLE-1] a pen that nobody hears any more is forgotten", () => {
    const air = new Sightings(() => true);
    air.add({ ...sighting, pen: pen(1) });
    air.forget(SIGHTING_MS_MAX);
    expect(air.ours).toEqual([{ pen: pen(1), sinceMs: 0, heardForMs: 0, signalDbm: -50 }]);
    air.forget(SIGHTING_MS_MAX + 1);
    expect(air.ours).toEqual([]);
  });

  test("[BLE-1] the signal is that of the adapter that hears it best; an adapter that is gone hears nothing", () => {
    const air = new Sightings(() => true);
    air.add({ ...sighting, pen: pen(1), signalDbm: -80 });
    air.add({ ...sighting, pen: pen(1), adapter: 1, signalDbm: -40 });
    expect(air.ours[0]?.signalDbm).toBe(-40);
    air.adapterGone(1);
    expect(air.ours[0]?.signalDbm).toBe(-80);
  });

  test("[BLE-2] strangers without number leave the last heard ones, and a name that was heard once is kept", () => {
    const air = new Sightings(() => false);
    for (let n = 0; n < STRANGERS_MAX + 10; n++) air.add({ ...sighting, pen: pen(n), atMs: n });
    air.add({ ...sighting, pen: pen(20), name: "", atMs: 999 });
    expect(air.strangers).toHaveLength(STRANGERS_MAX);
    expect(air.strangers[0]).toEqual({ pen: pen(20), name: "Pen", signalDbm: -50, heardMs: 999 });
    expect(air.strangers.at(-1)?.pen).toBe(pen(10));
  });

  test("[BLE-2] devices without number that all say they are one pen are not all remembered", () => {
    const air = new Sightings(() => true);
    for (let n = 0; n < 100; n++) air.add({ ...sighting, pen: pen(1), device: `device-${n}` });
    expect([...air.of(pen(1))]).toHaveLength(DEVICES_PER_PEN_MAX);
  });

  test("[BLE-2] an imitation is told once, not with every advertisement", () => {
    const air = new Sightings(() => true);
    const heard = { ...sighting, pen: pen(1) };
    expect([air.isNewImitator(heard), air.isNewImitator(heard), air.isNewImitator({ ...heard, device: "b" })]).toEqual([
      true,
      false,
      true,
    ]);
  });

  test("[BLE-8] faults are counted by kind", () => {
    const tally = new FaultTally();
    for (const kind of ["link-lost", "link-lost", "imitation"] as const) tally.add(kind);
    expect(tally.counts).toEqual({ "link-lost": 2, imitation: 1 });
  });
});
