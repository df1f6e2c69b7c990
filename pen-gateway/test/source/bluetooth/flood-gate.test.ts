import { describe, expect, test } from "vitest";
import { FloodGate } from "../../../src/source/bluetooth/flood-gate.ts";

describe("flood gate", () => {
  test("[BLE-10] so many a second pass, and as many at once", () => {
    const gate = new FloodGate(100);
    const passed = (times: number, nowMs: number) =>
      Array.from({ length: times }, () => gate.pass(nowMs)).filter(Boolean).length;
    expect(passed(150, 0)).toBe(100);
    expect(passed(150, 500)).toBe(50);
    expect(passed(150, 10_000)).toBe(100);
  });
});
