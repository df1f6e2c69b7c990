import { describe, expect, it } from "vitest";
import { currentAssignment, sameGrid, seatingOf } from "../../../server/core/seating.ts";
import { assignmentOf, classOf, LESSON, ROOM, START_MS, setupOf, setupRecords } from "../lesson-fixture.ts";

const given = (id: string, opensMs: number) => {
  const document = assignmentOf({ id: id as typeof LESSON, opensMs });
  return { kind: "assignments" as const, id, version: 1, document };
};

describe("seatingOf", () => {
  it("[LIVE-1] the newest assignment that has opened; before that the next one", () => {
    const base = setupRecords(2, 1).filter((record) => record.kind !== "assignments");
    const setup = setupOf([...base, given("a", 100), given("b", 200), given("c", 300)]);
    const at = (nowMs: number) => currentAssignment(setup, ROOM, nowMs)?.id;
    expect([at(0), at(100), at(199), at(200), at(1e15)]).toEqual(["a", "a", "a", "b", "c"]);
    expect(currentAssignment(setupOf(base), ROOM, 0)).toBeNull();
  });

  it("[LIVE-1] an assignment without its worksheet is not shown", () => {
    const records = setupRecords(2, 1).filter((record) => record.kind !== "worksheets");
    expect(seatingOf(setupOf(records), ROOM, START_MS)).toMatchObject({ assignment: null, students: [], items: [] });
  });

  it("[LIVE-2] students come in order of seat", () => {
    const schoolClass = classOf(3);
    const document = { ...schoolClass, students: [...schoolClass.students].reverse() };
    const setup = setupOf([...setupRecords(3, 1), { kind: "classes", id: document.id, version: 2, document }]);
    expect(seatingOf(setup, ROOM, START_MS).students.map((student) => student.id)).toEqual(["s1", "s2", "s3"]);
  });

  it("[LIVE-1] another name, seat or end of the lesson is another grid; another pen is not", () => {
    const records = setupRecords(2, 1);
    const before = seatingOf(setupOf(records), ROOM, START_MS);
    const pen = { kind: "pens" as const, id: "9c7bd2000009", version: 1, document: { id: "9c7bd2000009", student: "s1" } };
    expect(sameGrid(before, seatingOf(setupOf([...records, pen as (typeof records)[number]]), ROOM, START_MS))).toBe(true);
    const closed = { kind: "assignments" as const, id: LESSON, version: 2, document: assignmentOf({ closesMs: START_MS + 9 }) };
    expect(sameGrid(before, seatingOf(setupOf([...records, closed]), ROOM, START_MS))).toBe(false);
    const renamed = { ...classOf(2), name: { zh: "三班", en: "3" } };
    const rename = { kind: "classes" as const, id: renamed.id, version: 2, document: renamed };
    expect(sameGrid(before, seatingOf(setupOf([...records, rename]), ROOM, START_MS))).toBe(false);
  });
});
