import {
  type AssignmentId,
  type ClassId,
  type PageKey,
  pageKeyOf,
  type RoomId,
  type SetupRecord,
  SetupState,
  schoolOf,
} from "@penlight/proto";
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
/** The same page in another room. */
const elsewhere = (id: string, schoolClass: string): SetupRecord => ({
  kind: "assignments",
  id,
  version: 1,
  document: { ...LESSON, id: id as AssignmentId, room: "room-2" as RoomId, class: schoolClass as ClassId },
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
    const sheetAt = (pen: number, pageKey: PageKey, ms: number) =>
      setup.ownerOf({ pen: penOf(pen), pageKey }, OPENS_MS + ms).sheet;
    const at = (ms: number) => sheetAt(0, pageKeyOf(PAGE), ms)?.assignment.id ?? null;
    expect([-1, 0, 999, 1000, 1999, 2000].map(at)).toEqual([null, "lesson-1", "lesson-1", "lesson-2", "lesson-2", "lesson-1"]);
    expect(sheetAt(9, pageKeyOf(PAGE), 0)).toBeNull();
    expect(sheetAt(0, "3.27.603.2" as PageKey, 0)).toBeNull();
    expect([setup.studentAt(penOf(1), 0), setup.studentAt(penOf(7), 0)]).toEqual(["s1", null]);
  });

  it("[ANS-12] [ANS-14] [ANS-55] every room gives a stroke to the one assignment of the school that has it, for any assignments", () => {
    const time = fc.integer({ min: -5, max: 5 }).map((s) => OPENS_MS + s * 1000);
    const rooms = [ROOM, "room-2" as RoomId];
    const given = fc.tuple(time, fc.option(time), fc.constantFrom(...rooms));
    fc.assert(
      fc.property(fc.array(given, { maxLength: 5 }), time, fc.nat(3), fc.nat(1), (all, atMs, pen, page) => {
        const state = setupOf(3, 1);
        all.forEach(([opensMs, closesMs, room], i) => {
          state.apply(assignment(`a${i}`, opensMs, closesMs, 1, room));
        });
        const pageKey = pageKeyOf({ ...PAGE, page: page + 1 });
        const open = schoolOf(state).assignmentAt(studentOf(pen), pageKey, atMs);
        const before = open === null ? schoolOf(state).assignmentBefore(studentOf(pen), pageKey, atMs) : null;
        for (const room of rooms) {
          const { sheet, late, home } = new RoomSetup(state, room).ownerOf({ pen: penOf(pen), pageKey }, atMs);
          const isHere = (open ?? before)?.room === room;
          expect([sheet?.assignment ?? null, late?.assignment ?? null]).toEqual(isHere ? [open, before] : [null, null]);
          expect(home).toBe(isHere ? null : ((open ?? before)?.room ?? null));
        }
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
    // Another class's lesson in another room, a stranger's pen, the name of a room.
    expect(after(elsewhere("other", "class-2"))).toBe(false);
    expect(after(penTo(8, 8, 1))).toBe(false);
    expect(after({ kind: "rooms", id: ROOM, version: 2, document: { id: ROOM, name: { zh: "二", en: "2" } } })).toBe(false);
    // The same page for the same class in another room: one of the two has the ink. ANS-14.
    expect(after(elsewhere("rival", "class-1"))).toBe(true);
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
