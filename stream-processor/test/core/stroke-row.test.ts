import { DOT_STRIDE } from "@penlight/proto";
import { describe, expect, it } from "vitest";
import { Stroke } from "../../src/core/stroke.ts";
import { strokeRowOf } from "../../src/core/stroke-row.ts";
import { PAGE, penOf, ROOM } from "../fixtures/classroom.ts";

const NOWHERE = {
  student: null,
  assignment: null,
  item: null,
  box: null,
  placement: 7,
};
const FACTS = {
  clockOffsetMs: 250,
  maxForce: 852,
  tip: "eraser",
  color: 0xffff0000,
  syntheticStart: true,
  downMs: 1000,
} as const;
/** Dots 10 ms apart; the other numbers say which dot it is. */
const dotsOf = (from: number, to: number) =>
  Int32Array.from({ length: (to - from) * DOT_STRIDE }, (_, i) => {
    const dot = from + Math.floor(i / DOT_STRIDE);
    return i % DOT_STRIDE === 0 ? dot * 10 : dot;
  });

describe("strokeRowOf", () => {
  it("[HIS-1] [ANS-5] keeps every dot and fact of a stroke, placed or not, of nobody's pen, too", () => {
    const stroke = new Stroke(penOf(0), PAGE, 1000);
    const copy = stroke.addCopy({ ...FACTS, source: "live" });
    copy.accept(0, dotsOf(0, 4), { upMs: 1042, synthetic: false, lostDots: 3 });
    copy.trim();
    expect(strokeRowOf(ROOM, stroke, NOWHERE)).toEqual({
      stroke: "9c7bd2000000.3.27.603.1.1000",
      version: 4,
      placement: 7,
      gone: false,
      room: "room-1",
      pen: "9c7bd2000000",
      page: PAGE,
      downMs: 1000,
      upMs: 1042,
      clockOffsetMs: 250,
      student: null,
      assignment: null,
      item: null,
      box: null,
      tip: "eraser",
      color: 0xffff0000,
      maxForce: 852,
      source: "live",
      syntheticStart: true,
      syntheticEnd: false,
      lostDots: 3,
      dots: dotsOf(0, 4),
    });
  });

  it("[ANS-2] [ANS-4] a stroke without an end ends at its last dot on the pen's clock; its holes are lost dots", () => {
    const stroke = new Stroke(penOf(0), null, 1000);
    const copy = stroke.addCopy({ ...FACTS, source: "live" });
    copy.accept(0, dotsOf(0, 3), null);
    copy.accept(8, dotsOf(8, 10), null);
    copy.giveUpHoles();
    expect(strokeRowOf(ROOM, stroke, NOWHERE)).toMatchObject({
      stroke: "9c7bd2000000.unknown.1000",
      version: 5,
      upMs: 1090,
      syntheticEnd: true,
      lostDots: 5,
    });
  });

  it("[ANS-3] is of the telling that counts", () => {
    const stroke = new Stroke(penOf(0), PAGE, 1000);
    stroke.addCopy({ ...FACTS, source: "live" }).accept(0, dotsOf(0, 2), { upMs: 1011, synthetic: true, lostDots: 0 });
    stroke
      .addCopy({ ...FACTS, clockOffsetMs: 260, source: "memory" })
      .accept(0, dotsOf(0, 6), { upMs: 1055, synthetic: false, lostDots: 0 });
    expect(strokeRowOf(ROOM, stroke, NOWHERE)).toMatchObject({
      version: 6,
      source: "memory",
      clockOffsetMs: 260,
      upMs: 1055,
      syntheticEnd: false,
    });
  });

  it("[HIS-1] lost dots stay within the 32 bits that history keeps", () => {
    const stroke = new Stroke(penOf(0), PAGE, 1000);
    const copy = stroke.addCopy({ ...FACTS, source: "live" });
    copy.accept(10, dotsOf(10, 11), { upMs: 1100, synthetic: false, lostDots: 4_294_967_290 });
    copy.giveUpHoles();
    expect(strokeRowOf(ROOM, stroke, NOWHERE).lostDots).toBe(4_294_967_295);
  });

  it("[HIS-1] a row of a stroke that goes on has exactly its dots, and keeps them when more come", () => {
    const stroke = new Stroke(penOf(0), PAGE, 1000);
    const copy = stroke.addCopy({ ...FACTS, source: "live" });
    copy.accept(0, dotsOf(0, 5), { upMs: 1052, synthetic: true, lostDots: 0 });
    copy.trim();
    copy.accept(5, dotsOf(5, 7), null);
    const row = strokeRowOf(ROOM, stroke, NOWHERE);
    expect(row.version).toBe(7);
    expect(row.dots).toEqual(dotsOf(0, 7));
    copy.accept(7, dotsOf(7, 30), null);
    expect(row.dots).toEqual(dotsOf(0, 7));
  });
});
