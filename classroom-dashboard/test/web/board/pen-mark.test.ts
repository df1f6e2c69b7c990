import { type BoardPen, PEN_LINKS } from "@penlight/proto";
import { describe, expect, it } from "vitest";
import { isBatteryLow, penMarkOf, WEAK_FOR_MS } from "../../../web/src/board/pen-mark.ts";

const pen: BoardPen = {
  ...{ id: "9c7bd251f41f", link: "connected", batteryPercent: 80, charging: false },
  ...{ heardMs: 0, lostDots: 0, recoveredStrokes: 0, troubles: [] },
};

describe("penMarkOf", () => {
  it("shows each link as what it is", () => {
    expect(PEN_LINKS.map((link) => penMarkOf({ ...pen, link }, null, 0))).toEqual([...PEN_LINKS]);
    expect(penMarkOf(null, null, 0)).toBe("none");
  });

  it("is weak for a while after dots were lost, but never better than the link", () => {
    expect(penMarkOf(pen, 1000, 1000 + WEAK_FOR_MS - 1)).toBe("weak");
    expect(penMarkOf(pen, 1000, 1000 + WEAK_FOR_MS)).toBe("connected");
    expect(penMarkOf({ ...pen, link: "lost" }, 1000, 1000)).toBe("lost");
  });
});

it("a battery is shown when it is low and not charging", () => {
  expect(isBatteryLow({ ...pen, batteryPercent: 20 })).toBe(true);
  expect(isBatteryLow({ ...pen, batteryPercent: 21 })).toBe(false);
  expect(isBatteryLow({ ...pen, batteryPercent: 5, charging: true })).toBe(false);
  expect(isBatteryLow({ ...pen, batteryPercent: null })).toBe(false);
  expect(isBatteryLow(null)).toBe(false);
});
