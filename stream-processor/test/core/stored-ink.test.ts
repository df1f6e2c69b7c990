import type { AssignmentId, ItemId, RoomId, StudentId } from "@penlight/proto";
import { expect, it } from "vitest";
import { RoomSetup, type Sheet } from "../../src/core/room-setup.ts";
import { readStored } from "../../src/core/stored-ink.ts";
import { strokeRowOf } from "../../src/core/stroke-row.ts";
import { penOf, ROOM, setupOf, studentOf, worksheetOf } from "../fixtures/classroom.ts";
import { glyphInBox, TICK } from "../fixtures/marks.ts";

const worksheet = worksheetOf(2);
const sheet = new RoomSetup(setupOf(2, 2), ROOM).sheets[0] as Sheet;
const rowOf = (student: number | null, box: string, downMs: number) =>
  strokeRowOf(ROOM as RoomId, glyphInBox(penOf(0), downMs, worksheet, box, TICK), {
    ...{ student: student === null ? null : studentOf(student), assignment: "lesson-1" as AssignmentId },
    ...{ item: "i0" as ItemId, box: null, placement: 1 },
  });

it("[ANS-30] stored ink is read where it lies by now, each student by itself", () => {
  const rows = [rowOf(0, "i0-A", 1000), rowOf(0, "i0-B", 2000), rowOf(1, "i1-A", 3000), rowOf(null, "i1-B", 4000)];
  const cells = readStored(sheet, rows).map(({ tally, item, answer, strokes }) => [
    tally.student as StudentId,
    item.id,
    answer,
    strokes.length,
  ]);
  expect(cells).toEqual([
    ["s0", "i0", "B", 2],
    ["s1", "i1", "A", 1],
  ]);
});
