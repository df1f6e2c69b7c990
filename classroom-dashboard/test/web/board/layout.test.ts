import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CELL_MIN_PX, FOOT_PX, HEAD_PX, layoutOf, ROW_MIN_PX, splitBlocks } from "../../../web/src/board/layout.ts";

const frame = (widthPx: number, heightPx = 680) => ({ widthPx, heightPx, rowMinPx: ROW_MIN_PX.fit, nameNeedPx: 190 });

describe("layoutOf", () => {
  it("60 x 20 at 1366 x 768, beside the panel, is two blocks of 30 legible rows without any scrolling", () => {
    const boardPx = 1366 - 24 - 10 - 288 - 2;
    const boardHeightPx = 768 - 46 - 14 - 28;
    const layout = layoutOf(60, 20, frame(boardPx, boardHeightPx));
    expect(layout.blocks).toBe(2);
    expect(layout.cellWidthPx).toBeGreaterThanOrEqual(19);
    expect(layout.rowHeightPx).toBeGreaterThanOrEqual(19);
    expect(layout.nameWidthPx).toBeGreaterThanOrEqual(110);
    expect(layout.widthMinPx).toBeLessThanOrEqual(boardPx);
    expect(HEAD_PX + FOOT_PX + 30 * layout.rowHeightPx).toBeLessThanOrEqual(boardHeightPx);
  });

  it("60 x 20 at 1920 x 1080 has cells of at least 24 px both ways", () => {
    const layout = layoutOf(60, 20, frame(1920 - 24 - 10 - 404 - 2, 1080 - 46 - 14 - 28));
    expect(layout.cellWidthPx - 2).toBeGreaterThanOrEqual(24);
    expect(layout.rowHeightPx - 2).toBeGreaterThanOrEqual(24);
  });

  it("a class of 32 is one block, of 33 two", () => {
    expect(layoutOf(32, 12, frame(1000)).blocks).toBe(1);
    expect(layoutOf(33, 12, frame(1000)).blocks).toBe(2);
  });

  it("two blocks that would not fit are one, and a narrow screen scrolls with legible cells", () => {
    const layout = layoutOf(60, 20, frame(340));
    expect([layout.blocks, layout.cellWidthPx]).toEqual([1, CELL_MIN_PX]);
    expect(layout.widthMinPx).toBeGreaterThan(340);
  });

  it("says in which direction the board scrolls: only then do its parts stay in place", () => {
    expect(layoutOf(40, 12, frame(950)).scrolls).toEqual({ sideways: false, down: false });
    expect(layoutOf(40, 12, frame(950, 300)).scrolls).toEqual({ sideways: false, down: true });
    expect(layoutOf(60, 20, frame(340, 4000)).scrolls).toEqual({ sideways: true, down: false });
  });

  it("rows are never lower than asked, and a small class does not get towers", () => {
    expect(layoutOf(60, 20, { ...frame(1000), rowMinPx: ROW_MIN_PX.roomy }).rowHeightPx).toBe(ROW_MIN_PX.roomy);
    expect(layoutOf(60, 20, frame(1000, 200)).rowHeightPx).toBe(ROW_MIN_PX.fit);
    expect(layoutOf(3, 4, frame(1000)).rowHeightPx).toBe(44);
  });

  it("is whole pixels and never asks for more width than there is when the narrowest board fits (seed 8)", () => {
    const counts = fc.record({
      students: fc.integer({ min: 1, max: 70 }),
      items: fc.integer({ min: 1, max: 30 }),
      widthPx: fc.integer({ min: 300, max: 2600 }),
    });
    fc.assert(
      fc.property(counts, ({ students, items, widthPx }) => {
        const layout = layoutOf(students, items, frame(widthPx));
        expect(layout.cellWidthPx).toBeGreaterThanOrEqual(CELL_MIN_PX);
        if (16 + 84 + items * CELL_MIN_PX <= widthPx) expect(layout.widthMinPx).toBeLessThanOrEqual(widthPx);
        for (const px of [layout.cellWidthPx, layout.nameWidthPx, layout.rowHeightPx]) expect(Number.isInteger(px)).toBe(true);
      }),
      { seed: 8, numRuns: 500 },
    );
  });
});

describe("splitBlocks", () => {
  it("keeps the order and makes the first block at most one longer", () => {
    expect(splitBlocks([1, 2, 3, 4, 5], 2)).toEqual([
      [1, 2, 3],
      [4, 5],
    ]);
    expect(splitBlocks([1, 2], 1)).toEqual([[1, 2]]);
    expect(splitBlocks([], 2)).toEqual([[], []]);
  });
});
