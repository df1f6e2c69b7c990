import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { wilson } from "../src/wilson.ts";

/** Known answers, recomputed independently with z = 1.959964, to four places. */
const KNOWN = [
  [12, 40, 0.1807, 0.4543],
  [0, 10, 0, 0.2775],
  [10, 10, 0.7225, 1],
  [36, 48, 0.6122, 0.8508],
  [3, 5, 0.2307, 0.8824],
  // Newcombe 1998, table I, method 3.
  [81, 263, 0.2553, 0.3662],
  [15, 148, 0.0624, 0.1605],
  [0, 20, 0, 0.1611],
  [1, 29, 0.0061, 0.1718],
  // By hand: of one trial z2 / (1 + z2) is the upper end for none, 1 / (1 + z2) the lower one for all.
  [0, 1, 0, 0.7935],
  [1, 1, 0.2065, 1],
] as const;

describe("wilson", () => {
  it.each(KNOWN)("[STAT-2] %i of %i", (right, judged, low, high) => {
    const interval = wilson(right, judged);
    expect(interval[0]).toBeCloseTo(low, 4);
    expect(interval[1]).toBeCloseTo(high, 4);
  });

  it("[STAT-2] says nothing while nothing is judged", () => {
    expect(wilson(0, 0)).toEqual([0, 1]);
  });

  it("[STAT-2] of none and of all one end is 0 and 1 to the last bit, for any class; never minus zero", () => {
    for (let n = 1; n <= 500; n++) {
      const [none, some] = wilson(0, n);
      const [most, all] = wilson(n, n);
      expect([Object.is(none, 0), some > 0 && some < 1, most > 0 && most < 1, all]).toEqual([true, true, true, 1]);
      expect(some).toBeCloseTo(1 - most, 12);
    }
  });

  it("[STAT-2] holds the proportion, stays in [0, 1], and is the mirror of its complement", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.nat(500), (n, k) => {
        const right = Math.min(k, n);
        const [low, high] = wilson(right, n);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(low - 1e-12).toBeLessThanOrEqual(right / n);
        expect(high + 1e-12).toBeGreaterThanOrEqual(right / n);
        expect(wilson(n - right, n)[0]).toBeCloseTo(1 - high, 12);
      }),
      { seed: 1 },
    );
  });
});
