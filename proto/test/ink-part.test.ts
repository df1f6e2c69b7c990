import { describe, expect, test } from "vitest";
import { DOT_STRIDE, type InkRun, isPartOf, PIECE_DELAY_MS_MAX } from "../src/index.ts";

/** A run of dots with these places, `stepMs` apart; force and tilt differ from telling to telling. */
function run(xs: readonly number[], firstMs: number, stepMs = 10, force = 300): InkRun {
  const dots = Int32Array.from(xs.flatMap((x, i) => [(i + 1) * stepMs, x, 2 * x, force, 90, 90, 0]));
  return { dots, count: dots.length / DOT_STRIDE, firstMs };
}
const WHOLE = run([1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 12], 1000);

describe("isPartOf", () => {
  test("[EVT-22] the end, the middle and every dot of a stroke are parts of it, whatever force they have", () => {
    for (const xs of [[8, 9, 9, 9, 12], [4, 5, 6], [12], [1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 12]])
      expect(isPartOf(run(xs, 1060, 10, 852), WHOLE)).toBe(true);
  });

  test("[EVT-22] holes are in the piece alone, and the order counts", () => {
    expect(isPartOf(run([2, 5, 9, 12], 1060), WHOLE)).toBe(true);
    expect(isPartOf(run([5, 2, 9, 12], 1060), WHOLE)).toBe(false);
    expect(isPartOf(run([9, 9, 9, 9], 1060), WHOLE)).toBe(false);
  });

  test("[EVT-22] other places, other steps of time and another time are other strokes", () => {
    expect(isPartOf(run([4, 5, 7], 1060), WHOLE)).toBe(true);
    expect(isPartOf(run([4, 5, 77], 1060), WHOLE)).toBe(false);
    expect(isPartOf(run([4, 5, 6], 1060, 11), WHOLE)).toBe(false);
    expect(isPartOf(run([4, 5, 6], 1000 + PIECE_DELAY_MS_MAX), WHOLE)).toBe(true);
    expect(isPartOf(run([4, 5, 6], 1100 + PIECE_DELAY_MS_MAX), WHOLE)).toBe(false);
    expect(isPartOf(run([4, 5, 6], 900 - PIECE_DELAY_MS_MAX), WHOLE)).toBe(false);
    expect(isPartOf(run([], 1000), WHOLE)).toBe(false);
  });

  test("[EVT-22] one dot in eight may be none of the stroke's", () => {
    expect(isPartOf(run([1, 2, 3, 4, 99, 6, 7, 8], 1060), WHOLE)).toBe(true);
    expect(isPartOf(run([1, 2, 3, 99, 5, 6, 7], 1060), WHOLE)).toBe(false);
    expect(isPartOf(run([1, 2, 98, 4, 99, 6, 7, 8], 1060), WHOLE)).toBe(false);
  });
});
