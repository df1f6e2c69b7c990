import { describe, expect, test } from "vitest";
import {
  featuresOf,
  GRID,
  PICTURE_CHANNELS,
  PICTURE_PAD,
  SEQUENCE_CHANNELS,
  SEQUENCE_PAD,
} from "../../../../src/core/recognize/writing/features.ts";
import { inkPathOf, STEPS } from "../../../../src/core/recognize/writing/ink-path.ts";

const SEVEN = [Float64Array.from([0, 0, 4, 0, 1, 8])];
const shown = (strokes: readonly Float64Array[], floorMm = 0) => featuresOf(inkPathOf(strokes), floorMm);
const step = (sequence: Float64Array, at: number) => [
  ...sequence.slice((at + SEQUENCE_PAD) * SEQUENCE_CHANNELS, (at + SEQUENCE_PAD + 1) * SEQUENCE_CHANNELS),
];

describe("features", () => {
  test("place and size of the ink do not count", () => {
    const moved = SEVEN.map((points) => points.map((value, at) => value * 3 + (at % 2 === 0 ? 100 : -50)));
    const [a, b] = [shown(SEVEN), shown(moved)];
    a.sequence.forEach((value, at) => {
      expect(b.sequence[at]).toBeCloseTo(value, 5);
    });
    a.picture.forEach((value, at) => {
      expect(b.picture[at]).toBeCloseTo(value, 4);
    });
  });

  test("the first arm of a 7 goes right, the stroke begins and ends once", () => {
    const { sequence } = shown(SEVEN);
    const [, , dx, dy, begins, ends] = step(sequence, 0);
    expect([dx, dy, begins, ends]).toEqual([1, 0, 1, 0]);
    expect(step(sequence, STEPS - 1).slice(4)).toEqual([0, 1]);
  });

  test("the picture does not know in which direction or order the ink was written", () => {
    const cross = [Float64Array.from([0, 0, 5, 5]), Float64Array.from([5, 0, 0, 5])];
    const other = [Float64Array.from([0, 5, 5, 0]), Float64Array.from([5, 5, 0, 0])];
    const [a, b] = [shown(cross).picture, shown(other).picture];
    a.forEach((value, at) => {
      expect(b[at]).toBeCloseTo(value, 5);
    });
  });

  test("all ink is in the picture, half a unit for each point and each middle", () => {
    const { picture } = shown(SEVEN);
    let ink = 0;
    for (let at = 4; at < picture.length; at += PICTURE_CHANNELS) ink += picture[at] as number;
    expect(picture.length).toBe((GRID + 2 * PICTURE_PAD) ** 2 * PICTURE_CHANNELS);
    expect(ink).toBeCloseTo(0.5 * (2 * STEPS - 1), 3);
  });

  test("where size counts, a dot is small", () => {
    const dot = [Float64Array.from([0, 0, 0.2, 0.1])];
    const largest = (floorMm: number) =>
      Math.max(...[0, STEPS - 1].map((at) => Math.abs(step(shown(dot, floorMm).sequence, at)[0] as number)));
    expect(largest(0)).toBeGreaterThan(0.9);
    expect(largest(2.8)).toBeLessThan(0.1);
  });
});
