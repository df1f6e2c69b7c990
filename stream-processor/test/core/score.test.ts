import { type Item, numberOf, type PartialCredit } from "@penlight/proto";
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

/** An item of another kind, worth 2 points unless it says otherwise. */
function written(kind: object): Item {
  const { options: _, key: __, ...base } = choice as Extract<Item, { kind: "choice" }>;
  return { ...base, box: "b", ...kind } as Item;
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

  it("[SCORE-6] [SCORE-7] a number in the tolerance is right in an accepted form, half or nothing in another", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -99, max: 99 }),
        fc.integer({ min: 1, max: 99 }),
        fc.nat(9),
        fc.boolean(),
        (n, d, off, half) => {
          const key = { value: `${n}/${d}`, tolerance: `3/${d}`, forms: ["fraction"] as const };
          const item = written({ kind: "number", key, ...(half && { partialCredit: "half-if-other-form" as const }) });
          expect(scoreOf(item, `${n + off}/${d}`).milliPoints).toBe(off <= 3 ? 2000 : 0);
          const mixed = `${n + off < 0 ? "-" : ""}0 ${Math.abs(n + off)}/${d}`;
          expect(scoreOf(item, mixed).milliPoints).toBe(off <= 3 && half ? 1000 : 0);
        },
      ),
      { seed: 6 },
    );
  });

  it("[SCORE-8] what is no number is worth nothing, whatever the key", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 50 }), fc.nat(1000), (text, key) => {
        const item = written({ kind: "number", key: { value: String(key) } });
        const { milliPoints, state } = scoreOf(item, text);
        expect([milliPoints, state]).toEqual(numberOf(text) === null || Number(text) !== key ? [0, "wrong"] : [2000, "right"]);
      }),
      { seed: 8 },
    );
    expect(scoreOf(written({ kind: "number", key: { value: "0" } }), null)).toEqual({ milliPoints: 0, state: "wrong" });
  });

  it("[SCORE-9] letters are right when they are one of the accepted answers", () => {
    const word = fc.array(fc.constantFrom(...IDS), { minLength: 1, maxLength: 3 }).map((letters) => letters.join(""));
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 4 }), word, (keys, text) => {
        const item = written({ kind: "letters", alphabet: "A-H", key: keys });
        expect(scoreOf(item, text).milliPoints).toBe(keys.includes(text) ? 2000 : 0);
      }),
      { seed: 9 },
    );
  });

  it("[SCORE-10] what the machine does not judge is worth nothing", () => {
    fc.assert(
      fc.property(fc.constantFrom("a", true, false, null), (value) => {
        expect(scoreOf(written({ kind: "open" }), value).milliPoints).toBe(0);
        expect(scoreOf(written({ kind: "help", points: 0 }), value)).toEqual({
          milliPoints: 0,
          state: value === true ? "right" : "wrong",
        });
      }),
      { seed: 10 },
    );
  });
});
