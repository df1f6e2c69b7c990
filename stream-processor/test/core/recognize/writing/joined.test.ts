import { describe, expect, test } from "vitest";
import { cleanStrokes } from "../../../../src/core/recognize/writing/ink-path.ts";
import { cutJoined } from "../../../../src/core/recognize/writing/joined.ts";
import { pieceOf } from "../../../../src/core/recognize/writing/line.ts";
import { readNumber } from "../../../../src/core/recognize/writing/number.ts";
import { SymbolMemo } from "../../../../src/core/recognize/writing/symbol-memo.ts";
import { sideBySide, writtenDigits } from "../../../fixtures/handwriting.ts";

const ring = (x: number) =>
  Array.from({ length: 25 }, (_, i) => [x + 2.6 * Math.sin((i / 24) * 6.4), 4 - 4 * Math.cos((i / 24) * 6.4)]).flat();

describe("joined digits", () => {
  test("[ANS-74] two rings in one stroke are two digits, of the same stroke", () => {
    const joined = { points: Float64Array.from([...ring(0), ...ring(7)]) };
    const parts = cutJoined(cleanStrokes([joined]).map(pieceOf), 8, new SymbolMemo("number"));
    expect(parts.map(({ order }) => order)).toEqual([0, 0]);
    const one = { points: Float64Array.from([-6, 0, -6.2, 4, -6.3, 8]) };
    expect(readNumber(cleanStrokes([one, joined]))[0]?.text).toBe("100");
  });

  test("a digit by itself stays whole", () => {
    const pieces = writtenDigits().flatMap(({ strokes }) => (strokes.length === 1 ? cleanStrokes(sideBySide([strokes])) : []));
    const memo = new SymbolMemo("number");
    for (const points of pieces) expect(cutJoined([pieceOf(points, 0)], 8, memo)).toHaveLength(1);
  });
});
