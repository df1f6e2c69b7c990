/** More pupils than this make two column blocks, where there is room for them. */
const ONE_BLOCK_ROWS_MAX = 32;
/** Narrowest cell that is still legible, px. */
export const CELL_MIN_PX = 18;
/** Below this width of a cell the per cent sign and other extras go. */
const CELL_TIGHT_PX = 25;
/** Cells of this width come before longer names; wider ones only after the names have their room. */
const CELL_FAIR_PX = 19;
const CELL_WIDE_PX = 26;
/** Below this width "100%" does not fit. */
export const CELL_SNUG_PX = 32;
const NAME_MIN_PX = 84;
const NAME_FAIR_PX = 132;
const NAME_MAX_PX = 190;
const BLOCK_GAP_PX = 14;
const PADDING_PX = 16;

/** Header of a block with bar, number and per cent; its footer with three counts, px. The style sheet has the same. */
export const HEAD_PX = 62;
export const FOOT_PX = 46;
/** Rows grow with the room there is, up to this, px. */
const ROW_MAX_PX = 44;
/** Rows at least this high, px: as many as possible at once; with a finger or on a small screen; when asked for. */
export const ROW_MIN_PX = { fit: 18, touch: 32, roomy: 46 } as const;

/** In a name's place beside the name itself: pen, count of what is done, gaps, px. */
export const NAME_CHROME_PX = 54;
/** A mark beside a name (ink lost, battery low) with its gap, px; a name has at most two. */
export const NAME_MARK_PX = 21;
/** Marks in the cells grow with them, between these sizes, px. */
const GLYPH_MIN_PX = 12;
const GLYPH_MAX_PX = 20;
/** From this height of a row on names are written larger. */
const ROW_LARGE_PX = 36;

export interface Frame {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Lowest row that will do, px; see ROW_MIN_PX. */
  readonly rowMinPx: number;
  /** Width at which every name is whole, with NAME_CHROME_PX. */
  readonly nameNeedPx: number;
}

export interface BoardLayout {
  readonly blocks: 1 | 2;
  readonly nameWidthPx: number;
  /** Width of a cell with its gap; CELL_MIN_PX at least, then the board scrolls sideways. */
  readonly cellWidthPx: number;
  /** Height of a row with its gap. */
  readonly rowHeightPx: number;
  readonly tight: boolean;
  readonly nameSizePx: number;
  readonly glyphPx: number;
  /** What the board needs in all, px. */
  readonly widthMinPx: number;
  /** It is wider or higher than its frame: then names, or head and foot, stay in place while the rest scrolls. */
  readonly scrolls: { readonly sideways: boolean; readonly down: boolean };
}

/**
 * How the board of `students` x `items` fits into a frame. Every size is a number of whole pixels given from here, so
 * that the browser has nothing to negotiate among a thousand cells when one of them changes.
 */
export function layoutOf(students: number, items: number, frame: Frame): BoardLayout {
  const columns = Math.max(1, items);
  const blockWidth = (blocks: number) => Math.floor((frame.widthPx - PADDING_PX - (blocks - 1) * BLOCK_GAP_PX) / blocks);
  const blocks = students > ONE_BLOCK_ROWS_MAX && blockWidth(2) >= NAME_MIN_PX + columns * CELL_MIN_PX ? 2 : 1;
  const blockPx = blockWidth(blocks);
  const nameWith = (cell: number) => blockPx - columns * cell;
  const needPx = Math.max(NAME_MIN_PX, Math.min(NAME_MAX_PX, Math.ceil(frame.nameNeedPx)));
  const fair = Math.min(NAME_FAIR_PX, needPx, Math.max(NAME_MIN_PX, nameWith(CELL_FAIR_PX)));
  const namePx = Math.max(fair, Math.min(needPx, nameWith(CELL_WIDE_PX)));
  const cellWidthPx = Math.max(CELL_MIN_PX, Math.floor((blockPx - namePx) / columns));
  // Whole cells leave a few pixels over: the names take them.
  const nameWidthPx = Math.max(namePx, blockPx - columns * cellWidthPx);
  const rows = Math.max(1, Math.ceil(students / blocks));
  const rowPx = Math.floor((frame.heightPx - HEAD_PX - FOOT_PX) / rows);
  const rowHeightPx = Math.max(frame.rowMinPx, Math.min(ROW_MAX_PX, rowPx));
  const widthMinPx = PADDING_PX + (blocks - 1) * BLOCK_GAP_PX + blocks * (nameWidthPx + columns * cellWidthPx);
  const tight = cellWidthPx < CELL_TIGHT_PX;
  const glyphPx = Math.round(0.56 * (Math.min(cellWidthPx, rowHeightPx) - 2));
  return {
    blocks,
    nameWidthPx,
    cellWidthPx,
    rowHeightPx,
    tight,
    nameSizePx: tight ? 12.5 : rowHeightPx < ROW_LARGE_PX ? 14 : 16,
    glyphPx: Math.max(GLYPH_MIN_PX, Math.min(GLYPH_MAX_PX, glyphPx)),
    widthMinPx,
    scrolls: { sideways: widthMinPx > frame.widthPx, down: HEAD_PX + FOOT_PX + rows * rowHeightPx > frame.heightPx },
  };
}

/** Splits rows into `blocks` runs, the first at most one longer. @example splitBlocks([1, 2, 3], 2) // [[1, 2], [3]] */
export function splitBlocks<Id>(rows: readonly Id[], blocks: 1 | 2): (readonly Id[])[] {
  const size = Math.max(1, Math.ceil(rows.length / blocks));
  return Array.from({ length: blocks }, (_, block) => rows.slice(block * size, (block + 1) * size));
}
