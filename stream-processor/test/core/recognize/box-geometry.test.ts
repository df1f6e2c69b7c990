import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  chordAngle,
  chordOf,
  chordsCross,
  lengthWithin,
  type Rectangle,
  scaledBox,
  sizeOf,
  steepnessOf,
} from "../../../src/core/recognize/box-geometry.ts";
import { type StrokeShape, shapeOfPath } from "../../../src/core/recognize/shape.ts";

const wide: Rectangle = { left: 10, top: 20, right: 30, bottom: 25 };
const mm = fc.double({ min: 0, max: 40, noNaN: true });
const path = fc.array(fc.tuple(mm, mm), { minLength: 2, maxLength: 12 }).map((corners) => corners.flat());
const rectangle = fc
  .tuple(mm, mm, fc.double({ min: 1, max: 20, noNaN: true }), fc.double({ min: 1, max: 20, noNaN: true }))
  .map(([left, top, width, height]) => ({ left, top, right: left + width, bottom: top + height }));

function line(x0: number, y0: number, x1: number, y1: number): StrokeShape {
  return shapeOfPath([x0, y0, x1, y1]);
}

/** Length inside by walking the way in a thousand steps a segment; off by two steps a segment at most. */
function walkedWithin(shape: StrokeShape, box: Rectangle): { readonly length: number; readonly off: number } {
  const STEPS = 1000;
  const { points } = shape;
  let length = 0;
  for (let at = 2; at < points.length; at += 2) {
    const [x, y] = [points[at - 2] as number, points[at - 1] as number];
    const [dx, dy] = [(points[at] as number) - x, (points[at + 1] as number) - y];
    let inside = 0;
    for (let step = 0; step < STEPS; step++) {
      const share = (step + 0.5) / STEPS;
      const [px, py] = [x + share * dx, y + share * dy];
      if (px >= box.left && px <= box.right && py >= box.top && py <= box.bottom) inside++;
    }
    length += (inside / STEPS) * Math.hypot(dx, dy);
  }
  return { length, off: (2 * shape.lengthMm) / STEPS + 1e-9 };
}

describe("the geometry of a box", () => {
  it("[ANS-21] its size is its shorter edge", () => {
    expect(sizeOf(wide)).toBe(5);
    expect(sizeOf({ left: 10, top: 20, right: 14, bottom: 60 })).toBe(4);
  });

  it("shrinks and grows around its middle", () => {
    expect(scaledBox(wide, 0.5)).toEqual({ left: 15, top: 21.25, right: 25, bottom: 23.75 });
    expect(scaledBox(wide, 2)).toEqual({ left: 0, top: 17.5, right: 40, bottom: 27.5 });
    expect(scaledBox(wide, 1)).toEqual(wide);
  });
});

describe("the length within a box", () => {
  it.each([
    ["all of a line inside", [12, 22, 18, 22], 6],
    ["the middle of a flat line through it", [0, 22, 100, 22], 20],
    ["the middle of an upright line through it", [20, 0, 20, 100], 5],
    ["a slanting line from its middle to outside: half of it", [20, 22.5, 26, 30.5], 3.125],
    ["nothing of a line beside it", [0, 26, 100, 26], 0],
    ["nothing of a line that ends before it", [0, 22, 9, 22], 0],
    ["nothing of a line that cuts only the corner's outside", [8, 21, 11, 18], 0],
    ["twice the way of a pen that goes and comes back", [15, 10, 15, 24, 15, 10], 8],
    ["the border, which is inside", [10, 20, 30, 20], 20],
  ] as const)("counts %s", (_, way, length) => {
    expect(lengthWithin(shapeOfPath(way), wide)).toBeCloseTo(length, 9);
  });

  it("is what a walk along the way finds", () => {
    fc.assert(
      fc.property(path, rectangle, (way, box) => {
        const shape = shapeOfPath(way);
        const { length, off } = walkedWithin(shape, box);
        expect(Math.abs(lengthWithin(shape, box) - length)).toBeLessThanOrEqual(off);
      }),
      { seed: 31, numRuns: 40 },
    );
  });

  it("adds up over two halves of a box, and is all of the way in a box that holds all", () => {
    fc.assert(
      fc.property(path, rectangle, (way, box) => {
        const shape = shapeOfPath(way);
        const middle = (box.left + box.right) / 2;
        const halves = lengthWithin(shape, { ...box, right: middle }) + lengthWithin(shape, { ...box, left: middle });
        expect(halves).toBeCloseTo(lengthWithin(shape, box), 9);
        expect(lengthWithin(shape, { left: -1, top: -1, right: 41, bottom: 41 })).toBeCloseTo(shape.lengthMm, 9);
      }),
      { seed: 32, numRuns: 60 },
    );
  });
});

describe("chords", () => {
  it("go from the first dot to the last, whatever is between", () => {
    expect(chordOf(shapeOfPath([1, 2, 30, 40, 5, 0]))).toEqual([1, 2, 4, -2]);
  });

  it("cross where their lines meet, as a share of each", () => {
    expect(chordsCross(line(0, 0, 10, 0), line(2.5, -1, 2.5, 3))).toEqual({ onA: 0.25, onB: 0.25 });
    expect(chordsCross(line(0, 0, 10, 10), line(0, 10, 10, 0))).toEqual({ onA: 0.5, onB: 0.5 });
    expect(chordsCross(line(0, 0, 10, 0), line(10, 0, 10, 5))).toEqual({ onA: 1, onB: 0 });
  });

  it("do not cross when they are parallel or end before", () => {
    expect(chordsCross(line(0, 0, 10, 0), line(0, 1, 10, 1))).toBeNull();
    expect(chordsCross(line(0, 0, 10, 0), line(11, -1, 11, 1))).toBeNull();
    expect(chordsCross(line(0, 0, 10, 0), line(-1, -1, -1, 1))).toBeNull();
    expect(chordsCross(line(0, 0, 10, 0), line(5, 1, 5, 4))).toBeNull();
    expect(chordsCross(line(0, 0, 10, 0), line(5, -4, 5, -1))).toBeNull();
  });

  it("have a steepness between flat and upright, whichever way they were drawn", () => {
    const diagonals = [line(0, 0, 5, 5), line(5, 5, 0, 0), line(0, 5, 5, 0), line(5, 0, 0, 5)];
    for (const diagonal of diagonals) expect(steepnessOf(diagonal)).toBeCloseTo(Math.PI / 4, 12);
    expect(steepnessOf(line(9, 3, 2, 3))).toBe(0);
    expect(steepnessOf(line(2, 9, 2, 3))).toBeCloseTo(Math.PI / 2, 12);
  });

  it("lie at the smaller of their two angles, whichever way they were drawn", () => {
    const angle = fc.double({ min: 0, max: 2 * Math.PI, noNaN: true });
    fc.assert(
      fc.property(angle, angle, (first, second) => {
        const drawnAt = (turn: number) => line(20, 20, 20 + 5 * Math.cos(turn), 20 + 5 * Math.sin(turn));
        const apart = Math.abs(first - second) % Math.PI;
        const expected = Math.min(apart, Math.PI - apart);
        expect(chordAngle(drawnAt(first), drawnAt(second))).toBeCloseTo(expected, 9);
        expect(chordAngle(drawnAt(second), drawnAt(first))).toBeCloseTo(expected, 9);
      }),
      { seed: 33, numRuns: 80 },
    );
  });
});
