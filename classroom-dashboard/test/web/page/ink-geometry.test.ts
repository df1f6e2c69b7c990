import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { POINT_STRIDE } from "../../../web/src/live/ink-sheet.ts";
import { INK_PRESSURE_WIDTH_MM, INK_WIDTH_MM, segmentsFrom, widthOf } from "../../../web/src/page/ink-geometry.ts";

const coordinate = fc.double({ min: 0, max: 300, noNaN: true });
const stroke = fc.array(fc.tuple(coordinate, coordinate, fc.double({ min: 0, max: 1, noNaN: true })), {
  minLength: 1,
  maxLength: 30,
});

describe("segmentsFrom", () => {
  it("a single dot is a spot where it is", () => {
    expect(segmentsFrom([10, 20, 0], 0)).toEqual([{ x0: 10, y0: 20, cx: 10, cy: 20, x1: 10, y1: 20, widthMm: INK_WIDTH_MM }]);
  });

  it("three dots bend at the middle one", () => {
    const segments = segmentsFrom([0, 0, 0, 4, 0, 1, 4, 4, 0], 2);
    expect(segments[0]).toEqual({ x0: 2, y0: 0, cx: 4, cy: 0, x1: 4, y1: 2, widthMm: INK_WIDTH_MM + INK_PRESSURE_WIDTH_MM });
    expect(segments[1]).toMatchObject({ x0: 4, y0: 2, x1: 4, y1: 4 });
  });

  it("[LIVE-5] dot by dot gives the same pieces as all at once, and reaches the last dot (seed 13)", () => {
    fc.assert(
      fc.property(stroke, fc.array(fc.nat(30)), (dots, stops) => {
        const points = dots.flat();
        const cuts = [...new Set([...stops.filter((stop) => stop < dots.length), dots.length])].sort((a, b) => a - b);
        let drawn = 0;
        const pieces = cuts.flatMap((cut) => {
          const more = segmentsFrom(points.slice(0, cut * POINT_STRIDE), drawn);
          drawn = cut;
          return more;
        });
        expect(pieces).toEqual(segmentsFrom(points, 0));
        const [x, y] = dots.at(-1) ?? [0, 0];
        expect([pieces.at(-1)?.x1, pieces.at(-1)?.y1]).toEqual([x, y]);
      }),
      { seed: 13, numRuns: 200 },
    );
  });

  it("each piece begins where the line already is (seed 14)", () => {
    fc.assert(
      fc.property(stroke, (dots) => {
        const points = dots.flat();
        const reached = new Set<string>();
        for (const { x0, y0, x1, y1 } of segmentsFrom(points, 0)) {
          if (reached.size > 0) expect(reached.has(`${x0} ${y0}`)).toBe(true);
          reached.add(`${x0} ${y0}`).add(`${x1} ${y1}`);
        }
      }),
      { seed: 14, numRuns: 200 },
    );
  });
});

it("the line grows with the pressure and has a limit", () => {
  expect(widthOf(0)).toBe(INK_WIDTH_MM);
  expect(widthOf(0.5)).toBeGreaterThan(widthOf(0.2));
  expect(widthOf(7)).toBe(INK_WIDTH_MM + INK_PRESSURE_WIDTH_MM);
  expect(widthOf(-1)).toBe(INK_WIDTH_MM);
});
