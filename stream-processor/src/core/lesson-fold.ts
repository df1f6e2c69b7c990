import type { AnswerRow, AssignmentMarks, Item, MarkRow } from "@penlight/proto";
import type { CellRecord } from "./cell-record.ts";
import type { Lesson } from "./lesson.ts";
import type { Sheet } from "./room-setup.ts";

/** What history was told of a lesson's cells stays told: versions up to there are not written again. HIS-2, HIS-3. */
export function foldTold(lesson: Lesson, answers: readonly AnswerRow[], marks: readonly MarkRow[]): void {
  for (const row of answers) {
    const cell = cellOfRow(lesson, row);
    if (cell === undefined) continue;
    cell.answerVersionOut = row.version;
    cell.answerStateOut = row.state;
    cell.answerStrokesOut = row.strokes;
    cell.told = row;
    if (row.state === "blank" || row.state === "no-signal") cell.closing = row.state;
  }
  for (const row of marks) {
    const cell = cellOfRow(lesson, row);
    if (cell === undefined) continue;
    const { decision, answerVersion, worksheetVersion, state } = row;
    cell.markOut = { decision, answerVersion, worksheetVersion, isEmpty: state === "not-started" };
  }
}

/**
 * After the strokes are folded: a stroke that went elsewhere raised the version that history has (EVT-12), so it goes on
 * from there. Where history knows strokes that we do not have yet, they come with the replay, or {@link settle} tells.
 */
export function foldVersions(lesson: Lesson): void {
  for (const cell of [...lesson.cells].flat()) {
    if (cell.answerVersionOut <= cell.version) continue;
    const known = new Set(cell.strokes.map((each) => each.stroke.id));
    if (cell.answerStrokesOut.every((stroke) => known.has(stroke))) cell.versionBase += cell.answerVersionOut - cell.version;
  }
}

/** What history and the board know of an assignment stays known when its setup changes. ANS-12. */
export function carryOver(from: Lesson, to: Lesson, roomMs: number): void {
  const { closesMs } = to.sheet.assignment;
  to.closed = from.closed && closesMs !== null && closesMs <= roomMs;
  for (const cells of from.cells) {
    for (const old of cells) {
      const cell = cellOfRow(to, { student: old.tally.student, item: old.item.id });
      if (cell === undefined) continue;
      cell.answerVersionOut = old.answerVersionOut;
      cell.answerStateOut = old.answerStateOut;
      cell.answerStrokesOut = old.answerStrokesOut;
      cell.told = old.told;
      cell.markOut = old.markOut;
      cell.published = old.published;
      cell.versionBase = old.versionBase;
      if (to.closed) cell.closing = old.closing;
    }
  }
}

/**
 * Once all strokes are there: where a changed setup took strokes out of a cell, or put others in, and its dots do not say
 * so, what history was told last is not true any more, and one more version is. EVT-12. So it is where ink was to be read
 * again and says something else. ANS-96. What was marked by another version of the worksheet is marked again. HIS-3.
 */
export function settle(lesson: Lesson): void {
  const { reread } = lesson.sheet.assignment;
  for (const cell of [...lesson.cells].flat()) {
    const { answerVersionOut } = cell;
    if (answerVersionOut < 0 && cell.decision === 0) continue;
    const isStale = answerVersionOut >= 0 && cell.version <= answerVersionOut && !hasStrokesTold(cell);
    const isOther = reread !== undefined && cell.isReadOtherwise(reread);
    if (isStale || isOther) cell.versionBase += answerVersionOut + 1 - cell.version;
    lesson.judged(cell);
  }
}

/** Takes over what teachers said; answers the cells of which that is news. ANS-60. */
export function hear(lesson: Lesson, { byCell }: AssignmentMarks): CellRecord[] {
  const heard: CellRecord[] = [];
  for (const word of byCell.values()) {
    const cell = cellOfRow(lesson, word.mark);
    if (cell === undefined || word.version <= cell.decision) continue;
    cell.hear(word);
    lesson.touch(cell);
    heard.push(cell);
  }
  return heard;
}

/** Keys and points are those of another version of the worksheet; the paper, and so what was read, is the same. SET-5, HIS-3. */
export function rekey(lesson: Lesson, sheet: Sheet): void {
  lesson.sheet = sheet;
  const { items } = sheet.index.worksheet;
  for (const cells of lesson.cells) {
    for (const cell of cells) {
      cell.rekey(items[cell.itemIndex] as Item);
      lesson.judged(cell);
    }
  }
}

function hasStrokesTold({ strokesNamed, answerStrokesOut }: CellRecord): boolean {
  const now = new Set(strokesNamed);
  return now.size === answerStrokesOut.length && answerStrokesOut.every((stroke) => now.has(stroke));
}

function cellOfRow(lesson: Lesson, row: Pick<AnswerRow, "student" | "item">): CellRecord | undefined {
  const index = lesson.sheet.index.worksheet.items.findIndex((item) => item.id === row.item);
  return index < 0 ? undefined : lesson.cellOf(row.student, index);
}
