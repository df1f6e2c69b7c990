import { MM_PER_CENTIUNIT } from "@penlight/proto";
import { describe, expect, it } from "vitest";
import { measureStroke } from "../../src/history/stroke-measures.ts";

const dotsOf = (dots: readonly (readonly [number, number, number, number])[]) =>
  Int32Array.from(dots.flatMap(([t, x, y, force]) => [t, x, y, force, 90, 90, 0]));

describe("stroke measures", () => {
  it("[HIS-1] length, duration, box, peak speed and mean force of a bent line", () => {
    const measures = measureStroke(
      dotsOf([
        [5, 100, 200, 300],
        [15, 130, 240, 500],
        [35, 130, 140, 400],
      ]),
    );
    expect(measures).toMatchObject({ durationMs: 30, xMin: 100, xMax: 130, yMin: 140, yMax: 240, meanForce: 400 });
    expect(measures.lengthMm).toBeCloseTo((50 + 100) * MM_PER_CENTIUNIT, 9);
    expect(measures.peakSpeed).toBeCloseTo(5 * 1000 * MM_PER_CENTIUNIT, 9);
  });

  it("[HIS-1] two dots of the same time have no speed", () => {
    const measures = measureStroke(
      dotsOf([
        [5, 0, 0, 1],
        [5, 30, 40, 1],
      ]),
    );
    expect(measures.peakSpeed).toBe(0);
    expect(measures.lengthMm).toBeCloseTo(50 * MM_PER_CENTIUNIT, 9);
  });

  it("[HIS-1] one dot, and none", () => {
    const one = { durationMs: 0, lengthMm: 0, xMin: 7, xMax: 7, yMin: -8, yMax: -8, peakSpeed: 0, meanForce: 9 };
    expect(measureStroke(dotsOf([[3, 7, -8, 9]]))).toEqual(one);
    const none = { durationMs: 0, lengthMm: 0, xMin: 0, xMax: 0, yMin: 0, yMax: 0, peakSpeed: 0, meanForce: 0 };
    expect(measureStroke(new Int32Array(0))).toEqual(none);
  });
});
