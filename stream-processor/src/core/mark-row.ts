import type { CellState, MarkRow } from "@penlight/proto";
import type { CellRecord } from "./cell-record.ts";
import { POINTS_PER_UNIT } from "./score.ts";

/** True: history was told what the cell is worth by this version of the worksheet, or by a later word, answer or version. HIS-3, HIS-8. */
export function isMarkTold(cell: CellRecord, state: CellState, worksheetVersion: number): boolean {
  const before = cell.markOut;
  const now = [cell.decision, cell.version, worksheetVersion];
  const told = [before.decision, before.answerVersion, before.worksheetVersion];
  for (let i = 0; i < now.length; i++) {
    const grown = (now[i] as number) - (told[i] as number);
    if (grown !== 0) return grown < 0;
  }
  // A word about an empty cell was withdrawn before the assignment closed: what closing decided is the later mark.
  return !(before.isEmpty && state !== "not-started");
}

/** What the cell is worth now, as history is told of it; `state` and `atMs` are the machine's. From here on it counts as told. */
export function tellMark(
  cell: CellRecord,
  state: CellState,
  atMs: number,
  sheet: Pick<MarkRow, "room" | "assignment" | "worksheetVersion">,
): MarkRow {
  const { version: answerVersion, decision, decided, word } = cell;
  const isEmpty = decided === null && state === "not-started";
  cell.markOut = { answerVersion, worksheetVersion: sheet.worksheetVersion, decision, isEmpty };
  const said = word?.mark ?? null;
  const teachers = decided === null || said === null ? null : { state: decided.state, by: said.by, atMs: said.atMs };
  const milliPoints = decided?.milliPoints ?? cell.score?.milliPoints ?? 0;
  return {
    ...sheet,
    student: cell.tally.student,
    item: cell.item.id,
    answerVersion,
    ...(teachers ?? { state, by: "machine", atMs }),
    points: milliPoints / POINTS_PER_UNIT,
    maxPoints: cell.item.points,
    decision,
    decidedBy: said?.by ?? null,
    decidedMs: said?.atMs ?? 0,
  };
}
