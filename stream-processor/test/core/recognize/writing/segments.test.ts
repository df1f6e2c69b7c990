import { describe, expect, test } from "vitest";
import { type Piece, pieceOf } from "../../../../src/core/recognize/writing/line.ts";
import { type CutRules, LINE_STROKES_MAX, readLine as lineOf } from "../../../../src/core/recognize/writing/segments.ts";
import { SymbolMemo } from "../../../../src/core/recognize/writing/symbol-memo.ts";
import { sideBySide, writtenDigits } from "../../../fixtures/handwriting.ts";

const RULES: CutRules = {
  isNumber: true,
  bodyMin: 0.6,
  bodyGap: 0.1,
  widthMax: 1.8,
  gapMax: 0.35,
  gapCost: 6,
  pointMax: 0.2,
  pointCost: 3,
  overlapFree: 0.1,
  overlapCost: 2,
  symbolCost: 0.3,
};
const readLine = (pieces: readonly Piece[], rules: CutRules) => lineOf(pieces, rules, new SymbolMemo("number"));
const digits = writtenDigits();
const digit = (label: string, at = 0) => digits.filter((each) => each.label === label)[at]?.strokes ?? [];
const pieces = (labels: string) =>
  sideBySide([...labels].map((label) => digit(label))).map(({ points }, at) => pieceOf(points, at));

describe("cutting a line", () => {
  test("[ANS-74] each stroke is in exactly one group, and the groups are read from left to right", () => {
    for (const labels of ["12", "70", "345", "9081"]) {
      const line = pieces(labels);
      const [best] = readLine(line, RULES);
      const strokes = best?.groups.flatMap((group) => [...group.strokes]) ?? [];
      expect([...strokes].sort((a, b) => a - b)).toEqual(line.map((_, at) => at));
      const lefts = best?.groups.map((group) => group.bounds.left) ?? [];
      expect(lefts).toEqual([...lefts].sort((a, b) => a - b));
      expect(best?.text).toBe(best?.groups.map((group) => group.text).join(""));
    }
  });

  test("the order in which the symbols were written does not count", () => {
    const line = pieces("3051");
    const backwards = [...line].reverse().map((piece, order) => ({ ...piece, order }));
    const single = line.every((_, at) => readLine(line, RULES)[0]?.groups[at]?.strokes.length === 1);
    // Reversing the strokes of one symbol may be another hand; so this is asked of single strokes only.
    expect(single ? readLine(backwards, RULES)[0]?.text : "").toBe(single ? readLine(line, RULES)[0]?.text : "");
  });

  test("readings are different texts, the best first", () => {
    const paths = readLine(pieces("147"), RULES);
    expect(paths.length).toBeGreaterThan(1);
    expect(new Set(paths.map(({ text }) => text)).size).toBe(paths.length);
    expect(paths.map(({ score }) => score)).toEqual(paths.map(({ score }) => score).sort((a, b) => b - a));
  });

  test("two high strokes with white between are two symbols", () => {
    const bars = [0, 3].map((x, at) => pieceOf(Float64Array.from([x, 0, x, 8]), at));
    expect(readLine(bars, RULES).map(({ groups }) => groups.length)).toEqual(expect.not.arrayContaining([1]));
  });

  test("no ink and too many strokes are not read", () => {
    const many = Array.from({ length: LINE_STROKES_MAX + 1 }, (_, at) => pieceOf(Float64Array.from([at, 0, at, 5]), at));
    expect(readLine([], RULES)).toEqual([]);
    expect(readLine(many, RULES)).toEqual([]);
  });
});
