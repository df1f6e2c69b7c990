import { describe, expect, it } from "vitest";
import { InkEdits, type ReadSure } from "../../../../src/core/recognize/editing/ink-edits.ts";
import { type StrokeShape, shapeOfPath } from "../../../../src/core/recognize/shape.ts";

/** Corners joined by straight ways, a point each half millimetre; mm. */
function drawn(...corners: readonly (readonly [number, number])[]): StrokeShape {
  const path: number[] = [];
  corners.forEach(([x1, y1], i) => {
    const [x0, y0] = corners[Math.max(0, i - 1)] as readonly [number, number];
    const steps = Math.max(1, Math.round(Math.hypot(x1 - x0, y1 - y0) / 0.5));
    for (let step = i === 0 ? steps : 1; step <= steps; step++) {
      path.push(x0 + ((x1 - x0) * step) / steps, y0 + ((y1 - y0) * step) / steps);
    }
  });
  return shapeOfPath(path);
}
/** A seven and a two of 5 mm by 8 mm with their left upper corner at x, y; a one stroke symbol each. */
const seven = (x: number, y = 0) => drawn([x, y], [x + 5, y], [x + 2, y + 8]);
const two = (x: number, y = 0) => drawn([x, y + 1], [x + 3, y], [x + 5, y + 3], [x, y + 8], [x + 5, y + 8]);
const line = (x0: number, y0: number, x1: number, y1: number) => drawn([x0, y0], [x1, y1]);
const zigzag = (x: number, y: number, width: number, height: number, turns: number) =>
  drawn(...Array.from({ length: turns + 2 }, (_, i) => [x + (i % 2) * width, y + (height * i) / (turns + 1)] as const));
const wave = (x: number, y: number, width: number, height: number, turns: number) =>
  drawn(...Array.from({ length: turns + 2 }, (_, i) => [x + (width * i) / (turns + 1), y + (i % 2) * height] as const));

/** What these strokes are read as is written beside them: a reader that knows exactly those sets. */
function readerOf(known: readonly (readonly [readonly StrokeShape[], string])[]): ReadSure {
  return (strokes) =>
    known.find(([set]) => set.length === strokes.length && set.every((each, i) => each === strokes[i]))?.[1] ?? null;
}
function edited(strokes: readonly StrokeShape[], known: Parameters<typeof readerOf>[0] = [], isMark = false) {
  const edits = new InkEdits(readerOf(known), isMark);
  for (const each of strokes) edits.add(each);
  return edits.edited;
}
const LEFT = { isStruck: true, isDoubtful: false };

describe("InkEdits", () => {
  it("[ANS-80] ink without edits stays as it is; dots say nothing alone", () => {
    const [a, b] = [seven(0), two(8)];
    expect(edited([a, b])).toEqual({ live: [a, b], isStruck: false, isDoubtful: false, steps: [] });
    expect(edited([drawn([1, 1], [1.2, 1.1])]).live).toEqual([]);
  });

  it("[ANS-81] one line through several symbols withdraws them, what stands beside stays", () => {
    const [a, b, c] = [seven(0), two(7), seven(20)];
    const found = edited([a, b, c, line(-2, 4, 14, 4.5)]);
    expect(found).toMatchObject({ ...LEFT, live: [c] });
    expect(found.steps).toEqual([{ rule: "ANS-81", what: "struck out by a line", by: [3], to: [0, 1] }]);
    expect(edited([a, line(-2, 4, 7, 4.5)])).toMatchObject({ ...LEFT, live: [] });
    expect(edited([a, line(-2, 8, 7, 0)])).toMatchObject({ ...LEFT, live: [] });
    // As steep as a 1 that is written over it.
    expect(edited([a, line(-1, 9, 6, -1)])).toMatchObject({ isStruck: false, isDoubtful: true });
  });

  it("[ANS-81] a line that ends in the symbol, passes above or below it or is upright is a part of it", () => {
    const a = seven(0);
    for (const part of [line(1, 4, 5, 4), line(-2, 0.5, 7, 0.5), line(-2, 9, 7, 9), line(2.5, -1, 2.5, 10)]) {
      expect(edited([a, part])).toMatchObject({ live: [a, part], isStruck: false, isDoubtful: false });
    }
  });

  it("[ANS-84] a line that a symbol could have as well decides nothing, until a second one strikes both out", () => {
    const [a, bar, second] = [seven(0), line(-2, 4, 7, 4), line(-2, 4.8, 7, 5)];
    const known = [[[a, bar], "7"]] as const;
    const doubt = edited([a, bar], known);
    expect(doubt).toMatchObject({ live: [a, bar], isStruck: false, isDoubtful: true });
    expect(edited([a, bar, second], known)).toMatchObject({ ...LEFT, live: [] });
    const next = two(12);
    expect(edited([a, bar, second, next], known).live).toEqual([next]);
  });

  it("[ANS-84] a bar that adds nothing is doubtful, but not that of a 7", () => {
    const [a, bar] = [seven(0), line(0, 4, 5, 4)];
    const reads = (text: string) => [[[a], text] as const, [[a, bar], text] as const];
    expect(edited([a, bar], reads("5"))).toMatchObject({ live: [a, bar], isDoubtful: true });
    expect(edited([a, bar], reads("7"))).toMatchObject({ live: [a, bar], isDoubtful: false });
  });

  it("[ANS-84] of two lines that end with a symbol the second strikes it out: one alone is the bar of an F", () => {
    const [stem, top, bar] = [drawn([0, 0], [0.5, 8]), line(0.2, 0, 4, 0), line(0.3, 3.5, 3.5, 3.5)];
    const f = [stem, top, bar];
    expect(edited(f)).toMatchObject({ live: f, isStruck: false, isDoubtful: false });
    expect(edited([...f, line(0, 4, 4.4, 4.2), line(0, 4.6, 4.3, 4.7)])).toMatchObject({ ...LEFT, live: [] });
  });

  it("[ANS-81] a line beyond a symbol of two strokes strikes out both, though it passes each at its end", () => {
    const [loop, tail] = [drawn([1, 0], [5, 0], [5, 4], [1, 4], [1, 0]), drawn([5, 3.9], [4, 8])];
    expect(edited([loop, tail, line(-1, 4, 7, 4)])).toMatchObject({ ...LEFT, live: [] });
  });

  it("[ANS-84] what strikes out again changes nothing", () => {
    const [a, b] = [seven(0), two(7)];
    const strikes = [line(-2, 4, 14, 4), line(-1, 5, 12, 5), zigzag(0, 1, 10, 6, 7)];
    expect(edited([a, b, ...strikes])).toMatchObject({ ...LEFT, live: [] });
  });

  it("[ANS-82] a scribble withdraws what its rectangle holds", () => {
    const [a, b] = [seven(0), two(12)];
    expect(edited([a, b, zigzag(-1, 0, 7, 8, 6)])).toMatchObject({ ...LEFT, live: [b] });
    const beside = zigzag(20, 0, 7, 8, 6);
    expect(edited([a, beside])).toMatchObject({ live: [a, beside], isStruck: false });
  });

  it("[ANS-83] a wave withdraws what it runs over", () => {
    const [a, b] = [seven(0), two(7)];
    expect(edited([a, b, wave(-1, 3, 14, 2.5, 4)])).toMatchObject({ ...LEFT, live: [] });
    const below = wave(-1, 9, 14, 2.5, 4);
    expect(edited([a, b, below])).toMatchObject({ live: [a, b, below], isStruck: false });
  });

  it("[ANS-85] a symbol over another one takes its place when only that can be read", () => {
    const [a, b] = [seven(0), two(0.5)];
    const each = [
      [[a], "7"],
      [[b], "2"],
    ] as const;
    expect(edited([a, b], each)).toMatchObject({ live: [b], isDoubtful: false });
    // What was there could be read as nothing: a part of the same symbol.
    expect(edited([a, b], [[[b], "2"]])).toMatchObject({ live: [a, b], isDoubtful: false });
    // One symbol of two strokes.
    expect(edited([a, b], [[[a, b], "8"]])).toMatchObject({ live: [a, b], isDoubtful: false });
    // It covers one of two older symbols, and the other in part.
    const aside = drawn([3.5, 0], [7.5, 8]);
    const found = edited(
      [a, aside, b],
      [
        [[a, aside], "71"],
        [[b], "2"],
      ],
    );
    expect(found).toMatchObject({ live: [a, aside, b], isDoubtful: true });
    const both = edited([a, b], [...each, [[a, b], "8"]]);
    expect(both).toMatchObject({ live: [a, b], isDoubtful: true });
    expect(both.steps).toEqual([{ rule: "ANS-85", what: "could be written over", by: [1], to: [0] }]);
  });

  it("[ANS-85] a flat line over the old ink is no part of a new symbol, and a 1 over a symbol no slash: both are doubtful", () => {
    const [a, b, low] = [seven(0), two(0.5), line(0, 7.5, 5.5, 7.5)];
    const minus = edited(
      [a, b, low],
      [
        [[a], "7"],
        [[b, low], "-2"],
      ],
    );
    expect(minus).toMatchObject({ isStruck: false, isDoubtful: true });
    const [nine, one] = [two(0), line(4, 0, 2, 8)];
    expect(
      edited(
        [nine, one],
        [
          [[nine, one], "9/9"],
          [[one], "1"],
        ],
      ).isDoubtful,
    ).toBe(true);
    expect(
      edited(
        [nine, one],
        [
          [[nine, one], "4"],
          [[one], "1"],
        ],
      ).isDoubtful,
    ).toBe(false);
  });

  it("[ANS-82] a scribble of few turns is one only where nothing can be read of it", () => {
    const [a, few, high] = [seven(0), zigzag(-2, 0, 10, 8, 3), zigzag(-1, 0, 6, 9, 3)];
    expect(edited([a, few])).toMatchObject({ ...LEFT, live: [] });
    // As high as wide it could be a symbol that nobody can read.
    expect(edited([a, high])).toMatchObject({ live: [a, high], isStruck: false, isDoubtful: true });
    expect(edited([a, few], [[[few], "2"]]).live).toEqual([a, few]);
    expect(edited([a, few], [[[a, few], "8"]]).live).toEqual([a, few]);
  });

  it("[ANS-89] a strike-out takes all that it covers, and is doubtful where it ends in a symbol", () => {
    const [a, low, part] = [seven(0), drawn([7, 6], [11, 7.5], [9, 8]), seven(11)];
    expect(edited([a, low, line(-2, 4, 12, 4)])).toMatchObject({ ...LEFT, live: [] });
    const found = edited([a, part, line(-2, 4, 13, 4)]);
    expect(found).toMatchObject({ isStruck: false, isDoubtful: true });
    expect(found.steps.map(({ rule, to }) => [rule, to])).toEqual([["ANS-89", [1]]]);
  });

  it("[ANS-88] ink beside the box counts where writing goes on in it, or after a strike-out", () => {
    const [a, near, far] = [seven(0), two(7), two(20)];
    const beside = (strokes: readonly StrokeShape[], outside: readonly StrokeShape[]) => {
      const edits = new InkEdits(() => null);
      for (const each of strokes) edits.add(each, outside.includes(each));
      return edits.edited;
    };
    expect(beside([a, near, far], [near, far])).toMatchObject({ live: [a, near], isDoubtful: false });
    // Most of it is beside the box: some may have been lost.
    expect(beside([drawn([5, 0], [5, 2]), near], [near])).toMatchObject({ isDoubtful: true });
    expect(beside([far], [far])).toMatchObject({ live: [far], isDoubtful: true });
    expect(beside([a, line(-2, 4, 7, 4), far], [far])).toMatchObject({ live: [far], isDoubtful: false });
    expect(beside([far, a, line(-2, 4, 7, 4)], [far])).toMatchObject({ live: [], isStruck: true });
  });

  it("[ANS-86] what is written above a strike-out stands in its place", () => {
    const [a, b, above] = [seven(0), two(7), two(7, -9)];
    const { live } = edited([a, b, line(6, 4, 13, 4), above]);
    expect(live.map(({ left, top }) => [left, top])).toEqual([
      [0, 0],
      [7, 0],
    ]);
    // Everything was struck out: there is nothing to stand in line with.
    expect(edited([a, line(-1, 4, 6, 4), above]).live).toEqual([above]);
  });

  it("[ANS-87] a stroke against the long arm of a tick makes a cross of it", () => {
    const tick = drawn([0, 4], [2, 7], [8, 0]);
    const { live, steps } = edited([tick, line(2.5, 1, 7.5, 6)], [], true);
    expect(live.length).toBe(2);
    expect([live[0]?.points[0], live[0]?.points[1]]).toEqual([2, 7]);
    expect(steps.map(({ rule }) => rule)).toEqual(["ANS-87"]);
    // Not where letters and numbers are written, and not a flat line.
    expect(edited([tick, line(2.5, 1, 7.5, 6)]).live[0]).toBe(tick);
    expect(edited([tick, line(-2, 3.5, 10, 3.5)], [], true)).toMatchObject({ ...LEFT, live: [] });
  });
});
