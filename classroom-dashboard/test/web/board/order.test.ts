import type { CellState, ItemId, StudentId } from "@penlight/proto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { byMissed, byNeed, bySeat, keepOrder, sameOrder } from "../../../web/src/board/order.ts";
import { itemOf, studentOf } from "../live/boards.ts";

const students = [studentOf("cy", 3, { done: 2 }), studentOf("ann", 1, { done: 2 }), studentOf("bob", 2, { done: 1 })];
const items = ["1", "2"] as ItemId[];
const table = (rows: Readonly<Record<string, readonly CellState[]>>) => (student: StudentId, item: ItemId) =>
  rows[student]?.[items.indexOf(item)] ?? "not-started";

describe("order of students", () => {
  it("is the seats' by default", () => {
    expect(bySeat(students)).toEqual(["ann", "bob", "cy"]);
  });

  it("by need: who missed most, then who did least, then the seat", () => {
    const rows = { ann: ["right", "right"], bob: ["right", "writing"], cy: ["wrong", "right"] } as const;
    expect(byNeed(students, items, table(rows))).toEqual(["cy", "bob", "ann"]);
  });

  it("a pen that is silent is no need: no-signal and not-started count nothing", () => {
    const rows = { ann: ["partial", "right"], bob: ["no-signal", "no-signal"], cy: ["right", "not-started"] } as const;
    expect(byNeed(students, items, table(rows))[0]).toBe("ann");
  });
});

describe("order of items", () => {
  it("puts first what is surely missed: 12 of 30 before 0 of 1", () => {
    const list = [
      itemOf("easy", { judged: 30, right: 29, wilson: [0.833, 0.994] }),
      itemOf("hard", { judged: 30, right: 12, wilson: [0.246, 0.577] }),
      itemOf("once", { judged: 1, right: 0, wilson: [0, 0.793] }),
      itemOf("none", { judged: 0 }),
    ];
    expect(byMissed(list)).toEqual(["hard", "once", "easy", "none"]);
  });

  it("keeps the printed order of equals", () => {
    expect(byMissed([itemOf("a"), itemOf("b"), itemOf("c")])).toEqual(["a", "b", "c"]);
  });
});

describe("keepOrder", () => {
  it("keeps what is shown, drops who left, adds who came at the end", () => {
    expect(keepOrder(["c", "a", "b"], ["a", "b", "d", "e"])).toEqual(["a", "b", "d", "e"]);
    expect(keepOrder(["c", "a", "b"], ["a", "b", "c", "d"])).toEqual(["c", "a", "b", "d"]);
  });

  it("is always a reordering of those present (seed 3)", () => {
    const ids = fc.uniqueArray(fc.nat(20));
    fc.assert(
      fc.property(ids, ids, (shown, present) => {
        const kept = keepOrder(shown, present);
        expect([...kept].sort()).toEqual([...present].sort());
        expect(sameOrder(keepOrder(kept, present), kept)).toBe(true);
      }),
      { seed: 3 },
    );
  });
});
