import { CELL_STATES } from "@penlight/proto";
import { describe, expect, it } from "vitest";
import {
  classTotals,
  formatAnswer,
  formatInterval,
  GLYPHS,
  isMissed,
  rightShare,
  stateCounts,
} from "../../../web/src/board/figures.ts";
import { itemOf, studentOf } from "../live/boards.ts";

const words = { trueFalse: { true: "True", false: "False" }, listSeparator: ", " };

describe("figures", () => {
  it("a share needs somebody judged", () => {
    expect(rightShare({ right: 0, judged: 0 })).toBeNull();
    expect(rightShare({ right: 3, judged: 4 })).toBe(0.75);
  });

  it("an item is missed only when the interval excludes one half", () => {
    expect(isMissed(itemOf("a", { judged: 2, right: 0, wilson: [0, 0.658] }))).toBe(false);
    expect(isMissed(itemOf("a", { judged: 20, right: 3, wilson: [0.052, 0.36] }))).toBe(true);
    expect(isMissed(itemOf("a", { judged: 0 }))).toBe(false);
  });

  it("an interval is written in whole per cent", () => {
    expect(formatInterval([0.2534, 0.5259])).toBe("[25–53]");
  });

  it("class totals add up the items; finished is who has done them all", () => {
    const items = [itemOf("a", { right: 1, judged: 2 }), itemOf("b", { right: 2, judged: 2 })];
    const students = [studentOf("x", 1, { done: 2 }), studentOf("y", 2, { done: 1 })];
    expect(classTotals(items, students)).toEqual({ right: 3, judged: 4, cells: 4, finished: 1 });
    expect(classTotals([], students).finished).toBe(0);
  });

  it("counts each of the nine states once", () => {
    const item = itemOf("a", {
      right: 1,
      partial: 2,
      wrong: 3,
      unsure: 4,
      writing: 5,
      withdrawn: 6,
      blank: 7,
      notStarted: 8,
      noSignal: 9,
    });
    const counts = stateCounts(item);
    expect(counts.map(([state]) => state).sort()).toEqual([...CELL_STATES].sort());
    expect(counts.map(([, count]) => count)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it("every state has a glyph of its own, so that no two differ by colour alone", () => {
    const glyphs = CELL_STATES.map((state) => GLYPHS[state]);
    expect(new Set(glyphs).size).toBe(9);
    expect(glyphs.every((glyph) => glyph.length === 1)).toBe(true);
  });

  it.each([
    ["A", "label A"],
    [["A", "C"], "label A, label C"],
    [[], null],
    [true, "True"],
    [false, "False"],
    [null, null],
  ] as const)("answer %o reads %o", (answer, text) => {
    expect(formatAnswer(answer, words, (option) => `label ${option}`)).toBe(text);
  });
});
