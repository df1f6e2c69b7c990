import { describe, expect, it } from "vitest";
import { isFlat, isLine, strikeOf, takenBy, turnsOf } from "../../../../src/core/recognize/editing/strike-kind.ts";
import { shapeOfPath } from "../../../../src/core/recognize/shape.ts";

/** Corners joined by ways of ten points, mm. */
function drawn(...corners: readonly (readonly [number, number])[]) {
  const path = corners.slice(1).flatMap(([x1, y1], i) => {
    const [x0, y0] = corners[i] as readonly [number, number];
    return Array.from({ length: 11 }, (_, at) => [x0 + ((x1 - x0) * at) / 10, y0 + ((y1 - y0) * at) / 10]).flat();
  });
  return shapeOfPath(path);
}
const symbol = drawn([0, 0], [5, 0], [2, 8]);

describe("strikeOf", () => {
  it("[ANS-84] tells a line that ends with what it goes over from one that goes beyond it", () => {
    const lines = [drawn([-2, 4], [7, 4]), drawn([0, 4], [5, 4]), drawn([1, 4], [3, 4])];
    expect(lines.map((stroke) => strikeOf(stroke, [symbol])?.isShort ?? null)).toEqual([false, true, null]);
  });

  it("[ANS-81] [ANS-82] [ANS-83] tells lines, scribbles and waves by their turns", () => {
    const kinds = [
      drawn([-2, 4], [7, 4]),
      drawn([-1, 0], [6, 2], [-1, 4], [6, 6], [-1, 8]),
      drawn([-1, 3], [1, 6], [3, 3], [5, 6], [7, 3]),
      // Upright, or an arc: neither.
      drawn([2, -2], [2, 10]),
      drawn([-1, 0], [6, 4], [-1, 8]),
    ].map((stroke) => strikeOf(stroke, [symbol])?.kind ?? null);
    expect(kinds).toEqual(["line", "scribble", "wave", null, null]);
  });

  it("[ANS-82] five turns in one direction are no symbol's", () => {
    const zigzag = (turns: number) => drawn(...Array.from({ length: turns + 2 }, (_, i) => [i % 2 === 0 ? -1 : 6, i] as const));
    expect([3, 4, 5, 6].map((turns) => strikeOf(zigzag(turns), [drawn([0, 1], [5, 4])])?.isOpen)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it("[ANS-81] an unsteady line is a line", () => {
    const unsteady = drawn([-2, 4], [0, 4.3], [2, 4], [4, 4.3], [7, 4]);
    expect([isLine(unsteady), isFlat(unsteady), strikeOf(unsteady, [symbol])?.kind]).toEqual([true, true, "line"]);
  });

  it("[ANS-89] takes what it covers, and tells what it ends in", () => {
    const [low, part, beside] = [drawn([7, 5], [9, 7]), drawn([9.5, 0], [13, 8]), drawn([14, 0], [18, 8])];
    const line = drawn([-2, 4], [11, 4]);
    expect(takenBy(line, [symbol], [symbol, low, part, beside])).toEqual({ taken: [symbol, low], parts: [part] });
  });
});

it("[ANS-82] a turn counts from a fifth of the size on", () => {
  const points = Float64Array.from([0, 0, 10, 0, 9, 0, 10, 0, 5, 0, 10, 0]);
  expect([turnsOf(points, 0, 10), turnsOf(points, 0, 4), turnsOf(points, 1, 0)]).toEqual([2, 4, 0]);
});
