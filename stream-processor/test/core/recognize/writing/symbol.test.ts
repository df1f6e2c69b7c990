import { describe, expect, test } from "vitest";
import { cleanStrokes, SYMBOL_STROKES_MAX } from "../../../../src/core/recognize/writing/ink-path.ts";
import { REFUSED, scoreSymbol } from "../../../../src/core/recognize/writing/symbol.ts";
import { ALPHABETS, isLine, symbolsOf } from "../../../../src/core/recognize/writing/writing.ts";
import { writtenDigits } from "../../../fixtures/handwriting.ts";

const SYMBOLS = new Set(ALPHABETS.map((alphabet) => (isLine(alphabet) ? symbolsOf(alphabet) : alphabet)));

describe("one symbol", () => {
  test("probabilities of the texts and of a refusal come to 1, best first, in every alphabet", () => {
    for (const { strokes } of writtenDigits().slice(0, 20)) {
      for (const alphabet of SYMBOLS) {
        const { ranked, refused } = scoreSymbol(cleanStrokes(strokes), alphabet);
        expect(ranked.reduce((sum, { probability }) => sum + probability, refused)).toBeCloseTo(1, 9);
        expect(ranked.map(({ probability }) => probability)).toEqual(
          ranked.map(({ probability }) => probability).sort((a, b) => b - a),
        );
        expect(new Set(ranked.map(({ text }) => text)).size).toBe(ranked.length);
      }
    }
  });

  test("nothing, and more strokes than a symbol has, are refused", () => {
    const many = Array.from({ length: SYMBOL_STROKES_MAX + 1 }, (_, at) => Float64Array.from([at, 0, at, 5]));
    expect(scoreSymbol([], "digits")).toBe(REFUSED);
    expect(scoreSymbol(many, "digits")).toBe(REFUSED);
  });

  test("the alphabet decides between shapes that are one", () => {
    const ring = [
      Float64Array.from(
        Array.from({ length: 25 }, (_, i) => [4 * Math.sin((i / 24) * 6.28), -5 * Math.cos((i / 24) * 6.28)]).flat(),
      ),
    ];
    expect(scoreSymbol(ring, "digits").ranked[0]?.text).toBe("0");
    expect(scoreSymbol(ring, "upper").ranked[0]?.text).toBe("O");
    expect(scoreSymbol(ring, "marks").ranked[0]?.text).toBe("circle");
  });
});
