import type { InkStroke, PageKey, RoomId, StrokeId } from "@penlight/proto";
import { describe, expect, it } from "vitest";
import { MESSAGE_DOTS_MAX } from "../../../server/core/ink-book.ts";
import { CLIENT_MESSAGES_BURST, CLIENT_MESSAGES_PER_SECOND, nextPast, Viewer } from "../../../server/core/viewer.ts";
import { PAGE_KEY, studentId } from "../lesson-fixture.ts";

const PAGE = PAGE_KEY as PageKey;
const viewer = () => new Viewer("lab" as RoomId, 0);

describe("Viewer", () => {
  it("[LIVE-7] takes deltas while it is in step; what a full socket misses puts it behind", () => {
    const one = viewer();
    expect(one.takesDelta()).toBe(false);
    one.behind = false;
    expect(one.takesDelta()).toBe(true);
    one.block();
    expect([one.takesDelta(), one.behind]).toEqual([false, true]);
    one.drain();
    expect(one.takesDelta()).toBe(false);
  });

  it("[LIVE-5] goes on with pages that were followed already, begins new ones, forgets the others", () => {
    const one = viewer();
    const [first] = one.watch([
      { student: studentId(1), page: PAGE },
      { student: studentId(1), page: PAGE },
    ]);
    expect(one.watches).toHaveLength(1);
    Object.assign(first ?? {}, { cursor: 5, reset: false });
    const added = one.watch([
      { student: studentId(2), page: PAGE },
      { student: studentId(1), page: PAGE },
    ]);
    expect(added.map((watch) => watch.student)).toEqual(["s2"]);
    expect(one.watches.map(({ student, cursor, reset }) => [student, cursor, reset])).toEqual([
      ["s2", 0, true],
      ["s1", 5, false],
    ]);
    expect(one.rewatch((watch) => watch.student === studentId(1)).map(({ cursor, reset }) => [cursor, reset])).toEqual([
      [0, true],
    ]);
    one.watch([]);
    expect(one.watches).toEqual([]);
  });

  it("[LIVE-10] may say much at once and then a little every second", () => {
    const one = viewer();
    const said = (nowMs: number, tries: number) =>
      Array.from({ length: tries }, () => one.mayTalk(nowMs)).filter(Boolean).length;
    expect(said(0, 100)).toBe(CLIENT_MESSAGES_BURST);
    expect(said(1000, 100)).toBe(CLIENT_MESSAGES_PER_SECOND);
    expect(said(1e9, 100)).toBe(CLIENT_MESSAGES_BURST);
  });

  it("[LIVE-9] takes strokes from history a message at a time", () => {
    const stroke = (dots: number): InkStroke => ({
      stroke: "x" as StrokeId,
      page: PAGE,
      firstDot: 0,
      points: Array.from({ length: dots * 3 }, () => 0),
      ended: true,
      downMs: 0,
    });
    const past = [stroke(MESSAGE_DOTS_MAX - 1), stroke(1), stroke(1)];
    expect(nextPast(past)).toHaveLength(2);
    expect(nextPast([stroke(MESSAGE_DOTS_MAX + 1), stroke(1)])).toHaveLength(1);
    expect(nextPast([])).toEqual([]);
  });
});
