import {
  type AssignmentId,
  DOT_STRIDE,
  type DOT_X,
  DOT_Y,
  type ItemId,
  MM_PER_CENTIUNIT,
  type StrokeRow,
  type StudentId,
} from "@penlight/proto";
import type { RecordedLesson } from "./history-lesson.ts";

/** The answers to the ten questions, counted from the rows in plain code and without any of the product's. */

export const downOf = (row: StrokeRow): number => row.downMs + row.clockOffsetMs;
export const firstOf = (row: StrokeRow): number => downOf(row) + (row.dots[0] as number);
export const lastOf = (row: StrokeRow): number => downOf(row) + (row.dots[row.dots.length - DOT_STRIDE] as number);
export const durationOf = (row: StrokeRow): number => lastOf(row) - firstOf(row);

export interface Dot {
  readonly t: number;
  readonly x: number;
  readonly y: number;
  readonly force: number;
}

export function dotsOf(row: StrokeRow): Dot[] {
  const dots: Dot[] = [];
  for (let at = 0; at < row.dots.length; at += DOT_STRIDE) {
    const [t = 0, x = 0, y = 0, force = 0] = row.dots.slice(at, at + 4);
    dots.push({ t, x: x * MM_PER_CENTIUNIT, y: y * MM_PER_CENTIUNIT, force });
  }
  return dots;
}

/** Pairs of neighbours. */
export function pairsOf<T>(list: readonly T[]): [T, T][] {
  return list.slice(1).map((each, i) => [list[i] as T, each]);
}

export function lengthOf(row: StrokeRow): number {
  return sum(pairsOf(dotsOf(row)).map(([a, b]) => Math.hypot(b.x - a.x, b.y - a.y)));
}

export function peakSpeedOf(row: StrokeRow): number {
  const moving = pairsOf(dotsOf(row)).filter(([a, b]) => b.t > a.t);
  return Math.max(0, ...moving.map(([a, b]) => (Math.hypot(b.x - a.x, b.y - a.y) / (b.t - a.t)) * 1000));
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

export const extentOf = (row: StrokeRow, field: typeof DOT_X | typeof DOT_Y): number => {
  const values = dotsOf(row).map((dot) => (field === DOT_Y ? dot.y : dot.x));
  return Math.max(...values) - Math.min(...values);
};

export function strokesOf(lesson: RecordedLesson, assignment: AssignmentId, student?: StudentId): StrokeRow[] {
  return lesson.strokes
    .filter((row) => row.assignment === assignment && (student === undefined || row.student === student))
    .sort((a, b) => (a.student ?? "").localeCompare(b.student ?? "") || firstOf(a) - firstOf(b));
}

/** Cells that have at least one row, by student, then item. */
export function cellsOf(lesson: RecordedLesson): { student: StudentId; item: ItemId }[] {
  return [...lesson.students].sort().flatMap((student) => [...lesson.items].sort().map((item) => ({ student, item })));
}

export function wilson(right: number, judged: number): [number, number] {
  if (judged === 0) return [0, 1];
  const z = 1.959964;
  const p = right / judged;
  const half = z * Math.sqrt((p * (1 - p)) / judged + (z * z) / (4 * judged * judged));
  const centre = p + (z * z) / (2 * judged);
  const scale = 1 + (z * z) / judged;
  return [(centre - half) / scale, (centre + half) / scale];
}
