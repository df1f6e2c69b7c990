/**
 * A place on the board: the block, the row in it (-1: the header with the items) and the column (-1: the name).
 * The corner (row -1, column -1) holds the class total and is not a place to stop at.
 */
export interface Place {
  readonly block: number;
  readonly row: number;
  readonly column: number;
}

export interface BoardShape {
  /** Rows in each block. */
  readonly rows: readonly number[];
  readonly columns: number;
}

/** Where a key leads, or null for a key the board does not use. At an edge the place stays. */
export function placeAfter(key: string, withControl: boolean, from: Place, shape: BoardShape): Place | null {
  const lastColumn = shape.columns - 1;
  switch (key) {
    case "ArrowUp":
      return up(from, shape);
    case "ArrowDown":
      return down(from, shape);
    case "ArrowLeft":
      return left(from, shape);
    case "ArrowRight":
      return right(from, shape);
    case "Home":
      return withControl ? stop({ block: 0, row: 0, column: -1 }, shape) : stop({ ...from, column: -1 }, shape);
    case "End":
      return withControl ? lastPlace(shape) : stop({ ...from, column: lastColumn }, shape);
    case "PageUp":
      return stop({ ...from, row: 0 }, shape);
    case "PageDown":
      return stop({ ...from, row: (shape.rows[from.block] ?? 1) - 1 }, shape);
    default:
      return null;
  }
}

function up(from: Place, shape: BoardShape): Place {
  if (from.row === 0 && from.column === -1 && from.block > 0) {
    return { block: from.block - 1, row: (shape.rows[from.block - 1] ?? 1) - 1, column: -1 };
  }
  return stop({ ...from, row: Math.max(-1, from.row - 1) }, shape);
}

/** Below the last row of a block goes on in the next block: the rows are one list. */
function down(from: Place, shape: BoardShape): Place {
  if (from.row + 1 < (shape.rows[from.block] ?? 0)) return { ...from, row: from.row + 1 };
  const next = from.block + 1;
  return (shape.rows[next] ?? 0) > 0 ? { block: next, row: 0, column: from.column } : from;
}

function left(from: Place, shape: BoardShape): Place {
  if (from.column > -1) return stop({ ...from, column: from.column - 1 }, shape);
  return from.block === 0 ? from : stop({ ...from, block: from.block - 1, column: shape.columns - 1 }, shape);
}

function right(from: Place, shape: BoardShape): Place {
  if (from.column + 1 < shape.columns) return { ...from, column: from.column + 1 };
  const next = from.block + 1;
  return (shape.rows[next] ?? 0) > 0 ? stop({ block: next, row: from.row, column: -1 }, shape) : from;
}

/** The corner is no stop: its neighbour is. */
function stop(place: Place, shape: BoardShape): Place {
  const row = Math.min(place.row, (shape.rows[place.block] ?? 1) - 1);
  return { ...place, row, column: row === -1 ? Math.max(0, place.column) : place.column };
}

function lastPlace(shape: BoardShape): Place {
  const block = shape.rows.findLastIndex((rows) => rows > 0);
  return { block, row: (shape.rows[block] ?? 1) - 1, column: shape.columns - 1 };
}
