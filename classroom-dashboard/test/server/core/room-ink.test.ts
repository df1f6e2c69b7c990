import type { PageKey, PenId, StudentId } from "@penlight/proto";
import { describe, expect, it } from "vitest";
import type { InkWindow } from "../../../server/core/ink-parts.ts";
import { ROOM_PENS_MAX } from "../../../server/core/pen-roll.ts";
import { RoomInk } from "../../../server/core/room-ink.ts";
import { assignmentOf, dots, PAGE_KEY, penId, START_MS, studentId } from "../lesson-fixture.ts";

const PAGE = PAGE_KEY as PageKey;
const WINDOW: InkWindow = { sinceMs: START_MS, untilMs: Number.POSITIVE_INFINITY, originMm: { x: 0, y: 0 } };
/** Each pen is somebody's at all times. */
const owners =
  (...pairs: readonly (readonly [PenId, StudentId])[]) =>
  (pen: PenId) =>
    new Map(pairs).get(pen);

const lesson = assignmentOf({ closesMs: START_MS + 1000 }) as unknown as Parameters<RoomInk["noteTime"]>[2];

describe("RoomInk", () => {
  it("[LIVE-5] ink of a pen that is given out later goes to its owner, and goes on when it changes hands", () => {
    const ink = new RoomInk();
    const [ann, bob, pen] = [studentId(1), studentId(2), penId(1)];
    const countOf = (student: StudentId) => ink.bookOf(student)?.strokes(PAGE, WINDOW).length ?? 0;
    expect(ink.push(dots(1, 50, 0, 4), undefined)).toBe(PAGE);
    expect(ink.move([penId(2)], owners([penId(2), bob]))).toBe(false);
    expect(ink.move([pen], owners([pen, ann]))).toBe(true);
    ink.push(dots(1, 900, 0, 4), ann);
    expect([countOf(ann), countOf(bob)]).toEqual([2, 0]);
    expect(ink.move([pen], owners([pen, ann]))).toBe(false);
    expect(ink.move([pen], owners([pen, bob]))).toBe(true);
    expect([countOf(ann), countOf(bob)]).toEqual([0, 2]);
    expect(ink.move([pen], owners())).toBe(true);
    expect([countOf(ann), countOf(bob)]).toEqual([0, 0]);
  });

  it("[REG-1] ink stays with whoever had the pen when it was written", () => {
    const ink = new RoomInk();
    const [ann, bob, pen] = [studentId(1), studentId(2), penId(1)];
    const countOf = (student: StudentId) => ink.bookOf(student)?.strokes(PAGE, WINDOW).length ?? 0;
    for (const downMs of [50, 900, 1700]) ink.push(dots(1, downMs, 0, 4), ann);
    const given = (_: PenId, atMs: number) => (atMs < START_MS + 900 ? ann : bob);
    expect(ink.move([pen], given)).toBe(true);
    expect([countOf(ann), countOf(bob)]).toEqual([1, 2]);
    expect(ink.move([pen], given)).toBe(false);
    expect(ink.move([pen], owners([pen, ann]))).toBe(true);
    expect([countOf(ann), countOf(bob)]).toEqual([3, 0]);
  });

  it("[LIVE-9] remembers the ink of so many strangers' pens", () => {
    const ink = new RoomInk();
    for (let pen = 0; pen < ROOM_PENS_MAX; pen++) expect(ink.push(dots(pen, 50, 0, 1), undefined)).toBe(PAGE);
    expect(ink.push(dots(ROOM_PENS_MAX, 50, 0, 1), undefined)).toBeNull();
    expect(ink.push(dots(ROOM_PENS_MAX, 50, 0, 1), studentId(1))).toBe(PAGE);
  });

  it("[LIVE-2] the last ink is live ink within the lesson, and never goes back", () => {
    const ink = new RoomInk();
    const note = (downMs: number, roomMs: number, source: "live" | "memory" = "live") =>
      ink.noteTime(studentId(1), dots(1, downMs, 0, 1, { source }), lesson, roomMs);
    expect([note(-1, 5), note(1000, 6), note(10, 7, "memory")]).toEqual([false, false, false]);
    expect(ink.lastMs(studentId(1))).toBe(0);
    expect([note(10, 20), note(11, 20), note(12, 19), note(13, 21)]).toEqual([true, false, false, true]);
    expect(ink.lastMs(studentId(1))).toBe(21);
    ink.forgetTimes();
    expect(ink.lastMs(studentId(1))).toBe(0);
  });
});
