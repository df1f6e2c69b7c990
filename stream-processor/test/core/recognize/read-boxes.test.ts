import { Random } from "@penlight/proto";
import { describe, expect, it } from "vitest";
import { kindOf } from "../../../src/core/recognize/kind.ts";
import { MarkReader } from "../../../src/core/recognize/read-boxes.ts";
import { shapeOfPath } from "../../../src/core/recognize/shape.ts";
import { type Glyph, MARKS, rest, STRIKES, slip } from "../../fixtures/glyphs.ts";

const SIZES_MM = [4, 5, 6, 8];
const SEEDS = 150;
const BOXES = ["A", "B", "C"] as const;

/** A row of boxes, each `size` mm, twice their size apart. */
function boxesOf(size: number) {
  return BOXES.map((id, i) => {
    const left = 20 + i * 3 * size;
    return { id: id as never, left, right: left + size, top: 30, bottom: 30 + size };
  });
}

/** Reads glyphs that were drawn one after the other, each in its box. */
function read(size: number, drawn: readonly (readonly [box: number, glyphs: readonly Glyph[]])[]) {
  const boxes = boxesOf(size);
  const reader = new MarkReader(boxes);
  for (const [index, glyphs] of drawn) {
    const box = boxes[index] as (typeof boxes)[number];
    for (const glyph of glyphs) {
      const mm = glyph.flatMap(([x, y]) => [box.left + x * size, box.top + y * size]);
      const shape = shapeOfPath(mm);
      reader.read({ box: index, kind: kindOf(shape, box), shape });
    }
  }
  return reader.readings;
}

function forAll(name: string, check: (random: Random, size: number, seed: string) => void) {
  for (const size of SIZES_MM) {
    for (let i = 0; i < SEEDS; i++) {
      const seed = `${name}/${size}/${i}`;
      check(new Random(seed), size, seed);
    }
  }
}

describe("MarkReader", () => {
  for (const [name, mark] of Object.entries(MARKS)) {
    it(`[ANS-30] reads a ${name} of many hands as a mark`, () => {
      forAll(name, (random, size, seed) => {
        const readings = read(size, [[1, mark(random)]]);
        expect(
          readings.map((each) => each.state),
          seed,
        ).toEqual(["empty", "marked", "empty"]);
      });
    });
    for (const [struckBy, strike] of Object.entries(STRIKES)) {
      it(`[ANS-31] withdraws a ${name} by ${struckBy}`, () => {
        forAll(`${name}-${struckBy}`, (random, size, seed) => {
          const readings = read(size, [
            [1, mark(random)],
            [1, strike(random)],
          ]);
          expect(
            readings.map((each) => each.state),
            seed,
          ).toEqual(["empty", "struck", "empty"]);
        });
      });
    }
    it(`[ANS-35] a ${name} in another box after a strike-out counts`, () => {
      forAll(`again-${name}`, (random, size, seed) => {
        const readings = read(size, [
          [0, random.pick(Object.values(MARKS))(random)],
          [0, random.pick(Object.values(STRIKES))(random)],
          [2, mark(random)],
        ]);
        expect(
          readings.map((each) => each.state),
          seed,
        ).toEqual(["struck", "empty", "marked"]);
      });
    });
  }

  it("[ANS-21] a pen that rests marks nothing and withdraws nothing", () => {
    forAll("rest", (random, size, seed) => {
      const readings = read(size, [
        [0, rest(random)],
        [1, random.pick(Object.values(MARKS))(random)],
        [1, rest(random)],
      ]);
      expect(
        readings.map((each) => each.state),
        seed,
      ).toEqual(["empty", "marked", "empty"]);
    });
  });

  it("[ANS-22] a slip marks nothing and withdraws nothing", () => {
    forAll("slip", (random, size, seed) => {
      const readings = read(size, [
        [0, slip(random)],
        [1, random.pick(Object.values(MARKS))(random)],
        [1, slip(random)],
      ]);
      expect(
        readings.map((each) => each.state),
        seed,
      ).toEqual(["empty", "marked", "empty"]);
    });
  });
});
