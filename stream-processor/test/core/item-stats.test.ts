import { CELL_STATES, type Item, wilson } from "@penlight/proto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CountedCell, ItemTally } from "../../src/core/item-stats.ts";
import { worksheetOf } from "../fixtures/classroom.ts";

const item = worksheetOf(3).items[2] as Item;
const cell: fc.Arbitrary<CountedCell> = fc
  .record({ state: fc.constantFrom(...CELL_STATES), answer: fc.subarray(["A", "B", "C", "D"]), milliPoints: fc.nat(2000) })
  .map(({ state, answer, milliPoints }) => {
    const judged = state === "right" || state === "partial" || state === "wrong";
    return { state, answer: judged ? answer : null, milliPoints: judged ? milliPoints : null };
  });

/** Counted anew from the cells, the slow and plain way. */
function recomputed(cells: readonly CountedCell[]) {
  const count = (state: string) => cells.filter((each) => each.state === state).length;
  const judged = cells.filter((each) => ["right", "partial", "wrong"].includes(each.state));
  return {
    item: item.id,
    states: Object.fromEntries(CELL_STATES.map((state) => [state, count(state)])),
    judged: judged.length,
    classSize: cells.length,
    pointsSum: judged.reduce((sum, each) => sum + (each.milliPoints ?? 0), 0) / 1000,
    wilson: wilson(count("right"), judged.length),
    options: ["A", "B", "C", "D"].map((option) => ({
      option,
      count: judged.filter((each) => (each.answer as readonly string[]).includes(option)).length,
    })),
  };
}

describe("ItemTally", () => {
  it("[STAT-1] equals a recomputation from all cells after any changes, in any order", () => {
    fc.assert(
      fc.property(
        fc.array(cell, { minLength: 1, maxLength: 12 }),
        fc.array(fc.tuple(fc.nat(11), cell), { maxLength: 60 }),
        (start, changes) => {
          const cells = [...start];
          const tally = new ItemTally(item);
          for (const each of cells) tally.add(each);
          for (const [at, next] of changes) {
            const index = at % cells.length;
            tally.remove(cells[index] as CountedCell);
            tally.add(next);
            cells[index] = next;
          }
          expect(tally.stats).toEqual(recomputed(cells));
        },
      ),
      { seed: 1 },
    );
  });

  it("[STAT-5] counts numbers as they were written, and forgets what nobody says any more", () => {
    const { options: _, ...base } = item as Extract<Item, { kind: "choices" }>;
    const number = { ...base, kind: "number", box: "b", key: { value: "1" } } as unknown as Item;
    const tally = new ItemTally(number);
    const said = (answer: string): CountedCell => ({ state: "wrong", answer, milliPoints: 0 });
    for (const each of ["-3", "3", "-3", "8"]) tally.add(said(each));
    tally.remove(said("8"));
    expect(tally.stats.options).toEqual([
      { option: "-3", count: 2 },
      { option: "3", count: 1 },
    ]);
  });
});
