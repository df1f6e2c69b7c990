import { describe, expect, test } from "vitest";
import { ReckonedStarts, STARTS_MAX } from "../../src/core/reckoned-starts.ts";

describe("ReckonedStarts", () => {
  test("[PEN-6] no two starts are the same, in whatever order they are reckoned, and none is later than it must be", () => {
    const starts = new ReckonedStarts();
    expect([5000, 5000, 4989, 5000, 5001, 5500].map((ms) => starts.take(ms))).toEqual([5000, 5001, 4989, 5002, 5003, 5500]);
  });

  test("[PEN-6] what is remembered is bounded", () => {
    const starts = new ReckonedStarts();
    for (let stroke = 0; stroke < STARTS_MAX; stroke++) starts.take(stroke * 10);
    expect(starts.take(0)).toBe(1);
    expect([starts.take(0), starts.take(20)]).toEqual([0, 21]);
  });
});
