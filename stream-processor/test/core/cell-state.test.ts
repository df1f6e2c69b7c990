import { CELL_STATES } from "@penlight/proto";
import { describe, expect, it } from "vitest";
import { type CellFacts, cellStateOf } from "../../src/core/cell-state.ts";

const JUDGED = [null, "unsure", "right", "partial", "wrong", "withdrawn"] as const;
const all: CellFacts[] = [];
for (const writing of [true, false]) {
  for (const judged of JUDGED) {
    for (const closing of [null, "blank", "no-signal"] as const) {
      for (const signal of [true, false]) all.push({ writing, judged, closing, signal });
    }
  }
}

describe("cellStateOf", () => {
  it("[ANS-50] gives every one of the nine states and no other", () => {
    expect(new Set(all.map(cellStateOf))).toEqual(new Set(CELL_STATES));
  });
  it("[ANS-50] never shows a pen without signal as not started", () => {
    for (const facts of all) if (!facts.signal) expect(cellStateOf(facts)).not.toBe("not-started");
  });
  it("[ANS-50] never calls a cell without ink wrong", () => {
    for (const facts of all)
      if (facts.judged === null) expect(["right", "partial", "wrong", "unsure", "withdrawn"]).not.toContain(cellStateOf(facts));
  });
  it("[ANS-50] ink counts more than signal and closing", () => {
    for (const facts of all) if (!facts.writing && facts.judged !== null) expect(cellStateOf(facts)).toBe(facts.judged);
  });
});
