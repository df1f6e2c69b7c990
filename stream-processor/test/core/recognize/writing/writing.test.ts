import { expect, test } from "vitest";
import { ALPHABETS, NOTHING_READ } from "../../../../src/core/recognize/writing/writing.ts";

test("every alphabet has one name, and nothing read says nothing", () => {
  expect(new Set(ALPHABETS).size).toBe(ALPHABETS.length);
  expect(NOTHING_READ).toEqual({ text: "", confidence: 0, second: null, verdict: "not-a-symbol" });
});
