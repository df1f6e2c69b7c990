import type { AnswerRow, ItemId, StrokeRow, StudentId } from "@penlight/proto";
import { readStored, WorksheetIndex } from "@penlight/stream-processor/stored";
import type { LessonSetup } from "./lesson.ts";

/** Every answer is what its stored ink says to whoever reads it from the beginning. SIM-12. */
export function checkReadings(setup: LessonSetup, strokes: readonly StrokeRow[], answers: readonly AnswerRow[]): string[] {
  const { assignment, worksheet, students } = setup;
  const members = new Set(students.map(({ id }) => id));
  const sheet = { assignment, index: new WorksheetIndex(worksheet), students, members };
  const own = strokes.filter((row) => row.assignment === assignment.id);
  const cells = new Map(
    readStored(sheet, own).map((cell) => [cellKey({ student: cell.tally.student, item: cell.item.id }), cell]),
  );
  return answers.flatMap((row) => {
    const cell = cells.get(cellKey(row));
    const told = JSON.stringify([row.answer, row.insight ?? null]);
    const read = JSON.stringify([cell?.answer ?? null, cell?.insight ?? null]);
    return told === read ? [] : [`${cellKey(row)} is told as ${told}, its ink says ${read}`];
  });
}

function cellKey(cell: { readonly student: StudentId; readonly item: ItemId }): string {
  return `${cell.student} ${cell.item}`;
}
