import { DOT_STRIDE, type PenId, packDots } from "@penlight/proto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HELD_BATCHES_MAX, Stroke, StrokeCopy, strokeOfRow } from "../../src/core/stroke.ts";
import { strokeRowOf } from "../../src/core/stroke-row.ts";
import { PAGE, penOf, ROOM } from "../fixtures/classroom.ts";

const FACTS = {
  clockOffsetMs: 5,
  maxForce: 852,
  tip: "pen",
  color: 0,
  syntheticStart: false,
  source: "live",
  downMs: 1000,
} as const;
const END = { upMs: 2000, synthetic: false, lostDots: 0 };

function dotsOf(count: number): Int32Array {
  return Int32Array.from({ length: count * DOT_STRIDE }, (_, i) => i);
}
function slice(dots: Int32Array, from: number, to: number): Int32Array {
  return dots.slice(from * DOT_STRIDE, to * DOT_STRIDE);
}
function content(copy: StrokeCopy): number[] {
  return [...copy.dots.subarray(0, copy.count * DOT_STRIDE)];
}

describe("StrokeCopy", () => {
  it("[ANS-1] [ANS-2] any cover of the dots, in any order, with overlaps and repeats, gives the stroke once", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.array(fc.tuple(fc.nat(59), fc.nat(20)), { maxLength: 12 }),
        fc.array(fc.nat(1000), { minLength: 12, maxLength: 12 }),
        (count, extra, keys) => {
          const dots = dotsOf(count);
          const pieces = [];
          for (let from = 0; from < count; from += 7) pieces.push([from, Math.min(count, from + 7)] as const);
          for (const [at, length] of extra) pieces.push([at % count, Math.min(count, (at % count) + length)] as const);
          const order = pieces
            .map((piece, i) => ({ piece, key: keys[i % keys.length] as number }))
            .sort((a, b) => a.key - b.key);
          const copy = new StrokeCopy(FACTS);
          for (const { piece } of order) copy.accept(piece[0], slice(dots, ...piece), piece[1] === count ? END : null);
          expect(content(copy)).toEqual([...dots]);
          expect(copy.end).toEqual(END);
          expect(copy.holes).toBe(0);
        },
      ),
      { seed: 1 },
    );
  });

  it("[ANS-5] dots that were given out stay as they are when their stroke goes on and others are written", () => {
    // 128 dots fill the room that a stroke is given.
    for (const count of [127, 128, 129]) {
      const dots = dotsOf(count + 1);
      const copy = new StrokeCopy(FACTS);
      copy.accept(0, slice(dots, 0, count), null);
      copy.trim();
      const told = copy.dots;
      copy.accept(count, slice(dots, count, count + 1), null);
      for (let i = 0; i < 3; i++) new StrokeCopy(FACTS).accept(0, slice(dots, 1, 9), null);
      expect([...told]).toEqual([...slice(dots, 0, count)]);
      expect(content(copy)).toEqual([...dots]);
    }
  });

  it("[ANS-5] closed strokes keep their own bytes alive, not those of the records that came between them", () => {
    const dots = dotsOf(30);
    const kept = Array.from({ length: 1000 }, () => {
      const copy = new StrokeCopy(FACTS);
      for (let at = 0; at < 30; at += 5)
        copy.acceptPacked({ firstDot: at, dotCount: 5, ink: packDots(dots, at, 5), end: null });
      copy.trim();
      return copy.dots;
    });
    const buffers = new Set(kept.map((each) => each.buffer));
    const heldBytes = [...buffers].reduce((sum, buffer) => sum + buffer.byteLength, 0);
    const ownBytes = kept.reduce((sum, each) => sum + each.byteLength, 0);
    expect(ownBytes).toBe(1000 * 30 * DOT_STRIDE * 4);
    expect(heldBytes).toBeLessThan(1.1 * ownBytes + 65_536);
  });

  it("[ANS-1] packed batches give the same as unpacked ones, and damaged ones nothing", () => {
    const dots = dotsOf(40);
    const copy = new StrokeCopy(FACTS);
    for (const [from, to] of [
      [0, 10],
      [5, 12],
      [20, 40],
      [12, 20],
    ] as const) {
      copy.acceptPacked({
        firstDot: from,
        dotCount: to - from,
        ink: packDots(dots, from, to - from),
        end: to === 40 ? END : null,
      });
    }
    expect(content(copy)).toEqual([...dots]);
    expect(copy.acceptPacked({ firstDot: 40, dotCount: 3, ink: new Uint8Array(30).fill(0xff), end: null })).toBeNull();
    expect(copy.acceptPacked({ firstDot: 40, dotCount: 4_000_000_000, ink: new Uint8Array(30), end: null })).toBeNull();
    expect(content(copy)).toEqual([...dots]);
  });

  it("[ANS-2] a hole that nobody fills is counted, and what came after it kept", () => {
    const dots = dotsOf(30);
    const copy = new StrokeCopy(FACTS);
    copy.accept(0, slice(dots, 0, 10), null);
    copy.accept(20, slice(dots, 20, 30), END);
    expect([copy.count, copy.end]).toEqual([10, null]);
    copy.giveUpHoles();
    expect([copy.count, copy.holes, copy.end]).toEqual([20, 10, END]);
    expect(content(copy)).toEqual([...slice(dots, 0, 10), ...slice(dots, 20, 30)]);
  });

  it("[ANS-2] no more than its limit of batches waits for a hole", () => {
    const copy = new StrokeCopy(FACTS);
    for (let i = 0; i <= HELD_BATCHES_MAX; i++) copy.accept(10 + i, dotsOf(1), null);
    expect(copy.waiting).toBe(false);
    expect([copy.count, copy.holes]).toEqual([HELD_BATCHES_MAX + 1, 10]);
  });

  it("[ANS-4] more dots after a reckoned end open the stroke again; after a heard one they do not", () => {
    for (const synthetic of [true, false]) {
      const copy = new StrokeCopy(FACTS);
      copy.accept(0, dotsOf(3), { ...END, synthetic });
      copy.accept(3, dotsOf(2), null);
      expect(copy.end === null).toBe(synthetic);
    }
  });
});

describe("Stroke", () => {
  it("[ANS-3] the telling with more dots counts, live when equal, memory only when whole", () => {
    const stroke = new Stroke("9c7bd2000001" as PenId, null, 1000);
    const live = stroke.addCopy(FACTS);
    live.accept(0, dotsOf(5), END);
    const memory = stroke.addCopy({ ...FACTS, source: "memory" });
    memory.accept(0, dotsOf(7), null);
    expect(stroke.best).toBe(live);
    memory.accept(7, dotsOf(1), END);
    expect(stroke.best).toBe(memory);
    live.accept(5, dotsOf(3), null);
    expect(stroke.best).toBe(live);
  });
});

describe("strokeOfRow", () => {
  const PLACE = { student: null, assignment: null, item: null, box: null, placement: 0 };
  const readBack = (stroke: Stroke) => strokeOfRow(strokeRowOf(ROOM, stroke, PLACE));

  /** A stroke of which only `heard` (from, to) came, closed by its end or, where that is null, by reckoning. */
  function holed(dots: Int32Array, heard: readonly (readonly [number, number])[], end: typeof END | null): Stroke {
    const stroke = new Stroke(penOf(0), PAGE, FACTS.downMs);
    const copy = stroke.addCopy(FACTS);
    for (const [from, to] of heard) copy.accept(from, slice(dots, from, to), null);
    if (end !== null) copy.accept(dots.length / DOT_STRIDE, new Int32Array(0), end);
    copy.giveUpHoles();
    copy.end ??= { ...END, synthetic: true };
    return stroke;
  }

  it.each([
    ["its beginning", [[5, 12]]],
    [
      "its middle",
      [
        [0, 4],
        [9, 20],
      ],
    ],
    ["its end", [[0, 7]]],
    [
      "several parts",
      [
        [2, 5],
        [6, 7],
        [11, 19],
      ],
    ],
  ] as const)(
    "[ANS-1] [ANS-2] a stroke that lost %s is read back with its holes: batches read again change nothing",
    (_, heard) => {
      const dots = dotsOf(20);
      for (const end of [null, END, { ...END, lostDots: 6 }]) {
        const whole = holed(dots, heard, end);
        const again = readBack(whole);
        const before = strokeRowOf(ROOM, whole, PLACE);
        expect(strokeRowOf(ROOM, again, PLACE)).toEqual(before);
        for (const [from, to] of heard) {
          for (let dot = from; dot < to; dot++) again.best.accept(dot, slice(dots, dot, dot + 1), null);
        }
        if (end !== null) again.best.accept(20, new Int32Array(0), end);
        expect(strokeRowOf(ROOM, again, PLACE)).toEqual(before);
      }
    },
  );

  it("[ANS-2] [ANS-4] a stroke with a hole that was closed by reckoning goes on where it was, read back or not", () => {
    const dots = dotsOf(30);
    const stroke = holed(
      dots,
      [
        [0, 4],
        [9, 20],
      ],
      null,
    );
    const again = readBack(stroke);
    for (const { best } of [stroke, again]) {
      best.accept(25, slice(dots, 25, 30), END);
      expect([best.count, best.waiting]).toEqual([15, true]);
      best.accept(18, slice(dots, 18, 25), null);
    }
    expect(strokeRowOf(ROOM, again, PLACE)).toEqual(strokeRowOf(ROOM, stroke, PLACE));
    expect([again.best.count, again.best.holes, again.best.end]).toEqual([25, 5, END]);
  });
});
