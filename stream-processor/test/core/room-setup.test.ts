import { type AssignmentId, type PageKey, pageKeyOf, type RoomId, type SetupRecord, SetupState } from "@penlight/proto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RoomSetup, WorksheetIndex } from "../../src/core/room-setup.ts";
import { LESSON, OPENS_MS, PAGE, penOf, ROOM, setupOf, studentOf, worksheetOf } from "../fixtures/classroom.ts";

const assignment = (id: string, opensMs: number, closesMs: number | null, version = 1, room = ROOM): SetupRecord => ({
  kind: "assignments",
  id,
  version,
  document: { ...LESSON, id: id as AssignmentId, room, opensMs, closesMs },
});
const penTo = (pen: number, student: number, version: number): SetupRecord => ({
  kind: "pens",
  id: penOf(pen),
  version,
  document: { id: penOf(pen), student: studentOf(student) },
});

describe("WorksheetIndex", () => {
  it("knows the item of each box and the map of each page", () => {
    const index = new WorksheetIndex(worksheetOf(4));
    expect(index.itemOfBox.size).toBe(14);
    expect([index.itemOfBox.get("i0-D" as never), index.itemOfBox.get("i3-false" as never)]).toEqual([0, 3]);
    expect([...index.pages.keys()]).toEqual(["3.27.603.1"]);
    expect(index.pages.get(pageKeyOf(PAGE))?.boxes.length).toBe(14);
  });
});

describe("RoomSetup", () => {
  it("[ANS-12] page, pen and time tell the assignment: the newest that is open then", () => {
    const state = setupOf(2, 2);
    state.apply(assignment("lesson-2", OPENS_MS + 1000, OPENS_MS + 2000));
    const setup = new RoomSetup(state, ROOM);
    const at = (ms: number) => setup.sheetAt(studentOf(0), pageKeyOf(PAGE), OPENS_MS + ms)?.assignment.id ?? null;
    expect([-1, 0, 999, 1000, 1999, 2000].map(at)).toEqual([null, "lesson-1", "lesson-1", "lesson-2", "lesson-2", "lesson-1"]);
    expect(setup.sheetAt(studentOf(9), pageKeyOf(PAGE), OPENS_MS)).toBeNull();
    expect(setup.sheetAt(studentOf(0), "3.27.603.2" as PageKey, OPENS_MS)).toBeNull();
    expect([setup.studentAt(penOf(1), 0), setup.studentAt(penOf(7), 0)]).toEqual(["s1", null]);
  });

  it("[ANS-12] places as the fold of topic setup does, for any assignments", () => {
    const time = fc.integer({ min: -5, max: 5 }).map((s) => OPENS_MS + s * 1000);
    const given = fc.tuple(time, fc.option(time), fc.constantFrom(ROOM, "room-2" as RoomId));
    fc.assert(
      fc.property(fc.array(given, { maxLength: 5 }), time, fc.nat(3), fc.nat(1), (all, atMs, student, page) => {
        const state = setupOf(3, 1);
        all.forEach(([opensMs, closesMs, room], i) => {
          state.apply(assignment(`a${i}`, opensMs, closesMs, 1, room));
        });
        const key = pageKeyOf({ ...PAGE, page: page + 1 });
        const found = new RoomSetup(state, ROOM).sheetAt(studentOf(student), key, atMs)?.assignment.id ?? null;
        expect(found).toBe(state.assignmentAt(ROOM, studentOf(student), key, atMs)?.id ?? null);
      }),
      { seed: 1 },
    );
  });

  it("[ANS-12] its fingerprint changes with what concerns the room, and with nothing else", () => {
    const state = setupOf(2, 2);
    const prints = [new RoomSetup(state, ROOM).fingerprint];
    const after = (record: SetupRecord) => {
      expect(state.apply(record)).toBe(true);
      const print = new RoomSetup(state, ROOM).fingerprint;
      const isNew = !prints.includes(print);
      prints.push(print);
      return isNew;
    };
    // Another room's lesson, a stranger's pen, the name of a room.
    expect(after(assignment("other", OPENS_MS, null, 1, "room-2" as RoomId))).toBe(false);
    expect(after(penTo(8, 8, 1))).toBe(false);
    expect(after({ kind: "rooms", id: ROOM, version: 2, document: { id: ROOM, name: { zh: "二", en: "2" } } })).toBe(false);
    // Closing, a pen for somebody of the class, and taken away from them again, a new lesson without its sheet, its sheet.
    expect(after(assignment("lesson-1", OPENS_MS, OPENS_MS + 1, 2))).toBe(true);
    expect(after(penTo(8, 1, 2))).toBe(true);
    expect(after(penTo(0, 8, 2))).toBe(true);
    const next = assignment("lesson-2", OPENS_MS, null) as Extract<SetupRecord, { kind: "assignments" }>;
    expect(after({ ...next, document: { ...next.document, worksheetVersion: 2 } })).toBe(true);
    expect(new RoomSetup(state, ROOM).sheets.map((sheet) => sheet.assignment.id)).toEqual(["lesson-1"]);
    expect(after({ kind: "worksheets", id: "sheet@2", version: 1, document: { ...worksheetOf(1), version: 2 } })).toBe(true);
    expect(new RoomSetup(state, ROOM).sheets.map((sheet) => sheet.assignment.id)).toEqual(["lesson-1", "lesson-2"]);
  });

  it("keeps the boards of what is not closed, and of the newest", () => {
    const state = setupOf(1, 1);
    state.apply(assignment("over", OPENS_MS - 9000, OPENS_MS - 8000));
    const at = (ms: number) => new RoomSetup(state, ROOM).relevantAt(OPENS_MS + ms).map((sheet) => sheet.assignment.id);
    expect(at(0)).toEqual(["lesson-1"]);
    expect(at(-8001)).toEqual(["lesson-1", "over"]);
    state.apply(assignment("lesson-1", OPENS_MS, OPENS_MS + 1, 2));
    expect(at(5000)).toEqual(["lesson-1"]);
    expect(new RoomSetup(new SetupState(), ROOM).relevantAt(0)).toEqual([]);
  });
});
