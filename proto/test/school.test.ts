import { describe, expect, test } from "vitest";
import type { AssignmentId, ClassId, PageKey, RoomId, StudentId, WorksheetId } from "../src/ids.ts";
import { schoolOf } from "../src/school.ts";
import type { SetupRecord } from "../src/setup.ts";
import { SetupState } from "../src/setup-state.ts";

const name = { zh: "名", en: "name" };
const [ann, bob] = ["ann", "bob"] as [StudentId, StudentId];
const PAGE = "3.1013.12.1" as PageKey;

function classOf(id: string, ...students: readonly StudentId[]): SetupRecord {
  const listed = students.map((student, i) => ({ id: student, name, seat: i + 1 }));
  return { kind: "classes", id, version: 1, document: { id: id as ClassId, name, students: listed } };
}

function given(id: string, room: string, opensMs: number, closesMs: number | null, to = "3b", version = 1): SetupRecord {
  const document = {
    ...{ id: id as AssignmentId, room: room as RoomId, class: to as ClassId, kind: "lesson" as const },
    ...{ worksheet: "w" as WorksheetId, worksheetVersion: 1, opensMs, closesMs },
  };
  return { kind: "assignments", id, version, document };
}

const SHEET: SetupRecord = {
  kind: "worksheets",
  id: "w@1",
  version: 1,
  document: {
    ...{ id: "w" as WorksheetId, version: 1, title: name, boxes: [], items: [] },
    pages: [
      { address: { section: 3, owner: 1013, note: 12, page: 1 }, widthMm: 210, heightMm: 297, originMm: { x: 13, y: 13 } },
    ],
  },
};

function setupOf(...more: readonly SetupRecord[]): SetupState {
  const setup = new SetupState();
  for (const record of [classOf("3b", ann, bob), SHEET, ...more]) setup.apply(record);
  return setup;
}

describe("School", () => {
  test("[ANS-12] page, pen-down time and class decide the assignment; the end of the window is outside it", () => {
    const school = schoolOf(setupOf(given("first", "lab", 100, 200), given("second", "lab", 200, null)));
    const at = (ms: number, who = ann, page = PAGE) => school.assignmentAt(who, page, ms)?.id ?? null;
    expect([99, 100, 199, 200, 9999].map((ms) => at(ms))).toEqual([null, "first", "first", "second", "second"]);
    expect([at(150, "s99" as StudentId), at(150, ann, "3.1013.12.2" as PageKey)]).toEqual([null, null]);
  });

  test("[ANS-14] of assignments of one page in several rooms the newest that is open has the ink, of the pupil's class only", () => {
    const setup = setupOf(given("a", "lab", 0, 100), given("b", "attic", 50, 80), given("c", "hall", 60, null, "4a"));
    const at = (ms: number) => schoolOf(setup).assignmentAt(bob, PAGE, ms)?.room ?? null;
    expect([0, 49, 50, 79, 80, 99, 100].map(at)).toEqual(["lab", "lab", "attic", "attic", "lab", "lab", null]);
    // The next revision of the setup is another school; one revision is one.
    expect(schoolOf(setup)).toBe(schoolOf(setup));
    setup.apply(given("b", "attic", 50, 60, "3b", 2));
    expect(at(70)).toBe("lab");
  });

  test("[REG-8] of two open lessons the one that opened last is where the class is", () => {
    const school = schoolOf(setupOf(given("a", "lab", 1000, null), given("b", "attic", 5000, 6000)));
    const at = (ms: number) => [...school.homesAt(ms)];
    expect(at(999)).toEqual([]);
    for (const [ms, room] of [
      [1000, "lab"],
      [4999, "lab"],
      [5000, "attic"],
      [5999, "attic"],
      [6000, "lab"],
      [1000, "lab"],
    ] as const) {
      expect(at(ms)).toEqual([
        [ann, room],
        [bob, room],
      ]);
    }
  });
});
