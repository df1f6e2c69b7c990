import {
  type BoardCell,
  type BoardItem,
  CELL_STATES,
  type CellState,
  countedAnswers,
  type Item,
  toldCounts,
  wilson,
} from "@penlight/proto";

/** What a column says about its cells. */
export type ColumnStats = Omit<BoardItem, "item" | "number" | "kind" | "stem" | "points" | "key">;
/** What a row says about its cells. */
export type RowStats = { readonly done: number; readonly right: number; readonly points: number };

const OPEN_STATES: readonly CellState[] = ["no-signal", "not-started", "writing"];

/**
 * A column's statistics counted from its cells. Used only until the processor's own arrive, or when the log has
 * forgotten them: the same definitions as STAT-1.
 */
export function columnStats(cells: readonly BoardCell[], item: Item): ColumnStats {
  const counts = Object.fromEntries(CELL_STATES.map((state) => [state, 0])) as Record<CellState, number>;
  let pointsSum = 0;
  for (const cell of cells) {
    counts[cell.state]++;
    if (isJudged(cell)) pointsSum += cell.points ?? 0;
  }
  const { right, partial, wrong, unsure, blank, withdrawn, writing } = counts;
  const judged = right + partial + wrong;
  const open = { notStarted: counts["not-started"], noSignal: counts["no-signal"] };
  const chosen = new Map<string, number>();
  for (const cell of cells.filter(isJudged)) {
    for (const answer of countedAnswers(cell.answer)) chosen.set(answer, (chosen.get(answer) ?? 0) + 1);
  }
  const options = toldCounts(item, chosen);
  const decided = { right, partial, wrong, judged, unsure, blank, withdrawn, writing };
  return { ...decided, ...open, classSize: cells.length, pointsSum, wilson: wilson(right, judged), options };
}

export function rowStats(cells: readonly BoardCell[]): RowStats {
  return {
    done: cells.filter((cell) => !OPEN_STATES.includes(cell.state)).length,
    right: cells.filter((cell) => cell.state === "right").length,
    points: cells.reduce((sum, cell) => sum + (cell.points ?? 0), 0),
  };
}

function isJudged({ state }: BoardCell): boolean {
  return state === "right" || state === "partial" || state === "wrong";
}
