import { DOT_STRIDE, DOT_X, DOT_Y, MM_PER_CENTIUNIT, Random } from "@penlight/proto";
import { describe, expect, test } from "vitest";
import { drawHand, type Movement, trace } from "../../../src/source/simulator/hand.ts";
import type { Area } from "../../../src/source/simulator/marks.ts";
import { DrawnScript, extentOf } from "../../../src/source/simulator/script.ts";
import { drawSetting, type Setting, strikeText, write } from "../../../src/source/simulator/writing.ts";

const BOX: Area = { xMm: 30, yMm: 40, widthMm: 36, heightMm: 12 };
const BRACKET: Area = { xMm: 30, yMm: 40, widthMm: 14, heightMm: 12 };
const TEXTS = ["7", "56", "-3", "0.5", "3.14", "3/4", "2 1/3", "-1/2", "ACD", "BCA"];

function settingOf(seed: number): Setting {
  const random = new Random(`pupil/${seed}`);
  return drawSetting(new DrawnScript(random.fork("script")), 0, random);
}

/** Where a pen goes: left, top, right, bottom. */
function extent(movements: readonly Movement[], seed = 1) {
  const random = new Random(seed);
  const hand = { ...drawHand(random), jitterMm: 0 };
  const [xs, ys] = [[] as number[], [] as number[]];
  for (const movement of movements) {
    const dots = trace(movement, hand, { x: 0, y: 0 }, random);
    for (let at = 0; at < dots.length; at += DOT_STRIDE) {
      xs.push((dots[at + DOT_X] as number) * MM_PER_CENTIUNIT);
      ys.push((dots[at + DOT_Y] as number) * MM_PER_CENTIUNIT);
    }
  }
  return { left: Math.min(...xs), top: Math.min(...ys), right: Math.max(...xs), bottom: Math.max(...ys) };
}

describe("[CLASS-6] writing", () => {
  test("there is a glyph for every character that an answer can have, about as high as its kind", () => {
    const height = (character: string) => extentOf(character).bottom - extentOf(character).top;
    for (const tall of "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZbdfhkl") expect([tall, height(tall) > 0.9]).toEqual([tall, true]);
    for (const small of "aceimnorsuvwxz") expect([small, height(small) < 0.95]).toEqual([small, true]);
    for (const low of "gjpqy") expect([low, extentOf(low).bottom > 1.2]).toEqual([low, true]);
    for (const sign of "-.") expect([sign, height(sign) < 0.25]).toEqual([sign, true]);
    expect(() => new DrawnScript(new Random(1)).glyph("%", new Random(1))).toThrow(RangeError);
  });

  test("who is careful stays in the box, whatever is written", () => {
    for (let seed = 0; seed < 40; seed++) {
      for (const text of TEXTS) {
        const written = write(text, BOX, null, settingOf(seed), new Random(seed));
        const { left, top, right, bottom } = extent(written?.movements ?? []);
        const out = Math.max(BOX.xMm - left, BOX.yMm - top, right - BOX.xMm - BOX.widthMm, bottom - BOX.yMm - BOX.heightMm);
        expect({ seed, text, isIn: out < 0.8 }).toEqual({ seed, text, isIn: true });
      }
    }
  });

  test("hands differ: slants, allographs and sizes; the same hand writes the same twice", () => {
    const glyphs = Array.from({ length: 60 }, (_, seed) => settingOf(seed).script.glyph("4", new Random(7)));
    const strokes = new Set(glyphs.map(({ movements }) => movements.length));
    expect([...strokes].sort()).toEqual([1, 2]);
    const widths = glyphs.map(({ width }) => width);
    expect(Math.max(...widths) / Math.min(...widths)).toBeGreaterThan(1.3);
    expect(settingOf(3).script.glyph("4", new Random(7))).toEqual(settingOf(3).script.glyph("4", new Random(7)));
  });

  test("a second thought stands beside the first one, which is struck out from end to end", () => {
    let fitted = 0;
    for (let seed = 0; seed < 40; seed++) {
      const random = new Random(seed);
      for (const [text, next, box] of [
        ["56", "-14", BOX],
        ["3/4", "2", BOX],
        ["B", "C", BRACKET],
      ] as const) {
        const first = write(text, box, null, settingOf(seed), random);
        if (first === null) throw new Error("the first one has room");
        const ink = extent(first.movements);
        const strike = extent(strikeText(first.area, random));
        expect(strike.left).toBeLessThan(ink.left + 0.4);
        expect(strike.right).toBeGreaterThan(ink.right - 0.4);
        const second = write(next, box, first.area, settingOf(seed), random);
        if (second === null) continue;
        fitted++;
        expect(extent(second.movements).left).toBeGreaterThan(ink.right);
      }
    }
    expect(fitted).toBeGreaterThan(60);
  });
});
