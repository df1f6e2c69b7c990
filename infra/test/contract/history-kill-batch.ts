import type { AssignmentId, HistoryBatch, ItemId, StudentId } from "@penlight/proto";
import { answerRow, batchOf, markRow, strokeRow } from "./history-rows.ts";

export const KILL_ASSIGNMENT = "killed" as AssignmentId;
export const KILL_STROKES = 20;

/** Batch `number` of the kill test: the same rows in every process. */
export function killBatch(number: number): HistoryBatch {
  const assignment = KILL_ASSIGNMENT;
  const cell = { assignment, student: `s${number % 7}` as StudentId, item: `q${number % 5}` as ItemId };
  const strokes = Array.from({ length: KILL_STROKES }, (_, i) => {
    return strokeRow(5 + i, { ...cell, downMs: 1_790_000_000_000 + (number * KILL_STROKES + i) * 1000 });
  });
  return batchOf({ strokes, answers: [answerRow(number, cell)], marks: [markRow(number, cell)] });
}
