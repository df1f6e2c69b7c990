import { expect, test } from "vitest";
import { expOf, logOf } from "../../../../src/core/recognize/writing/exact-math.ts";

test("exponential and logarithm are those of mathematics", () => {
  for (let x = 0; x > -59; x -= 0.37) expect(expOf(x) / Math.exp(x)).toBeCloseTo(1, 9);
  for (let x = 1; x > 1e-6; x *= 0.83) expect(logOf(x)).toBeCloseTo(Math.log(x), 9);
  expect(expOf(0)).toBe(1);
  expect(expOf(-1000)).toBe(0);
  expect(logOf(1)).toBe(0);
});
