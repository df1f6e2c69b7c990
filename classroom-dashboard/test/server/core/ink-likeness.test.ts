import { describe, expect, it } from "vitest";
import { distanceOf, type InkLook, LIKENESS_MAX, lookOf, looksLike } from "../../../server/core/ink-likeness.ts";

type Way = readonly (readonly [number, number])[];
const flat = (way: Way, dx = 0, dy = 0, scale = 1) => way.flatMap(([x, y]) => [x * scale + dx, y * scale + dy, 0.5]);
const look = (...strokes: number[][]) => lookOf(strokes) as InkLook;

const SEVEN: Way = [
  [0, 0],
  [4, 0],
  [1, 7],
];
const ONE: Way = [
  [2, 0],
  [2, 7],
];
const TICK: Way = [
  [0, 4],
  [2, 7],
  [6, 0],
];

describe("likeness of ink", () => {
  it("[SET-12] the same way again is alike, a little smaller, elsewhere in the box, or with other dots", () => {
    const seven = look(flat(SEVEN));
    const dense: Way = [...Array(41).keys()].map((i) => (i <= 20 ? [i * 0.2, 0] : [4 - (i - 20) * 0.15, (i - 20) * 0.35]));
    for (const other of [look(flat(SEVEN, 1, -1)), look(flat(SEVEN, 0.5, 0.5, 0.8)), look(flat(dense))]) {
      expect(looksLike(seven, other)).toBe(true);
    }
    expect(distanceOf(seven, look(flat(dense)))).toBeLessThan(0.02);
  });

  it("[SET-12] another way, another number of strokes, another box or another size is not", () => {
    const seven = look(flat(SEVEN));
    expect(distanceOf(seven, look(flat(ONE)))).toBeGreaterThan(LIKENESS_MAX);
    for (const other of [
      look(flat(ONE)),
      look(flat(TICK)),
      look(flat(SEVEN), flat(ONE)),
      look(flat(SEVEN, 12, 0)),
      look(flat(SEVEN, 0, 0, 2)),
    ]) {
      expect(looksLike(seven, other)).toBe(false);
    }
  });

  it("[SET-12] no ink looks like nothing; a dot is a look of its own, whatever its size", () => {
    expect(lookOf([])).toBeNull();
    expect(lookOf([[]])).toBeNull();
    expect(looksLike(look([5, 5, 1]), look([5.2, 5.1, 1, 5.21, 5.1, 1]))).toBe(true);
  });
});
