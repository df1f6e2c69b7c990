import { describe, expect, it } from "vitest";
import { RoomInk } from "../../../server/core/room-ink.ts";
import { assignmentOf, dots, PAGE_KEY, START_MS, studentId } from "../lesson-fixture.ts";

const lesson = assignmentOf({ closesMs: START_MS + 1000 }) as unknown as Parameters<RoomInk["noteTime"]>[2];

describe("RoomInk", () => {
  it("keeps a book for each student who wrote", () => {
    const ink = new RoomInk();
    expect(ink.push(studentId(1), dots(1, 100, 0, 3))).toBe(PAGE_KEY);
    expect(ink.push(studentId(1), dots(1, 100, 0, 3))).toBeNull();
    expect(ink.bookOf(studentId(1))).not.toBeNull();
    expect(ink.bookOf(studentId(2))).toBeNull();
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
