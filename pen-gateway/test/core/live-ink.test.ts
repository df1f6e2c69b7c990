import type { PenPacket } from "@penlight/proto/pen";
import { describe, expect, test } from "vitest";
import { CountedPen, legacyDot, openLink, outline, PAGE, STATUS, say, VERSION } from "./pen-bytes.ts";

const pen = () => new CountedPen();
const strokes = (packets: readonly PenPacket[]) => outline(say(openLink(), packets));

describe("[PEN-4] the short way for live dots", () => {
  test("a dot frame that is longer than its layout is read, one that is shorter is malformed", () => {
    const link = openLink();
    const p = pen();
    say(link, [p.down(), p.page()]);
    const dot = (size: number, count: number) =>
      Uint8Array.from([0xc0, 0x6c, size, 0, count, ...new Array<number>(size - 1).fill(1), 0xc1]);
    expect(link.receive(dot(16, 3), 0).map((event) => event.kind)).toEqual(["dots"]);
    expect(link.receive(dot(13, 4), 0)).toEqual([{ kind: "fault", fault: { kind: "malformed", count: 1, command: 0x6c } }]);
    expect(link.faultCounts.gap).toBe(0);
  });
});

describe("[PEN-12] hover", () => {
  const page: PenPacket = { kind: "legacyPage", ...PAGE };
  const hovering = (protocol: string) => [
    { ...VERSION, protocol },
    { ...STATUS, hover: true },
  ];

  test("a packet of its own: not ink, no counter", () => {
    const hover: PenPacket = { kind: "hover", dt: 7, x: 46, y: 91, fx: 27, fy: 34 };
    expect(say(openLink(), [hover])).toEqual([{ kind: "hover", dt: 7, x: 4627, y: 9134 }]);
  });

  test("with hover on, a legacy dot while the tip is up hovers; with hover off its pen-down was lost", () => {
    expect(strokes([...hovering("2.12"), page, legacyDot()]).slice(2)).toEqual(["page:12", "hover"]);
    expect(strokes([...hovering("2.18"), page, legacyDot()]).slice(2)).toEqual(["page:12", "hover"]);
    expect(strokes([VERSION, STATUS, page, legacyDot()]).slice(2, 5)).toEqual(["page:12", "fault:missing-down", "start:-10"]);
  });

  test("the same of a counted dot, unless the pen has the packet of its own", () => {
    const p = pen();
    expect(strokes([...hovering("2.17"), p.page(), p.dot()]).at(-1)).toBe("hover");
    const q = pen();
    expect(strokes([...hovering("2.18"), q.page(), q.dot()]).slice(3, 5)).toEqual(["fault:missing-down", "start:-10"]);
  });

  test("with the tip down it is ink", () => {
    const p = pen();
    expect(strokes([...hovering("2.12"), p.down(), p.page(), p.dot()]).slice(2)).toEqual(["down:0", "page:12", "dot:10"]);
  });
});
