import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Place, placeAfter } from "../../../web/src/board/navigate.ts";

const shape = { rows: [3, 2], columns: 4 };
const at = (block: number, row: number, column: number): Place => ({ block, row, column });
const go = (key: string, from: Place, control = false) => placeAfter(key, control, from, shape);

describe("placeAfter", () => {
  it.each([
    ["ArrowRight", at(0, 1, 0), at(0, 1, 1)],
    ["ArrowLeft", at(0, 1, 0), at(0, 1, -1)],
    ["ArrowDown", at(0, 1, 2), at(0, 2, 2)],
    ["ArrowUp", at(0, 0, 2), at(0, -1, 2)],
    ["Home", at(0, 1, 3), at(0, 1, -1)],
    ["End", at(0, 1, -1), at(0, 1, 3)],
    ["PageUp", at(0, 2, 1), at(0, 0, 1)],
    ["PageDown", at(0, 0, 1), at(0, 2, 1)],
  ])("%s inside a block", (key, from, to) => {
    expect(go(key, from)).toEqual(to);
  });

  it.each([
    ["ArrowRight", at(0, 1, 3), at(1, 1, -1), "to the name in the next block, on the same line"],
    ["ArrowRight", at(0, 2, 3), at(1, 1, -1), "to its last line where it is shorter"],
    ["ArrowLeft", at(1, 1, -1), at(0, 1, 3), "back to the end of the line before"],
    ["ArrowDown", at(0, 2, 2), at(1, 0, 2), "the list of students goes on in the next block"],
    ["ArrowUp", at(1, 0, -1), at(0, 2, -1), "and back"],
  ])("%s across blocks from %o to %o: %s", (key, from, to) => {
    expect(go(key, from)).toEqual(to);
  });

  it("stays at the edges, and the corner is no place to stop", () => {
    expect(go("ArrowLeft", at(0, 0, -1))).toEqual(at(0, 0, -1));
    expect(go("ArrowRight", at(1, 1, 3))).toEqual(at(1, 1, 3));
    expect(go("ArrowDown", at(1, 1, 0))).toEqual(at(1, 1, 0));
    expect(go("ArrowUp", at(0, 0, -1))).toEqual(at(0, -1, 0));
    expect(go("ArrowLeft", at(0, -1, 0))).toEqual(at(0, -1, 0));
  });

  it("Control with Home and End goes to the first name and the last cell", () => {
    expect(go("Home", at(1, 1, 2), true)).toEqual(at(0, 0, -1));
    expect(go("End", at(0, 0, 0), true)).toEqual(at(1, 1, 3));
  });

  it("other keys are none of its business", () => {
    expect(go("a", at(0, 0, 0))).toBeNull();
    expect(go("Tab", at(0, 0, 0))).toBeNull();
  });

  it("never leaves the board and never stops at the corner (seed 21)", () => {
    const keys = fc.array(
      fc.constantFrom("ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Home", "End", "PageUp", "PageDown"),
    );
    const shapes = fc.record({
      first: fc.integer({ min: 1, max: 5 }),
      second: fc.integer({ min: 0, max: 5 }),
      columns: fc.integer({ min: 1, max: 5 }),
    });
    fc.assert(
      fc.property(keys, shapes, (pressed, { first, second, columns }) => {
        const board = { rows: [first, Math.min(first, second)], columns };
        let place = at(0, 0, -1);
        for (const key of pressed) {
          place = placeAfter(key, false, place, board) ?? place;
          expect(place.row).toBeLessThan(board.rows[place.block] ?? 0);
          expect(place.row).toBeGreaterThanOrEqual(-1);
          expect(place.column).toBeLessThan(columns);
          expect(place.column).toBeGreaterThanOrEqual(place.row === -1 ? 0 : -1);
        }
      }),
      { seed: 21, numRuns: 300 },
    );
  });
});
