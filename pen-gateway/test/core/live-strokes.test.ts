import type { PenPacket } from "@penlight/proto/pen";
import { describe, expect, test } from "vitest";
import {
  CountedPen,
  legacyDot,
  NOW_MS,
  OTHER_PAGE,
  openLink,
  outline,
  PAGE,
  rowOf,
  STATUS,
  saidBy,
  say,
  VERSION,
} from "./pen-bytes.ts";

const pen = () => new CountedPen();
const strokes = (packets: readonly PenPacket[], receivedMs = NOW_MS) => outline(say(openLink(), packets, receivedMs));

describe("[PEN-6] strokes of the counted family", () => {
  test("down, page, dots, up: one stroke, ended at the pen-up's own time", () => {
    const p = pen();
    const said = say(openLink(), [p.down(), p.page(), p.dot(3, 30), p.dot(12, 31), p.up(NOW_MS + 40, 2)]);
    expect(outline(said)).toEqual(["down:0", "page:12", "dot:3", "dot:15", "up:40 dots=2 lost=0"]);
    expect(said.filter((each) => each.kind === "dot")).toEqual([
      { kind: "dot", row: rowOf(3, 30) },
      { kind: "dot", row: rowOf(15, 31) },
    ]);
  });

  test("a tap: no ink, its page is said", () => {
    const p = pen();
    expect(strokes([p.down(), p.page(), p.up(NOW_MS + 9, 0)])).toEqual(["down:0", "page:12", "up:9 dots=0 lost=0"]);
  });

  test("the same page again in the middle changes nothing", () => {
    const p = pen();
    const heard = strokes([p.down(), p.page(), p.dot(), p.page(), p.dot(), p.up(NOW_MS + 30, 2)]);
    expect(heard).toEqual(["down:0", "page:12", "dot:10", "dot:20", "up:30 dots=2 lost=0"]);
  });

  test("another page in the middle: the stroke ends at its last dot, a new one begins at that time", () => {
    const p = pen();
    const heard = strokes([p.down(), p.page(), p.dot(), p.dot(), p.page(OTHER_PAGE), p.dot(), p.up(NOW_MS + 40, 3)]);
    expect(heard).toEqual([
      ...["down:0", "page:12", "dot:10", "dot:20", "end:20 dots=2 lost=0"],
      ...["page:13", "start:20", "page:13", "dot:30", "up:40 dots=1 lost=0"],
    ]);
  });

  test("a dot before the page of its stroke is dropped and counted; its time still passes", () => {
    const p = pen();
    const heard = strokes([p.down(), p.dot(), p.page(), p.dot(), p.up(NOW_MS + 30, 2)]);
    expect(heard).toEqual(["down:0", "fault:missing-page", "dot-dropped", "page:12", "dot:20", "up:30 dots=1 lost=1"]);
  });

  test("the page of the stroke before is not taken for the page of this one", () => {
    const p = pen();
    const heard = strokes([p.down(), p.page(), p.dot(), p.up(NOW_MS + 20, 1), p.down(NOW_MS + 100), p.dot()]);
    expect(heard.slice(4)).toEqual(["down:100", "fault:missing-page", "dot-dropped"]);
  });

  test("pen-up lost: the next pen-down ends the stroke at its last dot", () => {
    const p = pen();
    const packets = [p.down(), p.page(), p.dot(), p.dot()];
    p.count++;
    const heard = strokes([...packets, p.down(NOW_MS + 500)]);
    expect(heard).toEqual([
      ...["down:0", "page:12", "dot:10", "dot:20", "fault:gap", "gap"],
      ...["fault:missing-up", "end:20 dots=2 lost=1", "down:500"],
    ]);
  });

  test("pen-down lost, page heard: a stroke with a reckoned start, marked", () => {
    const p = pen();
    const heard = strokes([p.page(), p.dot(), p.dot(), p.up(NOW_MS + 30, 2)], NOW_MS + 10);
    expect(heard).toEqual([
      ...["page:12", "fault:missing-down", "start:0", "page:12", "dot:10", "dot:20"],
      "up:30 dots=2 lost=0",
    ]);
  });

  test("[PEN-10] its start is reckoned on the pen's clock, by what is known of that", () => {
    const link = openLink();
    say(link, [VERSION, { ...STATUS, timeMs: NOW_MS - 5000 }]);
    const p = pen();
    expect(outline(say(link, [p.page(), p.dot(8)], NOW_MS + 1000))).toEqual([
      ...["page:12", "fault:missing-down", "start:-4008", "page:12", "dot:-4000"],
    ]);
  });

  test("[PEN-6] strokes whose pen-downs were lost and that come late, in one moment, have each a start of its own", () => {
    const p = pen();
    const link = openLink();
    const stroke = (dt: number) => [p.page(), p.dot(dt), p.up(NOW_MS + 10, 1)];
    const heard = outline(say(link, [...stroke(10), ...stroke(10), ...stroke(11), ...stroke(10)], NOW_MS + 10));
    expect(heard.filter((line) => line.startsWith("start"))).toEqual(["start:0", "start:1", "start:-1", "start:2"]);
  });

  test("pen-down and page lost: the dots are kept in a stroke without a place, until a page comes", () => {
    const p = pen();
    const packets = [p.down(), p.page(), p.dot(), p.up(NOW_MS + 20, 1)];
    p.count += 2;
    const heard = strokes([...packets, p.dot(), p.dot(), p.page(OTHER_PAGE), p.dot(), p.up(NOW_MS + 90, 3)], NOW_MS + 70);
    expect(heard.slice(4)).toEqual([
      ...["fault:gap", "gap", "fault:missing-down", "fault:unknown-place", "start:10", "dot:20", "dot:30"],
      ...["end:30 dots=2 lost=0", "page:13", "start:30", "page:13", "dot:40", "up:90 dots=1 lost=0"],
    ]);
  });

  test("a page heard while the tip was up is not believed once a pen-down and a page may have been lost since", () => {
    const p = pen();
    const packets = [p.page()];
    p.count += 2;
    expect(strokes([...packets, p.dot()], NOW_MS + 10)).toEqual([
      ...["page:12", "fault:gap", "gap", "fault:missing-down", "fault:unknown-place", "start:0", "dot:10"],
    ]);
  });

  test("a pen-up with no stroke open is ignored and counted", () => {
    const p = pen();
    expect(strokes([p.up(NOW_MS, 0)])).toEqual(["fault:extra-up"]);
  });

  test("what the pen says it sent, less what came, is lost", () => {
    const p = pen();
    const link = openLink();
    const first = [p.down(), p.page(), p.dot()];
    p.count += 2;
    const heard = outline(say(link, [...first, p.dot(), p.up(NOW_MS + 60, 4)]));
    expect(heard).toEqual(["down:0", "page:12", "dot:10", "fault:gap", "gap", "dot:20", "up:60 dots=2 lost=2"]);
    expect([link.lostDots, link.lostEvents]).toEqual([2, 2]);
  });

  test("what was lost before a change of page is not counted again after it", () => {
    const p = pen();
    const first = [p.down(), p.page(), p.dot()];
    p.count++;
    const heard = strokes([...first, p.dot(), p.page(OTHER_PAGE), p.dot(), p.up(NOW_MS + 60, 4)]);
    expect(heard.filter((line) => /^(end|up)/.test(line))).toEqual(["end:20 dots=2 lost=1", "up:60 dots=1 lost=0"]);
  });

  test("a link lost while writing ends the stroke at its last dot", () => {
    const p = pen();
    const link = openLink();
    say(link, [p.down(), p.page(), p.dot()]);
    expect(link.isWriting).toBe(true);
    expect(outline(saidBy(link, link.close(NOW_MS)))).toEqual(["fault:missing-up", "end:10 dots=1 lost=0"]);
    expect(outline(saidBy(link, link.close(NOW_MS)))).toEqual([]);
  });

  test("a pen-down at a time that cannot be: its time is reckoned, the fault counted", () => {
    const p = pen();
    const heard = strokes([p.down(5), p.page(), p.dot(), p.up(7, 1)], NOW_MS);
    expect(heard).toEqual([
      ...["fault:invalid-time", "start:0", "page:12", "dot:10", "fault:invalid-time", "end:10 dots=1 lost=0"],
    ]);
  });

  test("an optical error is counted, and is not a dot", () => {
    const p = pen();
    const link = openLink();
    const error = { dt: 9, force: 1, brightness: 2, exposure: 3, processTime: 4, labelCount: 5, errorCode: 6 };
    const optical: PenPacket = { kind: "opticalError", count: 3, ...error, classType: "N3C6", consecutiveErrors: 7 };
    const heard = outline(say(link, [p.down(), p.page(), optical]));
    expect(heard).toEqual(["down:0", "page:12", "fault:optical-error", "optical-error"]);
    expect(link.faultCounts["optical-error"]).toBe(1);
  });
});

describe("[PEN-6] strokes of the legacy family", () => {
  const down: PenPacket = { kind: "legacyDown", timeMs: NOW_MS, tip: "eraser", color: 0xffffff };
  const up: PenPacket = { kind: "legacyUp", timeMs: NOW_MS + 50, tip: "eraser", color: 0xffffff };
  const page: PenPacket = { kind: "legacyPage", ...PAGE };

  test("down, page, dots, up", () => {
    const said = say(openLink(), [down, page, legacyDot(), legacyDot(), up]);
    expect(outline(said)).toEqual(["down:0", "page:12", "dot:10", "dot:20", "up:50 dots=2 lost=0"]);
    expect(said[0]).toMatchObject({ tip: "eraser", color: 0xffffff, count: null });
  });

  test("short and tiny dots have the pen's full force and stand upright", () => {
    const short: PenPacket = { kind: "shortDot", dt: 5, x: 300, y: 7, fx: 1, fy: 2 };
    const tiny: PenPacket = { kind: "tinyDot", dt: 6, x: 9, y: 8, fx: 3, fy: 4 };
    const rows = (packets: readonly PenPacket[], link = openLink()) =>
      say(link, packets).flatMap((each) => (each.kind === "dot" ? [each.row] : []));
    expect(rows([down, page, short, tiny])).toEqual([
      [5, 30001, 702, 852, 90, 90, 0],
      [11, 903, 804, 852, 90, 90, 0],
    ]);
    const strong = openLink();
    expect(rows([VERSION, { ...STATUS, maxForce: 1023 }, down, page, tiny], strong)).toEqual([[6, 903, 804, 1023, 90, 90, 0]]);
    expect(strong.maxForce).toBe(1023);
  });

  test("a max force of 0 means the usual one", () => {
    const link = openLink();
    say(link, [{ ...STATUS, maxForce: 0 }]);
    expect(link.maxForce).toBe(852);
  });
});
