import { describe, expect, it } from "vitest";
import { around, bodiesOf, bodyOf, sharedArea } from "../../../../src/core/recognize/editing/ink-body.ts";
import { shapeOfPath } from "../../../../src/core/recognize/shape.ts";

/** A stroke from one corner of its rectangle to the other, mm. */
const stroke = (left: number, top: number, right: number, bottom: number) =>
  shapeOfPath([left, top, (left + right) / 2, (top + bottom) / 2, right, bottom]);

describe("bodies", () => {
  it("[ANS-80] strokes over each other are one body, whatever is between them in time", () => {
    const [bar, other, stem] = [stroke(0, 0, 6, 0.2), stroke(10, 0, 15, 8), stroke(1, 1, 4, 8)];
    expect(bodiesOf([bar, other, stem])).toEqual([[bar, stem], [other]]);
    expect([...bodyOf([stem], [bar, other, stem])]).toEqual([stem, bar]);
  });

  it("[ANS-80] what only touches in width, or is far below, is another body", () => {
    const [a, beside, below] = [stroke(0, 0, 5, 8), stroke(4, 0, 9, 8), stroke(0, 11, 5, 19)];
    expect(bodiesOf([a, beside, below])).toEqual([[a], [beside], [below]]);
  });
});

describe("rectangles", () => {
  it("[ANS-85] share area by that of the smaller one", () => {
    const [a, b] = [stroke(0, 0, 4, 4), stroke(2, 0, 12, 4)];
    expect(sharedArea(a, b)).toBe(0.5);
    expect(sharedArea(a, stroke(4, 0, 8, 4))).toBe(0);
    expect(around([a, b])).toEqual({ left: 0, top: 0, right: 12, bottom: 4 });
  });
});
