import type { BoxId, Item } from "@penlight/proto";
import { describe, expect, test } from "vitest";
import { shapeOfPath } from "../../src/core/recognize/shape.ts";
import { cleanStrokes } from "../../src/core/recognize/writing/ink-path.ts";
import { readNumber } from "../../src/core/recognize/writing/number.ts";
import { readWriting } from "../../src/core/recognize/writing/read-writing.ts";
import type { WrittenStroke } from "../../src/core/recognize/writing/writing.ts";
import type { PlacedBox } from "../../src/core/worksheet-map.ts";
import { WritingReader } from "../../src/core/writing-reader.ts";
import { frameOf, placed, sideBySide, type WrittenDigit, writtenDigits } from "../fixtures/handwriting.ts";

const digits = writtenDigits();

const BOX: PlacedBox = { id: "b" as BoxId, left: 50, top: 50, right: 90, bottom: 62, marginMm: 5 };
const ITEM = { id: "q", kind: "number", box: "b", key: { value: "1" } } as unknown as Item;
const inBox = ({ strokes }: WrittenDigit) => placed(sideBySide([strokes]), 1, BOX.left + 2, BOX.top + 2);

function readingOf(ink: readonly WrittenStroke[]): WritingReader["reading"] {
  const reader = new WritingReader(ITEM, BOX, "number");
  for (const { points } of ink) reader.read({ box: 0, kind: "other", shape: shapeOfPath(Array.from(points)) });
  return reader.reading;
}

/** A straight line of 21 dots. */
function line(x0: number, y0: number, x1: number, y1: number): WrittenStroke {
  const dots = Array.from({ length: 21 }, (_, i) => [x0 + ((x1 - x0) * i) / 20, y0 + ((y1 - y0) * i) / 20]);
  return { points: Float64Array.from(dots.flat()) };
}

describe("all the digits of the fixture", () => {
  test("[ANS-71] are read, and what is sure is right", () => {
    const readings = digits.map(({ strokes, label }) => ({ label, ...readWriting(strokes, "digits") }));
    expect(readings.filter(({ text, label }) => text === label).length).toBeGreaterThan(0.97 * digits.length);
    // One 4 of these is closed like a 9.
    expect(readings.filter(({ verdict, text, label }) => verdict === "sure" && text !== label).length).toBeLessThanOrEqual(1);
  });

  test("three beside each other are a number, most of them", () => {
    let right = 0;
    for (let at = 0; at + 3 <= digits.length; at += 3) {
      const some = [0, 1, 2].map((k) => digits[(at * 7 + k * 41) % digits.length] as WrittenDigit);
      const [best] = readNumber(cleanStrokes(sideBySide(some.map(({ strokes }) => strokes))));
      if (best?.text === some.map(({ label }) => label).join("")) right++;
    }
    expect(right / (digits.length / 3)).toBeGreaterThan(0.85);
  });

  test("[ANS-81] [ANS-94] are answers in a box, and none that is struck out by a line is ever counted with it", () => {
    const sure = digits.filter((digit) => {
      const reading = readingOf(inBox(digit));
      return reading.kind === "answer" && reading.value === digit.label;
    });
    expect(sure.length / digits.length).toBeGreaterThan(0.7);
    const found = { answer: 0, withdrawn: 0, unsure: 0, none: 0 };
    for (const digit of sure) {
      const ink = inBox(digit);
      const { left, right, top, bottom } = frameOf(ink);
      const middle = (top + bottom) / 2;
      found[readingOf([...ink, line(left - 2, middle, right + 2, middle + 0.5)]).kind]++;
    }
    expect(found.answer).toBeLessThanOrEqual(sure.length * 0.01);
    expect(found.withdrawn).toBeGreaterThan(sure.length * 0.75);
  });
});
