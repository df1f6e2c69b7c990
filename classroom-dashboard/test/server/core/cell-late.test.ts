import { LATE_ARRIVAL_MS } from "@penlight/proto";
import { describe, expect, it } from "vitest";
import { lateOf } from "../../../server/core/cell-late.ts";
import { LiveRoom } from "../../../server/core/live-room.ts";
import { cellEvent, itemId, LESSON, ROOM, START_MS, setupOf, setupRecords, studentId } from "../lesson-fixture.ts";

const END_MS = START_MS + 60_000;

describe("lateOf", () => {
  it("[LIVE-31] written in time and heard late, written late, both, or neither; nothing is late before there is an end", () => {
    const cell = { item: itemId(1), state: "right", answer: "A", points: 1, version: 9, inkMs: END_MS - 1 } as const;
    const of = (receivedMs: number, lateInkMs: number, closesMs: number | null = END_MS) =>
      lateOf({ ...cell, receivedMs, lateInkMs }, closesMs);
    expect(LATE_ARRIVAL_MS).toBe(10_000);
    expect([of(0, 0), of(END_MS + 9_999, 0), of(END_MS + 10_000, 0)]).toEqual([null, null, "arrived"]);
    expect([of(END_MS, END_MS + 5), of(END_MS + 10_000, END_MS + 5)]).toEqual(["written", "both"]);
    expect(of(END_MS + 10_000, END_MS + 5, null)).toBeNull();
  });
});

describe("LiveRoom: late", () => {
  it("[LIVE-31] [LIVE-8] the board says it, by the end as setup has it now, from events and from history", () => {
    const records = setupRecords(2, 2);
    const setup = setupOf(records);
    const room = new LiveRoom(ROOM, setup, START_MS + 1);
    const late = (student: number, item: number) =>
      room.board().cells.find((cell) => cell.student === studentId(student) && cell.item === itemId(item))?.late;
    room.foldEvent(cellEvent(1, 1, [{ receivedMs: END_MS + 20_000 }, { item: itemId(2), lateInkMs: END_MS + 7 }]));
    const row = { room: ROOM, assignment: LESSON, student: studentId(2), item: itemId(1), version: 3, state: "right" } as const;
    const told = { answer: "A", atMs: END_MS - 5, strokes: [], recognizer: "marks-1", receivedMs: END_MS + 30_000 };
    room.base(LESSON, [{ ...row, ...told }], [], []);
    room.takeDelta("all");
    expect(room.board().cells.map((cell) => cell.late)).toEqual([undefined, undefined, undefined, undefined]);
    const assignment = setup.assignments.get(LESSON);
    if (assignment === undefined) throw new Error("nothing is assigned");
    setup.apply({ kind: "assignments", id: LESSON, version: 2, document: { ...assignment, closesMs: END_MS } });
    room.configure(setup, START_MS + 1);
    expect([late(1, 1), late(1, 2), late(2, 1), late(2, 2)]).toEqual(["arrived", "written", "arrived", undefined]);
    expect(room.board().cells[3]).not.toHaveProperty("late");
  });
});
