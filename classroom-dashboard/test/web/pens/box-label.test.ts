import { expect, it } from "vitest";
import { labelLines } from "../../../web/src/pens/box-label.ts";

const textsOf = (label: string, linesMax: number) => labelLines(label, 8, linesMax).map(({ text }) => text);

it("[REG-4] a name that is too long for a box takes a second line, and nothing of it is left out", () => {
  expect(labelLines("7 Ann Li", 8, 2)).toEqual([{ text: "7 Ann Li", isTight: false }]);
  expect(textsOf("16 Maximiliana Fernandez", 2)).toEqual(["16 Maximiliana", "Fernandez"]);
  expect(textsOf("16 欧阳", 2)).toEqual(["16 欧阳"]);
  expect(labelLines("16 Maximiliana Fernandez", 8, 1)).toEqual([{ text: "16 Maximiliana Fernandez", isTight: true }]);
  expect(labelLines("16 Wolfeschlegelsteinhausen", 8, 2)).toEqual([
    { text: "16", isTight: false },
    { text: "Wolfeschlegelsteinhausen", isTight: true },
  ]);
});
