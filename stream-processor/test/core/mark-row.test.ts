import type { AnswerRow, MarkRow } from "@penlight/proto";
import { describe, expect, it } from "vitest";
import type { CellRecord } from "../../src/core/cell-record.ts";
import { Lesson } from "../../src/core/lesson.ts";
import { isMarkTold, tellMark } from "../../src/core/mark-row.ts";
import { RoomSetup, type Sheet } from "../../src/core/room-setup.ts";
import { ASSIGNMENT, OPENS_MS, penOf, ROOM, setupOf, studentOf, worksheetOf } from "../fixtures/classroom.ts";
import { glyphInBox, placedOn, TICK } from "../fixtures/marks.ts";
import { wordOn } from "../fixtures/words.ts";

function cell(): CellRecord {
  const sheet = new RoomSetup(setupOf(1, 1), ROOM).sheets[0] as Sheet;
  const rows = { answers: [] as AnswerRow[], marks: [] as MarkRow[] };
  const lesson = new Lesson(ROOM, sheet, rows, () => ({ connected: true, pen: null }));
  const made = lesson.cellOf(studentOf(0), 0) as CellRecord;
  made.put(placedOn(sheet, glyphInBox(penOf(0), OPENS_MS, worksheetOf(1), "i0-A", TICK)));
  return made;
}
const sheet = { room: ROOM, assignment: ASSIGNMENT, worksheetVersion: 1 };
const tell = (of: CellRecord, worksheetVersion = 1) => tellMark(of, "wrong", 77, { ...sheet, worksheetVersion });

describe("a mark's row", () => {
  it("[HIS-3] the machine's says what the answer is worth, once for each answer version and key", () => {
    const made = cell();
    expect(isMarkTold(made, "wrong", 1)).toBe(false);
    expect(tell(made)).toMatchObject({
      state: "wrong",
      points: 0,
      maxPoints: 2,
      by: "machine",
      atMs: 77,
      decision: 0,
      decidedBy: null,
    });
    expect([isMarkTold(made, "wrong", 1), isMarkTold(made, "wrong", 2)]).toEqual([true, false]);
    tell(made, 2);
    expect([isMarkTold(made, "wrong", 1), isMarkTold(made, "wrong", 2)]).toEqual([true, true]);
  });

  it("[ANS-60] [HIS-8] a teacher's word is a row of its own under it, a withdrawal one more by the machine", () => {
    const made = cell();
    tell(made, 3);
    made.hear(wordOn("i0", 1, { kind: "points", points: 1 }));
    expect(isMarkTold(made, "wrong", 1)).toBe(false);
    const word = { decision: 1, decidedBy: "Ms Li", decidedMs: 1001 };
    expect(tell(made, 3)).toMatchObject({ state: "partial", points: 1, by: "Ms Li", atMs: 1001, ...word });
    expect(isMarkTold(made, "wrong", 3)).toBe(true);
    made.hear(wordOn("i0", 2, null, "Mr Wu"));
    const withdrawn = { decision: 2, decidedBy: "Mr Wu", decidedMs: 1002 };
    expect(tell(made, 3)).toMatchObject({ state: "wrong", points: 0, by: "machine", atMs: 77, ...withdrawn });
  });

  it("[HIS-8] [ANS-52] a withdrawn word about an empty cell is marked once more when closing decides it", () => {
    const made = cell();
    made.hear(wordOn("i0", 2, null));
    tellMark(made, "not-started", 0, sheet);
    expect([isMarkTold(made, "not-started", 1), isMarkTold(made, "blank", 1)]).toEqual([true, false]);
    tellMark(made, "blank", 99, sheet);
    expect(isMarkTold(made, "blank", 1)).toBe(true);
  });
});
