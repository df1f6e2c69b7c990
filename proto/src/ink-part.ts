import { DOT_STRIDE, DOT_TIME, DOT_X, DOT_Y } from "./dots.ts";

/** The reckoned times of a piece are off by less than this, ms: how long its first dot was on its way. EVT-22. */
export const PIECE_DELAY_MS_MAX = 10_000;
/** One dot in so many of a piece may be none of the whole stroke: a frame that was cut can look like a dot. EVT-22. */
const PIECE_DOTS_PER_STRANGE_DOT = 8;

/** A telling of a stroke. */
export interface InkRun {
  /** DOT_STRIDE numbers a dot, see dots.ts; only the first `count` dots are looked at. */
  readonly dots: Int32Array;
  readonly count: number;
  /** Host time of pen-down, ms. */
  readonly firstMs: number;
}

/**
 * Is `piece`, of which the pen-down was lost, a part of `whole`, a stroke of the same pen that may be on the same page?
 * A dot is known by its place and by the time since the dot before it, which live and stored dots tell alike; where events
 * were lost the piece has holes. EVT-22.
 */
export function isPartOf(piece: InkRun, whole: InkRun): boolean {
  if (piece.count === 0 || piece.count > whole.count + Math.floor(piece.count / PIECE_DOTS_PER_STRANGE_DOT)) return false;
  let strange = 0;
  let from = 0;
  for (let dot = 0; dot < piece.count; dot++) {
    const found = indexOf(piece, dot, whole, from);
    if (found >= 0) from = found + 1;
    else if (++strange * PIECE_DOTS_PER_STRANGE_DOT > piece.count) return false;
  }
  return true;
}

/** Index of the first dot of `whole` from `from` on that is dot `dot` of the piece; -1: none. */
function indexOf(piece: InkRun, dot: number, whole: InkRun, from: number): number {
  const at = dot * DOT_STRIDE;
  const x = piece.dots[at + DOT_X];
  const y = piece.dots[at + DOT_Y];
  const stepMs = stepOf(piece.dots, at);
  const atMs = piece.firstMs + (piece.dots[at + DOT_TIME] as number);
  for (let index = from; index < whole.count; index++) {
    const there = index * DOT_STRIDE;
    if (whole.dots[there + DOT_X] !== x || whole.dots[there + DOT_Y] !== y) continue;
    if (stepOf(whole.dots, there) !== stepMs) continue;
    const thereMs = whole.firstMs + (whole.dots[there + DOT_TIME] as number);
    if (Math.abs(thereMs - atMs) <= PIECE_DELAY_MS_MAX) return index;
  }
  return -1;
}

/** Time since the dot before, or since the pen-down, ms. */
function stepOf(dots: Int32Array, at: number): number {
  return (dots[at + DOT_TIME] as number) - (at === 0 ? 0 : (dots[at - DOT_STRIDE + DOT_TIME] as number));
}
