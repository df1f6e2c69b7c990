import { describe, expect, test } from "vitest";
import type { AssignmentId, ClassId, ItemId, PenId, RoomId, StudentId, WorksheetId } from "../src/ids.ts";
import type { Assignment, SetupRecord, TeacherMark } from "../src/setup.ts";
import { decodeSetup, encodeSetup, markId, SetupState } from "../src/setup-state.ts";

const page = { section: 3, owner: 1013, note: 12, page: 1 };
const room = "r1" as RoomId;
const ann = "s01" as StudentId;
const assignment = (id: string, opensMs: number, closesMs: number | null): Assignment => ({
  id: id as AssignmentId,
  room,
  class: "c1" as ClassId,
  worksheet: "w1" as WorksheetId,
  worksheetVersion: 1,
  kind: "lesson",
  opensMs,
  closesMs,
});
const text = (en: string) => ({ zh: en, en });
const base: SetupRecord[] = [
  { kind: "rooms", id: "r1", version: 1, document: { id: room, name: text("Room 1") } },
  {
    kind: "classes",
    id: "c1",
    version: 1,
    document: { id: "c1" as ClassId, name: text("7(3)"), students: [{ id: ann, name: text("Ann"), seat: 1 }] },
  },
  {
    kind: "worksheets",
    id: "w1@1",
    version: 1,
    document: {
      id: "w1" as WorksheetId,
      version: 1,
      title: text("Fractions"),
      pages: [{ address: page, widthMm: 210, heightMm: 297, originMm: { x: 13, y: 13 } }],
      boxes: [],
      items: [],
    },
  },
];

function folded(...more: SetupRecord[]): SetupState {
  const state = new SetupState();
  for (const record of [...base, ...more]) state.apply(record);
  return state;
}
const put = (document: Assignment, version = 1): SetupRecord => ({ kind: "assignments", id: document.id, version, document });

describe("setup", () => {
  test("[EVT-20] a record survives the topic, and other bytes are not one", () => {
    for (const record of base) expect(decodeSetup(encodeSetup(record))).toEqual(record);
    for (const bytes of [
      "",
      "{",
      "null",
      '{"kind":"moods","id":"x","version":1,"document":{}}',
      '{"kind":"rooms","id":"x","version":1}',
    ]) {
      expect(decodeSetup(Buffer.from(bytes))).toBeNull();
    }
    expect(decodeSetup(Uint8Array.of(0xff, 0xfe))).toBeNull();
  });

  test("[EVT-20] an old or repeated version changes nothing", () => {
    const state = folded(put(assignment("a", 100, 200), 2));
    const revision = state.revision;
    expect(state.apply(put(assignment("a", 100, null), 1))).toBe(false);
    expect(state.apply(put(assignment("a", 100, null), 2))).toBe(false);
    expect(state.assignments.get("a" as AssignmentId)?.closesMs).toBe(200);
    expect(state.revision).toBe(revision);
    // Compaction may leave the last version only: whoever has read as far has the same revision.
    expect(folded(put(assignment("a", 100, 200), 1), put(assignment("a", 100, 200), 2)).revision).toBe(revision);
    expect(state.apply(put(assignment("a", 100, 300), 3))).toBe(true);
    expect(state.assignments.get("a" as AssignmentId)?.closesMs).toBe(300);
  });

  test("assignments of a room come newest first", () => {
    const state = folded(put(assignment("b", 200, null)), put(assignment("a", 100, 200)), put(assignment("c", 300, null)));
    expect(state.assignmentsOf(room).map((each) => each.id)).toEqual(["c", "b", "a"]);
  });

  test("[EVT-24] of the words about a cell the last one counts, each cell has its own, and no ink is placed anew for them", () => {
    const state = folded(put(assignment("a1", 0, null)));
    const { revision } = state;
    const [a1, q1] = ["a1" as AssignmentId, "q1" as ItemId];
    const say = (version: number, verdict: TeacherMark["verdict"], item = q1) => {
      const id = markId(a1, ann, item);
      const document = { id, assignment: a1, student: ann, item, verdict, by: "Ms Li", atMs: version };
      return state.apply(decodeSetup(encodeSetup({ kind: "marks", id, version, document })) as SetupRecord);
    };
    expect([
      say(1, { kind: "right" }),
      say(2, null),
      say(1, { kind: "wrong" }),
      say(1, { kind: "wrong" }, "q2" as ItemId),
    ]).toEqual([true, true, false, true]);
    expect(state.markOf(a1, ann, q1)).toMatchObject({ version: 2, mark: { verdict: null, by: "Ms Li", atMs: 2 } });
    expect(state.markOf(a1, ann, "q2" as ItemId)).toMatchObject({ version: 1, mark: { verdict: { kind: "wrong" } } });
    expect([state.marksOf(a1).revision, state.marksRevision, state.revision]).toEqual([3, 3, revision]);
    expect(state.marksOf("a2" as AssignmentId).byCell.size).toBe(0);
  });
});

test("[ANS-52] since when a pen is its owner's: the record that first says so, if it is known to be the first", () => {
  const pen = "9c7bd2000001" as PenId;
  const given = (version: number, student: StudentId | null): SetupRecord => ({
    kind: "pens",
    id: pen,
    version,
    document: { id: pen, student },
  });
  const state = new SetupState();
  const since = [given(1, null), given(2, ann), given(3, ann), given(4, "s02" as StudentId), given(4, ann)].map((record, i) => {
    state.apply(record, 1000 + i);
    return state.owned.get(pen);
  });
  expect(since).toEqual([1000, 1001, 1001, 1003, 1003]);
  const compacted = new SetupState();
  compacted.apply(given(3, ann), 1002);
  expect(compacted.owned.get(pen)).toBeUndefined();
});
