import { type BoxId, type Item, numberOf } from "@penlight/proto";
import { describe, expect, it } from "vitest";
import type { BoxStroke } from "../../src/core/recognize/read-boxes.ts";
import { shapeOfPath } from "../../src/core/recognize/shape.ts";
import type { WrittenStroke } from "../../src/core/recognize/writing/writing.ts";
import type { PlacedBox } from "../../src/core/worksheet-map.ts";
import { WRITTEN_STROKES_MAX, WritingReader } from "../../src/core/writing-reader.ts";
import { frameOf, placed, sideBySide, type WrittenDigit, writtenDigits } from "../fixtures/handwriting.ts";

const BOX: PlacedBox = { id: "b" as BoxId, left: 50, top: 50, right: 90, bottom: 62, marginMm: 5 };
const item = (more: object = {}) => ({ id: "q", kind: "number", box: "b", key: { value: "1" }, ...more }) as unknown as Item;
const strokeOf = (path: ArrayLike<number>): BoxStroke => ({ box: 0, kind: "other", shape: shapeOfPath(Array.from(path)) });
const inBox = (ink: readonly WrittenStroke[]) => placed(ink, 1, BOX.left + 2, BOX.top + 2);
const line = (x0: number, y0: number, x1: number, y1: number) =>
  Array.from({ length: 21 }, (_, i) => [x0 + ((x1 - x0) * i) / 20, y0 + ((y1 - y0) * i) / 20]).flat();

function readerWith(ink: readonly WrittenStroke[], more: object = {}): WritingReader {
  const reader = new WritingReader(item(more), BOX, "number");
  for (const { points } of ink) reader.read(strokeOf(points));
  return reader;
}

/** A digit that is read for sure by itself: what follows is about edits, not about reading. */
const one = writtenDigits().find(({ label, strokes }) => {
  const { reading } = readerWith(inBox(sideBySide([strokes])));
  return reading.kind === "answer" && reading.value === label;
}) as WrittenDigit;

describe("WritingReader", () => {
  it("[ANS-91] [ANS-94] reads a real digit, and tells how it came to them", () => {
    const reader = readerWith(inBox(sideBySide([one.strokes])));
    expect(reader.reading).toEqual({ kind: "answer", value: one.label });
    expect(reader.insight).toMatchObject({ alphabet: "number", guess: one.label });
    expect(reader.insight?.confidence).toBeGreaterThan(0.9);
    expect(reader.recognizer).toMatch(/^writing-nets\//);
  });

  it("[ANS-40] nothing written, dots alone, and everything struck out", () => {
    expect(readerWith([]).reading).toEqual({ kind: "none" });
    expect(readerWith([{ points: Float64Array.from([60, 55, 60.2, 55.1]) }]).reading).toEqual({ kind: "none" });
    const ink = inBox(sideBySide([one.strokes]));
    const { left, right, top, bottom } = frameOf(ink);
    const scribble = Array.from({ length: 9 }, (_, i) => [i % 2 === 0 ? left - 1 : right + 1, top + ((bottom - top) * i) / 8]);
    const reader = readerWith([...ink, { points: Float64Array.from(scribble.flat()) }]);
    expect(reader.reading).toEqual({ kind: "withdrawn" });
    expect(reader.insight).toBeNull();
  });

  it("[ANS-81] a real digit that is struck out by a line is not counted with it", () => {
    const ink = inBox(sideBySide([one.strokes]));
    const { left, right, top, bottom } = frameOf(ink);
    const middle = (top + bottom) / 2;
    const strike = { points: Float64Array.from(line(left - 2, middle, right + 2, middle + 0.5)) };
    expect(readerWith([...ink, strike]).reading.kind).toBe("withdrawn");
  });

  it("[ANS-92] a box with thousands of strokes is unsure, and costs no more reading", () => {
    const reader = readerWith(inBox(sideBySide([one.strokes])));
    for (let i = 0; i < 5000; i++) reader.read(strokeOf(line(52 + (i % 30), 52, 54 + (i % 30), 60)));
    expect(WRITTEN_STROKES_MAX).toBeLessThan(5000);
    expect([reader.reading, reader.insight]).toEqual([{ kind: "unsure" }, null]);
  });

  it("[ANS-92] one stroke of 100,000 dots is looked at as any other", () => {
    const dots = Array.from({ length: 100_000 }, (_, i) => [55 + 3 * Math.sin(i / 7), 56 + 3 * Math.cos(i / 11)]);
    expect(readerWith([{ points: Float64Array.from(dots.flat()) }]).reading.kind).toBe("unsure");
  });

  it("[ANS-93] what is certainly no number behind one is left out where the item says so", () => {
    const number = inBox(sideBySide([one.strokes]));
    const { right, bottom } = frameOf(number);
    const spiral = Array.from({ length: 120 }, (_, i) => [
      right + 8 + (i / 30) * Math.cos(i / 4),
      bottom - 4 + (i / 30) * Math.sin(i / 4),
    ]);
    const ink = [...number, { points: Float64Array.from(spiral.flat()) }];
    expect(readerWith(ink).reading).toEqual({ kind: "unsure" });
    expect(readerWith(ink, { ignoreUnit: true }).reading).toEqual({ kind: "answer", value: one.label });
  });

  it("[ANS-88] ink beside an empty box waits for the teacher, beside writing it is left out", () => {
    const ink = inBox(sideBySide([one.strokes]));
    const below = placed(ink, 1, 0, 13);
    expect(readerWith(below).reading).toEqual({ kind: "unsure" });
    expect(readerWith([...ink, ...placed(below, 1, 15, 0)]).reading).toEqual({ kind: "answer", value: one.label });
    expect(numberOf(one.label)).not.toBeNull();
  });
});
