import { describe, expect, it } from "vitest";
import { idleAfterMs } from "../../../src/core/statistics/idle-after.ts";

describe("idleAfterMs", () => {
  it("[STAT-4] is 45 s for a quick class and for one of which nothing is known", () => {
    expect(idleAfterMs([])).toBe(45_000);
    expect(idleAfterMs([10_000, 20_000, 22_000])).toBe(45_000);
  });
  it("[STAT-4] is twice the median of a slow class, whatever its order", () => {
    expect(idleAfterMs([30_000, 60_000, 40_000])).toBe(80_000);
    expect(idleAfterMs([60_000, 40_000, 50_000, 30_000])).toBe(90_000);
  });
});
