import { describe, expect, test } from "vitest";
import { cleanStrokes } from "../../../../src/core/recognize/writing/ink-path.ts";
import { readLetters, readNumber } from "../../../../src/core/recognize/writing/number.ts";
import type { WrittenStroke } from "../../../../src/core/recognize/writing/writing.ts";
import { frameOf, placed, sideBySide, type WrittenDigit, writtenDigits } from "../../../fixtures/handwriting.ts";

const digits = writtenDigits();
const found = new Map<string, readonly WrittenStroke[]>();
/** A digit of the fixture that is read for what it is: here the cutting is under test. */
function digit(label: string): readonly WrittenStroke[] {
  const isRead = (each: WrittenDigit) => each.label === label && textOf(sideBySide([each.strokes])) === label;
  const strokes = found.get(label) ?? digits.find(isRead)?.strokes ?? [];
  found.set(label, strokes);
  return strokes;
}
const textOf = (strokes: readonly WrittenStroke[]) => readNumber(cleanStrokes(strokes))[0]?.text;
const line = (x: number, y: number, length: number): WrittenStroke => ({
  points: Float64Array.from({ length: 20 }, (_, at) => (at % 2 === 0 ? x + (length * at) / 18 : y + 0.05 * (at % 4))),
});
const dot = (x: number, y: number): WrittenStroke => ({ points: Float64Array.from([x, y, x + 0.3, y + 0.2]) });

describe("numbers", () => {
  test("a minus stands before, a point stands low between", () => {
    expect(textOf([line(-5, 4, 3.2), ...sideBySide([digit("3")])])).toBe("-3");
    const five = sideBySide([digit("0"), digit("2")], 0.6);
    const { right } = frameOf(sideBySide([digit("0")]));
    expect(textOf([...five, dot(right + 2, 7.8)])).toBe("0.2");
  });

  test("[ANS-74] one part over a bar and one under it are a fraction; with something left of it a mixed number", () => {
    const over = placed(sideBySide([digit("3")]), 1, 0, 0);
    const under = placed(sideBySide([digit("8")]), 1, 0, 13);
    const bar = line(-1.5, 10.5, 9);
    expect(textOf([...over, bar, ...under])).toBe("3/8");
    expect(textOf([...under, bar, ...over])).toBe("3/8");
    const whole = placed(sideBySide([digit("2")]), 1, -11, 6);
    expect(textOf([...whole, ...over, bar, ...under])).toBe("2 3/8");
  });
});

test("letters are read beside each other", () => {
  const stroke = (...points: number[]) => Float64Array.from(points);
  const L = [stroke(0, 0, 0, 8, 5, 8)];
  const T = [stroke(8, 0, 14, 0), stroke(11, 0, 11, 8)];
  expect(readLetters(L, "letters")[0]?.text).toBe("L");
  expect(readLetters([...L, ...T], "letters")[0]?.text).toBe("LT");
  expect(readLetters([...L, ...T], "a-d")[0]?.text).toMatch(/^[A-D]+$/);
});
