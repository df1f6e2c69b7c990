import type { Item } from "@penlight/proto";
import { describe, expect, it } from "vitest";
import { alphabetOf, answerIn } from "../../src/core/written-answer.ts";

const item = (kind: object) => ({ id: "q", box: "b", points: 1, ...kind }) as unknown as Item;
const options = (...ids: string[]) => ids.map((id) => ({ id }));
const number = item({ kind: "number", key: { value: "1" } });
const trueFalse = item({ kind: "true-false", options: options("true", "false"), key: true });
const choice = item({ kind: "choice", options: options("A", "B", "C"), key: "A" });
const choices = item({ kind: "choices", options: options("A", "B", "D"), key: ["A"] });
const letters = (alphabet: string, lettersMax?: number) =>
  item({ kind: "letters", alphabet, key: ["A"], ...(lettersMax !== undefined && { lettersMax }) });

describe("alphabetOf", () => {
  it("[ANS-90] tells the recogniser what the item expects, as narrowly as it can", () => {
    expect([number, trueFalse, choice, choices].map(alphabetOf)).toEqual(["number", "true-false", "a-d", "letters-a-d"]);
    const last = (id: string) => alphabetOf(item({ kind: "choice", options: options("A", id), key: "A" }));
    expect(["D", "E", "H", "I", "Z"].map(last)).toEqual(["a-d", "a-h", "a-h", "upper", "upper"]);
    expect(["A-D", "A-H", "A-Z", "a-z"].map((range) => alphabetOf(letters(range)))).toEqual(["a-d", "a-h", "upper", "lower"]);
    expect(["A-D", "A-H", "A-Z"].map((range) => alphabetOf(letters(range, 3)))).toEqual([
      "letters-a-d",
      "letters-a-h",
      "letters",
    ]);
    expect(alphabetOf(item({ kind: "open" }))).toBeNull();
  });
});

describe("answerIn", () => {
  it("[ANS-91] a text that the item cannot have is no answer", () => {
    expect([".50", "2 1/3", "1/0", "1-2", ""].map((text) => answerIn(number, text))).toEqual([
      ".50",
      "2 1/3",
      null,
      null,
      null,
    ]);
    expect(["tick", "T", "cross", "F", "circle"].map((text) => answerIn(trueFalse, text))).toEqual([
      true,
      true,
      false,
      false,
      null,
    ]);
    expect(["B", "D", "AB"].map((text) => answerIn(choice, text))).toEqual(["B", null, null]);
    expect(["DA", "AAB", "AC", ""].map((text) => answerIn(choices, text))).toEqual([["A", "D"], ["A", "B"], null, null]);
    expect(["BCA", "BE", ""].map((text) => answerIn(letters("A-D", 3), text))).toEqual(["BCA", null, null]);
    expect(answerIn(item({ kind: "open" }), "A")).toBeNull();
  });
});
