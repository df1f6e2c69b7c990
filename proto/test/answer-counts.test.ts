import { describe, expect, it } from "vitest";
import { ANSWERS_TOLD_MAX, countedAnswers, toldCounts } from "../src/answer-counts.ts";
import type { BoxId } from "../src/ids.ts";
import type { Item } from "../src/worksheet.ts";
import { base } from "./item-base.ts";

const box = "b" as BoxId;
const number: Item = { ...base, kind: "number", box, key: { value: "1/2" } };
const choice: Item = { ...base, kind: "choice", options: ["A", "B"].map((id) => ({ id, box: `b${id}` as BoxId })), key: "B" };

describe("counts of answers", () => {
  it("[STAT-1] options are told in their order, also those that nobody chose", () => {
    expect(toldCounts(choice, new Map([["B", 3]]))).toEqual([
      { option: "A", count: 0 },
      { option: "B", count: 3 },
    ]);
  });

  it("[STAT-5] of free answers the most common ones are told, of equals the first in order of their text", () => {
    const counts = new Map(Array.from({ length: 20 }, (_, i) => [`${20 - i}`, i % 3]));
    counts.set("-3", 9);
    const told = toldCounts(number, counts);
    expect(told.length).toBe(ANSWERS_TOLD_MAX);
    expect(told.slice(0, 3)).toEqual([
      { option: "-3", count: 9 },
      { option: "12", count: 2 },
      { option: "15", count: 2 },
    ]);
    expect(toldCounts(number, new Map([["5", 0]]))).toEqual([]);
  });

  it("[EVT-11] every form of answer is counted under texts", () => {
    expect([countedAnswers("B"), countedAnswers(["A", "C"]), countedAnswers(true), countedAnswers(null)]).toEqual([
      ["B"],
      ["A", "C"],
      ["true"],
      [],
    ]);
  });
});
