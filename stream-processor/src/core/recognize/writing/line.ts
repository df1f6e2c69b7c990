import { type Bounds, boundsOf } from "./ink-path.ts";

/** A stroke in its place on the line. */
export interface Piece {
  readonly points: Float64Array;
  readonly bounds: Bounds;
  /** Its place in the order of writing. */
  readonly order: number;
}

/** The least height of a digit that is believed, mm: below it everything is dots. */
const LINE_MM_MIN = 2;
/** Strokes of at least this share of the highest one are digits' bodies, and not dots, dashes or bars. */
const BODY_SHARE = 0.45;
/** A line that is nothing but dashes is as high as this share of the widest. */
const DASH_SHARE = 0.8;

export function pieceOf(points: Float64Array, order: number): Piece {
  return { points, bounds: boundsOf([points]), order };
}

export const heightOf = (bounds: Bounds) => bounds.bottom - bounds.top;
export const widthOf = (bounds: Bounds) => bounds.right - bounds.left;
export const centreX = (bounds: Bounds) => (bounds.left + bounds.right) / 2;
export const centreY = (bounds: Bounds) => (bounds.top + bounds.bottom) / 2;

/** Height of a digit on this line, mm: the median of the high strokes. */
export function lineHeightOf(pieces: readonly Piece[]): number {
  const heights = pieces.map((piece) => heightOf(piece.bounds)).sort((a, b) => a - b);
  const most = heights[heights.length - 1] ?? 0;
  const bodies = heights.filter((height) => height >= BODY_SHARE * most);
  const widest = Math.max(0, ...pieces.map((piece) => widthOf(piece.bounds)));
  const median = bodies[bodies.length >> 1] ?? 0;
  const flat = most < 0.5 * widest && pieces.length < 3 ? DASH_SHARE * widest : 0;
  return Math.max(median, flat, LINE_MM_MIN);
}

/** Top and bottom of the line near a place, from the bodies there that are not of the group; null when there are none. */
export function lineNear(pieces: readonly Piece[], group: Bounds, lineMm: number): { top: number; bottom: number } | null {
  const x = centreX(group);
  const bodies = pieces.filter(
    ({ bounds }) =>
      heightOf(bounds) >= 0.6 * lineMm && !(bounds.left >= group.left - 1e-9 && bounds.right <= group.right + 1e-9),
  );
  bodies.sort((a, b) => Math.abs(centreX(a.bounds) - x) - Math.abs(centreX(b.bounds) - x));
  const near = bodies.slice(0, 2);
  if (near.length === 0) return null;
  return {
    top: near.reduce((sum, { bounds }) => sum + bounds.top, 0) / near.length,
    bottom: near.reduce((sum, { bounds }) => sum + bounds.bottom, 0) / near.length,
  };
}
