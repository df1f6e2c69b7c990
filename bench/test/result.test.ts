import { describe, expect, test } from "vitest";
import { hashOf, medianOf, quantileOf } from "../src/result.ts";

describe("medianOf", () => {
  test("is the middle value of an odd number of values, whatever their order", () => {
    expect(medianOf([5])).toBe(5);
    expect(medianOf([9, 1, 100, 2, 3])).toBe(3);
  });

  test("is the mean of the two middle values of an even number", () => {
    expect(medianOf([4, 1, 3, 2])).toBe(2.5);
  });

  test("compares numbers, not their texts", () => {
    expect(medianOf([10, 9, 100])).toBe(10);
  });

  test("leaves its argument as it is", () => {
    const values = Object.freeze([3, 1, 2]);
    expect(medianOf(values)).toBe(2);
  });

  test("refuses nothing at all", () => {
    expect(() => medianOf([])).toThrow("medianOf requires at least 1 value");
  });
});

describe("quantileOf", () => {
  // The worked example of the nearest-rank method on Wikipedia's page "Percentile".
  test.each([
    [0.05, 15],
    [0.3, 20],
    [0.4, 20],
    [0.5, 35],
    [1, 50],
  ])("the nearest rank of %f in five values is %i", (q, expected) => {
    expect(quantileOf([40, 15, 50, 20, 35], q)).toBe(expected);
  });

  test("the 99th percentile of 1..100 is 99, of 1..1000 it is 990", () => {
    const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1);
    expect(quantileOf(upTo(100), 0.99)).toBe(99);
    expect(quantileOf(upTo(1000), 0.99)).toBe(990);
  });

  test("the smallest is the quantile 0", () => {
    expect(quantileOf([3, 1, 2], 0)).toBe(1);
  });

  test("refuses nothing at all", () => {
    expect(() => quantileOf([], 0.5)).toThrow("quantileOf requires at least 1 value");
  });
});

describe("hashOf", () => {
  test("is the first 16 digits of SHA-256 (FIPS 180-2, of the three bytes abc)", () => {
    expect(hashOf(new TextEncoder().encode("abc"))).toBe("ba7816bf8f01cfea");
  });
});
