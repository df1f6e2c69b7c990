import type { RadioState } from "@penlight/proto";
import { describe, expect, it } from "vitest";
import { RadioBook } from "../../../server/core/radio-book.ts";
import { roomRadioOf } from "../../../server/core/room-radio.ts";
import { seatingOf } from "../../../server/core/seating.ts";
import { dots, ink, penId, penState, ROOM, START_MS, setupOf, setupRecords, studentId, tick } from "../lesson-fixture.ts";

const END = { upMs: 0, synthetic: false, lostDots: 0 };

function facts() {
  const setup = setupOf([
    ...setupRecords(5, 1),
    { kind: "pens", id: penId(5), version: 2, document: { id: penId(5), student: null } },
  ]);
  const book = new RadioBook();
  return { room: ROOM, seating: seatingOf(setup, ROOM, START_MS), book, dataMs: START_MS };
}

describe("roomRadioOf", () => {
  it("[REG-6] the pens of the class by seat, heard or not, then those that nobody of it has", () => {
    const { book, ...rest } = facts();
    book.fold(
      tick(START_MS, [penState(9, "connected", START_MS), penState(2, "connected", START_MS, { recoveredStrokes: 3 })]),
    );
    const waiting = [{ pen: penId(5), signalDbm: -71, sinceMs: START_MS }];
    const radio: RadioState = { adapters: [], pens: [], waiting, unknown: [] };
    book.fold({ receivedMs: START_MS, body: { kind: "tick", pens: [], gateway: "g", radio } });
    const { pens, test } = roomRadioOf({ ...rest, book, testSinceMs: null });
    expect(pens.map(({ pen, student, link, recoveredStrokes }) => [pen, student, link, recoveredStrokes])).toEqual([
      [penId(1), "s1", null, 0],
      [penId(2), "s2", "connected", 3],
      [penId(3), "s3", null, 0],
      [penId(4), "s4", null, 0],
      [penId(5), null, null, 0],
      [penId(9), null, "connected", 0],
    ]);
    expect([pens[4]?.waitsSinceMs, pens[4]?.signalDbm, test]).toEqual([START_MS, -71, null]);
  });

  it("[REG-7] everybody draws a line: who is missing comes first, and why", () => {
    const { book, ...rest } = facts();
    const states = [1, 2, 3].map((pen) => penState(pen, "connected", START_MS));
    book.fold(tick(START_MS, [...states, penState(4, "lost", START_MS)]));
    book.fold(ink(dots(1, 500, 0, 30, { end: END })));
    book.fold(ink(dots(2, 500, 0, 30, { end: { ...END, lostDots: 4 } })));
    book.fold(ink(dots(3, 100, 0, 30, { end: END })));
    const { test } = roomRadioOf({ ...rest, book, testSinceMs: START_MS + 200 });
    expect(test?.map(({ student, outcome, dots: drawn, lostDots }) => [student, outcome, drawn, lostDots])).toEqual([
      [studentId(5), "no-pen", 0, 0],
      [studentId(4), "not-connected", 0, 0],
      [studentId(3), "nothing", 0, 0],
      [studentId(2), "with-losses", 30, 4],
      [studentId(1), "drawn", 30, 0],
    ]);
  });
});
