import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CELL_STATES, type CellState } from "../src/cell.ts";
import { decodeEvent, type EventRecord, encodeEvent } from "../src/events.ts";
import type { AssignmentId, ItemId, PenId, StudentId } from "../src/ids.ts";

const uint32 = fc.nat(2 ** 32 - 1);
/** Minus zero is zero on the wire. */
const real = fc.double({ min: 0, max: 4e12, noNaN: true }).map((value) => value + 0);
const state = fc.constantFrom(...CELL_STATES);
const answer = fc.oneof(fc.string({ minLength: 1 }), fc.array(fc.string()), fc.boolean(), fc.constant(null));
const item = fc.string().map((id) => id as ItemId);
const student = fc.string().map((id) => id as StudentId);
const cell = fc.record({
  item,
  state,
  answer,
  points: fc.option(real),
  version: uint32,
  inkMs: real,
  receivedMs: real,
  lateInkMs: real,
});
const itemStats = fc.record({
  item,
  states: fc
    .array(uint32, { minLength: CELL_STATES.length, maxLength: CELL_STATES.length })
    .map((counts) => Object.fromEntries(CELL_STATES.map((name, i) => [name, counts[i]])) as Record<CellState, number>),
  judged: uint32,
  classSize: uint32,
  pointsSum: real,
  wilson: fc.tuple(real, real),
  options: fc.array(fc.record({ option: fc.string(), count: uint32 })),
});
const pen = fc.record({
  pen: fc.constant("9c7bd251f41f" as PenId),
  link: fc.constant("connected" as const),
  batteryPercent: fc.option(fc.nat(100)),
  charging: fc.boolean(),
  heardMs: real,
  lostDots: uint32,
  model: fc.string(),
  firmware: fc.string(),
});
const stats = fc.record({
  student,
  done: uint32,
  right: uint32,
  points: real,
  lastInkMs: real,
  idle: fc.boolean(),
  pen: fc.option(pen),
});
const body = fc.oneof(
  fc.record({ student, cells: fc.array(cell) }).map((value) => ({ kind: "cells" as const, ...value })),
  fc.array(itemStats).map((items) => ({ kind: "item-stats" as const, items })),
  stats.map((value) => ({ kind: "student" as const, stats: value })),
  fc.record({ ageMs: real, rows: uint32 }).map((delay) => ({ kind: "history" as const, delay })),
);

describe("event records", () => {
  test("[EVT-8] [EVT-10] [EVT-11] decode(encode(record)) = record, seed 1", () => {
    const assignment = fc.string().map((id) => id as AssignmentId);
    const record = fc.record({ atMs: real, generation: real, revision: real, assignment, body });
    fc.assert(
      fc.property(record, (value: EventRecord) => {
        expect(decodeEvent(encodeEvent(value))).toEqual(value);
      }),
      { seed: 1 },
    );
  });

  test("[EVT-8] any bytes give a record or null and never throw, seed 2", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const read = decodeEvent(bytes);
        expect(read === null || typeof read.revision === "number").toBe(true);
      }),
      { seed: 2 },
    );
  });

  test("[EVT-10] the nine states keep their numbers", () => {
    expect(CELL_STATES).toEqual([
      "no-signal",
      "not-started",
      "writing",
      "unsure",
      "right",
      "partial",
      "wrong",
      "blank",
      "withdrawn",
    ]);
  });
});
