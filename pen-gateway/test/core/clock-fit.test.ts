import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ClockFit, DRIFT_MAX } from "../../src/core/clock-fit.ts";

describe("[PEN-10] ClockFit", () => {
  test("the drift of a crystal is known within 50 ppm after 6 minutes and within 10 ppm after half an hour (seed 111)", () => {
    const delays = fc.array(fc.oneof(fc.integer({ min: 4, max: 12 }), fc.integer({ min: 4, max: 500 })), {
      minLength: 400,
      maxLength: 400,
    });
    fc.assert(
      fc.property(fc.integer({ min: -100, max: 100 }), delays, (ppm, heard) => {
        const fit = new ClockFit();
        heard.forEach((delay, i) => {
          const hostMs = 1e12 + i * 5000;
          fit.add({ penMs: hostMs + i * 5000 * ppm * 1e-6, offsetMs: delay - i * 5000 * ppm * 1e-6 });
          if (i === 30) expect(fit.drift).toBe(null);
          if (i === 72) expect(Math.abs((fit.drift ?? 1) + ppm * 1e-6)).toBeLessThan(50e-6);
        });
        expect(Math.abs((fit.drift ?? 1) + ppm * 1e-6)).toBeLessThan(10e-6);
      }),
      { seed: 111, numRuns: 50 },
    );
  });

  test("what no crystal does has no drift, and is followed all the same", () => {
    const fit = new ClockFit();
    for (let i = 0; i < 120; i++) fit.add({ penMs: 1e12 + i * 5000, offsetMs: i * 5000 * 100 * DRIFT_MAX });
    expect(fit.drift).toBe(null);
    expect(fit.at(1e12 + 119 * 5000, null)).toBeGreaterThan(115 * 5000 * 100 * DRIFT_MAX - 120_000 * 100 * DRIFT_MAX);
  });

  test("a time that goes back begins anew; without samples the offset is infinite", () => {
    const fit = new ClockFit();
    expect([fit.isEmpty, fit.at(5, null)]).toEqual([true, Number.POSITIVE_INFINITY]);
    fit.add({ penMs: 1e12, offsetMs: 3 });
    fit.add({ penMs: 1e9, offsetMs: 7 });
    expect(fit.at(1e9, null)).toBe(7);
  });
});
