import { Random } from "@penlight/proto";
import { expect, test } from "vitest";
import { fitLogistic } from "../../src/recognition/logistic.ts";

test("a logistic fit finds the weights that the samples were drawn by, and none below zero", () => {
  const random = new Random("logistic");
  const reads = Array.from({ length: 600 }, () => {
    const inputs = [random.between(-3, 0), random.between(-1, 0), random.between(-1, 0)];
    const z = 2 + 1.5 * (inputs[0] as number) - 1 * (inputs[2] as number);
    return { inputs, right: random.chance(1 / (1 + Math.exp(-z))) };
  });
  const { bias, weights, probabilityOf } = fitLogistic(reads);
  expect(weights[0]).toBeGreaterThan(1);
  expect(weights[0]).toBeLessThan(2.2);
  expect(weights[2]).toBe(0);
  expect(probabilityOf([0, 0, 0])).toBeCloseTo(1 / (1 + Math.exp(-bias)), 9);
  expect(probabilityOf([0, 0, 0])).toBeGreaterThan(probabilityOf([-3, 0, 0]));
});
