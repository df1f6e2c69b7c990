import { Random } from "@penlight/proto";
import { describe, expect, it } from "vitest";
import { kindOf, type StrokeKind } from "../../../src/core/recognize/kind.ts";
import { type BoxReading, MARK_WIDE_MAX, MarkReader, ringsBox } from "../../../src/core/recognize/read-boxes.ts";
import { STRIKE_CORE_WAY } from "../../../src/core/recognize/strike-out.ts";
import { BOX, type Corner, drawn, lineAt } from "../../fixtures/box-drawing.ts";
import { circle, fill, type Glyph, MARKS, rest, STRIKES, slip } from "../../fixtures/glyphs.ts";
import { figuresOf } from "../../fixtures/spec-figures.ts";

const SIZES_MM = [4, 5, 6, 8];
const SEEDS = 40;
const BOXES = ["A", "B", "C"] as const;

/** A row of boxes, each `size` mm, twice their size apart. */
function boxesOf(size: number) {
  return BOXES.map((id, i) => {
    const left = 20 + i * 3 * size;
    return { id: id as never, left, right: left + size, top: 30, bottom: 30 + size, marginMm: 1.5 };
  });
}

type Drawing = readonly (readonly [box: number, strokes: readonly (readonly Corner[])[]])[];

/** Reads strokes that were drawn one after the other, each in its box. */
function read(size: number, drawing: Drawing): readonly BoxReading[] {
  const boxes = boxesOf(size);
  const reader = new MarkReader(boxes);
  for (const [index, strokes] of drawing) {
    const box = boxes[index] as (typeof boxes)[number];
    for (const stroke of strokes) {
      const shape = drawn(stroke, box, size);
      reader.read({ box: index, kind: kindOf(shape, box), shape });
    }
  }
  return reader.readings;
}

type States = readonly BoxReading["state"][];
const statesOf = (drawing: Drawing, size = 10): States => read(size, drawing).map((each) => each.state);

/** What the boxes say for each of many hands in boxes of several sizes: the seeds at which it is not what was expected. */
function wrongSeeds(name: string, drawingOf: (random: Random) => Drawing, expected: States): string[] {
  const seeds = SIZES_MM.flatMap((size) => Array.from({ length: SEEDS }, (_, i) => ({ size, seed: `${name}/${size}/${i}` })));
  return seeds
    .map(({ size, seed }) => ({ seed, states: statesOf(drawingOf(new Random(seed)), size).join() }))
    .filter(({ states }) => states !== expected.join())
    .map(({ seed, states }) => `${seed}: ${states}`);
}

const anyMark = (random: Random): Glyph[] => random.pick(Object.values(MARKS))(random);
const anyStrike = (random: Random): Glyph[] => random.pick(Object.values(STRIKES))(random);

describe("MarkReader, of many hands", () => {
  for (const [name, mark] of Object.entries(MARKS)) {
    it(`[ANS-34] reads a ${name} in an empty box as a mark`, () => {
      expect(wrongSeeds(name, (random) => [[1, mark(random)]], ["empty", "marked", "empty"])).toEqual([]);
    });
    for (const [struckBy, strike] of Object.entries(STRIKES)) {
      it(`[ANS-31] withdraws a ${name} by ${struckBy}`, () => {
        const struck = (random: Random): Drawing => [
          [1, mark(random)],
          [1, strike(random)],
        ];
        expect(wrongSeeds(`${name}-${struckBy}`, struck, ["empty", "struck", "empty"])).toEqual([]);
      });
    }
    it(`[ANS-34] a ${name} in another box after a strike-out counts`, () => {
      const again = (random: Random): Drawing => [
        [0, anyMark(random)],
        [0, anyStrike(random)],
        [2, mark(random)],
      ];
      expect(wrongSeeds(`again-${name}`, again, ["struck", "empty", "marked"])).toEqual([]);
    });
  }

  it.each([
    ["ANS-21", "a pen that rests", "rest", rest],
    ["ANS-22", "a slip", "slip", slip],
  ] as const)("[%s] [ANS-30] %s marks nothing and withdraws nothing", (_, __, name, idle) => {
    const around = (random: Random): Drawing => [
      [0, idle(random)],
      [1, anyMark(random)],
      [1, idle(random)],
    ];
    expect(wrongSeeds(name, around, ["empty", "marked", "empty"])).toEqual([]);
  });

  it("[ANS-36] a second fill goes on with the first, and over a ring it is doubtful", () => {
    const over =
      (mark: (random: Random) => Glyph[]) =>
      (random: Random): Drawing => [
        [1, mark(random)],
        [1, fill(random)],
      ];
    expect(wrongSeeds("refill", over(fill), ["empty", "marked", "empty"])).toEqual([]);
    expect(wrongSeeds("ring-fill", over(circle), ["empty", "doubtful", "empty"])).toEqual([]);
  });
});

/** Strokes of known measures, in box sizes. */
const middle: Corner = [0.5, 0.5];
const flat = (length: number, y = 0.5): Corner[] => lineAt([0.5, y], 0, length);
const upright = (length: number, x = 0.5): Corner[] => lineAt([x, 0.5], Math.PI / 2, length);
const slanting = (length: number): Corner[] => lineAt(middle, Math.PI / 4, length);
const tick: Corner[] = [
  [0.1, 0.5],
  [0.4, 0.85],
  [1.1, -0.05],
];
const ring: Corner[] = [
  [0.1, 0.1],
  [0.9, 0.1],
  [0.9, 0.9],
  [0.1, 0.9],
  [0.1, 0.1],
];
const scribble: Corner[] = [0.2, 0.35, 0.5, 0.65, 0.8].map((y, i) => [i % 2 === 0 ? 0.1 : 0.9, y]);
const hook: Corner[] = [
  [0.1, 0.2],
  [0.2, 0.45],
  [0.5, 0.5],
  [0.8, 0.45],
  [0.9, 0.2],
];

/** What box A says after these strokes, all of them in it. */
const after = (...strokes: readonly (readonly Corner[])[]) => statesOf([[0, strokes]])[0];

describe("MarkReader", () => {
  it("is tried with strokes of the kinds that they are meant to be", () => {
    const ways: [readonly Corner[], StrokeKind][] = [
      [flat(0.5), "short"],
      [flat(0.71), "line"],
      [tick, "tick"],
      [ring, "loop"],
      [scribble, "scribble"],
      [hook, "other"],
    ];
    expect(ways.map(([way]) => kindOf(drawn(way), BOX))).toEqual(ways.map(([, kind]) => kind));
  });

  it("[ANS-11] [ANS-34] the figures of SPEC.md are those of the code", () => {
    expect(figuresOf("ANS-34")).toEqual([MARK_WIDE_MAX]);
    expect(figuresOf("ANS-11")).toEqual([STRIKE_CORE_WAY]);
  });

  it("[ANS-30] tells the place of the last stroke that marked a box, among all of the item", () => {
    const rested: Corner[] = [middle, [0.55, 0.5]];
    const readings = read(10, [
      [1, [rested, slanting(1)]],
      [2, [tick]],
      [1, [lineAt(middle, -Math.PI / 4, 1), rested]],
    ]);
    expect(readings.map(({ state, order }) => ({ state, order }))).toEqual([
      { state: "empty", order: 0 },
      { state: "marked", order: 4 },
      { state: "marked", order: 3 },
    ]);
  });

  it("[ANS-31] a long strike-out withdraws each mark that it passes, clear or doubtful, and marks nothing itself", () => {
    // In sizes of box A; B begins at 3 and C at 6.
    const throughAll = (from: number): Corner[] => [
      [-0.5 - from, 0.5],
      [7.5 - from, 0.5],
    ];
    const marks: Drawing = [
      [0, [tick]],
      [2, [flat(0.5)]],
    ];
    expect(statesOf(marks)).toEqual(["marked", "empty", "doubtful"]);
    expect(statesOf([...marks, [1, [throughAll(3)]]])).toEqual(["struck", "empty", "struck"]);
    expect(statesOf([...marks, [0, [throughAll(0)]]])).toEqual(["struck", "empty", "struck"]);
  });

  it("[ANS-31] a long tick withdraws no other mark", () => {
    const longTick: Corner[] = [
      [-3.4, 0.4],
      [0.6, 0.8],
      [1.4, -1.2],
    ];
    expect(kindOf(drawn(longTick), BOX)).toBe("tick");
    const marked = statesOf([
      [0, [tick]],
      [1, [longTick]],
    ]);
    expect(marked).toEqual(["marked", "marked", "empty"]);
  });

  it("[ANS-32] a line of 0.7 withdraws a finished mark, a shorter one does not", () => {
    const cross = [slanting(1), lineAt(middle, -Math.PI / 4, 1)];
    for (const mark of [cross, [ring], [scribble]]) {
      expect([after(...mark, flat(0.69)), after(...mark, flat(0.71))]).toEqual(["marked", "struck"]);
    }
  });

  it("[ANS-32] a line that mostly passes beside the middle withdraws nothing", () => {
    expect([after(scribble, flat(1, 0.1)), after(scribble, flat(1, 0.2))]).toEqual(["marked", "struck"]);
  });

  it("[ANS-32] lines beside each other are hatching, unfinished until a wide one strikes them out", () => {
    const hatching = [0.2, 0.4, 0.6, 0.8].map((y) => flat(0.9, y));
    expect([1, 2, 3, 4].map((lines) => after(...hatching.slice(0, lines)))).toEqual(Array(4).fill("marked"));
    expect([after(...hatching, flat(1.28)), after(...hatching, flat(1.4))]).toEqual(["marked", "struck"]);
  });

  it("[ANS-33] a second line makes a cross of the first, also a wide one, unless it is flat over a slanting one", () => {
    expect(after(slanting(1), lineAt(middle, -Math.PI / 4, 1))).toBe("marked");
    expect(after(flat(1), upright(1.4))).toBe("marked");
    expect([after(slanting(1), upright(1.6)), after(slanting(1), flat(1.6))]).toEqual(["marked", "struck"]);
  });

  it("[ANS-33] a line across a bent stroke makes a cross of it, a wide one strikes it out", () => {
    expect([after(hook, upright(0.9)), after(hook, upright(1.5))]).toEqual(["marked", "struck"]);
    // Beside its middle there is no crossing, and the line strikes (ANS-32).
    expect(after(hook, upright(0.9, 0.17))).toBe("struck");
  });

  it("[ANS-33] a line across a tick is doubtful, a wide one strikes it out", () => {
    const across = (length: number) => lineAt([0.6, 0.3], Math.PI / 2, length);
    expect([after(tick, across(1)), after(tick, flat(1.5))]).toEqual(["doubtful", "struck"]);
  });

  it("[ANS-33] a wide line across a tick strikes it out, also one that is nearly a line", () => {
    const flatTick: Corner[] = [
      [-0.043, 0.544],
      [0.3, 0.75],
      [1.29, 0.07],
    ];
    expect(kindOf(drawn(flatTick), BOX)).toBe("tick");
    expect([after(flatTick, upright(1.2, 0.6)), after(flatTick, upright(1.6, 0.6))]).toEqual(["doubtful", "struck"]);
  });

  it("[ANS-33] a line across a scribble makes no cross of it, it strikes (ANS-32)", () => {
    const threeTimes: Corner[] = [
      [0.1, 0.5],
      [0.9, 0.5],
      [0.1, 0.5],
      [0.9, 0.5],
    ];
    expect(kindOf(drawn(threeTimes), BOX)).toBe("scribble");
    expect(after(threeTimes, upright(1.25))).toBe("struck");
  });

  it("[ANS-34] on an empty box every stroke but a short one is a mark", () => {
    const first = [tick, ring, scribble, hook, flat(0.61), flat(0.59)].map((way) => after(way));
    expect(first).toEqual(["marked", "marked", "marked", "marked", "marked", "doubtful"]);
  });

  it("[ANS-34] a short line is doubtful until more ink decides", () => {
    const short = flat(0.5);
    for (const more of [tick, ring, scribble, hook, flat(0.8)]) expect(after(short, more)).toBe("marked");
    expect([after(short, upright(0.5)), after(short, flat(0.5, 0.8))]).toEqual(["marked", "doubtful"]);
    // The crossing one may come after one beside it.
    expect(after(short, flat(0.5, 0.9), upright(0.5))).toBe("marked");
  });

  it("[ANS-34] a stroke wider than 1.75 on an empty box is doubtful when it leaves the box on both sides", () => {
    expect([after(flat(1.74)), after(flat(1.76))]).toEqual(["marked", "doubtful"]);
    expect([after(upright(1.74)), after(upright(1.76))]).toEqual(["marked", "doubtful"]);
    const oneSided: Corner[] = [
      [0.1, 0.5],
      [1.95, 0.5],
    ];
    expect(after(oneSided)).toBe("marked");
    expect(after(flat(1.76), flat(1.5))).toBe("struck");
    expect([after(flat(1.76), tick), after(flat(1.76), flat(0.9))]).toEqual(["doubtful", "doubtful"]);
  });

  it("[ANS-35] over a struck box lines and scribbles strike again, a tick or a ring is doubtful", () => {
    const struck = [tick, flat(1.5)];
    expect([flat(0.9), flat(0.5), scribble, hook, tick, ring].map((way) => after(...struck, way))).toEqual([
      "struck",
      "struck",
      "struck",
      "struck",
      "doubtful",
      "doubtful",
    ]);
    expect(after(...struck, tick, flat(1.5))).toBe("struck");
  });

  it("[ANS-36] a scribble that stays inside goes on with a fill and is doubtful over a tick or a ring", () => {
    expect([scribble, hook, flat(0.9)].map((way) => after(way, scribble))).toEqual(["marked", "marked", "marked"]);
    expect(after(flat(0.9, 0.2), flat(0.9, 0.4), scribble)).toBe("marked");
    expect(after(slanting(1), lineAt(middle, -Math.PI / 4, 1), scribble)).toBe("marked");
    expect([tick, ring].map((way) => after(way, scribble))).toEqual(["doubtful", "doubtful"]);
    const leaving = scribble.map(([x, y]): Corner => [2 * x - 0.5, y]);
    expect([scribble, tick, ring].map((way) => after(way, leaving))).toEqual(["struck", "struck", "struck"]);
  });
});

describe("ringsBox", () => {
  /** A ring around the box that dips into its middle half, `inside` long down and up. */
  const dipping = (inside: number): Corner[] => [
    [-0.2, -0.2],
    [0.6, -0.2],
    [0.6, 0.25 + inside / 2],
    [0.6, -0.2],
    [1.2, -0.2],
    [1.2, 1.2],
    [-0.2, 1.2],
    [-0.2, -0.2],
  ];

  it("[ANS-11] a ring is the box's when it holds the middle and passes less than 0.3 through the middle half", () => {
    expect([0, 0.29, 0.31].map((inside) => ringsBox(drawn(dipping(inside)), BOX))).toEqual([true, true, false]);
    const beside = ring.map(([x, y]): Corner => [x + 0.45, y]);
    const far = ring.map(([x, y]): Corner => [x + 3, y]);
    expect([ring, beside, far].map((way) => ringsBox(drawn(way), BOX))).toEqual([true, false, false]);
  });
});
