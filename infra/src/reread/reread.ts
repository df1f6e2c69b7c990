import type { AnswerRow, AnswerValue, ItemId, StrokeRow, StudentId } from "@penlight/proto";
import { type CellRecord, readStored, type Sheet } from "@penlight/stream-processor/stored";

/** What is known of one answer: by history, and by this program from the same ink. */
export interface Reread {
  readonly student: StudentId;
  readonly item: ItemId;
  readonly before: { readonly state: string; readonly answer: AnswerValue; readonly recognizer: string } | null;
  readonly now: { readonly state: string; readonly answer: AnswerValue; readonly recognizer: string; readonly guess: string };
}

export interface RereadReport {
  readonly assignment: string;
  readonly answers: number;
  /** In the order of students and items. */
  readonly changes: readonly Reread[];
}

/** Reads the ink of an assignment again and holds it against what history has of it. Changes nothing. */
export function reread(sheet: Sheet, strokes: readonly StrokeRow[], answers: readonly AnswerRow[]): RereadReport {
  const known = new Map(answers.map((row) => [`${row.student}/${row.item}`, row]));
  const cells = readStored(sheet, strokes);
  const all = cells.map((cell) => rereadOf(cell, known.get(`${cell.tally.student}/${cell.item.id}`)));
  const changes = all.filter(({ before, now }) => before === null || saysOf(before) !== saysOf(now));
  const place = ({ student, item }: Reread) => `${student}/${item}`;
  changes.sort((a, b) => (place(a) < place(b) ? -1 : 1));
  return { assignment: sheet.assignment.id, answers: all.length, changes };
}

function rereadOf(cell: CellRecord, row: AnswerRow | undefined): Reread {
  const { answer, recognizer } = cell;
  return {
    student: cell.tally.student,
    item: cell.item.id,
    before: row === undefined ? null : { state: row.state, answer: row.answer, recognizer: row.recognizer },
    now: { state: cell.judged ?? "not-started", answer, recognizer, guess: cell.insight?.guess ?? "" },
  };
}

/** What an answer says, whatever it is worth: a corrected key is no other reading. */
function saysOf({ state, answer }: { readonly state: string; readonly answer: AnswerValue }): string {
  if (answer !== null) return JSON.stringify(answer);
  return state === "unsure" || state === "withdrawn" ? state : "nothing";
}

/** Only what another recogniser read is read again: the rest comes with more ink, or is on its way to history. ANS-96. */
export function applicable({ changes }: RereadReport): Reread[] {
  return changes.filter(({ before, now }) => before !== null && before.recognizer !== now.recognizer);
}

/** Of the answers that were to be read again, those that history does not have so yet. */
export function notAppliedOf(wanted: readonly Reread[], answers: readonly AnswerRow[]): Reread[] {
  const known = new Map(answers.map((row) => [`${row.student}/${row.item}`, row]));
  return wanted.filter(({ student, item, now }) => {
    const row = known.get(`${student}/${item}`);
    return row === undefined || row.recognizer !== now.recognizer || saysOf(row) !== saysOf(now);
  });
}

export function rereadText({ assignment, answers, changes }: RereadReport): string {
  const lines = changes.map(({ student, item, before, now }) => {
    const was = before === null ? "nothing" : saysOf(before);
    return `${student} ${item}: ${was} -> ${saysOf(now)}${now.guess === "" ? "" : ` (reads ${now.guess})`}`;
  });
  const summary = `${assignment}: ${answers} answers with ink, ${changes.length} would be read differently`;
  return [...lines, summary].join("\n");
}
