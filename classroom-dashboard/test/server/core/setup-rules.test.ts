import { type Pen, type SchoolClass, type StudentId, type Worksheet, worksheetKey } from "@penlight/proto";
import { describe, expect, it } from "vitest";
import { checkDocument, sameDocument } from "../../../server/core/setup-rules.ts";
import {
  assignmentOf,
  classOf,
  LESSON,
  room,
  START_MS,
  setupOf,
  setupRecords,
  studentId,
  worksheetOf,
} from "../lesson-fixture.ts";

const setup = setupOf(setupRecords(3, 1));
const assignments = (change: Parameters<typeof assignmentOf>[0]) =>
  checkDocument({ kind: "assignments", document: assignmentOf({ id: "new" as never, ...change }) }, setup);

describe("checkDocument", () => {
  it("[SET-2] finds nothing wrong with what is right", () => {
    expect(checkDocument({ kind: "rooms", document: room }, setup)).toEqual([]);
    expect(checkDocument({ kind: "classes", document: classOf(3) }, setup)).toEqual([]);
    expect(checkDocument({ kind: "pens", document: { id: "9c7bd2000007", student: studentId(2) } as Pen }, setup)).toEqual([]);
    expect(assignments({})).toEqual([]);
  });

  it("[SET-2] names every student and seat that is there twice, and where", () => {
    const { students } = classOf(3);
    const document = { ...classOf(3), students: [...students, { ...students[0], seat: 2 }] } as SchoolClass;
    expect(checkDocument({ kind: "classes", document }, setup)).toMatchObject([
      { at: "/students/3/id", reason: "s1 is taken by /students/0" },
      { at: "/students/3/seat", reason: "2 is taken by /students/1" },
    ]);
  });

  it("[SET-2] a pen belongs to a student that some class has", () => {
    const document = { id: "9c7bd2000007", student: "nobody" as StudentId } as Pen;
    expect(checkDocument({ kind: "pens", document }, setup)).toMatchObject([
      { at: "/student", reason: "no class has a student nobody" },
    ]);
  });

  it("[SET-3] a page is one worksheet's, whatever version", () => {
    const worksheets = (document: Worksheet) => checkDocument({ kind: "worksheets", document }, setup);
    expect(worksheets(worksheetOf(1, 2))).toEqual([]);
    expect(worksheets({ ...worksheetOf(1), id: "other" as Worksheet["id"] })).toMatchObject([
      { at: "/pages/0/address", reason: "is a page of worksheet sums" },
    ]);
  });

  it("[SET-2] an assignment names a room, class and worksheet version that exist; all faults at once", () => {
    const faults = assignments({ room: "x" as never, class: "y" as never, worksheetVersion: 2, closesMs: START_MS });
    expect(faults).toMatchObject([
      { at: "/room", reason: "there is no room x" },
      { at: "/class", reason: "there is no class y" },
      { at: "/worksheetVersion", reason: "worksheet sums has no version 2" },
      { at: "/closesMs", reason: "must be later than opensMs" },
    ]);
    expect(assignments({ worksheet: "z" as never }).map((fault) => fault.at)).toEqual(["/worksheet"]);
  });

  it("[SET-5] once given, an assignment keeps its room, class and worksheet; its window may move", () => {
    const change = (part: Parameters<typeof assignmentOf>[0]) =>
      checkDocument({ kind: "assignments", document: assignmentOf(part) }, setup).map((fault) => fault.at);
    expect(change({ closesMs: START_MS + 1, opensMs: START_MS - 1, kind: "exam" })).toEqual([]);
    expect(change({ class: "4a" as never })).toEqual(["/class", "/class"]);
    expect(change({ worksheetVersion: 9 })).toEqual(["/worksheetVersion"]);
  });

  it("[SET-5] a later version of the worksheet may correct keys, points and credit, nothing that is on paper", () => {
    const sheet = worksheetOf(1, 2);
    const corrected = { ...sheet, items: sheet.items.map((item) => ({ ...item, key: "B", points: 5 }) as typeof item) };
    const moved = { ...worksheetOf(1, 3), boxes: sheet.boxes.map((box) => ({ ...box, xMm: box.xMm + 1 })) };
    const state = setupOf([
      ...setupRecords(3, 1),
      ...[corrected, moved].map((document) => ({
        ...{ kind: "worksheets" as const, id: worksheetKey(document.id, document.version), version: 1 },
        document,
      })),
    ]);
    const change = (worksheetVersion: number) =>
      checkDocument({ kind: "assignments", document: assignmentOf({ worksheetVersion }) }, state);
    expect(change(2)).toEqual([]);
    expect(change(3).map((fault) => fault.reason)).toEqual([
      "differs from version 1 in more than keys, points and credit; make a new assignment",
    ]);
    state.apply({ kind: "assignments", id: LESSON, version: 2, document: assignmentOf({ worksheetVersion: 2 }) });
    expect(change(1).map((fault) => fault.reason)).toEqual([
      "can only grow once given (it is 2); put the old key as a new version",
    ]);
  });

  it("[SET-4] documents are the same whatever the order of their properties", () => {
    expect(sameDocument({ a: 1, b: [1, { c: null }] }, { b: [1, { c: null }], a: 1 })).toBe(true);
    for (const [a, b] of [
      [{ a: 1 }, { a: 1, b: undefined }],
      [{ a: 1 }, { b: 1 }],
      [
        [1, 2],
        [2, 1],
      ],
      [[], {}],
      [{ a: null }, { a: {} }],
      [1, "1"],
    ]) {
      expect(sameDocument(a, b)).toBe(false);
    }
  });
});
