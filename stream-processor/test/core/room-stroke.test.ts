import { describe, expect, it } from "vitest";
import { RoomSetup, type Sheet } from "../../src/core/room-setup.ts";
import { RoomStroke } from "../../src/core/room-stroke.ts";
import { Stroke } from "../../src/core/stroke.ts";
import { PAGE, penOf, ROOM, setupOf, worksheetOf } from "../fixtures/classroom.ts";
import { glyphStroke } from "../fixtures/ink.ts";
import { straight, strokeOf } from "../fixtures/marks.ts";

const worksheet = worksheetOf(2);
const sheet = new RoomSetup(setupOf(1, 2), ROOM).sheets[0] as Sheet;
const DOWN = straight([0.5, 0.1], [0.5, 0.9]);
const boxName = (trace: RoomStroke, index: number | undefined) => trace.map?.boxes[index ?? -1]?.id;

describe("RoomStroke", () => {
  it("[ANS-12] lies on the page of its sheet; of another page, of none, or without a sheet it lies nowhere", () => {
    const { dots } = glyphStroke(penOf(0), 1000, worksheet, "i1-C", DOWN);
    const pages = [PAGE, { ...PAGE, page: 2 }, null];
    const maps = pages.map((page) => {
      const trace = new RoomStroke(strokeOf({ pen: penOf(0), page, downMs: 1000, dots }), null);
      trace.placeOn(sheet);
      return boxName(trace, trace.tally()?.main);
    });
    expect(maps).toEqual(["i1-C", undefined, undefined]);
    const trace = new RoomStroke(strokeOf({ pen: penOf(0), page: PAGE, downMs: 1000, dots }), null);
    expect(trace.tally()).toBeNull();
    trace.placeOn(sheet);
    trace.placeOn(null);
    expect([trace.map, trace.tally()]).toEqual([null, null]);
  });

  it("[ANS-10] the share of the boxes grows with the dots", () => {
    // A way of 14 mm down from i0-A to i1-A, 12 mm below: at first all of it lies in the upper box.
    const way = glyphStroke(penOf(0), 1000, worksheet, "i0-A", straight([0.5, 0.1], [0.5, 2.9]));
    const stroke = new Stroke(way.pen, way.page, way.downMs);
    const copy = stroke.addCopy({
      ...{ clockOffsetMs: 0, maxForce: 852, tip: "pen", color: 0, syntheticStart: false, source: "live", downMs: 1000 },
    } as Parameters<Stroke["addCopy"]>[0]);
    const trace = new RoomStroke(stroke, null);
    trace.placeOn(sheet);
    copy.accept(0, way.dots.slice(0, 15 * 7), null);
    expect(trace.tally()?.shareOf(trace.tally()?.main ?? -1)).toBe(1);
    copy.accept(15, way.dots.slice(15 * 7), null);
    const tally = trace.tally();
    const share = (id: string) => tally?.shareOf(trace.map?.boxes.findIndex((box) => box.id === id) ?? -1) ?? 0;
    // Upper box with its margin: 4.5 + 1.5 of 14 mm; the lower one: 12 - 0.5 - 5 mm below: 1.5 + 3 = from 10.5 to 14.5.
    expect(share("i0-A")).toBeCloseTo(6 / 14, 1);
    expect(share("i1-A")).toBeCloseTo(4 / 14, 1);
  });

  it("[ANS-3] the tally is of the telling that counts now", () => {
    const live = glyphStroke(penOf(0), 1000, worksheet, "i0-A", straight([0.5, 0.4], [0.5, 0.6]));
    const memory = glyphStroke(penOf(0), 1000, worksheet, "i0-D", DOWN);
    const stroke = strokeOf(live);
    const trace = new RoomStroke(stroke, null);
    trace.placeOn(sheet);
    expect(boxName(trace, trace.tally()?.main)).toBe("i0-A");
    const facts = stroke.best.facts;
    stroke.addCopy({ ...facts, source: "memory" }).accept(0, memory.dots, { upMs: 2000, synthetic: false, lostDots: 0 });
    expect(boxName(trace, trace.tally()?.main)).toBe("i0-D");
  });
});
