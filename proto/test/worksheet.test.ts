import { expect, it } from "vitest";
import type { BoxId } from "../src/ids.ts";
import { boxIdsOf, type Item, isSignal, isWritten, keyAnswerOf } from "../src/worksheet.ts";
import { base } from "./item-base.ts";

const box = "b" as BoxId;
const printed = ["A", "B"].map((id) => ({ id, box: `b${id}` as BoxId }));

const KINDS: readonly [Item, readonly string[], unknown, boolean, boolean][] = [
  [{ ...base, kind: "choice", options: printed, key: "B" }, ["bA", "bB"], "B", false, false],
  [{ ...base, kind: "choice", box, options: [{ id: "A" }, { id: "B" }], key: "B" }, ["b"], "B", true, false],
  [{ ...base, kind: "true-false", box, options: [{ id: "true" }, { id: "false" }], key: false }, ["b"], false, true, false],
  [{ ...base, kind: "number", box, key: { value: "1/2" } }, ["b"], "1/2", true, false],
  [{ ...base, kind: "letters", box, alphabet: "A-D", lettersMax: 2, key: ["BC", "CB"] }, ["b"], "BC", true, false],
  [{ ...base, kind: "open", box }, ["b"], null, true, false],
  [{ ...base, kind: "help", box, points: 0 }, ["b"], null, false, true],
];
it.each(KINDS)("an item knows its boxes, its key and how it is answered: %#", (item, boxes, key, isByWriting, isSign) => {
  expect([boxIdsOf(item), keyAnswerOf(item), isWritten(item), isSignal(item)]).toEqual([boxes, key, isByWriting, isSign]);
});
