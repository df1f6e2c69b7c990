/** More pupils than this make two column blocks, where there is room for them. */
export const ONE_BLOCK_ROWS_MAX = 32;
/** Narrowest cell that is still legible, px. */
export const CELL_MIN_PX = 18;
/** Below this width of a cell the per cent sign and other extras go. */
export const CELL_TIGHT_PX = 27;
const NAME_TIGHT_PX = 92;
const NAME_WIDE_PX = 132;
const NAME_WIDEST_PX = 176;
const BLOCK_GAP_PX = 14;
const PADDING_PX = 16;

export interface BoardLayout {
  readonly blocks: 1 | 2;
  readonly nameWidthPx: number;
  /** Width of a cell with its gap; CELL_MIN_PX at least, then the board scrolls sideways. */
  readonly cellWidthPx: number;
  readonly tight: boolean;
}

/** How the board of `students` x `items` fits into `widthPx`. */
export function layoutOf(students: number, items: number, widthPx: number): BoardLayout {
  const fits = (name: number) => (widthPx - PADDING_PX - BLOCK_GAP_PX) / 2 - name >= items * CELL_MIN_PX;
  const blocks = students > ONE_BLOCK_ROWS_MAX && fits(NAME_TIGHT_PX) ? 2 : 1;
  const blockPx = (widthPx - PADDING_PX - (blocks - 1) * BLOCK_GAP_PX) / blocks;
  const cellWith = (name: number) => (blockPx - name) / Math.max(1, items);
  const nameWidthPx =
    cellWith(NAME_WIDEST_PX) >= 30 ? NAME_WIDEST_PX : cellWith(NAME_WIDE_PX) >= CELL_TIGHT_PX ? NAME_WIDE_PX : NAME_TIGHT_PX;
  const cellWidthPx = Math.max(CELL_MIN_PX, Math.floor(cellWith(nameWidthPx)));
  return { blocks, nameWidthPx, cellWidthPx, tight: cellWidthPx < CELL_TIGHT_PX };
}

/** Splits rows into `blocks` runs, the first at most one longer. @example splitBlocks([1, 2, 3], 2) // [[1, 2], [3]] */
export function splitBlocks<Id>(rows: readonly Id[], blocks: 1 | 2): (readonly Id[])[] {
  const size = Math.max(1, Math.ceil(rows.length / blocks));
  return Array.from({ length: blocks }, (_, block) => rows.slice(block * size, (block + 1) * size));
}
