import { describe, expect, it } from "vitest";
import { locate, provisionalItem } from "../../src/core/locate.ts";
import { RoomSetup, type Sheet } from "../../src/core/room-setup.ts";
import { RoomStroke } from "../../src/core/room-stroke.ts";
import type { Stroke } from "../../src/core/stroke.ts";
import { PAGE, penOf, ROOM, setupOf, worksheetOf } from "../fixtures/classroom.ts";
import type { Glyph } from "../fixtures/glyphs.ts";
import { glyphStroke, penStroke } from "../fixtures/ink.ts";
import { ring, SHORT, STRIKE, strokeOf, TICK } from "../fixtures/marks.ts";

const worksheet = worksheetOf(3);
const sheet = new RoomSetup(setupOf(1, 3), ROOM).sheets[0] as Sheet;

function traceOf(stroke: Stroke, on: Sheet | null = sheet): RoomStroke {
  const trace = new RoomStroke(stroke, null);
  trace.placeOn(on);
  return trace;
}
const inBox = (box: string, glyph: Glyph) => traceOf(strokeOf(glyphStroke(penOf(0), 1000, worksheet, box, glyph)));
/** From inside box i0-A (its left edge is at 40 mm) `mm` to the left: 5.5 mm of it are in the box and its margin. */
const leftwards = (mm: number) =>
  traceOf(
    strokeOf(
      penStroke(
        penOf(0),
        1000,
        Array.from({ length: mm * 4 + 1 }, (_, i) => [44 - i / 4, 22.5] as const),
      ),
    ),
  );

describe("locate", () => {
  it("[ANS-10] finds item, box, the box's place among the options, and what the stroke looks like", () => {
    expect(locate(inBox("i0-A", TICK))).toMatchObject({ itemIndex: 0, boxId: "i0-A", box: 0, kind: "tick" });
    expect(locate(inBox("i2-D", STRIKE))).toMatchObject({ itemIndex: 2, boxId: "i2-D", box: 3, kind: "line" });
    expect(locate(inBox("i1-C", SHORT))).toMatchObject({ itemIndex: 1, boxId: "i1-C", box: 2, kind: "short" });
  });

  it("[ANS-10] a box that holds less than 35 % of the length does not hold the stroke", () => {
    expect(locate(leftwards(15))?.boxId).toBe("i0-A");
    expect(locate(leftwards(16.5))).toBeNull();
  });

  it("[ANS-11] a ring belongs to the box that it rings, though it holds none of its ink", () => {
    expect(locate(inBox("i0-B", ring(0.5, 0.5, 1.3)))).toMatchObject({ itemIndex: 0, boxId: "i0-B", box: 1, kind: "loop" });
    // The same way without closing it is a bow in the margin.
    expect(locate(inBox("i0-B", ring(0.5, 0.5, 1.3).slice(0, 25)))).toBeNull();
  });

  it("[ANS-11] of several boxes whose middles it holds, the one nearest to the ring's middle", () => {
    // The middles of B and C are at 0.5 and 3.3, in box sizes of B.
    expect(locate(inBox("i0-B", ring(2.1, 0.5, 2.1)))?.boxId).toBe("i0-C");
    expect(locate(inBox("i0-B", ring(1.7, 0.5, 2.1)))?.boxId).toBe("i0-B");
  });

  it("[ANS-11] a ring that passes through the middle of a box does not ring it", () => {
    // Its right edge is at 0.7, between the box's middle and the edge of its middle half; and then beyond it.
    expect(locate(inBox("i0-A", ring(-0.6, 0.5, 1.3)))).toBeNull();
    expect(locate(inBox("i0-A", ring(-0.3, 0.5, 1.3)))?.boxId).toBe("i0-A");
  });

  it("[ANS-12] without a sheet, a page of it, or a dot there is no place", () => {
    const { dots } = glyphStroke(penOf(0), 1000, worksheet, "i0-A", TICK);
    expect(locate(traceOf(strokeOf({ pen: penOf(0), page: PAGE, downMs: 1, dots }), null))).toBeNull();
    expect(locate(traceOf(strokeOf({ pen: penOf(0), page: { ...PAGE, note: 1 }, downMs: 1, dots })))).toBeNull();
    expect(locate(traceOf(strokeOf({ pen: penOf(0), page: PAGE, downMs: 1, dots: new Int32Array(0) })))).toBeNull();
  });
});

describe("provisionalItem", () => {
  it("[ANS-54] the item of the box that holds most of an unfinished stroke, however little that is", () => {
    expect(provisionalItem(inBox("i2-B", TICK.slice(0, 1)))).toBe(2);
    expect(provisionalItem(leftwards(16.5))).toBe(0);
    expect(provisionalItem(traceOf(strokeOf(penStroke(penOf(0), 1, [[5, 5]]))))).toBe(-1);
    expect(provisionalItem(traceOf(strokeOf(glyphStroke(penOf(0), 1, worksheet, "i0-A", TICK)), null))).toBe(-1);
  });
});
