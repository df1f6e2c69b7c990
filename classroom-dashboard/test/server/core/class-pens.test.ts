import type { ClassId, RadioState } from "@penlight/proto";
import { describe, expect, it } from "vitest";
import { classPensOf } from "../../../server/core/class-pens.ts";
import { RadioBook } from "../../../server/core/radio-book.ts";
import { penId, penState, ROOM, START_MS, setupOf, setupRecords, studentId, tick } from "../lesson-fixture.ts";

const CLASS = "3b" as ClassId;

describe("classPensOf", () => {
  it("[REG-2] [REG-3] who has which pen now, lent ones too; what nobody has comes by when it was heard", () => {
    const loan = { student: studentId(2), fromMs: START_MS, untilMs: START_MS + 100 };
    const setup = setupOf([
      ...setupRecords(3, 1),
      { kind: "pens", id: penId(1), version: 2, document: { id: penId(1), student: studentId(1), held: [loan] } },
      { kind: "pens", id: penId(8), version: 1, document: { id: penId(8), student: null } },
    ]);
    const book = new RadioBook();
    const unknown = [{ pen: penId(9), name: "pen", signalDbm: -80, heardMs: START_MS + 3 }];
    const radio: RadioState = { adapters: [], pens: [], waiting: [], unknown };
    book.fold({ receivedMs: START_MS, body: { kind: "tick", pens: [], gateway: "g", radio } });
    book.fold(tick(START_MS + 2, [penState(3, "connected", START_MS + 2)]));
    const books = [[ROOM, book] as const];
    const at = (nowMs: number) => classPensOf(CLASS, { setup, books, taps: [], nowMs });
    const pensOf = (nowMs: number) => at(nowMs)?.students.map(({ pens }) => pens.map(({ pen }) => pen));
    expect(pensOf(START_MS)).toEqual([[], [penId(1), penId(2)], [penId(3)]]);
    expect(pensOf(START_MS + 100)).toEqual([[penId(1)], [penId(2)], [penId(3)]]);
    expect(at(START_MS)?.students[1]?.pens[0]?.lentUntilMs).toBe(START_MS + 100);
    expect(at(START_MS)?.students[2]?.pens[0]).toMatchObject({ room: ROOM, link: "connected", heardMs: START_MS + 2 });
    expect(at(START_MS)?.free.map(({ pen, isRegistered, signalDbm }) => [pen, isRegistered, signalDbm])).toEqual([
      [penId(9), false, -80],
      [penId(8), true, null],
    ]);
    expect(classPensOf("none" as ClassId, { setup, books, taps: [], nowMs: 0 })).toBeNull();
  });
});
