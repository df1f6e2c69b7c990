import { Random } from "@penlight/proto";
import { describe, expect, it } from "vitest";
import {
  enclosesCentre,
  isLoop,
  kindOf,
  LINE_BEND,
  LINE_WAY,
  LOOP_MIDDLE_MAX,
  LOOP_SIDES_MIN,
  LOOP_SWEEP_MAX,
  LOOP_SWEEP_MIN,
  REST_EXTENT,
  SCRIBBLE_WAY,
  SHORT_LINE,
  SLIP_LENGTH,
  type StrokeKind,
  TICK_ANGLE_MAX,
  TICK_ARM_BEND,
  TICK_ARM_WAY,
} from "../../../src/core/recognize/kind.ts";
import { BOX, type Corner, drawn, lineAt } from "../../fixtures/box-drawing.ts";
import { circle, cross, fill, type Glyph, rest, strikeLine, strikeScribble, tick } from "../../fixtures/glyphs.ts";
import { figuresOf } from "../../fixtures/spec-figures.ts";

const kindOfWay = (way: readonly Corner[]) => kindOf(drawn(way), BOX);
const flat = (length: number): Corner[] => lineAt([0.5, 0.5], 0, length);

/** A way along the border of a square around `middle`, from its left upper corner, that sweeps `angle` around the middle. */
function squareWay(angle: number, [x, y]: Corner = [0.5, 0.5], half = 0.5): Corner[] {
  const at = (turn: number): Corner => {
    const [dx, dy] = [Math.cos(turn), Math.sin(turn)];
    const scale = half / Math.max(Math.abs(dx), Math.abs(dy));
    return [x + dx * scale, y + dy * scale];
  };
  const start = -0.75 * Math.PI;
  const corners = Array.from({ length: Math.floor(angle / (Math.PI / 2)) + 1 }, (_, i) => at(start + (i * Math.PI) / 2));
  return [...corners, at(start + angle)];
}

/** Share of the strokes of many hands' glyphs, in boxes of several sizes, that are of this kind. */
function shareOf(kind: StrokeKind, glyph: (random: Random) => Glyph[]): number {
  const kinds = [4, 5, 6, 8].flatMap((sizeMm) => {
    const box = { ...BOX, right: BOX.left + sizeMm, bottom: BOX.top + sizeMm };
    return Array.from({ length: 50 }, (_, hand) => glyph(new Random(`${sizeMm}/${hand}`))).flatMap((strokes) =>
      strokes.map((stroke) => kindOf(drawn(stroke, box, sizeMm), box)),
    );
  });
  return kinds.filter((each) => each === kind).length / kinds.length;
}

describe("the kind of a stroke", () => {
  it.each([
    ["ANS-21", [REST_EXTENT]],
    ["ANS-22", [SLIP_LENGTH, SLIP_LENGTH]],
    ["ANS-23", [SHORT_LINE]],
    ["ANS-24", [LINE_BEND, LINE_WAY]],
    ["ANS-25", [SCRIBBLE_WAY]],
    ["ANS-26", [LOOP_SWEEP_MIN, LOOP_SWEEP_MAX, LOOP_SIDES_MIN, LOOP_MIDDLE_MAX]],
    ["ANS-27", [TICK_ARM_BEND, TICK_ARM_WAY, TICK_ANGLE_MAX]],
  ])("[%s] the figures of SPEC.md are those of the code", (rule, figures) => {
    expect(figuresOf(rule)).toEqual(figures);
  });

  it("[ANS-21] rests below an extent of 0.22, however long the pen moved there", () => {
    const moved = (extent: number): Corner[] => Array.from({ length: 13 }, (_, i) => [0.4 + (i % 2) * extent, 0.5]);
    expect([kindOfWay(moved(0.21)), kindOfWay(moved(0.23))]).toEqual(["rest", "scribble"]);
    expect(shareOf("rest", rest)).toBe(1);
  });

  it("[ANS-22] slips below a length of 0.35, or of 0.35 inside the printed box", () => {
    expect([kindOfWay(flat(0.34)), kindOfWay(flat(0.36))]).toEqual(["slip", "short"]);
    const reaching = (inside: number): Corner[] => [
      [1 - inside, 0.5],
      [2, 0.5],
    ];
    expect([kindOfWay(reaching(0.34)), kindOfWay(reaching(0.36))]).toEqual(["slip", "line"]);
  });

  it("[ANS-22] a ring slips only beside the box's middle", () => {
    expect(kindOfWay(squareWay(2 * Math.PI, [0.5, 0.5], 0.7))).toBe("loop");
    // A ring over the box's lower right corner: two pieces of it, each `reach` long, lie inside.
    const overCorner = (reach: number) => squareWay(2 * Math.PI, [1.5 - reach, 1.5 - reach]);
    expect([kindOfWay(overCorner(0.17)), kindOfWay(overCorner(0.18))]).toEqual(["slip", "loop"]);
  });

  it("[ANS-23] a line below 0.6 is short: a mark or a slip", () => {
    expect([kindOfWay(flat(0.59)), kindOfWay(flat(0.61))]).toEqual(["short", "line"]);
    expect(kindOfWay(lineAt([0.5, 0.5], 1, 0.59))).toBe("short");
  });

  it("[ANS-24] a line bends at most 0.18 of its chord", () => {
    const bent = (bend: number): Corner[] => [
      [0, 0.5],
      [0.5, 0.5 - bend],
      [1, 0.5],
    ];
    expect([0, 0.17, 0.19].map((bend) => kindOfWay(bent(bend)))).toEqual(["line", "line", "other"]);
  });

  it("[ANS-24] a line is at most 1.3 times as long as its chord", () => {
    const backAndForth = (way: number): Corner[] => {
      const back = (0.8 * (way - 1)) / 2;
      return [
        [0.1, 0.5],
        [0.9, 0.5],
        [0.9 - back, 0.5],
        [0.9, 0.5],
      ];
    };
    expect([kindOfWay(backAndForth(1.29)), kindOfWay(backAndForth(1.31))]).toEqual(["line", "other"]);
  });

  it("[ANS-24] lines of many hands are lines, but for a trembling few", () => {
    expect(shareOf("line", cross)).toBeGreaterThan(0.95);
    expect(shareOf("line", strikeLine)).toBeGreaterThan(0.95);
  });

  it("[ANS-25] a scribble's way is at least 2.6 times its extent", () => {
    const overAndOver = (way: number): Corner[] => [
      [0.1, 0.5],
      [0.9, 0.5],
      [0.1, 0.5],
      [0.1 + 0.8 * (way - 2), 0.5],
    ];
    expect([kindOfWay(overAndOver(2.59)), kindOfWay(overAndOver(2.61))]).toEqual(["other", "scribble"]);
  });

  it("[ANS-25] fills and scribbled strike-outs of many hands are scribbles", () => {
    expect([shareOf("scribble", fill), shareOf("scribble", strikeScribble)]).toEqual([1, 1]);
  });

  it("[ANS-26] a ring sweeps 4.4 to 10 radians, in either sense", () => {
    for (const sense of [1, -1]) {
      const loops = [4.38, 4.42, 2 * Math.PI, 9.98, 10.02].map((sweep) => {
        const way = squareWay(sweep).map(([x, y]): Corner => [x, sense * y]);
        return isLoop(drawn(way));
      });
      expect(loops).toEqual([false, true, true, true, false]);
    }
  });

  it("[ANS-26] a ring's sides are at least 0.3 of each other", () => {
    const flattened = (share: number) => squareWay(2 * Math.PI).map(([x, y]): Corner => [x, 0.5 + (y - 0.5) * share]);
    const upright = (share: number) => flattened(share).map(([x, y]): Corner => [y, x]);
    expect([0.29, 0.31].map((share) => isLoop(drawn(flattened(share))))).toEqual([false, true]);
    expect([0.29, 0.31].map((share) => isLoop(drawn(upright(share))))).toEqual([false, true]);
  });

  it("[ANS-26] a ring has at most 12 % of its length in the middle half of its rectangle", () => {
    // Twice down and up again along the ray from the middle of the upper side (which sweeps nothing), then the ring: the
    // length is `inner` + 0.25 to the side + 4 around.
    const withCore = (share: number): Corner[] => {
      const inner = (share * 4.25) / (1 - share);
      const leg = inner / 4;
      const spur = [0, leg, 0, leg, 0].map((depth): Corner => [0.5, 0.25 + depth]);
      return [...spur, [0.5, 0], [1, 0], [1, 1], [0, 1], [0, 0], [0.5, 0]];
    };
    const sides: ((corner: Corner) => Corner)[] = [([x, y]) => [x, y], ([x, y]) => [y, x], ([x, y]) => [1 - y, 1 - x]];
    for (const side of sides) {
      expect([0.115, 0.125].map((share) => kindOfWay(withCore(share).map(side)))).toEqual(["loop", "scribble"]);
    }
  });

  it("[ANS-26] rings of many hands, in the box or around it, are rings", () => {
    expect(shareOf("loop", circle)).toBe(1);
  });

  /** Two arms of 0.6 and 0.9 from a point, this far apart; the first can be bent, the second go back and forth. */
  function tickOf(apart: number, { bend = 0, back = 0 } = {}): Corner[] {
    const point: Corner = [0.4, 0.9];
    const along = (turn: number, length: number, aside = 0): Corner => [
      point[0] + Math.cos(turn) * length - Math.sin(turn) * aside,
      point[1] + Math.sin(turn) * length + Math.cos(turn) * aside,
    ];
    const [first, second] = [-Math.PI / 2 - apart / 2, -Math.PI / 2 + apart / 2];
    const arm = [along(first, 0.6), along(first, 0.3, 0.6 * bend), point];
    return [...arm, along(second, 0.9), along(second, 0.9 - back), along(second, 0.9)];
  }

  it("[ANS-27] a tick's arms are at most 2 radians apart", () => {
    expect([0.5, 1, 1.98, 2.02].map((apart) => kindOfWay(tickOf(apart)))).toEqual(["tick", "tick", "tick", "other"]);
  });

  it("[ANS-27] each arm of a tick bends at most 0.17 of its chord", () => {
    for (const side of [1, -1]) {
      const bends = [0.16, 0.18].map((bend) => tickOf(1, { bend: side * bend }));
      expect(bends.map(kindOfWay)).toEqual(["tick", "other"]);
      expect(bends.map((way) => kindOfWay(way.toReversed()))).toEqual(["tick", "other"]);
    }
  });

  it("[ANS-27] both arms of a tick are at most 1.3 times as long as their chords", () => {
    const long = [1.29, 1.31].map((way) => tickOf(1, { back: (1.5 * (way - 1)) / 2 }));
    expect(long.map(kindOfWay)).toEqual(["tick", "other"]);
  });

  it("[ANS-27] most ticks of many hands are ticks", () => {
    expect(shareOf("tick", tick)).toBeGreaterThan(0.8);
  });

  it("measures in box sizes: the same drawing is of the same kind in boxes of all sizes, wherever they stand", () => {
    const ways = [flat(0.3), flat(0.5), flat(1), squareWay(6), tickOf(1), tickOf(2.1)];
    const expected = ["slip", "short", "line", "loop", "tick", "other"];
    for (const sizeMm of [5, 8, 20]) {
      const box = { ...BOX, left: 70, top: 3, right: 70 + sizeMm, bottom: 3 + sizeMm };
      expect(ways.map((way) => kindOf(drawn(way, box, sizeMm), box))).toEqual(expected);
      // Of a broad box the shorter edge counts.
      const broad = { ...box, right: 70 + 2 * sizeMm };
      expect(ways.map((way) => kindOf(drawn(way, broad, sizeMm), broad))).toEqual(expected);
    }
  });

  it("[ANS-26] encloses the box's middle when the rectangle of the ring holds it", () => {
    const ringAt = (x: number, y: number) => enclosesCentre(drawn(squareWay(2 * Math.PI, [x, y], 0.5)), BOX);
    expect([ringAt(0.5, 0.5), ringAt(0.95, 0.1), ringAt(1.05, 0.5), ringAt(0.5, -0.05), ringAt(-0.05, 0.5)]).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});
