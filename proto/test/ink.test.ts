import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PenId } from "../src/ids.ts";
import { decodeInk, encodeInk, type InkRecord, PEN_LINKS } from "../src/ink.ts";

const uint32 = fc.nat(2 ** 32 - 1);
/** Minus zero is zero on the wire. */
const number = (min: number, max: number) => fc.double({ min, max, noNaN: true }).map((value) => value + 0);
const time = number(0, 4e12);
const pen = fc.nat(2 ** 48 - 1).map((value) => value.toString(16).padStart(12, "0") as PenId);
const page = fc.record({ section: fc.nat(255), owner: fc.nat(2 ** 24 - 1), note: uint32, page: uint32 });
const penState = fc.record({
  pen,
  link: fc.constantFrom(...PEN_LINKS),
  batteryPercent: fc.option(fc.nat(100)),
  charging: fc.boolean(),
  heardMs: time,
  lostDots: uint32,
  model: fc.string(),
  firmware: fc.string(),
});
const batch = fc.record({
  pen,
  page: fc.option(page),
  downMs: time,
  clockOffsetMs: number(-4e12, 4e12),
  firstDot: uint32,
  dotCount: fc.nat(64),
  ink: fc.uint8Array(),
  maxForce: fc.nat(1023),
  tip: fc.constantFrom("pen" as const, "eraser" as const),
  color: uint32,
  syntheticStart: fc.boolean(),
  source: fc.constantFrom("live" as const, "memory" as const),
  end: fc.option(fc.record({ upMs: time, synthetic: fc.boolean(), lostDots: uint32 })),
});
const body = fc.oneof(
  batch.map((value) => ({ kind: "dots" as const, batch: value })),
  fc.array(penState, { maxLength: 5 }).map((pens) => ({ kind: "tick" as const, pens })),
  penState.map((state) => ({ kind: "pen-state" as const, state })),
  fc.record({ pen, lostEvents: uint32, reason: fc.string() }).map((gap) => ({ kind: "gap" as const, ...gap })),
);

describe("ink records", () => {
  test("[EVT-1] [EVT-2] [EVT-4] [EVT-6] [EVT-7] decode(encode(record)) = record, seed 1", () => {
    fc.assert(
      fc.property(fc.record({ receivedMs: time, body }), (record: InkRecord) => {
        const read = decodeInk(encodeInk(record));
        expect(read).toEqual(record);
      }),
      { seed: 1 },
    );
  });

  test("[EVT-1] any bytes give a record or null and never throw, seed 2", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const read = decodeInk(bytes);
        expect(read === null || typeof read.receivedMs === "number").toBe(true);
      }),
      { seed: 2 },
    );
  });

  test("[EVT-1] a record without a body is not an ink record", () => {
    expect(decodeInk(new Uint8Array())).toBeNull();
  });
});
