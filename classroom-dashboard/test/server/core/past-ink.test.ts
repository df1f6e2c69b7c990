import { DOT_STRIDE, type PageKey, type StrokeId, type StrokeRow } from "@penlight/proto";
import { describe, expect, it } from "vitest";
import { InkBook, MESSAGE_DOTS_MAX } from "../../../server/core/ink-book.ts";
import type { InkWindow } from "../../../server/core/ink-parts.ts";
import { inkStrokeOf, joinInk, pastOf, splitStroke } from "../../../server/core/past-ink.ts";
import { dots, LESSON, PAGE, PAGE_KEY, penId, ROOM, START_MS, studentId } from "../lesson-fixture.ts";

const KEY = PAGE_KEY as PageKey;
const WINDOW: InkWindow = { sinceMs: 0, untilMs: Number.POSITIVE_INFINITY, originMm: { x: 10, y: 20 } };

function row(downMs: number, count: number, page = PAGE as StrokeRow["page"]): StrokeRow {
  const values = new Int32Array(count * DOT_STRIDE);
  for (let n = 0; n < count; n++) values.set([n * 10, 1000 + n, 2000, 500, 90, 90, 0], n * DOT_STRIDE);
  return {
    stroke: `${penId(1)}.${PAGE_KEY}.${downMs}` as StrokeId,
    version: count,
    placement: 1,
    gone: false,
    room: ROOM,
    pen: penId(1),
    page,
    downMs,
    upMs: downMs + 100,
    clockOffsetMs: START_MS,
    student: studentId(1),
    assignment: LESSON,
    item: null,
    box: null,
    tip: "pen",
    color: 0,
    maxForce: 1000,
    source: "live",
    syntheticStart: false,
    syntheticEnd: false,
    lostDots: 0,
    dots: values,
  };
}

describe("ink from history", () => {
  it("[LIVE-5] comes in page millimetres and host time", () => {
    // 1000 and 2000 hundredths of 56/600 inch are 23.70667 and 47.41333 mm.
    expect(inkStrokeOf(row(5, 1), KEY, WINDOW)).toMatchObject({
      firstDot: 0,
      points: [13.71, 27.41, 0.5],
      ended: true,
      downMs: START_MS + 5,
    });
  });

  it("[LIVE-5] leaves out other pages and what the live book has as long", () => {
    const book = new InkBook();
    book.push(dots(1, 100, 0, 4));
    book.push(dots(1, 200, 0, 4));
    const elsewhere = { ...PAGE, page: 13 };
    const rows = [row(100, 4), row(200, 5), row(300, 2), row(400, 2, elsewhere), row(500, 2, null)];
    expect(pastOf(rows, KEY, WINDOW, book).map((stroke) => stroke.downMs - START_MS)).toEqual([200, 300]);
  });

  it("[LIVE-5] joined with live ink has each stroke once, the longer copy, in order of pen-down", () => {
    const past = [row(300, 3), row(100, 5), row(200, 2)].map((each) => inkStrokeOf(each, KEY, WINDOW));
    const live = [row(100, 4), row(200, 6), row(400, 1)].map((each) => inkStrokeOf(each, KEY, WINDOW));
    const joined = joinInk(past, live).map((stroke) => [stroke.downMs - START_MS, stroke.points.length / 3]);
    expect(joined).toEqual([
      [100, 5],
      [200, 6],
      [300, 3],
      [400, 1],
    ]);
  });

  it("[LIVE-9] cuts a very long stroke into runs that continue each other", () => {
    const long = inkStrokeOf(row(1, 2 * MESSAGE_DOTS_MAX + 1), KEY, WINDOW);
    const runs = splitStroke(long);
    expect(runs.map((run) => [run.firstDot, run.points.length / 3, run.ended])).toEqual([
      [0, MESSAGE_DOTS_MAX, false],
      [MESSAGE_DOTS_MAX, MESSAGE_DOTS_MAX, false],
      [2 * MESSAGE_DOTS_MAX, 1, true],
    ]);
    expect(runs.flatMap((run) => run.points)).toEqual(long.points);
    expect(splitStroke(inkStrokeOf(row(1, 3), KEY, WINDOW))).toHaveLength(1);
  });
});
