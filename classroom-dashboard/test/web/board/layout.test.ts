import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CELL_MIN_PX, layoutOf, splitBlocks } from "../../../web/src/board/layout.ts";

describe("layoutOf", () => {
  it("60 x 20 at 1366 wide, beside the narrow panel, is two blocks and needs no sideways scrolling", () => {
    const boardPx = 1366 - 24 - 10 - 288 - 2;
    const layout = layoutOf(60, 20, boardPx);
    expect(layout.blocks).toBe(2);
    expect(layout.cellWidthPx).toBeGreaterThanOrEqual(19);
    expect(layout.nameWidthPx).toBeGreaterThanOrEqual(110);
    expect(layout.widthMinPx).toBeLessThanOrEqual(boardPx);
  });

  it("a class of 32 is one block, of 33 two", () => {
    expect(layoutOf(32, 12, 1000).blocks).toBe(1);
    expect(layoutOf(33, 12, 1000).blocks).toBe(2);
  });

  it("two blocks that would not fit are one, and a narrow screen scrolls with legible cells", () => {
    const layout = layoutOf(60, 20, 340);
    expect([layout.blocks, layout.cellWidthPx]).toEqual([1, CELL_MIN_PX]);
    expect(layout.widthMinPx).toBeGreaterThan(340);
  });

  it("never asks for more width than there is when the narrowest board fits (seed 8)", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 70 }),
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 300, max: 2600 }),
        (n, m, px) => {
          const layout = layoutOf(n, m, px);
          expect(layout.cellWidthPx).toBeGreaterThanOrEqual(CELL_MIN_PX);
          if (16 + 84 + m * CELL_MIN_PX <= px) expect(layout.widthMinPx).toBeLessThanOrEqual(px);
        },
      ),
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
