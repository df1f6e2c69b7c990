import { expect, test } from "vitest";
import { pieceOf } from "../../../../src/core/recognize/writing/line.ts";
import { scoreSymbol } from "../../../../src/core/recognize/writing/symbol.ts";
import { SymbolMemo } from "../../../../src/core/recognize/writing/symbol-memo.ts";

const seven = pieceOf(Float64Array.from([0, 0, 5, 0, 2, 8]), 0);
const dash = pieceOf(Float64Array.from([8, 4, 9, 4]), 1);

test("a group is looked at once, another one by itself, and small ink again for every height of its line", () => {
  const memo = new SymbolMemo("number");
  const first = memo.scoresOf([seven], 8);
  expect(first).toEqual(scoreSymbol([seven.points], "number", 8));
  expect(memo.scoresOf([seven], 16)).toBe(first);
  expect(memo.scoresOf([seven, dash], 8)).not.toBe(first);
  const small = memo.scoresOf([dash], 8);
  expect(memo.scoresOf([dash], 8)).toBe(small);
  expect(memo.scoresOf([dash], 20)).toEqual(scoreSymbol([dash.points], "number", 20));
});
