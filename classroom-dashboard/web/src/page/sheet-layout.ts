import { type Box, type BoxId, boxIdsOf, type Item, type ItemId, type Worksheet } from "@penlight/proto";

/** Rectangle in millimetres from the top-left corner of the sheet. */
export interface Rect {
  readonly xMm: number;
  readonly yMm: number;
  readonly widthMm: number;
  readonly heightMm: number;
}

/** Text on paper, mm: a size that is read easily at arm's length (about 10 pt). */
export const STEM_SIZE_MM = 3.6;
export const LABEL_SIZE_MM = 3;
const MARGIN_MM = 8;

/** Width of a sheet on the screen, whole px: all of it within the frame, or as wide as the frame, to be scrolled. */
export function sheetWidthPx(
  paper: { readonly widthMm: number; readonly heightMm: number },
  frame: { readonly widthPx: number; readonly heightPx: number },
  fit: "whole" | "width",
): number {
  const whole = fit === "whole" ? (frame.heightPx * paper.widthMm) / paper.heightMm : Number.POSITIVE_INFINITY;
  return Math.max(0, Math.floor(Math.min(frame.widthPx, whole)));
}

/** Index of the page on which an item's first box is; 0 for an item that has none. */
export function pageOfItem(worksheet: Worksheet, item: ItemId): number {
  const found = worksheet.items.find((each) => each.id === item);
  return found === undefined ? 0 : (boxesOf(worksheet, found)[0]?.page ?? 0);
}

export function boxesOf(worksheet: Worksheet, item: Item): Box[] {
  const byId = new Map<BoxId, Box>(worksheet.boxes.map((box) => [box.id, box]));
  return boxIdsOf(item).flatMap((id) => byId.get(id) ?? []);
}

export function itemsOnPage(worksheet: Worksheet, page: number): Item[] {
  return worksheet.items.filter((item) => pageOfItem(worksheet, item.id) === page);
}

/** What a highlighted item covers: its stem and its boxes, with a little air. */
export function itemArea(worksheet: Worksheet, item: Item, pageWidthMm: number): Rect {
  const boxes = boxesOf(worksheet, item);
  const left = Math.min(item.stemMm.x, ...boxes.map((box) => box.xMm)) - 3;
  const top = Math.min(item.stemMm.y, ...boxes.map((box) => box.yMm)) - 2.5;
  const right = pageWidthMm - 5;
  const bottom = Math.max(item.stemMm.y + STEM_SIZE_MM * 1.4, ...boxes.map((box) => box.yMm + box.heightMm)) + 2.5;
  return { xMm: left, yMm: top, widthMm: right - left, heightMm: bottom - top };
}

/** Room for the stem, mm: up to the item's own boxes when they stand beside it, else to the margin. */
export function stemWidthMm(
  boxes: readonly Box[],
  stem: { readonly x: number; readonly y: number },
  pageWidthMm: number,
): number {
  const beside = boxes.filter((box) => box.xMm > stem.x && box.yMm < stem.y + STEM_SIZE_MM && box.yMm + box.heightMm > stem.y);
  const end = beside.length === 0 ? pageWidthMm - MARGIN_MM : Math.min(...beside.map((box) => box.xMm)) - 2;
  return Math.max(10, end - stem.x);
}

/** Lines between the stem and the first box below it; at least one. */
export function stemLinesMax(boxes: readonly Box[], stemY: number): number {
  const below = boxes.filter((box) => box.yMm > stemY).map((box) => box.yMm - stemY);
  return below.length === 0 ? 2 : Math.max(1, Math.floor((Math.min(...below) + 0.4 * STEM_SIZE_MM) / (STEM_SIZE_MM * 1.25)));
}

/** Room for the words beside a box, mm: to the next box on the same line or to the margin. */
export function labelWidthMm(box: Box, boxes: readonly Box[], pageWidthMm: number): number {
  const from = box.xMm + box.widthMm + 1.2;
  const sameLine = boxes.filter((each) => each.xMm > box.xMm && Math.abs(each.yMm - box.yMm) < box.heightMm / 2);
  const end = sameLine.length === 0 ? pageWidthMm - MARGIN_MM : Math.min(...sameLine.map((each) => each.xMm)) - 1.5;
  return Math.max(0, end - from);
}
