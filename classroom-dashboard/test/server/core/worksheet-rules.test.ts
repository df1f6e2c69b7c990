import type { Box, Item, Worksheet } from "@penlight/proto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkWorksheet } from "../../../server/core/worksheet-rules.ts";
import { worksheetOf } from "../lesson-fixture.ts";

const SEED = 3;
const good = worksheetOf(2);
const withBox = (index: number, change: Partial<Box>): Worksheet => ({
  ...good,
  boxes: good.boxes.map((box, i) => (i === index ? { ...box, ...change } : box)),
});
const withItem = (index: number, change: object): Worksheet => ({
  ...good,
  items: good.items.map((item, i) => (i === index ? ({ ...item, ...change } as Item) : item)),
});
const places = (worksheet: Worksheet) => checkWorksheet(worksheet).map(({ at, reason }) => `${at}: ${reason}`);

describe("checkWorksheet", () => {
  it("[SET-3] finds nothing wrong with what is right", () => {
    expect(checkWorksheet(worksheetOf(20))).toEqual([]);
  });

  it("[SET-3] boxes lie inside a page that exists", () => {
    expect(places(withBox(0, { page: 1 }))).toEqual(["/boxes/0/page: there is no page 1"]);
    expect(places(withBox(3, { xMm: 203, yMm: 290 }))).toEqual([
      "/boxes/3: reaches over the right edge of the page (210 mm)",
      "/boxes/3: reaches over the lower edge of the page (297 mm)",
    ]);
    expect(places(withBox(3, { xMm: 202, yMm: 289 }))).toEqual([]);
  });

  it("[SET-3] boxes do not overlap; to touch is allowed", () => {
    expect(places(withBox(1, { xMm: 27.9 }))).toEqual(["/boxes/1: overlaps box q1A"]);
    expect(places(withBox(1, { xMm: 28 }))).toEqual([]);
    expect(places(withBox(0, { yMm: 30, heightMm: 20 }))).toEqual(["/boxes/2: overlaps box q1A"]);
  });

  it(`[SET-3] overlaps are found as every pair held against every other finds them (seed ${SEED})`, () => {
    const box = fc.record({
      page: fc.nat(1),
      xMm: fc.integer({ min: 0, max: 100 }),
      yMm: fc.integer({ min: 0, max: 100 }),
      widthMm: fc.integer({ min: 4, max: 40 }),
      heightMm: fc.integer({ min: 4, max: 40 }),
    });
    fc.assert(
      fc.property(fc.array(box, { maxLength: 8 }), (rectangles) => {
        const boxes = rectangles.map((each, i) => ({ ...each, id: `b${i}` as Box["id"] }));
        const pages = [1, 2].map((page) => ({
          ...(good.pages[0] as (typeof good.pages)[0]),
          address: { section: 0, owner: 0, note: 0, page },
        }));
        const found = new Set(places({ ...good, pages, boxes, items: [] }));
        const expected = new Set<string>();
        for (const [i, a] of boxes.entries()) {
          for (const [j, b] of boxes.entries()) {
            const apart =
              a.page !== b.page ||
              a.xMm + a.widthMm <= b.xMm ||
              b.xMm + b.widthMm <= a.xMm ||
              a.yMm + a.heightMm <= b.yMm ||
              b.yMm + b.heightMm <= a.yMm;
            if (i < j && !apart) expected.add(`/boxes/${j}: overlaps box b${i}`);
          }
        }
        expect(found).toEqual(expected);
      }),
      { seed: SEED, numRuns: 200 },
    );
  });

  it("[SET-3] ids, numbers and page addresses are there once", () => {
    expect(places(withBox(1, { id: "q1A" as Box["id"] }))).toContain("/boxes/1/id: q1A is taken by /boxes/0");
    expect(places(withItem(1, { id: "q1" }))).toEqual(["/items/1/id: q1 is taken by /items/0"]);
    expect(places(withItem(1, { number: "1" }))).toEqual(["/items/1/number: 1 is taken by /items/0"]);
    const page = good.pages[0] as (typeof good.pages)[0];
    expect(places({ ...good, pages: [page, page] })).toEqual(["/pages/1/address: 3.27.603.12 is taken by /pages/0"]);
  });

  it("[SET-3] a key is among the options, an option has a box, and a box has one meaning", () => {
    expect(places(withItem(0, { key: "C" }))).toEqual(["/items/0/key: C is none of the options"]);
    expect(places(withItem(0, { kind: "choices", key: ["A", "D", "E"] }))).toEqual([
      "/items/0/key/1: D is none of the options",
      "/items/0/key/2: E is none of the options",
    ]);
    expect(places(withItem(0, { kind: "true-false", key: true }))).toEqual([
      "/items/0/options: an option true is missing",
      "/items/0/options: an option false is missing",
    ]);
    expect(
      places(
        withItem(0, {
          options: [
            { id: "A", box: "q1A" },
            { id: "A", box: "nowhere" },
          ],
        }),
      ),
    ).toEqual(["/items/0/options/1/id: A is taken by /items/0/options/0", "/items/0/options/1/box: there is no box nowhere"]);
    expect(
      places(
        withItem(1, {
          options: [
            { id: "A", box: "q1A" },
            { id: "B", box: "q2B" },
          ],
        }),
      ),
    ).toEqual(["/items/1/options/0/box: box q1A belongs to /items/0/options/0"]);
  });
});
