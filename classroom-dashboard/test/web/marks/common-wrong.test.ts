import type { AnswerValue, BoardCell, CellState } from "@penlight/proto";
import { describe, expect, it } from "vitest";
import { wrongGroups } from "../../../web/src/marks/common-wrong.ts";
import { cellOf } from "../live/boards.ts";

let student = 0;
const cells = (count: number, state: CellState, answer: AnswerValue): BoardCell[] =>
  Array.from({ length: count }, () => ({ ...cellOf(`s${++student}`, "q1", state), answer }));
const told = (all: readonly BoardCell[]) =>
  wrongGroups(all).map(({ answer, students, isCommon }) => [answer, students.length, isCommon]);

describe("common wrong answers", () => {
  it("[STAT-6] counts equal wrong answers, most common first; right ones and those nobody read are none", () => {
    const all = [
      ...cells(2, "wrong", "7"),
      ...cells(5, "wrong", "-3"),
      ...cells(3, "partial", ["A", "C"]),
      ...cells(4, "right", "3"),
      ...cells(6, "unsure", null),
      ...cells(1, "wrong", null),
    ];
    expect(told(all)).toEqual([
      ["-3", 5, true],
      [["A", "C"], 3, true],
      ["7", 2, false],
    ]);
  });

  it("[STAT-6] alerts from 20 % of those judged and three pupils on", () => {
    expect(told([...cells(3, "wrong", "7"), ...cells(12, "right", "3")])).toEqual([["7", 3, true]]);
    expect(told([...cells(3, "wrong", "7"), ...cells(13, "right", "3")])).toEqual([["7", 3, false]]);
    expect(told([...cells(2, "wrong", "7"), ...cells(1, "right", "3")])).toEqual([["7", 2, false]]);
  });
});
