import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { composedNumbers, composedWords } from "../../src/recognition/composed.ts";

const folder = mkdtempSync(path.join(tmpdir(), "penlight-composed-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A stroke from the upper left to the lower right, as large as said. */
const line = (label: string, writer: string, width: number, height: number) =>
  JSON.stringify({
    label,
    writer,
    split: "dev",
    strokes: [
      [
        [5, 5],
        [5 + width, 5 + height],
      ],
    ],
  });
const digits = ["anna", "berta"].flatMap((writer) => [..."0123456789"].map((digit) => line(digit, writer, 30, 50)));
const half = [..."01234"].map((digit) => line(digit, "carl", 30, 50));
writeFileSync(path.join(folder, "unipen-digits.jsonl"), [...digits, ...half].join("\n"));
writeFileSync(path.join(folder, "unipen-symbols.jsonl"), [..."-./"].map((sign) => line(sign, "dora", 20, 20)).join("\n"));
writeFileSync(path.join(folder, "unipen-upper.jsonl"), [..."ABC"].map((letter) => line(letter, "anna", 30, 40)).join("\n"));

const boxOf = (points: Float64Array) => ({ left: points[0] as number, top: points[1] as number, bottom: points[3] as number });

test("numbers are made of one writer's digits, in the order of their texts, and the same every time", () => {
  const numbers = composedNumbers(folder, "dev", 200);
  expect(numbers).toEqual(composedNumbers(folder, "dev", 200));
  for (const { label, strokes } of numbers) {
    expect(label).toMatch(/^-?(\d+|\d+\.\d+|\d+\/\d+)$/);
    expect(strokes).toHaveLength(label.length);
    const lefts = strokes.map(({ points }) => boxOf(points).left);
    expect(lefts).toEqual([...lefts].sort((a, b) => a - b));
  }
  expect(new Set(numbers.map(({ label }) => label.replace(/\d+/g, "n"))).size).toBe(6);
});

test("a point stands low and small, a minus in the middle", () => {
  for (const { label, strokes } of composedNumbers(folder, "dev", 200)) {
    [...label].forEach((text, at) => {
      const { top, bottom } = boxOf((strokes[at] as (typeof strokes)[number]).points);
      if (text === ".") expect([bottom - top < 1, (top + bottom) / 2 > 6]).toEqual([true, true]);
      if (text === "-") expect(Math.abs((top + bottom) / 2 - 3.5)).toBeLessThan(0.8);
    });
  }
});

test("words are made of different letters, and of nothing where nobody wrote them", () => {
  const words = composedWords(folder, "dev", [..."ABCD"], 50);
  for (const { label } of words) expect(new Set(label).size).toBe(label.length);
  expect(new Set(words.flatMap(({ label }) => [...label]))).toEqual(new Set("ABC"));
  expect(composedWords(folder, "test", [..."ABCD"], 50)).toEqual([]);
  expect(composedNumbers(folder, "test", 50)).toEqual([]);
});
