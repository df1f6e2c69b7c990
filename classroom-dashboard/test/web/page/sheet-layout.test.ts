import type { Box, BoxId, Item, ItemId, Worksheet, WorksheetId } from "@penlight/proto";
import { describe, expect, it } from "vitest";
import {
  boxesOf,
  itemArea,
  itemsOnPage,
  labelWidthMm,
  pageOfItem,
  sheetWidthPx,
  stemLinesMax,
  stemWidthMm,
} from "../../../web/src/page/sheet-layout.ts";

function box(id: string, page: number, xMm: number, yMm: number): Box {
  return { id: id as BoxId, page, xMm, yMm, widthMm: 8, heightMm: 8, label: id };
}
function item(id: string, y: number, boxes: readonly string[]): Item {
  return {
    id: id as ItemId,
    number: id,
    kind: "choice",
    stem: { zh: "题", en: "stem" },
    stemMm: { x: 18, y },
    points: 1,
    knowledgePoints: [],
    cognitiveLevel: "apply",
    expectedSeconds: 60,
    options: boxes.map((each) => ({ id: each, box: each as BoxId })),
    key: boxes[0] ?? "",
  };
}
const boxes = [box("1a", 0, 26, 42), box("1b", 0, 70, 42), box("2a", 1, 150, 30)];
const first = item("1", 34, ["1a", "1b"]);
const second = item("2", 32, ["2a"]);
const worksheet: Worksheet = {
  id: "w" as WorksheetId,
  version: 1,
  title: { zh: "卷", en: "sheet" },
  pages: [],
  boxes,
  items: [first, second],
};

describe("sheet layout", () => {
  it("an item is on the page of its first box", () => {
    expect([pageOfItem(worksheet, first.id), pageOfItem(worksheet, second.id)]).toEqual([0, 1]);
    expect(itemsOnPage(worksheet, 1).map((each) => each.id)).toEqual(["2"]);
    expect(pageOfItem(worksheet, "none" as ItemId)).toBe(0);
  });

  it("the highlight covers the stem and every box, and stays on the sheet", () => {
    const area = itemArea(worksheet, first, 210);
    for (const each of boxesOf(worksheet, first)) {
      expect(each.xMm).toBeGreaterThan(area.xMm);
      expect(each.yMm + each.heightMm).toBeLessThan(area.yMm + area.heightMm);
    }
    expect(area.yMm).toBeLessThan(34);
    expect(area.xMm + area.widthMm).toBeLessThan(210);
  });

  it("a stem ends before a box beside it, else at the margin", () => {
    expect(stemWidthMm(boxesOf(worksheet, second), second.stemMm, 210)).toBe(150 - 2 - 18);
    expect(stemWidthMm(boxesOf(worksheet, first), first.stemMm, 210)).toBe(210 - 8 - 18);
  });

  it("a stem has the lines that fit above its boxes", () => {
    expect(stemLinesMax(boxesOf(worksheet, first), 34)).toBe(2);
    expect(stemLinesMax(boxesOf(worksheet, first), 38)).toBe(1);
  });

  it("words beside a box end before the next box of the line", () => {
    const [a, b] = boxes as [Box, Box, Box];
    expect(labelWidthMm(a, boxes, 210)).toBeCloseTo(70 - 1.5 - (26 + 8 + 1.2));
    expect(labelWidthMm(b, boxes, 210)).toBeCloseTo(210 - 8 - (70 + 8 + 1.2));
  });

  it("the whole sheet is in its frame, or as wide as the frame, in whole pixels", () => {
    const paper = { widthMm: 210, heightMm: 297 };
    expect(sheetWidthPx(paper, { widthPx: 400, heightPx: 400 }, "whole")).toBe(282);
    expect(sheetWidthPx(paper, { widthPx: 200, heightPx: 400 }, "whole")).toBe(200);
    expect(sheetWidthPx(paper, { widthPx: 400, heightPx: 400 }, "width")).toBe(400);
    expect(sheetWidthPx(paper, { widthPx: 0, heightPx: 0 }, "whole")).toBe(0);
  });
});
