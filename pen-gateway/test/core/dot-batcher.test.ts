import { DOT_STRIDE, type DotBatch, dotsOf, type PageAddress, type PenId } from "@penlight/proto";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BATCH_DOTS_MAX, DotBatcher } from "../../src/core/dot-batcher.ts";
import type { LinkEvent } from "../../src/core/link-event.ts";

const PEN = "9c7bd2000001" as PenId;
const PAGE: PageAddress = { section: 3, owner: 27, note: 603, page: 1 };

interface DrawnStroke {
  readonly dots: readonly (readonly number[])[];
  /** Numbers of dots after which the turn ends. */
  readonly turns: readonly number[];
  readonly placed: boolean;
}

const dot = fc.tuple(fc.nat(1000), fc.nat(100_000), fc.nat(100_000), fc.nat(1023), fc.nat(180), fc.nat(180), fc.nat(359));
const stroke: fc.Arbitrary<DrawnStroke> = fc.record({
  dots: fc.array(dot, { maxLength: 200 }),
  turns: fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 5 }),
  placed: fc.boolean(),
});

/** Feeds the batcher as the gateway does, turn by turn. */
function batchesOf(strokes: readonly DrawnStroke[]): DotBatch[] {
  const batches: DotBatch[] = [];
  const batcher = new DotBatcher(PEN, (batch) => batches.push(batch));
  const take = (event: LinkEvent, dots = new Int32Array(0)) =>
    batcher.take(event, { dots, clockOffsetMs: 5, clockOffsetAt: () => 6, maxForce: 852 });
  strokes.forEach((each, index) => {
    const downMs = 1000 + index;
    take({ kind: "stroke-start", downMs, tip: "pen", color: 0xff000000, synthetic: false, count: null });
    if (each.placed) take({ kind: "page", page: PAGE });
    let at = 0;
    for (let turn = 0; at < each.dots.length; turn++) {
      const to = Math.min(each.dots.length, at + (each.turns[turn % each.turns.length] as number));
      const dots = Int32Array.from(each.dots.slice(at, to).flat());
      take({ kind: "dots", from: 0, to: to - at }, dots);
      batcher.flush();
      at = to;
    }
    take({ kind: "stroke-end", upMs: downMs + 9, synthetic: false, dots: each.dots.length, lostDots: 2, counts: null });
  });
  return batches;
}

describe("DotBatcher", () => {
  test("[EVT-2] every dot is in one batch of its stroke, in order; a batch has one stroke, 64 dots at most; the last one has the end", () => {
    fc.assert(
      fc.property(fc.array(stroke, { maxLength: 6 }), (strokes) => {
        const batches = batchesOf(strokes);
        strokes.forEach((each, index) => {
          const own = batches.filter((batch) => batch.downMs === 1000 + index);
          const dots = own.flatMap((batch) => [...(dotsOf(batch) ?? [])]);
          expect(dots).toEqual(each.dots.flat());
          let next = 0;
          for (const batch of own) {
            expect(batch.firstDot).toBe(next);
            expect(batch.dotCount).toBeLessThanOrEqual(BATCH_DOTS_MAX);
            expect(batch.page).toEqual(each.placed ? PAGE : null);
            next += batch.dotCount;
          }
          expect(own.filter((batch) => batch.end !== null).length).toBe(each.dots.length === 0 ? 0 : 1);
          if (own.length > 0) expect(own.at(-1)?.end).toEqual({ upMs: 1000 + index + 9, synthetic: false, lostDots: 2 });
        });
        expect(batches.length).toBe(batches.filter((batch) => batch.downMs >= 1000).length);
      }),
      { seed: 2, numRuns: 100 },
    );
  });

  test("[EVT-2] nothing is held over the end of a turn, and facts are those of the stroke's beginning", () => {
    const batches: DotBatch[] = [];
    const batcher = new DotBatcher(PEN, (batch) => batches.push(batch));
    const dots = Int32Array.from([8, 100, 200, 300, 90, 90, 0]);
    const start = { kind: "stroke-start", downMs: 7, tip: "eraser", color: 1, synthetic: true, count: 0 } as const;
    batcher.take(start, { dots, clockOffsetMs: -4, clockOffsetAt: () => 6, maxForce: 1023 });
    batcher.take({ kind: "dots", from: 0, to: 1 }, { dots, clockOffsetMs: 99, clockOffsetAt: () => 6, maxForce: 1 });
    expect(batches).toHaveLength(0);
    batcher.flush();
    expect(batches).toHaveLength(1);
    expect(batches[0]).toMatchObject({ clockOffsetMs: -4, maxForce: 1023, tip: "eraser", syntheticStart: true, end: null });
    batcher.flush();
    expect(batches).toHaveLength(1);
  });

  test("[EVT-2] strokes from memory are batches of 64 dots marked as such", () => {
    const batches: DotBatch[] = [];
    const batcher = new DotBatcher(PEN, (batch) => batches.push(batch));
    const dots = Int32Array.from({ length: 130 * DOT_STRIDE }, (_, i) => i);
    const memory = { page: PAGE, downMs: 50, upMs: 60, tip: "pen", color: 3, dots, badDots: 1 } as const;
    const chunk = { packetId: 0, compressed: true, position: "last", ...PAGE, strokes: [memory], badDots: 1 } as const;
    batcher.take(
      { kind: "memory-chunk", chunk },
      { dots, clockOffsetMs: 0, clockOffsetAt: ({ downMs }) => downMs / 2, maxForce: 852 },
    );
    expect(batches.map((batch) => [batch.firstDot, batch.dotCount, batch.source])).toEqual([
      [0, 64, "memory"],
      [64, 64, "memory"],
      [128, 2, "memory"],
    ]);
    expect(batches.flatMap((batch) => [...(dotsOf(batch) ?? [])])).toEqual([...dots]);
    expect(batches.map((batch) => batch.end?.lostDots ?? null)).toEqual([null, null, 1]);
    // A pen-up before the last dot cannot be.
    expect(batches.at(-1)?.end?.upMs).toBe(50 + 129 * DOT_STRIDE);
  });

  test("[PEN-10] a better estimate of the clock keeps the order of a pen's strokes and comes in over the pauses (seed 107)", () => {
    const drawn = fc.array(fc.tuple(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 0, max: 900 })), { minLength: 2 });
    fc.assert(
      fc.property(drawn, (strokes) => {
        const batches: DotBatch[] = [];
        const batcher = new DotBatcher(PEN, (batch) => batches.push(batch));
        let downMs = 20_000;
        for (const [pauseMs, clockOffsetMs] of strokes) {
          downMs += 10 + pauseMs;
          const facts = { dots: Int32Array.from([5, 1, 1, 1, 1, 1, 1]), clockOffsetMs, clockOffsetAt: () => 0, maxForce: 852 };
          batcher.take({ kind: "stroke-start", downMs, tip: "pen", color: 0, synthetic: false, count: null }, facts);
          batcher.take({ kind: "dots", from: 0, to: 1 }, facts);
          const end = { upMs: downMs + 10, synthetic: false, dots: 1, lostDots: 0, counts: null };
          batcher.take({ kind: "stroke-end", ...end }, facts);
        }
        const hosts = batches.map((batch) => batch.downMs + batch.clockOffsetMs);
        hosts.forEach((host, i) => {
          if (i > 0) expect(host).toBeGreaterThanOrEqual((hosts[i - 1] as number) + 10);
          const [, estimate] = strokes[i] as readonly [number, number];
          expect((batches[i] as DotBatch).clockOffsetMs).toBeGreaterThanOrEqual(estimate);
        });
      }),
      { seed: 107 },
    );
  });
});
