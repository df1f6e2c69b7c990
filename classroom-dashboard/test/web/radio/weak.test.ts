import type { PenId, RadioRow } from "@penlight/proto";
import { describe, expect, it } from "vitest";
import { isWeak, SLOW_MS, WEAK_DBM } from "../../../web/src/radio/weak.ts";

const row: RadioRow = {
  ...{ pen: "9c7bd2000001" as PenId, student: null, name: null, seat: null, link: "connected", model: "", firmware: "" },
  ...{ batteryPercent: 80, charging: false, heardMs: 1, lostDots: 0, recoveredStrokes: 0, gateway: "g", adapter: "hci0" },
  ...{ signalDbm: -60, drops: 0, latencyMs: 40, memoryPercent: 2, waitingBytes: 0, waitsSinceMs: null },
};

describe("isWeak", () => {
  it("[REG-6] a pen is worth a look for its signal, delay, battery, memory, link, or because it waits for room", () => {
    expect(isWeak(row)).toBe(false);
    for (const change of [
      { signalDbm: WEAK_DBM - 1 },
      { latencyMs: SLOW_MS + 1 },
      { batteryPercent: 15 },
      { memoryPercent: 90 },
      { link: "lost" as const },
      { waitsSinceMs: 5 },
    ]) {
      expect([change, isWeak({ ...row, ...change })]).toEqual([change, true]);
    }
    expect(isWeak({ ...row, batteryPercent: 5, charging: true })).toBe(false);
    expect(isWeak({ ...row, link: null, signalDbm: null, latencyMs: null, batteryPercent: null, memoryPercent: null })).toBe(
      false,
    );
  });
});
