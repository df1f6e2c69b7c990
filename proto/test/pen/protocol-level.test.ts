import { expect, test } from "vitest";
import { LEVEL_COUNTED_EVENTS, LEVEL_HOVER_PACKET, protocolLevel } from "../../src/pen/index.ts";

test("[PEN-7] protocol versions compare by their numbers, not as text", () => {
  const texts = ["2.9", "2.10", "2.12", "2.15", "2.18", "2.22", "3.1"];
  const levels = texts.map(protocolLevel);
  expect(levels.toSorted((a, b) => a - b)).toEqual(levels);
  expect(protocolLevel("2.12")).toBe(LEVEL_COUNTED_EVENTS);
  expect(protocolLevel("2.18")).toBe(LEVEL_HOVER_PACKET);
});

test.each(["", "2", "x2.12", "\u00002.12", "two.twelve"])("[PEN-7] %j is no version: the lowest level", (text) => {
  expect(protocolLevel(text)).toBe(0);
});
