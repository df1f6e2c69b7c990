import type { Item, PenId } from "@penlight/proto";
import { describe, expect, it } from "vitest";
import { boardItemOf, boardPenOf, publishDirty } from "../../../server/core/board-rows.ts";
import { penId, penState, worksheetOf } from "../lesson-fixture.ts";

describe("rows and columns of a board", () => {
  it("[LIVE-2] a pen that was given and never heard is lost; none given is none", () => {
    expect(boardPenOf(null, undefined)).toBeNull();
    expect(boardPenOf(null, "9c7bd2000001" as PenId)).toMatchObject({ id: "9c7bd2000001", link: "lost", heardMs: 0 });
    expect(boardPenOf(penState(2, "locked", 5), penId(1))).toEqual({
      id: penId(2),
      link: "locked",
      batteryPercent: 80,
      charging: false,
      heardMs: 5,
      lostDots: 0,
      recoveredStrokes: 0,
      troubles: [],
    });
  });

  it("[LIVE-2] a column is counted from its cells only until its statistics have come", () => {
    const item = worksheetOf(1).items[0] as Item;
    expect(boardItemOf(item, null, () => []).classSize).toBe(0);
    const zero = {
      "no-signal": 1,
      "not-started": 2,
      writing: 3,
      unsure: 4,
      right: 5,
      partial: 6,
      wrong: 7,
      blank: 8,
      withdrawn: 9,
    };
    const stats = {
      item: item.id,
      states: zero,
      judged: 18,
      classSize: 45,
      pointsSum: 11,
      wilson: [0.1, 0.5] as const,
      options: [],
    };
    const board = boardItemOf(item, stats, () => {
      throw new Error("not asked");
    });
    expect(board).toMatchObject({
      item: "q1",
      number: "1",
      key: "A",
      noSignal: 1,
      notStarted: 2,
      right: 5,
      withdrawn: 9,
      judged: 18,
    });
  });

  it("[LIVE-3] publishes what is different and nothing else", () => {
    const row = (name: string, mark: object | null = null) => ({ name, mark });
    const published = [row("a", { by: "x" }), row("b"), row("c", { by: "x" })];
    const renewed = [row("a", { by: "x" }), row("x"), row("c", { by: "y" })];
    const dirty = new Set([0, 2]);
    expect(publishDirty(dirty, published, (index) => renewed[index] as (typeof renewed)[0])).toEqual([row("c", { by: "y" })]);
    expect(published).toEqual([row("a", { by: "x" }), row("b"), row("c", { by: "y" })]);
    expect(dirty.size).toBe(0);
  });
});
