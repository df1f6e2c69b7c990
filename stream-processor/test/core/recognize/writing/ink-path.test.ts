import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { boundsOf, cleanStrokes, inkPathOf, STEPS, STROKE_DOTS_MAX } from "../../../../src/core/recognize/writing/ink-path.ts";

const stroke = (...points: number[]) => ({ points: Float64Array.from(points) });

describe("clean strokes", () => {
  test("long strokes are thinned and keep their ends", () => {
    const points = Float64Array.from({ length: 2 * 100_000 }, (_, at) => at / 1000);
    const [kept] = cleanStrokes([{ points }]) as [Float64Array];
    expect(kept.length / 2).toBeLessThanOrEqual(STROKE_DOTS_MAX + 1);
    expect([...kept.slice(0, 2)]).toEqual([0, 0.001]);
    expect([...kept.slice(-2)]).toEqual([199.998, 199.999]);
  });

  test("what is no number is left out, and so is a stroke of nothing else", () => {
    const clean = cleanStrokes([stroke(), stroke(Number.NaN, 1), stroke(1, 2, Number.POSITIVE_INFINITY, 3, 4, 5), stroke(7)]);
    expect(clean.map((each) => [...each])).toEqual([[1, 2, 4, 5]]);
  });

  test("bounds hold all strokes", () => {
    expect(boundsOf(cleanStrokes([stroke(1, 2, 5, 3), stroke(-1, 4)]))).toEqual({ left: -1, top: 2, right: 5, bottom: 4 });
  });
});

describe("path along the ink", () => {
  test("points lie at equal ways", () => {
    const { points, strokes } = inkPathOf(cleanStrokes([stroke(0, 0, 1, 0, 10, 0)]));
    expect(points.length).toBe(2 * STEPS);
    for (let step = 1; step < STEPS; step++) {
      expect((points[2 * step] as number) - (points[2 * step - 2] as number)).toBeCloseTo(10 / STEPS, 9);
    }
    expect(new Set(strokes)).toEqual(new Set([0]));
  });

  test("a dot beside a long stroke is seen, and no point lies between two strokes", () => {
    const { points, strokes } = inkPathOf(cleanStrokes([stroke(0, 0, 0, 10), stroke(0, 14)]));
    expect(strokes.filter((number) => number === 1).length).toBeGreaterThan(0);
    for (let step = 0; step < STEPS; step++) {
      const y = points[2 * step + 1] as number;
      expect(y <= 10 || y === 14).toBe(true);
    }
  });

  test("one dot is a path of the same point", () => {
    const { points } = inkPathOf(cleanStrokes([stroke(3, 4)]));
    expect(new Set(points)).toEqual(new Set([3, 4]));
  });

  test("it stays inside the bounds of the ink", () => {
    const coordinate = fc.integer({ min: -5000, max: 5000 }).map((value) => value / 100);
    const written = fc.array(fc.array(coordinate, { minLength: 2, maxLength: 60 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(written, (lists) => {
        const clean = cleanStrokes(lists.map((list) => stroke(...list)));
        const { left, top, right, bottom } = boundsOf(clean);
        const { points } = inkPathOf(clean);
        for (let at = 0; at < points.length; at += 2) {
          const [x, y] = [points[at] as number, points[at + 1] as number];
          expect(x >= left - 1e-9 && x <= right + 1e-9 && y >= top - 1e-9 && y <= bottom + 1e-9).toBe(true);
        }
      }),
      { numRuns: 100 },
    );
  });
});
