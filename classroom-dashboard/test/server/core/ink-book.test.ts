import {
  DOT_STRIDE,
  DOT_TIME,
  type DotBatch,
  dotsOf,
  type PageKey,
  packDots,
  type StrokeId,
  strokeIdOf,
} from "@penlight/proto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { InkBook, MESSAGE_DOTS_MAX, STUDENT_DOTS_MAX } from "../../../server/core/ink-book.ts";
import type { InkWindow } from "../../../server/core/ink-parts.ts";
import { dots, PAGE_KEY, penId, START_MS } from "../lesson-fixture.ts";

const PAGE = PAGE_KEY as PageKey;
const WINDOW: InkWindow = { sinceMs: START_MS, untilMs: Number.POSITIVE_INFINITY, originMm: { x: 0, y: 0 } };
const SEED = 7;
const END = { upMs: 1000, synthetic: false, lostDots: 0 };

/** A viewer's drawing by LIVE-5: a run is put where `firstDot` says, and 0 starts the stroke anew. */
class Drawing {
  readonly strokes = new Map<StrokeId, number[]>();
  cursor = 0;

  read(book: InkBook): void {
    for (;;) {
      const chunk = book.chunk(PAGE, this.cursor, WINDOW);
      if (chunk === null) return;
      this.cursor = chunk.next;
      for (const { stroke, firstDot, points } of chunk.strokes) {
        const known = firstDot === 0 ? [] : (this.strokes.get(stroke) ?? []);
        expect(known.length).toBeGreaterThanOrEqual(firstDot * 3);
        if (firstDot === 0 && points.length === 0) this.strokes.delete(stroke);
        else this.strokes.set(stroke, [...known.slice(0, firstDot * 3), ...points]);
      }
    }
  }
}

/** The dots of a batch, the first 10 ms after the pen-down. */
function rebased(batch: DotBatch): Int32Array {
  const numbers = dotsOf(batch) ?? new Int32Array(0);
  const first = (numbers[DOT_TIME] as number) - 10;
  return numbers.map((value, i) => (i % DOT_STRIDE === DOT_TIME ? value - first : value));
}

/** x of dot n, mm: (1000 + n) hundredths of 56/600 inch. */
const xMm = (n: number) => Math.round((((1000 + n) * 56 * 25.4) / 600 / 100) * 100) / 100;
const xs = (points: readonly number[]) => points.filter((_, i) => i % 3 === 0);

describe("InkBook", () => {
  it(`[LIVE-5] any cuts, repeats and places of reading give the same drawing (seed ${SEED})`, () => {
    const batches = fc.array(fc.record({ size: fc.integer({ min: 1, max: 9 }), again: fc.boolean(), read: fc.boolean() }), {
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(batches, fc.boolean(), (cuts, twoPens) => {
        const book = new InkBook();
        const drawing = new Drawing();
        const pens = twoPens ? [1, 2] : [1];
        let first = 0;
        const pushed: DotBatch[] = [];
        for (const { size, again, read } of cuts) {
          for (const pen of pens) {
            const batch = dots(pen, 50, first, size);
            pushed.push(batch);
            book.push(batch);
          }
          // The log may repeat a run of records, oldest first.
          if (again) for (const batch of pushed.slice(-3)) book.push(batch);
          if (read) drawing.read(book);
          first += size;
        }
        drawing.read(book);
        const expected = Array.from({ length: first }, (_, n) => xMm(n));
        expect(drawing.strokes.size).toBe(pens.length);
        for (const points of drawing.strokes.values()) expect(xs(points)).toEqual(expected);
        expect(book.strokes(PAGE, WINDOW).map((stroke) => xs(stroke.points))).toEqual(pens.map(() => expected));
      }),
      { seed: SEED, numRuns: 200 },
    );
  });

  it("[EVT-3] a longer copy from the pen's memory takes the place of the live one, a shorter does not", () => {
    const book = new InkBook();
    const drawing = new Drawing();
    book.push(dots(1, 50, 0, 5, { end: END }));
    drawing.read(book);
    expect(book.push(dots(1, 50, 0, 5, { source: "memory" }))).toBeNull();
    expect(book.push(dots(1, 50, 5, 2, { source: "memory", end: END }))).toBe(PAGE);
    drawing.read(book);
    expect([...drawing.strokes.values()].map((points) => points.length / 3)).toEqual([7]);
    expect(book.push(dots(1, 50, 0, 5, { end: END }))).toBeNull();
    expect(book.strokes(PAGE, WINDOW)[0]).toMatchObject({ ended: true, firstDot: 0 });
    expect(book.strokes(PAGE, WINDOW)[0]?.points.length).toBe(21);
  });

  it("[LIVE-5] of a run that overlaps what is there only the new dots count", () => {
    const book = new InkBook();
    book.push(dots(1, 50, 0, 5));
    const cursor = book.chunk(PAGE, 0, WINDOW)?.next ?? 0;
    expect(book.push(dots(1, 50, 3, 4))).toBe(PAGE);
    const [run] = book.chunk(PAGE, cursor, WINDOW)?.strokes ?? [];
    expect([run?.firstDot, xs(run?.points ?? [])]).toEqual([5, [xMm(5), xMm(6)]]);
  });

  it("[LIVE-5] says that a stroke has ended, also when the end comes alone", () => {
    const book = new InkBook();
    book.push(dots(1, 50, 0, 5));
    const cursor = book.chunk(PAGE, 0, WINDOW)?.next ?? 0;
    book.push(dots(1, 50, 5, 0, { end: END }));
    expect(book.chunk(PAGE, cursor, WINDOW)?.strokes).toMatchObject([{ firstDot: 5, points: [], ended: true }]);
  });

  it("[LIVE-5] leaves out a stroke whose beginning it does not have", () => {
    const book = new InkBook();
    book.push(dots(1, 50, 10, 5));
    book.push(dots(1, 90, 0, 2));
    expect(book.chunk(PAGE, 0, WINDOW)?.strokes).toMatchObject([{ firstDot: 0, downMs: START_MS + 90 }]);
    expect(book.wholeDotsOf(PAGE, book.strokes(PAGE, WINDOW)[0]?.stroke as StrokeId)).toBe(0);
  });

  it("[LIVE-9] cuts a backlog into messages and forgets the oldest beyond its limit", () => {
    const book = new InkBook();
    for (let stroke = 0; stroke < 500; stroke++) book.push(dots(1, stroke * 100, 0, 64, { end: END }));
    const kept = book.strokes(PAGE, WINDOW);
    const total = kept.reduce((sum, stroke) => sum + stroke.points.length / 3, 0);
    expect(total).toBeLessThanOrEqual(STUDENT_DOTS_MAX);
    expect(total).toBeGreaterThan(STUDENT_DOTS_MAX / 2);
    expect(kept.at(-1)?.downMs).toBe(START_MS + 49_900);
    expect(book.isForgotten(PAGE, 0)).toBe(true);
    expect(book.isForgotten(PAGE, book.endOf(PAGE))).toBe(false);
    const chunk = book.chunk(PAGE, 0, WINDOW);
    const dotsIn = chunk?.strokes.reduce((sum, stroke) => sum + stroke.points.length / 3, 0) ?? 0;
    expect(dotsIn).toBeLessThanOrEqual(MESSAGE_DOTS_MAX);
    expect(dotsIn).toBeGreaterThan(MESSAGE_DOTS_MAX - 64);
  });

  it("[EVT-22] [LIVE-5] a piece is taken away when the whole that it is a part of is there, whichever comes first", () => {
    const whole = () => dots(1, 50, 0, 12, { source: "memory", end: END });
    const heard = dots(1, 50, 5, 7, { end: END });
    // The same dots as a gateway that missed the pen-down tells them: counted from a start of its own.
    const piece = { ...heard, downMs: 130, firstDot: 0, syntheticStart: true, ink: packDots(rebased(heard)) };
    for (const order of [
      [piece, whole()],
      [whole(), piece],
    ] as const) {
      const book = new InkBook();
      const drawing = new Drawing();
      for (const batch of order) {
        expect(book.push(batch)).toBe(PAGE);
        drawing.read(book);
      }
      expect([...drawing.strokes.values()].map((points) => points.length / 3)).toEqual([12]);
      expect(book.strokes(PAGE, WINDOW).map((stroke) => stroke.points.length / 3)).toEqual([12]);
      const late = new Drawing();
      late.read(book);
      expect([...late.strokes.keys()]).toEqual([...drawing.strokes.keys()]);
      expect(book.isPart(PAGE, strokeIdOf(piece.pen, piece.page, piece.downMs))).toBe(true);
    }
  });

  it("[EVT-22] a stroke that is another one's neighbour stays, and so does another pen's", () => {
    for (const change of [{ pen: penId(2) }, { downMs: 90_000 }]) {
      const book = new InkBook();
      const heard = dots(1, 50, 5, 7, { end: END });
      book.push({ ...heard, downMs: 130, firstDot: 0, syntheticStart: true, ink: packDots(rebased(heard)), ...change });
      book.push(dots(1, 50, 0, 12, { source: "memory", end: END }));
      expect(book.strokes(PAGE, WINDOW).length).toBe(2);
    }
  });

  it("[LIVE-5] what a pen wrote goes with it to another book, and goes on there", () => {
    const [from, to] = [new InkBook(), new InkBook()];
    from.push(dots(1, 50, 0, 5));
    from.push(dots(2, 60, 0, 3, { end: END }));
    to.push(dots(3, 70, 0, 4, { end: END }));
    from.moveTo(to, (stroke) => stroke.pen === penId(1));
    to.push(dots(1, 50, 5, 2, { end: END }));
    const counts = (book: InkBook) => book.strokes(PAGE, WINDOW).map((stroke) => stroke.points.length / 3);
    expect([counts(from), counts(to)]).toEqual([[3], [7, 4]]);
    const drawing = new Drawing();
    drawing.read(to);
    expect([...drawing.strokes.values()].map((points) => points.length / 3).sort()).toEqual([4, 7]);
  });

  it("ignores ink without a place and counts that the bytes cannot hold", () => {
    const book = new InkBook();
    expect(book.push(dots(1, 50, 0, 5, { page: null }))).toBeNull();
    expect(book.push(dots(1, 50, 0, 5, { dotCount: 1_000_000_000 }))).toBeNull();
    expect(book.endOf(PAGE)).toBe(0);
  });
});
