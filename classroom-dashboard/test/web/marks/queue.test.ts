import type { InkCell, ItemId, Review, StudentId } from "@penlight/proto";
import { describe, expect, it } from "vitest";
import {
  cellsDecided,
  cellsLeft,
  chosenCells,
  type Decision,
  decideNext,
  leaveOut,
  type Queue,
  queueOf,
  skipNext,
  takeBack,
} from "../../../web/src/marks/queue.ts";

const cell = (student: string, item = "q1"): InkCell => ({
  ...{
    student: student as StudentId,
    item: item as ItemId,
    state: "unsure",
    answer: null,
    points: null,
    mark: null,
    seen: 0,
    insight: null,
  },
  strokes: [],
});
const review = (...groups: InkCell[][]): Review => ({
  ...{ assignment: null, waiting: 0, regions: [] },
  groups: groups.map((cells) => ({ item: (cells[0] as InkCell).item, cells })),
});
const RIGHT = { kind: "right" } as const;
const names = (queue: Queue) => queue.groups.map((group) => group.cells.map((each) => each.student).join("+"));
const decided = (queue: Queue) => (decideNext(queue, RIGHT) as { queue: Queue; decision: Decision }).queue;

describe("the queue", () => {
  it("[SET-12] one decision is for the whole group, and the next one comes by itself", () => {
    const queue = queueOf(review([cell("a"), cell("b")], [cell("c")]));
    const next = decideNext(queue, RIGHT);
    expect(next?.decision.cells.map((each) => each.student)).toEqual(["a", "b"]);
    expect([names(next?.queue as Queue), cellsDecided(next?.queue as Queue), cellsLeft(next?.queue as Queue)]).toEqual([
      ["c"],
      2,
      1,
    ]);
    expect(decideNext(decided(decided(queue)), RIGHT)).toBeNull();
  });

  it("[SET-12] what was left out of a decision waits on by itself; one is always in", () => {
    const queue = leaveOut(queueOf(review([cell("a"), cell("b"), cell("c")])), cell("b"));
    expect(chosenCells(queue).map((each) => each.student)).toEqual(["a", "c"]);
    expect(names(decided(queue))).toEqual(["b"]);
    expect(chosenCells(leaveOut(queue, cell("b")))).toHaveLength(3);
    const single = queueOf(review([cell("a")]));
    expect(leaveOut(single, cell("a"))).toBe(single);
  });

  it("[SET-12] a decision that is taken back waits again, first of all; one that is not there is taken back once", () => {
    const queue = decided(queueOf(review([cell("a")], [cell("b")])));
    const [decision] = queue.decided as [Decision];
    const back = takeBack(queue, decision);
    expect([names(back), back.decided]).toEqual([["a", "b"], []]);
    expect(takeBack(back, decision)).toBe(back);
  });

  it("[SET-12] skipped ones come last; what was decided here does not come back with the next load", () => {
    const queue = skipNext(queueOf(review([cell("a")], [cell("b")])));
    expect(names(queue)).toEqual(["b", "a"]);
    expect(names(queueOf(review([cell("a"), cell("b")], [cell("b", "q2")]), decided(queue)))).toEqual(["a", "b"]);
  });
});
