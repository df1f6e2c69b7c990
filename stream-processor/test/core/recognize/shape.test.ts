import { DOT_FORCE, DOT_STRIDE, DOT_TIME, DOT_X, DOT_Y } from "@penlight/proto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bendOf, SHAPE_POINTS_MAX, STEP_MM, shapeOf, shapeOfPath } from "../../../src/core/recognize/shape.ts";
import { PageMap } from "../../../src/core/worksheet-map.ts";
import { worksheetOf } from "../../fixtures/classroom.ts";
import { figuresOf } from "../../fixtures/spec-figures.ts";

const mm = fc.double({ min: -5, max: 5, noNaN: true });
/** Steps of a pen that is now slow and now quick. */
const step = fc.oneof(fc.double({ min: -0.25, max: 0.25, noNaN: true }), mm);
/** A path of at most 60 dots. */
const path = fc.array(fc.tuple(step, step), { minLength: 1, maxLength: 60 }).map((steps) => {
  const out: number[] = [];
  let [x, y] = [50, 50];
  for (const [dx, dy] of steps) {
    x += dx;
    y += dy;
    out.push(x, y);
  }
  return out;
});

function ring(radius: number, turns: number, dots = 60): number[] {
  return Array.from({ length: dots * turns + 1 }, (_, i) => {
    const angle = (2 * Math.PI * i) / dots;
    return [100 + radius * Math.cos(angle), 50 + radius * Math.sin(angle)];
  }).flat();
}

describe("the shape of a stroke", () => {
  it("[ANS-20] the step of SPEC.md is the step of the code", () => {
    expect(figuresOf("ANS-20")).toEqual([STEP_MM]);
  });

  it("[ANS-20] leaves out a dot that is nearer than 0.2 mm to the one kept before it", () => {
    expect([...shapeOfPath([0, 0, 0.19, 0, 0.21, 0, 0.21, 0.4, 0.3, 0.5]).points]).toEqual([0, 0, 0.21, 0, 0.21, 0.4]);
  });

  it("[ANS-20] keeps a dot exactly when it is 0.2 mm or more from the one kept before it", () => {
    fc.assert(
      fc.property(path, (dots) => {
        const kept = [dots[0], dots[1]] as number[];
        for (let at = 2; at < dots.length; at += 2) {
          const [x, y] = [dots[at] as number, dots[at + 1] as number];
          const far = (x - (kept.at(-2) as number)) ** 2 + (y - (kept.at(-1) as number)) ** 2 >= 0.2 ** 2;
          if (far) kept.push(x, y);
        }
        expect([...shapeOfPath(dots).points]).toEqual(kept);
      }),
      { seed: 20, numRuns: 60 },
    );
  });

  it("[ANS-20] measures a right-angled way of 3 and 4 mm", () => {
    const shape = shapeOfPath([10, 20, 13, 20, 13, 24]);
    expect(shape).toMatchObject({ left: 10, top: 20, right: 13, bottom: 24, lengthMm: 7, extentMm: 5, chordMm: 5, bendAt: 1 });
    // The height over the hypotenuse is 3 x 4 / 5; from the middle of the rectangle the way is half a turn.
    expect(shape.bendMm).toBeCloseTo(2.4, 12);
    expect(shape.sweepRad).toBeCloseTo(Math.PI, 12);
  });

  it("[ANS-20] sweeps a whole turn around the middle of a ring, and as much back the other way", () => {
    const once = shapeOfPath(ring(4, 1));
    expect(once.sweepRad).toBeCloseTo(2 * Math.PI, 9);
    expect(once.lengthMm).toBeCloseTo(60 * 2 * 4 * Math.sin(Math.PI / 60), 9);
    expect(once.extentMm).toBeCloseTo(8 * Math.SQRT2, 9);
    expect(shapeOfPath(ring(4, 3)).sweepRad).toBeCloseTo(6 * Math.PI, 9);
    const back = Array.from({ length: 61 }, (_, i) => ring(4, 1).slice(2 * (60 - i), 2 * (60 - i) + 2)).flat();
    expect(shapeOfPath(back).sweepRad).toBeCloseTo(-2 * Math.PI, 9);
  });

  it("[ANS-20] measures the bend of a closed way from its first dot", () => {
    const closed = shapeOfPath(ring(4, 1));
    expect(closed.chordMm).toBeCloseTo(0, 9);
    expect(closed.bendMm).toBeCloseTo(8, 9);
    expect(closed.bendAt).toBe(30);
    expect(shapeOfPath([0, 0, 3, 0, 3, 4, 0, 0])).toMatchObject({ chordMm: 0, bendMm: 5, bendAt: 2 });
  });

  it("[ANS-20] a single dot and a pen that lies have neither length nor bend", () => {
    for (const still of [
      [7, 8],
      [7, 8, 7.1, 8, 7, 8.1, 6.95, 7.9],
    ]) {
      expect(shapeOfPath(still)).toMatchObject({ lengthMm: 0, extentMm: 0, chordMm: 0, bendMm: 0, bendAt: 0, sweepRad: 0 });
    }
  });

  it("[ANS-20] holds every dot within the rectangle and the bend, one of them at the bend", () => {
    fc.assert(
      fc.property(path, (dots) => {
        const shape = shapeOfPath(dots);
        const { points } = shape;
        const [x0, y0] = [points[0] as number, points[1] as number];
        const [ux, uy] = [(points.at(-2) as number) - x0, (points.at(-1) as number) - y0];
        const chord = Math.hypot(ux, uy);
        expect(shape.chordMm).toBeCloseTo(chord, 9);
        if (chord < 0.2) return;
        const distances: number[] = [];
        for (let at = 0; at < points.length; at += 2) {
          const [x, y] = [points[at] as number, points[at + 1] as number];
          expect(x >= shape.left && x <= shape.right && y >= shape.top && y <= shape.bottom).toBe(true);
          // Away from its foot on the chord's line.
          const foot = ((x - x0) * ux + (y - y0) * uy) / chord ** 2;
          distances.push(Math.hypot(x - x0 - foot * ux, y - y0 - foot * uy));
        }
        expect(shape.bendMm).toBeCloseTo(Math.max(...distances), 6);
        expect(distances[shape.bendAt]).toBeCloseTo(shape.bendMm, 6);
      }),
      { seed: 21, numRuns: 60 },
    );
  });

  it("[ANS-20] bend of a part of the way is that of its own chord", () => {
    const points = Float64Array.from([0, 9, 0, 0, 2, 1, 4, 0, 9, 9]);
    expect(bendOf(points, 1, 3)).toEqual({ chordMm: 4, bendMm: 1, bendAt: 2 });
    expect(bendOf(points, 2, 2)).toEqual({ chordMm: 0, bendMm: 0, bendAt: 2 });
  });

  it("thins a long stroke evenly to its first, its last and 126 dots between", () => {
    const long = Array.from({ length: 5000 }, (_, i) => [i, 2 * i]).flat();
    const { points, lengthMm, bendMm } = shapeOfPath(long);
    expect(points.length).toBe(2 * SHAPE_POINTS_MAX);
    expect([points[0], points[1], points.at(-2), points.at(-1)]).toEqual([0, 0, 4999, 9998]);
    const steps = Array.from(
      { length: SHAPE_POINTS_MAX - 1 },
      (_, i) => (points[2 * i + 2] as number) - (points[2 * i] as number),
    );
    expect(new Set(steps)).toEqual(new Set([39, 40]));
    expect(lengthMm).toBeCloseTo(4999 * Math.sqrt(5), 6);
    expect(bendMm).toBeCloseTo(0, 6);
  });

  it("keeps every dot of a stroke of 128, and its own copy of them", () => {
    const dots = Array.from({ length: SHAPE_POINTS_MAX }, (_, i) => [i, i % 7]).flat();
    const first = shapeOfPath(dots);
    shapeOfPath([900, 900, 901, 901]);
    expect([...first.points]).toEqual(dots);
  });
});

describe("the shape of a pen's dots", () => {
  const sheet = worksheetOf(4);
  const origin = (sheet.pages[0] as (typeof sheet.pages)[number]).originMm;
  const map = new PageMap(sheet, 0);

  function dotsOf(path: readonly (readonly [x: number, y: number])[], force: number, timeMs: number): Int32Array {
    const dots = new Int32Array(path.length * DOT_STRIDE);
    path.forEach(([x, y], i) => {
      dots[i * DOT_STRIDE + DOT_TIME] = i * timeMs;
      dots[i * DOT_STRIDE + DOT_X] = x;
      dots[i * DOT_STRIDE + DOT_Y] = y;
      dots[i * DOT_STRIDE + DOT_FORCE] = force;
    });
    return dots;
  }

  it("[ANS-20] turns hundredths of an Ncode unit to page millimetres and takes the dots that it is told", () => {
    // One Ncode unit is 8 x 7 dots of 600 dpi: 56 / 600 inch.
    const unitMm = (56 / 600) * 25.4;
    const way = [
      [3000, 3000],
      [3300, 3000],
      [3300, 3400],
      [9900, 9900],
    ] as const;
    const shape = shapeOf(dotsOf(way, 500, 10), 3, map);
    expect(shape.lengthMm).toBeCloseTo(7 * unitMm, 9);
    expect(shape.extentMm).toBeCloseTo(5 * unitMm, 9);
    expect(shape.left).toBeCloseTo(30 * unitMm - origin.x, 9);
    expect(shape.bottom).toBeCloseTo(34 * unitMm - origin.y, 9);
  });

  it("[ANS-20] needs neither pressure nor time", () => {
    const place = fc.tuple(fc.integer({ min: 1000, max: 8000 }), fc.integer({ min: 1000, max: 8000 }));
    fc.assert(
      fc.property(fc.array(place, { minLength: 1, maxLength: 30 }), fc.nat(1000), fc.nat(100), (way, force, timeMs) => {
        expect(shapeOf(dotsOf(way, force, timeMs), way.length, map)).toEqual(shapeOf(dotsOf(way, 0, 0), way.length, map));
      }),
      { seed: 22, numRuns: 40 },
    );
  });
});
