import { describe, expect, test } from "vitest";
import { Random } from "../src/port/random.ts";

const draw = (random: Random, count: number) => Array.from({ length: count }, () => random.unit());

describe("seeded randomness", () => {
  test("the same seed gives the same numbers, another seed others", () => {
    expect(draw(new Random("class 7"), 20)).toEqual(draw(new Random("class 7"), 20));
    expect(draw(new Random(1), 20)).not.toEqual(draw(new Random(2), 20));
  });

  test("a fork does not depend on how often its parent was used", () => {
    const fresh = new Random(5);
    const used = new Random(5);
    draw(used, 100);
    expect(draw(used.fork("pupil"), 5)).toEqual(draw(fresh.fork("pupil"), 5));
    expect(draw(fresh.fork("a"), 5)).not.toEqual(draw(fresh.fork("b"), 5));
  });

  test("uniform and normal numbers have their moments (100,000 draws, five standard errors)", () => {
    const random = new Random("moments");
    const uniform = draw(random, 100_000);
    const mean = uniform.reduce((sum, x) => sum + x, 0) / uniform.length;
    expect(Math.abs(mean - 0.5)).toBeLessThan((5 * Math.sqrt(1 / 12)) / Math.sqrt(uniform.length));
    const normal = Array.from({ length: 100_000 }, () => random.normal(3, 2));
    const normalMean = normal.reduce((sum, x) => sum + x, 0) / normal.length;
    const variance = normal.reduce((sum, x) => sum + (x - normalMean) ** 2, 0) / normal.length;
    expect(Math.abs(normalMean - 3)).toBeLessThan((5 * 2) / Math.sqrt(normal.length));
    expect(Math.abs(variance - 4)).toBeLessThan((5 * 4 * Math.SQRT2) / Math.sqrt(normal.length));
  });

  test("whole numbers hit both ends and nothing outside", () => {
    const random = new Random(9);
    const seen = new Set(Array.from({ length: 1000 }, () => random.integer(2, 5)));
    expect([...seen].sort()).toEqual([2, 3, 4, 5]);
    expect(() => random.pick([])).toThrow("at least 1 value");
  });
});
