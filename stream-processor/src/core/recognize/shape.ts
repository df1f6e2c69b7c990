import { DOT_STRIDE, DOT_X, DOT_Y } from "@penlight/proto";
import type { PageMap } from "../worksheet-map.ts";

/** A dot nearer than this to the one kept before it is jitter of a slow hand, not way. */
export const STEP_MM = 0.2;
/** Points that a shape keeps at most; longer strokes are thinned evenly. */
export const SHAPE_POINTS_MAX = 128;

/** The geometry of a stroke in page millimetres. It needs neither pressure nor time. ANS-20. */
export interface StrokeShape {
  /** x, y, x, y, ... */
  readonly points: Float64Array;
  readonly lengthMm: number;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  /** Diagonal of the bounding rectangle, mm. */
  readonly extentMm: number;
  /** From the first point to the last, mm. */
  readonly chordMm: number;
  /** Largest distance of a point from the chord's line, mm. */
  readonly bendMm: number;
  /** Index (of a point) of that farthest point. */
  readonly bendAt: number;
  /** Angle that the pen swept around the middle of its own rectangle, signed, radians: 2 pi for a ring. */
  readonly sweepRad: number;
}

/** Room for the kept points of one stroke; a shape takes its own copy. */
let kept = new Float64Array(2048);
let keptLength = 0;

export function shapeOf(dots: Int32Array, count: number, map: PageMap): StrokeShape {
  keptLength = 0;
  for (let i = 0; i < count; i++) {
    const at = i * DOT_STRIDE;
    keepStep(map.xMm(dots[at + DOT_X] as number), map.yMm(dots[at + DOT_Y] as number));
  }
  return shapeOfPoints(thinned());
}

/** The same of a path in mm: x, y, x, y, ... */
export function shapeOfPath(path: readonly number[]): StrokeShape {
  keptLength = 0;
  for (let at = 0; at < path.length; at += 2) keepStep(path[at] as number, path[at + 1] as number);
  return shapeOfPoints(thinned());
}

function keepStep(x: number, y: number): void {
  const n = keptLength;
  if (n > 0) {
    const dx = x - (kept[n - 2] as number);
    const dy = y - (kept[n - 1] as number);
    if (dx * dx + dy * dy < STEP_MM * STEP_MM) return;
  }
  if (n + 2 > kept.length) {
    const wider = new Float64Array(kept.length * 2);
    wider.set(kept);
    kept = wider;
  }
  kept[n] = x;
  kept[n + 1] = y;
  keptLength = n + 2;
}

function thinned(): Float64Array {
  const count = keptLength / 2;
  if (count <= SHAPE_POINTS_MAX) return kept.slice(0, keptLength);
  const out = new Float64Array(SHAPE_POINTS_MAX * 2);
  for (let i = 0; i < SHAPE_POINTS_MAX; i++) {
    const from = Math.round((i * (count - 1)) / (SHAPE_POINTS_MAX - 1));
    out[2 * i] = kept[2 * from] as number;
    out[2 * i + 1] = kept[2 * from + 1] as number;
  }
  return out;
}

/** @param points x, y, x, y, ... in mm; at least one point. */
export function shapeOfPoints(points: Float64Array): StrokeShape {
  const last = points.length - 2;
  let left = points[0] as number;
  let right = left;
  let top = points[1] as number;
  let bottom = top;
  let lengthMm = 0;
  for (let at = 2; at <= last; at += 2) {
    const x = points[at] as number;
    const y = points[at + 1] as number;
    const dx = x - (points[at - 2] as number);
    const dy = y - (points[at - 1] as number);
    lengthMm += Math.sqrt(dx * dx + dy * dy);
    if (x < left) left = x;
    if (x > right) right = x;
    if (y < top) top = y;
    if (y > bottom) bottom = y;
  }
  const extentMm = Math.sqrt((right - left) ** 2 + (bottom - top) ** 2);
  const sweepRad = sweepAround(points, (left + right) / 2, (top + bottom) / 2);
  return { points, lengthMm, left, top, right, bottom, extentMm, ...bendOf(points, 0, last / 2), sweepRad };
}

/** How far the points from `first` to `last` leave the straight line between these two. */
export function bendOf(points: Float64Array, first: number, last: number): Pick<StrokeShape, "chordMm" | "bendMm" | "bendAt"> {
  const x0 = points[2 * first] as number;
  const y0 = points[2 * first + 1] as number;
  const chordX = (points[2 * last] as number) - x0;
  const chordY = (points[2 * last + 1] as number) - y0;
  const chordMm = Math.sqrt(chordX * chordX + chordY * chordY);
  let bendMm = 0;
  let bendAt = first;
  for (let i = first + 1; i <= last; i++) {
    const dx = (points[2 * i] as number) - x0;
    const dy = (points[2 * i + 1] as number) - y0;
    const bend = chordMm < STEP_MM ? Math.sqrt(dx * dx + dy * dy) : Math.abs(chordX * dy - chordY * dx) / chordMm;
    if (bend <= bendMm) continue;
    bendMm = bend;
    bendAt = i;
  }
  return { chordMm, bendMm, bendAt };
}

function sweepAround(points: Float64Array, x: number, y: number): number {
  let sweep = 0;
  let angle = Math.atan2((points[1] as number) - y, (points[0] as number) - x);
  for (let at = 2; at < points.length; at += 2) {
    const next = Math.atan2((points[at + 1] as number) - y, (points[at] as number) - x);
    sweep += turnOf(angle, next);
    angle = next;
  }
  return sweep;
}

/** The smaller way from one angle to another, -pi..pi. */
function turnOf(from: number, to: number): number {
  const turn = to - from;
  if (turn > Math.PI) return turn - 2 * Math.PI;
  return turn < -Math.PI ? turn + 2 * Math.PI : turn;
}
