import type { PlacedBox } from "../worksheet-map.ts";
import type { StrokeShape } from "./shape.ts";

/** A rectangle in page millimetres. */
export type Rectangle = Pick<PlacedBox, "left" | "top" | "right" | "bottom">;

/** The measure that the recogniser's shares refer to: the shorter edge of the box, mm. */
export function sizeOf(box: Rectangle): number {
  return Math.min(box.right - box.left, box.bottom - box.top);
}

/** The box shrunk (or, above 1, grown) around its middle. */
export function scaledBox(box: Rectangle, scale: number): Rectangle {
  const dx = ((box.right - box.left) * (1 - scale)) / 2;
  const dy = ((box.bottom - box.top) * (1 - scale)) / 2;
  return { left: box.left + dx, top: box.top + dy, right: box.right - dx, bottom: box.bottom - dy };
}

/** Length of the stroke inside the box, mm: the sum over its segments, each cut at the border (Liang-Barsky). */
export function lengthWithin(shape: StrokeShape, box: Rectangle): number {
  const { points } = shape;
  let sum = 0;
  for (let at = 2; at < points.length; at += 2) {
    const x = points[at - 2] as number;
    const y = points[at - 1] as number;
    const dx = (points[at] as number) - x;
    const dy = (points[at + 1] as number) - y;
    let enter = 0;
    let leave = 1;
    if (dx !== 0) {
      const a = (box.left - x) / dx;
      const b = (box.right - x) / dx;
      enter = Math.max(enter, Math.min(a, b));
      leave = Math.min(leave, Math.max(a, b));
    } else if (x < box.left || x > box.right) continue;
    if (dy !== 0) {
      const a = (box.top - y) / dy;
      const b = (box.bottom - y) / dy;
      enter = Math.max(enter, Math.min(a, b));
      leave = Math.min(leave, Math.max(a, b));
    } else if (y < box.top || y > box.bottom) continue;
    if (leave > enter) sum += (leave - enter) * Math.sqrt(dx * dx + dy * dy);
  }
  return sum;
}

/** Where two chords cross, as shares (0..1) of each; null when they do not. */
export function chordsCross(a: StrokeShape, b: StrokeShape): { readonly onA: number; readonly onB: number } | null {
  const [ax, ay, adx, ady] = chordOf(a);
  const [bx, by, bdx, bdy] = chordOf(b);
  const cross = adx * bdy - ady * bdx;
  if (cross === 0) return null;
  const onA = ((bx - ax) * bdy - (by - ay) * bdx) / cross;
  const onB = ((bx - ax) * ady - (by - ay) * adx) / cross;
  return onA >= 0 && onA <= 1 && onB >= 0 && onB <= 1 ? { onA, onB } : null;
}

/** First point and the way to the last: x, y, dx, dy in mm. */
export function chordOf(shape: StrokeShape): readonly [number, number, number, number] {
  const { points } = shape;
  const x = points[0] as number;
  const y = points[1] as number;
  return [x, y, (points[points.length - 2] as number) - x, (points[points.length - 1] as number) - y];
}

/** Angle of the chord's line to the horizontal, 0 (flat) to pi/2 (upright). */
export function steepnessOf(shape: StrokeShape): number {
  const [, , dx, dy] = chordOf(shape);
  return Math.atan2(Math.abs(dy), Math.abs(dx));
}

/** Smaller angle between the lines of two chords, 0..pi/2. */
export function chordAngle(a: StrokeShape, b: StrokeShape): number {
  const [, , adx, ady] = chordOf(a);
  const [, , bdx, bdy] = chordOf(b);
  return Math.atan2(Math.abs(adx * bdy - ady * bdx), Math.abs(adx * bdx + ady * bdy));
}
