import type { BoardCell, BoardItem, CellState, Item } from "@penlight/proto";

/** Normal quantile of a two-sided 95 % interval. */
const Z = 1.959963984540054;

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
  const count = (state: CellState) => cells.filter((cell) => cell.state === state).length;
  const right = count("right");
  const judged = right + count("partial") + count("wrong");
  return {
    right,
    partial: count("partial"),
    wrong: count("wrong"),
    judged,
    unsure: count("unsure"),
    blank: count("blank"),
    withdrawn: count("withdrawn"),
    writing: count("writing"),
    notStarted: count("not-started"),
    noSignal: count("no-signal"),
    classSize: cells.length,
    pointsSum: cells.reduce((sum, cell) => sum + (cell.points ?? 0), 0),
    wilson: wilsonInterval(right, judged),
    options: item.options.map(({ id }) => ({ option: id, count: cells.filter((cell) => marks(cell, id)).length })),
  };
}

export function rowStats(cells: readonly BoardCell[]): RowStats {
  return {
    done: cells.filter((cell) => !OPEN_STATES.includes(cell.state)).length,
    right: cells.filter((cell) => cell.state === "right").length,
    points: cells.reduce((sum, cell) => sum + (cell.points ?? 0), 0),
  };
}

function marks(cell: BoardCell, option: string): boolean {
  const { answer } = cell;
  return Array.isArray(answer) ? answer.includes(option) : answer !== null && String(answer) === option;
}

/** Wilson score interval of a proportion (Wilson 1927, without continuity correction); [0, 1] for no trials. */
function wilsonInterval(successes: number, trials: number): readonly [number, number] {
  if (trials === 0) return [0, 1];
  const share = successes / trials;
  const middle = share + (Z * Z) / (2 * trials);
  const half = Z * Math.sqrt((share * (1 - share)) / trials + (Z * Z) / (4 * trials * trials));
  const scale = 1 + (Z * Z) / trials;
  return [Math.max(0, (middle - half) / scale), Math.min(1, (middle + half) / scale)];
}
