import { describe, expect, test } from "vitest";
import { lineHeightOf, lineNear, type Piece, pieceOf } from "../../../../src/core/recognize/writing/line.ts";

const box = (left: number, top: number, right: number, bottom: number): Piece =>
  pieceOf(Float64Array.from([left, top, right, bottom]), 0);

describe("a line of writing", () => {
  test("its height is that of its digits, not of dots, dashes or one long stroke", () => {
    expect(
      lineHeightOf([box(0, 0, 4, 7), box(5, 7, 5.3, 7.2), box(6, 0, 9, 8), box(10, -2, 12, 10), box(13, 3, 16, 3.4)]),
    ).toBe(8);
    expect(lineHeightOf([box(0, 0, 0.2, 0.2)])).toBe(2);
    expect(lineHeightOf([box(0, 0, 5, 0.3)])).toBe(4);
  });

  test("top and bottom are those of the nearest digits", () => {
    const dot = box(5, 6.8, 5.2, 7);
    const pieces = [box(0, 0, 4, 7), dot, box(6, 1, 9, 8), box(30, 20, 34, 28)];
    expect(lineNear(pieces, dot.bounds, 7)).toEqual({ top: 0.5, bottom: 7.5 });
    expect(lineNear([dot], dot.bounds, 7)).toBeNull();
  });
});
