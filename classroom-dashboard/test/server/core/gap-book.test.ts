import type { PenId } from "@penlight/proto";
import { describe, expect, it } from "vitest";
import { GapBook, ROOM_GAPS_MAX } from "../../../server/core/gap-book.ts";

const pen = "000000000001" as PenId;
const everBy = () => true;
const always = { opensMs: 0, closesMs: null };

describe("GapBook", () => {
  it("[LIVE-15] forgets the oldest loss when there are too many", () => {
    const book = new GapBook();
    const push = (n: number) => book.push({ pen, atMs: n, lostEvents: 1, reason: "gap", cause: String(n) });
    for (let n = 0; n < ROOM_GAPS_MAX + 2; n++) push(n);
    expect(book.of([pen], always, everBy)).toEqual([{ reason: "gap", lostEvents: ROOM_GAPS_MAX, lastMs: ROOM_GAPS_MAX + 1 }]);
    expect(push(ROOM_GAPS_MAX)).toBe(false);
    expect(push(0)).toBe(true);
  });

  it("[LIVE-15] counts what was lost within the window only", () => {
    const book = new GapBook();
    for (const atMs of [99, 100, 199, 200]) book.push({ pen, atMs, lostEvents: 1, reason: "gap", cause: String(atMs) });
    expect(book.of([pen], { opensMs: 100, closesMs: 200 }, everBy)).toEqual([{ reason: "gap", lostEvents: 2, lastMs: 199 }]);
    expect(book.of([pen], null, everBy)).toEqual([]);
  });

  it("[REG-1] [LIVE-15] a loss is that of whoever had the pen then", () => {
    const book = new GapBook();
    for (const atMs of [99, 100]) book.push({ pen, atMs, lostEvents: 1, reason: "gap", cause: String(atMs) });
    expect(book.of([pen], always, (_, atMs) => atMs < 100)).toEqual([{ reason: "gap", lostEvents: 1, lastMs: 99 }]);
  });
});
