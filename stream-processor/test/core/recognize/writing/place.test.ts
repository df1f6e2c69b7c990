import { describe, expect, test } from "vitest";
import { pieceOf } from "../../../../src/core/recognize/writing/line.ts";
import { formCost, orderCost, scoresInPlace } from "../../../../src/core/recognize/writing/place.ts";

const LINE = [pieceOf(Float64Array.from([0, 0, 4, 8]), 0), pieceOf(Float64Array.from([12, 0, 16, 8]), 1)];
/** Two readings of one group that its shape cannot tell apart. */
const even = (a: string, b: string) => ({
  ranked: [
    { text: a, probability: 0.45 },
    { text: b, probability: 0.45 },
  ],
  refused: 0.1,
});
const bestAt = (a: string, b: string, points: readonly number[]) =>
  scoresInPlace(even(a, b), [Float64Array.from(points)], LINE, 8).ranked[0]?.text;

describe("a sign in its place", () => {
  test("a dot stands low, a dash in the middle, a slash is high and leans", () => {
    expect(bestAt(".", "-", [8, 7.6, 8.2, 7.9])).toBe(".");
    expect(bestAt(".", "-", [6.5, 4, 9.5, 4])).toBe("-");
    expect(bestAt("/", "1", [6.5, 9.5, 9.5, -2])).toBe("/");
  });

  test("what shape says for sure, place does not turn", () => {
    const sure = {
      ranked: [
        { text: "7", probability: 0.9999 },
        { text: "1", probability: 0.0001 },
      ],
      refused: 0,
    };
    expect(scoresInPlace(sure, [Float64Array.from([6, 0, 9, 0, 7, 8])], LINE, 8).ranked[0]?.text).toBe("7");
  });

  test("probabilities still come to 1", () => {
    const { ranked, refused } = scoresInPlace(even("1", "/"), [Float64Array.from([8, 0, 8, 8])], [], 8);
    expect(ranked.reduce((sum, { probability }) => sum + probability, refused)).toBeCloseTo(1, 9);
  });

  test("a sign costs where no number has one", () => {
    expect(orderCost("", "/", false)).toBeGreaterThan(orderCost("", "-", false));
    expect(orderCost("1", "/", true)).toBeGreaterThan(orderCost("1", "/", false));
    expect(orderCost("1/", "-", false)).toBeGreaterThan(0);
    expect(orderCost("12", "3", true)).toBe(0);
  });

  test("numbers, dates, times and telephone numbers have a form, other texts cost", () => {
    for (const text of ["12", "-3", "-0.5", "-1/2", "4/27/1993", "12:05", "1-800-5729", "1,000.50", "12/7/93,"]) {
      expect([text, formCost(text)]).toEqual([text, 0]);
    }
    for (const text of ["4/27192", "11/0-787", "12:175", "1/2/3/4", "1.2.3"])
      expect([text, formCost(text) > 0]).toEqual([text, true]);
  });
});
