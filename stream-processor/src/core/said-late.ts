import { type AnswerRow, type AssignmentMarks, type MarkRow, markId } from "@penlight/proto";
import type { Sheet } from "./room-setup.ts";

/** What was said of an assignment that is over is looked for in history when it is no older than this, ms: a week. ANS-62. */
export const SAID_LATE_MS = 7 * 86_400_000;

/** Host time of the last thing that was said of an assignment's answers, ms: a word, a corrected key, or that they are to be read again; 0: nothing was. */
export function lastSaidMs({ assignment }: Sheet, { byCell }: AssignmentMarks): number {
  let latest = Math.max(assignment.correction?.atMs ?? 0, assignment.reread?.atMs ?? 0);
  for (const { mark } of byCell.values()) latest = Math.max(latest, mark.atMs);
  return latest;
}

/** True: something of it may not be in history. */
export function isUntold(
  { assignment }: Sheet,
  { byCell }: AssignmentMarks,
  { answers, marks }: { readonly answers: readonly AnswerRow[]; readonly marks: readonly MarkRow[] },
): boolean {
  const { id, worksheetVersion, reread } = assignment;
  const told = new Map(marks.map((row) => [markId(id, row.student, row.item), row.decision]));
  for (const [name, { version }] of byCell) if ((told.get(name) ?? 0) < version) return true;
  if (marks.some((row) => row.worksheetVersion < worksheetVersion)) return true;
  return (
    reread !== undefined &&
    answers.some(({ recognizer, atMs }) => atMs < reread.atMs && !reread.recognizers.includes(recognizer))
  );
}
