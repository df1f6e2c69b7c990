import type { BoxId, ItemId, Worksheet, WorksheetId } from "@penlight/proto";
import { expect, it } from "vitest";
import { labelOf, optionLabelsOf } from "../../../web/src/board/option-labels.ts";

const worksheet: Worksheet = {
  id: "w" as WorksheetId,
  version: 1,
  title: { zh: "卷", en: "sheet" },
  pages: [],
  boxes: [
    { id: "b1" as BoxId, page: 0, xMm: 0, yMm: 0, widthMm: 8, heightMm: 8, label: "甲" },
    { id: "b2" as BoxId, page: 0, xMm: 20, yMm: 0, widthMm: 8, heightMm: 8 },
  ],
  items: [
    {
      id: "1" as ItemId,
      number: "1",
      kind: "choice",
      stem: { zh: "题", en: "stem" },
      stemMm: { x: 0, y: 0 },
      points: 1,
      knowledgePoints: [],
      cognitiveLevel: "apply",
      expectedSeconds: 60,
      options: [
        { id: "A", box: "b1" as BoxId },
        { id: "B", box: "b2" as BoxId },
      ],
      key: "A",
    },
  ],
};

it("an option is called what is printed at its box, else by its id", () => {
  const labels = optionLabelsOf(worksheet);
  expect(["A", "B", "C"].map((option) => labelOf(labels, "1" as ItemId, option))).toEqual(["甲", "B", "C"]);
  expect(labelOf(optionLabelsOf(null), "1" as ItemId, "A")).toBe("A");
});
