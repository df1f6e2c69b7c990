import type { Item, PartialCredit } from "@penlight/proto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { scoreOf } from "../../src/core/score.ts";
import { worksheetOf } from "../fixtures/classroom.ts";

const IDS = ["A", "B", "C", "D", "E"];
const items = worksheetOf(4).items;
const choice = items[0] as Item;
const trueFalse = items[3] as Item;
const subset = fc.subarray(IDS);
const key = fc.subarray(IDS, { minLength: 1 });

function choices(keyOf: readonly string[], partialCredit: PartialCredit, points = 3): Item {
  const base = items[2] as Extract<Item, { kind: "choices" }>;
  return { ...base, key: keyOf, partialCredit, points };
}

function countsOf(keyOf: readonly string[], chosen: readonly string[]) {
  const hits = chosen.filter((each) => keyOf.includes(each)).length;
  return { hits, falseAlarms: chosen.length - hits, exact: hits === keyOf.length && chosen.length === hits };
}

describe("scoreOf", () => {
  it("[SCORE-1] gives all for the key and nothing for anything else", () => {
    expect(scoreOf(choice, "B")).toEqual({ milliPoints: 2000, state: "right" });
    expect(scoreOf(choice, "A")).toEqual({ milliPoints: 0, state: "wrong" });
    expect(scoreOf(choice, null)).toEqual({ milliPoints: 0, state: "wrong" });
    expect(scoreOf(trueFalse, true)).toEqual({ milliPoints: 2000, state: "right" });
    expect(scoreOf(trueFalse, false)).toEqual({ milliPoints: 0, state: "wrong" });
  });

  it("[SCORE-2] all-or-nothing", () => {
    fc.assert(
      fc.property(key, subset, (keyOf, chosen) => {
        const { exact } = countsOf(keyOf, chosen);
        expect(scoreOf(choices(keyOf, "all-or-nothing"), chosen).milliPoints).toBe(exact ? 3000 : 0);
      }),
      { seed: 2 },
    );
  });

  it("[SCORE-3] per-option: hits less false alarms, by the size of the key, never below nothing", () => {
    fc.assert(
      fc.property(key, subset, (keyOf, chosen) => {
        const { hits, falseAlarms } = countsOf(keyOf, chosen);
        const expected = Math.round((3000 * Math.max(0, hits - falseAlarms)) / keyOf.length);
        expect(scoreOf(choices(keyOf, "per-option"), chosen).milliPoints).toBe(expected);
      }),
      { seed: 3 },
    );
  });

  it("[SCORE-4] half-if-subset", () => {
    fc.assert(
      fc.property(key, subset, (keyOf, chosen) => {
        const { hits, falseAlarms, exact } = countsOf(keyOf, chosen);
        const expected = exact ? 3000 : hits > 0 && falseAlarms === 0 ? 1500 : 0;
        expect(scoreOf(choices(keyOf, "half-if-subset"), chosen).milliPoints).toBe(expected);
      }),
      { seed: 4 },
    );
  });

  it("[SCORE-5] states follow the share, also of an item without points; the order of the options does not matter", () => {
    fc.assert(
      fc.property(
        key,
        subset,
        fc.constantFrom<PartialCredit>("all-or-nothing", "per-option", "half-if-subset"),
        fc.nat(3),
        (keyOf, chosen, rule, points) => {
          const item = choices(keyOf, rule, points);
          const { exact } = countsOf(keyOf, chosen);
          const score = scoreOf(item, chosen);
          expect(score.state === "right").toBe(exact);
          expect(scoreOf(item, [...chosen].reverse())).toEqual(score);
          expect(score.milliPoints).toBeGreaterThanOrEqual(0);
          expect(score.milliPoints).toBeLessThanOrEqual(points * 1000);
          if (points > 0) expect(score.state === "wrong").toBe(score.milliPoints === 0);
        },
      ),
      { seed: 5 },
    );
  });
});
