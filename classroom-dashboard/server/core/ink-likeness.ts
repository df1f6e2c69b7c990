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
  const lengths = strokes.map(lengthOf);
  const total = lengths.reduce((sum, length) => sum + length, 0);
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const stroke of strokes) {
    for (let at = 0; at < stroke.length; at += STRIDE) {
      const [x, y] = [stroke[at] as number, stroke[at + 1] as number];
      [left, right, top, bottom] = [Math.min(left, x), Math.max(right, x), Math.min(top, y), Math.max(bottom, y)];
    }
  }
  if (left === Infinity) return null;
  const sizeMm = Math.max(SIZE_MM_MIN, right - left, bottom - top);
  const [xMm, yMm] = [(left + right) / 2, (top + bottom) / 2];
  const points = new Float64Array(POINTS * 2);
  for (let i = 0; i < POINTS; i++) {
    const [x, y] = pointAt(strokes, lengths, (total * (i + 0.5)) / POINTS);
    points[2 * i] = (x - xMm) / sizeMm;
    points[2 * i + 1] = (y - yMm) / sizeMm;
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

function lengthOf(stroke: readonly number[]): number {
  let length = 0;
  for (let at = STRIDE; at < stroke.length; at += STRIDE) length += stepAt(stroke, at);
  return length;
}

function stepAt(stroke: readonly number[], at: number): number {
  const [x0, y0] = [stroke[at - STRIDE] as number, stroke[at - STRIDE + 1] as number];
  return Math.hypot((stroke[at] as number) - x0, (stroke[at + 1] as number) - y0);
}

/** The point that lies `way` mm along all strokes, one after the other. */
function pointAt(strokes: readonly (readonly number[])[], lengths: readonly number[], way: number): readonly [number, number] {
  let left = way;
  let last: readonly [number, number] = [0, 0];
  for (const [index, stroke] of strokes.entries()) {
    if (stroke.length === 0) continue;
    if (left > (lengths[index] as number)) left -= lengths[index] as number;
    else {
      for (let at = STRIDE; at < stroke.length; at += STRIDE) {
        const step = stepAt(stroke, at);
        if (left <= step && step > 0) {
          const share = left / step;
          const [x0, y0] = [stroke[at - STRIDE] as number, stroke[at - STRIDE + 1] as number];
          return [x0 + share * ((stroke[at] as number) - x0), y0 + share * ((stroke[at + 1] as number) - y0)];
        }
        left -= step;
      }
    }
    last = [stroke[stroke.length - STRIDE] as number, stroke[stroke.length - STRIDE + 1] as number];
  }
  return last;
}
