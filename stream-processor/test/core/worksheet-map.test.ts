import { type BoxId, DOT_STRIDE, DOT_X, DOT_Y, type Item, MM_PER_CENTIUNIT, Random, type Worksheet } from "@penlight/proto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BOX_MARGIN_MM, PageMap, PlaceTally, WRITTEN_MARGIN_MM } from "../../src/core/worksheet-map.ts";
import { ORIGIN_MM, worksheetOf } from "../fixtures/classroom.ts";

const sheet = worksheetOf(20);
const map = new PageMap(sheet, 0);

function dotsAt(path: readonly (readonly [number, number])[]): Int32Array {
  const dots = new Int32Array(path.length * DOT_STRIDE);
  path.forEach(([x, y], i) => {
    dots[i * DOT_STRIDE + DOT_X] = Math.round((x + ORIGIN_MM.x) / MM_PER_CENTIUNIT);
    dots[i * DOT_STRIDE + DOT_Y] = Math.round((y + ORIGIN_MM.y) / MM_PER_CENTIUNIT);
  });
  return dots;
}

describe("PageMap", () => {
  it("[ANS-10] finds the nearest box within the margin, as looking at every box would", () => {
    fc.assert(
      fc.property(fc.double({ min: -20, max: 230, noNaN: true }), fc.double({ min: -20, max: 320, noNaN: true }), (x, y) => {
        const distances = sheet.boxes.map((box) =>
          Math.max(box.xMm - x, x - box.xMm - box.widthMm, box.yMm - y, y - box.yMm - box.heightMm, 0),
        );
        const nearest = Math.min(...distances);
        const found = map.locate(x, y);
        if (nearest >= BOX_MARGIN_MM) expect(found).toBe(-1);
        else expect(distances[found]).toBe(nearest);
      }),
      { seed: 1, numRuns: 3000 },
    );
  });

  it("[ANS-13] a box to write in reaches further, as far as no other box is nearer", () => {
    const [first, second] = sheet.items as [Item, Item];
    const { options: _, key: __, ...base } = first as Extract<Item, { kind: "choice" }>;
    const box = (second as Extract<Item, { kind: "choice" }>).options[0]?.box as BoxId;
    const written = { ...base, kind: "open", box } as Item;
    const reaching = new PageMap({ ...sheet, items: [first, written] }, 0);
    // It is 5 mm high, 12 mm below the box of the first item that is as high.
    const { xMm, yMm } = sheet.boxes.find(({ id }) => id === box) as Worksheet["boxes"][number];
    const at = (mm: number) => reaching.boxes[reaching.locate(xMm + 2, yMm - mm)]?.id;
    expect([0.1, BOX_MARGIN_MM, WRITTEN_MARGIN_MM - 0.1].map(at)).toEqual([box, box, box]);
    expect([WRITTEN_MARGIN_MM, 5.6].map(at)).toEqual([undefined, "i0-A"]);
    expect(map.locate(xMm + 2, yMm - BOX_MARGIN_MM)).toBe(-1);
  });

  it("[ANS-10] turns a pen's units into page millimetres", () => {
    expect(map.xMm(Math.round((50 + ORIGIN_MM.x) / MM_PER_CENTIUNIT))).toBeCloseTo(50, 1);
    expect(map.yMm(Math.round((50 + ORIGIN_MM.y) / MM_PER_CENTIUNIT))).toBeCloseTo(50, 1);
  });
});

describe("PlaceTally", () => {
  it("[ANS-10] a stroke belongs to the box that holds most of its length, however its dots come", () => {
    const [first, second] = sheet.boxes as [(typeof sheet.boxes)[number], (typeof sheet.boxes)[number]];
    const path = Array.from({ length: 60 }, (_, i) => [first.xMm + 3 + i * 0.3, first.yMm + 2] as const);
    const dots = dotsAt(path);
    const tally = new PlaceTally(map);
    const random = new Random("tally");
    for (let count = 0; count < path.length; ) {
      count = Math.min(path.length, count + random.integer(1, 9));
      tally.extend(dots, count);
    }
    // 3.5 mm of the first box (with its margin), all 8 mm of the second.
    expect(map.boxes[tally.main]?.id).toBe(second.id);
    expect(tally.shareOf(tally.main)).toBeCloseTo(8 / 17.7, 1);
  });

  it("[ANS-10] a stroke outside of all boxes has no main box", () => {
    const tally = new PlaceTally(map);
    tally.extend(
      dotsAt([
        [150, 200],
        [160, 210],
      ]),
      2,
    );
    expect(tally.main).toBe(-1);
  });
});
