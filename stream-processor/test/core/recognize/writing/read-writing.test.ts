import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { explainWriting, readWriting, WRITING_RECOGNIZER } from "../../../../src/core/recognize/writing/read-writing.ts";
import { LINE_STROKES_MAX } from "../../../../src/core/recognize/writing/segments.ts";
import { ALPHABETS, NOTHING_READ } from "../../../../src/core/recognize/writing/writing.ts";
import { placed, writtenDigits } from "../../../fixtures/handwriting.ts";

const digits = writtenDigits();
const stroke = (...points: number[]) => ({ points: Float64Array.from(points) });

describe("reading", () => {
  test("[ANS-70] where the ink lies does not count, nor how large it is", () => {
    for (const { strokes } of digits.slice(0, 20)) {
      const one = readWriting(strokes, "digits");
      for (const [scale, dx, dy] of [
        [1, 120, -35],
        [2.5, 0, 0],
        [0.6, 7, 7],
      ] as const) {
        const other = readWriting(placed(strokes, scale, dx, dy), "digits");
        expect(other.text).toBe(one.text);
        expect(other.confidence).toBeCloseTo(one.confidence, 3);
      }
    }
  });

  test("every reading is in its form: confidence 0 to 1, the second less sure, nothing without a text", () => {
    const coordinate = fc.oneof(
      fc.double({ min: -20, max: 20 }),
      fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, 0, 1e300),
    );
    const ink = fc.array(fc.array(coordinate, { maxLength: 30 }), { maxLength: 7 });
    fc.assert(
      fc.property(ink, fc.constantFrom(...ALPHABETS), (lists, alphabet) => {
        const { text, confidence, second, verdict } = readWriting(
          lists.map((list) => stroke(...list)),
          alphabet,
        );
        expect(confidence >= 0 && confidence <= 1 + 1e-9).toBe(true);
        expect(second === null || second.confidence <= confidence).toBe(true);
        if (text === "") expect({ text, confidence, second, verdict }).toEqual(NOTHING_READ);
      }),
      { numRuns: 150 },
    );
  });

  test("an empty box, a dot and a speck are no symbol", () => {
    for (const alphabet of ALPHABETS) {
      expect(readWriting([], alphabet)).toEqual(NOTHING_READ);
      expect(readWriting([stroke()], alphabet)).toEqual(NOTHING_READ);
      if (alphabet !== "signs") expect(readWriting([stroke(1, 1)], alphabet)).toEqual(NOTHING_READ);
    }
    expect(readWriting([stroke(1, 1, 1.2, 1.1)], "signs").text).toBe(".");
  });

  test("[ANS-73] one stroke of 100,000 dots and a box with 5,000 strokes are answered, and not with a guess", () => {
    const tangle = Float64Array.from({ length: 200_000 }, (_, at) =>
      at % 2 === 0 ? 8 * Math.sin(at * 0.37) : 8 * Math.cos(at * 0.23),
    );
    const hatching = Array.from({ length: 5000 }, (_, at) => stroke(at % 10, 0, (at % 10) + 1, 8));
    for (const alphabet of ALPHABETS) {
      expect(readWriting([{ points: tangle }], alphabet).verdict).not.toBe("sure");
      expect(readWriting(hatching, alphabet)).toEqual(NOTHING_READ);
    }
  });

  test("as many strokes as a line may have are read in bounded work", () => {
    const line = Array.from({ length: LINE_STROKES_MAX }, (_, at) => stroke(at * 4, 0, at * 4, 8));
    expect(readWriting(line, "number").text.length).toBeGreaterThan(0);
  });

  test("a reading is explained: recogniser, groups with their strokes and scores, other readings", () => {
    const ink = (digits[0] as (typeof digits)[number]).strokes;
    const { recognizer, reading, groups, others, sure } = explainWriting(ink, "digits");
    expect(recognizer).toBe(WRITING_RECOGNIZER);
    expect(groups.map(({ text, strokes }) => ({ text, strokes }))).toEqual([
      { text: reading.text, strokes: ink.map((_, at) => at) },
    ]);
    expect(groups[0]?.scores.ranked[0]).toEqual({ text: reading.text, probability: reading.confidence });
    expect(others[0]?.text).toBe(reading.second?.text);
    expect(sure).toBeGreaterThan(0.5);
  });
});
