import { describe, expect, it } from "vitest";
import { areNear, couldBeWritten, isOver, isPlainlyOver, lengthOf } from "../../../../src/core/recognize/editing/over-ink.ts";
import { shapeOfPath } from "../../../../src/core/recognize/shape.ts";

const stroke = (left: number, top: number, right: number, bottom: number) => shapeOfPath([left, top, right, bottom]);

describe("ink over other ink", () => {
  it("[ANS-85] is over it when it shares half of it and is nearly as high", () => {
    expect(isOver(stroke(0, 0, 4, 8), stroke(1, 0, 5, 8))).toBe(true);
    expect(isOver(stroke(0, 0, 4, 4), stroke(0, 0, 4, 8))).toBe(false);
    expect(isOver(stroke(3, 0, 7, 8), stroke(0, 0, 4, 8))).toBe(false);
  });

  it("[ANS-85] takes its place plainly when it covers every stroke of it, with nothing that could strike out", () => {
    const [old, aside, flat] = [stroke(0, 0, 4, 8), stroke(3, 0, 8, 8), stroke(-1, 4, 5, 4.2)];
    expect(isPlainlyOver([stroke(0, 0, 5, 8)], [old])).toBe(true);
    expect(isPlainlyOver([stroke(0, 0, 5, 8)], [old, aside])).toBe(false);
    expect(isPlainlyOver([stroke(0, 0, 5, 8), flat], [old])).toBe(false);
  });

  it("[ANS-84] could be written when it is as high as wide; a line when it is as steep as a 1", () => {
    expect([stroke(0, 0, 10, 9), stroke(0, 0, 10, 10)].map((each) => couldBeWritten(each, "scribble"))).toEqual([false, true]);
    expect([stroke(0, 0, 10, 7), stroke(0, 0, 5, 8)].map((each) => couldBeWritten(each, "line"))).toEqual([false, true]);
  });

  it("[ANS-88] goes on from ink that is near beside it; lengths are summed", () => {
    expect(areNear(stroke(0, 0, 4, 8), stroke(6, 1, 9, 8))).toBe(true);
    expect(areNear(stroke(0, 0, 4, 8), stroke(8, 1, 9, 8))).toBe(false);
    expect(lengthOf([stroke(0, 0, 3, 4), stroke(0, 0, 0, 2)])).toBe(7);
  });
});
