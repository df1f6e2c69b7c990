import type { InkRegion } from "@penlight/proto";
import { describe, expect, it } from "vitest";
import { REGION_MARGIN_MM, regionOf, strokesIn } from "../../../server/core/item-ink.ts";
import { itemId, PAGE_KEY, worksheetOf } from "../lesson-fixture.ts";

describe("an item's region", () => {
  it("[SET-12] is around all boxes of the item, within the page", () => {
    // Boxes of item 1: 8 x 8 mm at (20, 32) and (40, 32).
    expect(regionOf(worksheetOf(2), itemId(1))).toEqual({
      page: PAGE_KEY,
      xMm: 20 - REGION_MARGIN_MM,
      yMm: 32 - REGION_MARGIN_MM,
      widthMm: 28 + 2 * REGION_MARGIN_MM,
      heightMm: 8 + 2 * REGION_MARGIN_MM,
    });
    const atEdge = { ...worksheetOf(1), boxes: worksheetOf(1).boxes.map((box) => ({ ...box, xMm: 1, yMm: 2 })) };
    expect(regionOf(atEdge, itemId(1))).toMatchObject({ xMm: 0, yMm: 0, widthMm: 9 + REGION_MARGIN_MM });
    expect(regionOf(worksheetOf(1), itemId(9))).toBeNull();
  });

  it("[SET-12] has the strokes with at least half of their dots in it", () => {
    const region: InkRegion = { page: "1.1.1.1" as InkRegion["page"], xMm: 10, yMm: 10, widthMm: 10, heightMm: 10 };
    const inside = { points: [12, 12, 0.5, 15, 15, 0.5] };
    const half = { points: [12, 12, 0.5, 30, 15, 0.5] };
    const outside = { points: [12, 12, 0.5, 30, 15, 0.5, 31, 15, 0.5] };
    expect(strokesIn([inside, outside, half, { points: [] }], region)).toEqual([inside, half]);
  });
});
