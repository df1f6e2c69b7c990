import { DOT_STRIDE, type GapRow, type PenId, type RoomId, type StrokeRow } from "@penlight/proto";
import { describe, expect, test } from "vitest";
import { InkLedger, lookOf } from "./ink-ledger.ts";

const PEN = "9c7bd2000010" as PenId;
const dots = (...xs: readonly number[]) => Int32Array.from(xs.flatMap((x) => [x, 100 + x, 200, 300, 80, 90, 10]));
const row = (ink: Int32Array, syntheticStart = false) => ({ pen: PEN, dots: ink, syntheticStart }) as unknown as StrokeRow;
const NONE = {
  excused: { "lost in the air": 0, "the gateway died with it": 0, "the power was cut before it was on disk": 0 },
  told: 0,
  unexplained: 0,
  doubled: 0,
  strange: 0,
};

describe("InkLedger", () => {
  test("[SIM-5] what was made and kept balances, whatever the strokes are called", () => {
    const ledger = new InkLedger();
    ledger.made(PEN, dots(1, 2, 3));
    expect(ledger.balance([row(dots(1)), row(dots(2, 3))], [])).toEqual({ ...NONE, made: 3, kept: 3 });
  });

  test("[SIM-5] a dot that is missing needs a reason, and one that is there twice has none", () => {
    const ledger = new InkLedger();
    const ink = dots(1, 2, 3);
    ledger.made(PEN, ink);
    expect(ledger.balance([row(dots(1, 2))], [])).toEqual({ ...NONE, made: 3, kept: 2, unexplained: 1 });
    ledger.excuse([lookOf(PEN, ink, 2 * DOT_STRIDE)], "lost in the air");
    const excused = { ...NONE.excused, "lost in the air": 1 };
    expect(ledger.balance([row(dots(1, 2))], [])).toEqual({ ...NONE, made: 3, kept: 2, excused });
    expect(ledger.balance([row(dots(1, 2, 2, 3))], [])).toEqual({ ...NONE, made: 3, kept: 3, doubled: 1 });
  });

  test("[SIM-5] a gap record explains as many dots as it says, and only for the reason of a lost page", () => {
    const ledger = new InkLedger();
    ledger.made(PEN, dots(1, 2, 3));
    const gap = (reason: string): GapRow => ({
      room: "r" as RoomId,
      pen: PEN,
      student: null,
      atMs: 0,
      lostEvents: 2,
      reason,
      cause: "0:0",
    });
    expect(ledger.balance([], [gap("missing-page")])).toEqual({ ...NONE, made: 3, kept: 0, told: 2, unexplained: 1 });
    expect(ledger.balance([], [gap("gap")])).toEqual({ ...NONE, made: 3, kept: 0, unexplained: 3 });
  });

  test("[SIM-5] a piece with a reckoned beginning has no excuse beside the whole", () => {
    const ledger = new InkLedger();
    ledger.made(PEN, dots(1, 2));
    expect(ledger.balance([row(dots(1, 2)), row(dots(2), true)], [])).toEqual({ ...NONE, made: 2, kept: 2, doubled: 1 });
  });
});
