import { CELL_STATES } from "@penlight/proto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CountedCell } from "../../src/core/item-stats.ts";
import { isDone, StudentTally } from "../../src/core/student-tally.ts";
import { penOf, studentOf } from "../fixtures/classroom.ts";
import { penState } from "../fixtures/ink.ts";

const counted = (state: CountedCell["state"], milliPoints: number | null = null): CountedCell => ({
  state,
  answer: null,
  milliPoints,
});

describe("isDone", () => {
  it("[STAT-3] a cell is done when it is neither no-signal, not-started nor writing", () => {
    expect(CELL_STATES.filter(isDone)).toEqual(["unsure", "right", "partial", "wrong", "blank", "withdrawn"]);
  });
});

describe("StudentTally", () => {
  it("[STAT-3] counts done, right, points and the last ink", () => {
    const tally = new StudentTally(studentOf(4));
    for (const cell of [
      counted("right", 2000),
      counted("right", 1500),
      counted("partial", 667),
      counted("wrong", 0),
      counted("unsure"),
      counted("writing"),
      counted("not-started"),
    ])
      tally.add(cell);
    tally.inkAt(5000, 6000);
    tally.inkAt(1000, 1200);
    const pen = penState(penOf(4), 7000);
    expect(tally.statsWith(pen)).toEqual({
      student: "s4",
      done: 5,
      right: 2,
      points: 4.167,
      lastInkMs: 6000,
      idle: false,
      pen,
    });
  });

  it("[STAT-3] a cell that is taken away leaves nothing behind, in any order", () => {
    const cell = fc
      .record({ state: fc.constantFrom(...CELL_STATES), milliPoints: fc.option(fc.nat(5000)) })
      .map(({ state, milliPoints }) => counted(state, milliPoints));
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, fc.boolean()), { maxLength: 30 }), (cells) => {
        const tally = new StudentTally(studentOf(0));
        for (const [each] of cells) tally.add(each);
        for (const [each, goes] of cells.toReversed()) if (goes) tally.remove(each);
        const left = cells.filter(([, goes]) => !goes).map(([each]) => each);
        const notDone = ["no-signal", "not-started", "writing"];
        expect([tally.done, tally.right, tally.milliPoints]).toEqual([
          left.filter((each) => !notDone.includes(each.state)).length,
          left.filter((each) => each.state === "right").length,
          left.reduce((sum, each) => sum + (each.milliPoints ?? 0), 0),
        ]);
      }),
      { seed: 1 },
    );
  });

  it("[STAT-4] the habit is the time between items, known from the second item on", () => {
    const tally = new StudentTally(studentOf(0));
    expect(tally.gapMs).toBeNull();
    tally.inkAt(10_000, 12_000);
    tally.inked = 1;
    expect(tally.gapMs).toBeNull();
    tally.inkAt(40_000, 70_000);
    tally.inked = 4;
    expect(tally.gapMs).toBe(20_000);
  });
});
