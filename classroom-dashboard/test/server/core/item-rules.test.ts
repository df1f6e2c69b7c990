import type { Item, Worksheet } from "@penlight/proto";
import { describe, expect, it } from "vitest";
import { checkItem, sharedBoxes } from "../../../server/core/item-rules.ts";
import { worksheetOf } from "../lesson-fixture.ts";

const sheet: Worksheet = worksheetOf(2);
const { options: _, key: __, ...base } = sheet.items[0] as Extract<Item, { kind: "choice" }>;
const found = (kind: object) =>
  checkItem({ ...base, ...kind } as Item, "/items/0", sheet).map(({ at, reason }) => `${at}: ${reason}`);
const letters = (...ids: string[]) => ids.map((id) => ({ id }));
const number = (key: object) => found({ kind: "number", box: "q1A", key });

describe("checkItem", () => {
  it("[SET-3] finds nothing wrong with what is right, of every kind", () => {
    expect(found({ kind: "choice", box: "q1A", options: letters("A", "B"), key: "B" })).toEqual([]);
    expect(found({ kind: "choices", box: "q1A", options: letters("A", "B"), key: ["B"] })).toEqual([]);
    expect(found({ kind: "true-false", box: "q1A", options: letters("true", "false"), key: true })).toEqual([]);
    expect(number({ value: "-2 1/3", tolerance: "0", forms: ["mixed"], lowestTerms: true })).toEqual([]);
    expect(found({ kind: "letters", box: "q1A", alphabet: "A-D", lettersMax: 3, key: ["BCA", "D"] })).toEqual([]);
    expect(found({ kind: "open", box: "q1A", rubric: [{ points: 2, text: base.stem }] })).toEqual([]);
    expect(found({ kind: "help", box: "q1A" })).toEqual([]);
  });

  it("[SET-3] an item has one box or a box for each option, and each exists", () => {
    expect(found({ kind: "number", box: "nowhere", key: { value: "1" } })).toEqual(["/items/0/box: there is no box nowhere"]);
    expect(found({ kind: "choice", options: [{ id: "A", box: "q1A" }, { id: "B" }], key: "A" })).toEqual([
      "/items/0/options/1/box: is missing",
    ]);
    expect(found({ kind: "choice", box: "q1A", options: [{ id: "A", box: "q1B" }, { id: "yes" }], key: "A" })).toEqual([
      "/items/0/options/0/box: is one too many: the answer is written into q1A",
      "/items/0/options/1/id: yes cannot be written into a box: it must be one capital letter",
    ]);
  });

  it("[SET-3] the key of a number is one, in a form that it accepts, with a tolerance not below zero", () => {
    expect(number({ value: "1/0", tolerance: "-0.1" })).toEqual([
      "/items/0/key/value: 1/0 is no number",
      "/items/0/key/tolerance: is below zero",
    ]);
    expect(number({ value: "1", tolerance: "x" })).toEqual(["/items/0/key/tolerance: x is no number"]);
    const reason = "/items/0/key/value: is in a form that this key does not accept";
    expect(number({ value: "1/2", forms: ["decimal"] })).toEqual([reason]);
    expect(number({ value: "2/4", lowestTerms: true })).toEqual([reason]);
  });

  it("[SET-3] the key of letters is of its alphabet, a line of a rubric within the points", () => {
    expect(found({ kind: "letters", box: "q1A", alphabet: "A-D", lettersMax: 2, key: ["AD", "AE", "d", "ABC"] })).toEqual([
      "/items/0/key/1: AE is outside A-D",
      "/items/0/key/2: d is outside A-D",
      "/items/0/key/3: ABC has more letters than lettersMax (2)",
    ]);
    expect(found({ kind: "letters", box: "q1A", alphabet: "a-z", lettersMax: 2, key: ["ab"] })).toEqual([
      "/items/0/lettersMax: several letters are read as capitals: a-z takes one",
    ]);
    expect(found({ kind: "open", box: "q1A", rubric: [{ points: 3, text: base.stem }] })).toEqual([
      "/items/0/rubric/0/points: is more than the item's 2",
    ]);
  });
});

describe("sharedBoxes", () => {
  it("[SET-3] a box has one meaning, also where it is an item's own", () => {
    const open = { ...base, kind: "open", box: "q2B" } as Item;
    expect(sharedBoxes([...sheet.items, open])).toMatchObject([
      { at: "/items/2/box", reason: "box q2B belongs to /items/1/options/1" },
    ]);
  });
});
