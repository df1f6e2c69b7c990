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

export function shapeOf(dots: Int32Array, count: number, map: PageMap): StrokeShape {
  const kept: number[] = [];
  for (let i = 0; i < count; i++) {
    const at = i * DOT_STRIDE;
    const x = map.xMm(dots[at + DOT_X] as number);
    const y = map.yMm(dots[at + DOT_Y] as number);
    keepStep(kept, x, y);
  }
  return shapeOfPoints(thinned(kept));
}

/** The same of a path in mm: x, y, x, y, ... */
export function shapeOfPath(path: readonly number[]): StrokeShape {
  const kept: number[] = [];
  for (let at = 0; at < path.length; at += 2) keepStep(kept, path[at] as number, path[at + 1] as number);
  return shapeOfPoints(thinned(kept));
}

function keepStep(kept: number[], x: number, y: number): void {
  const n = kept.length;
  if (n === 0 || Math.hypot(x - (kept[n - 2] as number), y - (kept[n - 1] as number)) >= STEP_MM) kept.push(x, y);
}

function thinned(points: readonly number[]): Float64Array {
  const count = points.length / 2;
  if (count <= SHAPE_POINTS_MAX) return Float64Array.from(points);
  const out = new Float64Array(SHAPE_POINTS_MAX * 2);
  for (let i = 0; i < SHAPE_POINTS_MAX; i++) {
    const from = Math.round((i * (count - 1)) / (SHAPE_POINTS_MAX - 1));
    out[2 * i] = points[2 * from] as number;
    out[2 * i + 1] = points[2 * from + 1] as number;
  }
  return out;
}

/** @param points x, y, x, y, ... in mm; at least one point. */
export function shapeOfPoints(points: Float64Array): StrokeShape {
  const last = points.length - 2;
  const x0 = points[0] as number;
  const y0 = points[1] as number;
  const chordX = (points[last] as number) - x0;
  const chordY = (points[last + 1] as number) - y0;
  const chordMm = Math.hypot(chordX, chordY);
  const shape = { lengthMm: 0, left: x0, right: x0, top: y0, bottom: y0, bendMm: 0, bendAt: 0 };
  for (let at = 2; at <= last; at += 2) {
    const x = points[at] as number;
    const y = points[at + 1] as number;
    const dx = x - (points[at - 2] as number);
    const dy = y - (points[at - 1] as number);
    shape.lengthMm += Math.hypot(dx, dy);
    if (x < shape.left) shape.left = x;
    if (x > shape.right) shape.right = x;
    if (y < shape.top) shape.top = y;
    if (y > shape.bottom) shape.bottom = y;
    const bend =
      chordMm < STEP_MM ? Math.hypot(x - x0, y - y0) : Math.abs(chordX * (y - y0) - chordY * (x - x0)) / chordMm;
    if (bend > shape.bendMm) {
      shape.bendMm = bend;
      shape.bendAt = at / 2;
    }
  }
  const extentMm = Math.hypot(shape.right - shape.left, shape.bottom - shape.top);
  const sweepRad = sweepAround(points, (shape.left + shape.right) / 2, (shape.top + shape.bottom) / 2);
  return { ...shape, points, extentMm, chordMm, sweepRad };
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
