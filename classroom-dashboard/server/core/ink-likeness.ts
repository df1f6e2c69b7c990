/** Points that an answer's ink is brought to, over all its strokes. */
const POINTS = 32;
/** Mean distance of two answers' points, in their larger sides, below which they look the same. Measured in ADR 0016. */
export const LIKENESS_MAX = 0.09;
/** Of another place: middles further apart than this, mm (another box, say). */
const PLACE_MM_MAX = 4;
/** Of another size: one is larger by more than this. */
const SIZE_RATIO_MAX = 1.8;
/** A dot is not blown up to a letter, mm. */
const SIZE_MM_MIN = 1.5;
const STRIDE = 3;

/** How an answer looks: its strokes' ways, brought to one size and POINTS points. */
export interface InkLook {
  readonly strokes: number;
  readonly xMm: number;
  readonly yMm: number;
  readonly sizeMm: number;
  /** Flat x, y about the middle, in sizes. */
  readonly points: Float64Array;
}

/** @param strokes each flat: x, y, pressure; null: no ink. */
export function lookOf(strokes: readonly (readonly number[])[]): InkLook | null {
  let total = 0;
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const stroke of strokes) {
    for (let at = 0; at < stroke.length; at += STRIDE) {
      const x = stroke[at] as number;
      const y = stroke[at + 1] as number;
      if (x < left) left = x;
      if (x > right) right = x;
      if (y < top) top = y;
      if (y > bottom) bottom = y;
      if (at > 0) total += stepTo(stroke, at);
    }
  }
  if (left === Infinity) return null;
  const sizeMm = Math.max(SIZE_MM_MIN, right - left, bottom - top);
  const [xMm, yMm] = [(left + right) / 2, (top + bottom) / 2];
  const points = pointsAlong(strokes, total);
  for (let i = 0; i < points.length; i += 2) {
    points[i] = ((points[i] as number) - xMm) / sizeMm;
    points[i + 1] = ((points[i + 1] as number) - yMm) / sizeMm;
  }
  return { strokes: strokes.length, xMm, yMm, sizeMm, points };
}

/** As many strokes, at the same place, of about the same size, and the pen went the same ways. */
export function looksLike(a: InkLook, b: InkLook): boolean {
  if (a.strokes !== b.strokes || Math.hypot(a.xMm - b.xMm, a.yMm - b.yMm) > PLACE_MM_MAX) return false;
  if (Math.max(a.sizeMm, b.sizeMm) > SIZE_RATIO_MAX * Math.min(a.sizeMm, b.sizeMm)) return false;
  return distanceOf(a, b) <= LIKENESS_MAX;
}

/** Mean distance of the points, in sizes. */
export function distanceOf(a: InkLook, b: InkLook): number {
  let sum = 0;
  for (let i = 0; i < a.points.length; i += 2) {
    sum += Math.hypot(
      (a.points[i] as number) - (b.points[i] as number),
      (a.points[i + 1] as number) - (b.points[i + 1] as number),
    );
  }
  return sum / POINTS;
}

/** Way from the dot before, mm. */
function stepTo(stroke: readonly number[], at: number): number {
  const dx = (stroke[at] as number) - (stroke[at - STRIDE] as number);
  const dy = (stroke[at + 1] as number) - (stroke[at - STRIDE + 1] as number);
  return Math.hypot(dx, dy);
}

/** POINTS points, x and y, at equal steps along all strokes, one after the other; `total` is the whole way, mm. */
function pointsAlong(strokes: readonly (readonly number[])[], total: number): Float64Array {
  const points = new Float64Array(POINTS * 2);
  let made = 0;
  let behind = 0;
  let [x, y] = [0, 0];
  for (const stroke of strokes) {
    for (let at = 0; at < stroke.length; at += STRIDE) {
      const step = at === 0 ? 0 : stepTo(stroke, at);
      for (; step > 0 && made < POINTS && (total * (made + 0.5)) / POINTS <= behind + step; made++) {
        const share = ((total * (made + 0.5)) / POINTS - behind) / step;
        points[2 * made] = x + share * ((stroke[at] as number) - x);
        points[2 * made + 1] = y + share * ((stroke[at + 1] as number) - y);
      }
      behind += step;
      x = stroke[at] as number;
      y = stroke[at + 1] as number;
    }
  }
  // Dots alone have no way; and a sum may be rounded: what is left lies at the end.
  for (; made < POINTS; made++) {
    points[2 * made] = x;
    points[2 * made + 1] = y;
  }
  return points;
}
