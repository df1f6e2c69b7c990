import type { InkCell, ItemId } from "@penlight/proto";
import { describe, expect, it } from "vitest";
import { GROUP_CELLS_MAX, reviewOf } from "../../../server/core/review.ts";
import { itemId, studentId } from "../lesson-fixture.ts";

const TICK = [0, 4, 1, 2, 7, 1, 6, 0, 1];
const LINE = [0, 4, 1, 6, 4, 1];
const cell = (student: number, item: number, strokes: number[][], change: Partial<InkCell> = {}): InkCell => ({
  ...{
    student: studentId(student),
    item: itemId(item),
    state: "unsure",
    answer: null,
    points: null,
    mark: null,
    seen: 0,
    insight: null,
  },
  strokes,
  ...change,
});
const points = new Map<ItemId, number>([
  [itemId(1), 2],
  [itemId(2), 2],
  [itemId(3), 5],
]);
const told = (cells: readonly InkCell[]) =>
  reviewOf(cells, points).map((group) => [group.item, group.cells.map((each) => each.student)]);

describe("the review queue", () => {
  it("[SET-12] puts identical-looking answers of an item together, and what moves most points first", () => {
    const cells = [
      cell(1, 1, [TICK]),
      cell(2, 2, [LINE]),
      cell(3, 1, [TICK]),
      cell(4, 1, [LINE]),
      cell(5, 3, [LINE]),
      cell(6, 1, [TICK]),
    ];
    expect(told(cells)).toEqual([
      ["q1", ["s1", "s3", "s6"]],
      ["q3", ["s5"]],
      ["q1", ["s4"]],
      ["q2", ["s2"]],
    ]);
  });

  it("[SET-12] another reading, or no ink, is no reason to be together; a group is not larger than can be seen", () => {
    expect(told([cell(1, 1, [TICK]), cell(2, 1, [TICK], { answer: "B" }), cell(3, 1, []), cell(4, 1, [])])).toHaveLength(4);
    const thinks = (guess: string) => ({ insight: { alphabet: "digits", guess, confidence: 0.6, runnerUp: "7" } });
    expect(told([cell(1, 1, [TICK], thinks("1")), cell(2, 1, [TICK], thinks("7")), cell(3, 1, [TICK], thinks("1"))])).toEqual([
      ["q1", ["s1", "s3"]],
      ["q1", ["s2"]],
    ]);
    const many = Array.from({ length: GROUP_CELLS_MAX + 2 }, (_, i) => cell(i, 1, [TICK]));
    expect(reviewOf(many, points).map((group) => group.cells.length)).toEqual([GROUP_CELLS_MAX, 2]);
  });
});
