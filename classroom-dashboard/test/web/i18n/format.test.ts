import { describe, expect, it } from "vitest";
import {
  formatAgo,
  formatBytes,
  formatClock,
  formatDuration,
  formatNumber,
  formatPercent,
} from "../../../web/src/i18n/format.ts";

describe("format", () => {
  it.each([
    ["en", 2040, "2 sec"],
    ["en", 3460, "3.4 sec"],
    ["en", 42_900, "42 sec"],
    ["en", 125_000, "2 min"],
    ["en", 7_300_000, "2 hr"],
    ["zh-CN", 3460, "3.4秒"],
    ["zh-CN", 125_000, "2分钟"],
    ["en", -5, "0 sec"],
  ] as const)("duration in %s of %d ms is %s", (language, ms, text) => {
    expect(formatDuration(language, ms)).toBe(text);
  });

  it.each([
    [0, "0:00"],
    [702_000, "11:42"],
    [3_909_000, "1:05:09"],
    [-1, "0:00"],
  ])("clock of %d ms is %s", (ms, text) => {
    expect(formatClock(ms)).toBe(text);
  });

  it.each([
    ["en", 0, "0 byte"],
    ["en", 999, "999 byte"],
    ["en", 214_300, "214 kB"],
    ["en", 64_000_000, "64 MB"],
    ["zh-CN", 1_500_000_000, "1.5 GB"],
  ] as const)("size in %s of %d bytes is %s", (language, bytes, text) => {
    expect(formatBytes(language, bytes).replaceAll("\u00a0", " ")).toBe(text);
  });

  it("shares, numbers and moments follow the language", () => {
    expect(formatPercent("en", 0.704)).toBe("70%");
    expect(formatNumber("en", 12345.678, 1)).toBe("12,345.7");
    expect(formatAgo("en", 42_000)).toBe("42 sec. ago");
    expect(formatAgo("zh-CN", 125_000)).toBe("2分钟前");
  });
});
