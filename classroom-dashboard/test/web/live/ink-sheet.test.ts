import type { InkStroke, PageKey, StrokeId } from "@penlight/proto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InkSheet, POINT_STRIDE } from "../../../web/src/live/ink-sheet.ts";

const page = "3.27.603.12" as PageKey;
const dots = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => [from + index, (from + index) * 2, 0.5]).flat();

function ink(firstDot: number, points: readonly number[], more: Partial<InkStroke> = {}): InkStroke {
  return { stroke: "a" as StrokeId, page, firstDot, points, ended: false, downMs: 10, ...more };
}

describe("InkSheet", () => {
  it("[LIVE-5] dots that follow are appended, and nothing drawn is drawn again", () => {
    const sheet = new InkSheet(page);
    expect(sheet.apply(true, [ink(0, dots(0, 3))])).toBe("applied");
    const generation = sheet.generation;
    expect(sheet.apply(false, [ink(3, dots(3, 5), { ended: true })])).toBe("applied");
    expect(sheet.strokes.get("a" as StrokeId)?.points).toEqual(dots(0, 5));
    expect(sheet.strokes.get("a" as StrokeId)?.ended).toBe(true);
    expect([sheet.dotCount(), sheet.generation]).toEqual([5, generation]);
  });

  it("[LIVE-5] the same dots again add nothing; a different copy is drawn anew", () => {
    const sheet = new InkSheet(page);
    sheet.apply(false, [ink(0, dots(0, 4))]);
    const generation = sheet.generation;
    sheet.apply(false, [ink(0, dots(0, 4)), ink(2, dots(2, 6))]);
    expect([sheet.dotCount(), sheet.generation]).toEqual([6, generation]);
    sheet.apply(false, [ink(0, [9, 9, 1])]);
    expect(sheet.dotCount()).toBe(6);
    expect(sheet.generation).toBeGreaterThan(generation);
  });

  it("[LIVE-5] [EVT-22] a run of no dots from the start on takes a stroke away, an end that comes alone does not", () => {
    const sheet = new InkSheet(page);
    sheet.apply(false, [ink(0, dots(0, 4)), ink(0, dots(0, 2), { stroke: "b" as StrokeId, downMs: 20 })]);
    const generation = sheet.generation;
    expect(sheet.apply(false, [ink(4, [], { ended: true })])).toBe("applied");
    expect([sheet.dotCount(), sheet.generation]).toEqual([6, generation]);
    const gone = ink(0, [], { stroke: "b" as StrokeId, ended: true });
    expect(sheet.apply(false, [gone, gone])).toBe("applied");
    expect([[...sheet.strokes.keys()], sheet.newest, sheet.generation]).toEqual([["a"], null, generation + 1]);
  });

  it("[LIVE-5] reset forgets the page first", () => {
    const sheet = new InkSheet(page);
    sheet.apply(false, [ink(0, dots(0, 4)), ink(0, dots(0, 2), { stroke: "b" as StrokeId, downMs: 20 })]);
    expect(sheet.newest).toBe("b");
    sheet.apply(true, [ink(0, dots(0, 1))]);
    expect([sheet.strokes.size, sheet.dotCount(), sheet.newest]).toEqual([1, 1, "a"]);
  });

  it("[LIVE-5] dots before these are missing: a gap, and nothing is drawn in a wrong place", () => {
    const sheet = new InkSheet(page);
    expect(sheet.apply(false, [ink(5, dots(5, 8))])).toBe("gap");
    expect(sheet.dotCount()).toBe(0);
  });

  it("ink of another page is not of this one", () => {
    const sheet = new InkSheet(page);
    expect(sheet.apply(false, [ink(0, dots(0, 4), { page: "3.27.603.13" as PageKey })])).toBe("applied");
    expect(sheet.strokes.size).toBe(0);
  });

  it("[LIVE-5] any cutting and repeating of a stroke gives the stroke (seed 5)", () => {
    const whole = dots(0, 30);
    const cuts = fc.array(fc.tuple(fc.nat(30), fc.nat(30)), { maxLength: 12 });
    fc.assert(
      fc.property(cuts, (pieces) => {
        const sheet = new InkSheet(page);
        let known = 0;
        for (const [a, b] of pieces) {
          const [from, to] = a < b ? [a, b] : [b, a];
          const outcome = sheet.apply(false, [ink(from, whole.slice(from * POINT_STRIDE, to * POINT_STRIDE))]);
          expect(outcome).toBe(from > known ? "gap" : "applied");
          if (from <= known) known = Math.max(known, to);
        }
        expect(sheet.strokes.get("a" as StrokeId)?.points ?? []).toEqual(whole.slice(0, known * POINT_STRIDE));
      }),
      { seed: 5, numRuns: 300 },
    );
  });
});
