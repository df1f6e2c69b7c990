import { describe, expect, it } from "vitest";
import { kindOf, type StrokeKind } from "../../../src/core/recognize/kind.ts";
import {
  CROSS_ANGLE_MIN,
  CROSS_END,
  CROSS_FIRST_BEND,
  CROSS_LENGTH_MAX,
  CROSS_LENGTH_MIN,
  CROSS_SECOND_BEND,
  completesCross,
  FLAT_RAD,
  isWide,
  STRIKE_BEYOND,
  STRIKE_CORE,
  STRIKE_CORE_WAY,
  STRIKE_LINE,
  STRIKE_WIDE,
  strikesLine,
  strikesMark,
} from "../../../src/core/recognize/strike-out.ts";
import { BOX, type Corner, drawn, lineAt } from "../../fixtures/box-drawing.ts";
import { figuresOf } from "../../fixtures/spec-figures.ts";

const turned = (way: readonly Corner[]) => way.map(([x, y]): Corner => [y, x]);
const acrossFrom = (left: number, right: number, y = 0.5): Corner[] => [
  [left, y],
  [right, y],
];
/** Beside the middle 70 % of the box but for a dip into it, down and up again. */
const dipping = (left: number, right: number, inCore: number): Corner[] => [
  [left, 0.05],
  [0.5, 0.05],
  [0.5, 0.15 + inCore / 2],
  [0.5, 0.05],
  [right, 0.05],
];
const ring: Corner[] = [
  [-0.5, -0.5],
  [1.5, -0.5],
  [1.5, 0.6],
  [-0.5, 0.6],
  [-0.5, -0.5],
];

describe("the figures of strike-outs and crosses", () => {
  it("[ANS-31] [ANS-32] [ANS-33] are those of SPEC.md", () => {
    expect(figuresOf("ANS-31")).toEqual([STRIKE_WIDE, STRIKE_BEYOND, STRIKE_CORE_WAY, STRIKE_CORE]);
    expect(figuresOf("ANS-32")).toEqual([STRIKE_LINE, STRIKE_CORE_WAY, STRIKE_CORE]);
    expect(figuresOf("ANS-33")).toEqual([
      CROSS_FIRST_BEND,
      CROSS_SECOND_BEND,
      CROSS_END,
      1 - CROSS_END,
      CROSS_ANGLE_MIN,
      CROSS_LENGTH_MIN,
      CROSS_LENGTH_MAX,
      FLAT_RAD,
      CROSS_SECOND_BEND,
    ]);
  });
});

describe("isWide", () => {
  /** The same of a way across and of the one turned by a quarter. */
  const wide = (way: readonly Corner[]) => {
    const across = isWide(drawn(way), BOX);
    expect(isWide(drawn(turned(way)), BOX)).toBe(across);
    return across;
  };

  it("[ANS-31] a wide stroke is 1.3 times as wide as the box", () => {
    expect([wide(acrossFrom(-0.145, 1.145)), wide(acrossFrom(-0.155, 1.155))]).toEqual([false, true]);
  });

  it("[ANS-31] a wide stroke leaves the box on both sides by 0.05", () => {
    expect([wide(acrossFrom(-0.04, 2)), wide(acrossFrom(-0.06, 2))]).toEqual([false, true]);
    expect([wide(acrossFrom(-1, 1.04)), wide(acrossFrom(-1, 1.06))]).toEqual([false, true]);
  });

  it("[ANS-31] a wide stroke has 0.3 of its length in the middle 70 % of the box", () => {
    expect([wide(dipping(-0.5, 1.5, 0.29)), wide(dipping(-0.5, 1.5, 0.31))]).toEqual([false, true]);
    const heights = [0.14, 0.16, 0.84, 0.86].map((y) => wide(acrossFrom(-0.5, 1.5, y)));
    expect(heights).toEqual([false, true, true, false]);
  });

  it("[ANS-31] of a broad box the width is its own, the rest is measured by the shorter edge", () => {
    const broad = { ...BOX, right: BOX.left + 20 };
    const across = [acrossFrom(-0.29, 2.29), acrossFrom(-0.31, 2.31), acrossFrom(-0.04, 3), acrossFrom(-0.06, 3)];
    expect(across.map((way) => isWide(drawn(way), broad))).toEqual([false, true, false, true]);
    const along = [turned(acrossFrom(-0.145, 1.145, 1)), turned(acrossFrom(-0.155, 1.155, 1))];
    expect(along.map((way) => isWide(drawn(way), broad))).toEqual([false, true]);
  });
});

describe("strikesMark", () => {
  const strikes = (way: readonly Corner[], kind: StrokeKind = kindOf(drawn(way), BOX)) => strikesMark(drawn(way), kind, BOX);

  it("[ANS-31] a wide stroke withdraws the mark, whatever its kind but ring and tick", () => {
    const wide = acrossFrom(-0.5, 1.5);
    const kinds: StrokeKind[] = ["line", "scribble", "other", "tick", "rest", "slip"];
    expect(kinds.map((kind) => strikes(wide, kind))).toEqual([true, true, true, false, false, false]);
    // Wide by its measures: its lower side passes through the middle of the box.
    expect([isWide(drawn(ring), BOX), strikes(ring), strikes(ring, "other")]).toEqual([true, false, false]);
  });

  it("[ANS-32] a line of 0.7 through the middle withdraws the mark", () => {
    const lines = [0.69, 0.71].flatMap((length) => [0, 1, 2].map((angle) => lineAt([0.5, 0.5], angle, length)));
    expect(lines.map((way) => strikes(way))).toEqual([false, false, false, true, true, true]);
  });

  it("[ANS-32] a line with less than 0.3 in the middle 70 % of the box does not", () => {
    const reaching = (inCore: number) => acrossFrom(0.85 - inCore, 1.6);
    expect([reaching(0.29), reaching(0.31)].map((way) => [kindOf(drawn(way), BOX), strikes(way)])).toEqual([
      ["line", false],
      ["line", true],
    ]);
  });

  it("[ANS-32] what is no line and not wide does not", () => {
    const kinds: StrokeKind[] = ["line", "short", "scribble", "other"];
    expect(kinds.map((kind) => strikes(acrossFrom(0, 1), kind))).toEqual([true, false, false, false]);
  });
});

describe("completesCross", () => {
  const first = acrossFrom(0, 1);
  const crosses = (a: readonly Corner[], b: readonly Corner[]) => completesCross(drawn(a), drawn(b));
  /** From (0, 0.5) to (1, 0.5), its middle this far off. */
  const bent = (bend: number): Corner[] => [
    [0, 0.5],
    [0.5, 0.5 - bend],
    [1, 0.5],
  ];

  it("[ANS-33] two lines through each other's middle make a cross, upright or slanting", () => {
    expect(crosses(first, lineAt([0.5, 0.5], Math.PI / 2, 1))).toBe(true);
    expect(crosses(lineAt([0.5, 0.5], Math.PI / 4, 1), lineAt([0.5, 0.5], -Math.PI / 4, 1))).toBe(true);
  });

  it("[ANS-33] lines at less than 0.6 radians make none", () => {
    const angles = [0.59, 0.61, Math.PI - 0.61, Math.PI - 0.59].map((angle) => crosses(first, lineAt([0.5, 0.5], angle, 1)));
    expect(angles).toEqual([false, true, true, false]);
  });

  it("[ANS-33] the second line is 0.45 to 2.2 times as long as the first", () => {
    const lengths = [0.44, 0.46, 2.19, 2.21].map((length) => crosses(first, lineAt([0.5, 0.5], Math.PI / 2, length)));
    expect(lengths).toEqual([false, true, true, false]);
  });

  it("[ANS-33] they meet between 12 % and 88 % of each", () => {
    for (const [share, crossing] of [
      [0.11, false],
      [0.13, true],
      [0.87, true],
      [0.89, false],
    ] as const) {
      const onFirst = turned(acrossFrom(0, 1, share));
      const onSecond = turned(acrossFrom(0.5 - share, 1.5 - share, 0.5));
      expect([crosses(first, onFirst), crosses(first, onSecond)], `at ${share}`).toEqual([crossing, crossing]);
    }
    expect(crosses(first, turned(acrossFrom(0.6, 1.6, 0.5)))).toBe(false);
  });

  it("[ANS-33] the first bends at most 0.5 of its chord, the second at most 0.25", () => {
    const upright = lineAt([0.5, 0.5], Math.PI / 2, 1);
    expect([0.49, 0.51].map((bend) => crosses(bent(bend), upright))).toEqual([true, false]);
    expect([0.24, 0.26].map((bend) => crosses(upright, bent(bend)))).toEqual([true, false]);
  });
});

describe("strikesLine", () => {
  const middle: Corner = [0.5, 0.5];
  const slanting = lineAt(middle, 0.8, 1);
  const strikes = (a: readonly Corner[], b: readonly Corner[]) => strikesLine(drawn(a), drawn(b), BOX);

  it("[ANS-33] only a wide stroke strikes out what could be an arm of a cross", () => {
    expect([strikes(slanting, lineAt(middle, 0, 1.28)), strikes(slanting, lineAt(middle, 0, 1.32))]).toEqual([false, true]);
  });

  it("[ANS-33] a wide stroke flatter than 0.35 radians strikes a slanting line out, a steeper one crosses it", () => {
    const over = (angle: number) => strikes(lineAt(middle, 1.15, 1), lineAt(middle, angle, 1.6));
    expect([0.34, -0.34, 0.36, -0.36].map(over)).toEqual([true, true, false, false]);
  });

  it("[ANS-33] only a line between 0.35 radians from flat and from upright is slanting", () => {
    const under = (angle: number) => strikes(lineAt(middle, angle, 1), lineAt(middle, -0.3, 1.6));
    expect([0.34, 0.36, Math.PI / 2 - 0.36, Math.PI / 2 - 0.34].map(under)).toEqual([false, true, true, false]);
  });

  it("[ANS-33] a wide stroke that makes no cross strikes out, whatever its slant", () => {
    const steep = lineAt(middle, 1, 1.8);
    expect([strikes(lineAt(middle, -0.5, 1), steep), strikes(lineAt(middle, 0.6, 1), steep)]).toEqual([false, true]);
  });

  it("[ANS-33] a wide stroke over one that bends more than 0.25 strikes it out", () => {
    const bent = (bend: number): Corner[] => [
      [0.5, 0],
      [0.5 + bend, 0.5],
      [0.5, 1],
    ];
    expect([0.24, 0.26].map((bend) => strikes(bent(bend), acrossFrom(-0.4, 1.4)))).toEqual([false, true]);
  });
});
