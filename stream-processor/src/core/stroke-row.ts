import { DOT_STRIDE, type RoomId, type StrokeRow } from "@penlight/proto";
import type { Stroke } from "./stroke.ts";

/** More lost dots than this are told as this many (a stroke's batches can be damaged; history keeps 32 bits). */
const LOST_DOTS_MAX = 0xffffffff;
const NO_DOTS = new Int32Array(0);

/** Where a row says that its stroke is, and by which revision of the setup. */
export type RowPlace = Pick<StrokeRow, "student" | "assignment" | "item" | "box" | "placement">;

/** The row that history keeps of a closed stroke. HIS-1. */
export function strokeRowOf(room: RoomId, stroke: Stroke, place: RowPlace): StrokeRow {
  const { best } = stroke;
  const { clockOffsetMs, maxForce, tip, color, syntheticStart, source } = best.facts;
  return {
    stroke: stroke.id,
    version: best.count,
    room,
    pen: stroke.pen,
    page: stroke.page,
    downMs: stroke.downMs,
    upMs: best.end?.upMs ?? best.lastMs - clockOffsetMs,
    clockOffsetMs,
    ...place,
    gone: false,
    tip,
    color,
    maxForce,
    source,
    syntheticStart,
    syntheticEnd: best.end?.synthetic ?? true,
    lostDots: Math.min(LOST_DOTS_MAX, (best.end?.lostDots ?? 0) + best.holes),
    ...(best.receivedMs > 0 && { receivedMs: best.receivedMs }),
    // A stroke that goes on has room for more dots than it holds; a row is what it is and nobody writes into it later.
    dots: best.dots.length === best.count * DOT_STRIDE ? best.dots : best.dots.slice(0, best.count * DOT_STRIDE),
  };
}

/** Word that the stroke of `row` is not where an earlier row of it says. HIS-7. */
export function goneRowOf(row: StrokeRow, { student, assignment }: RowPlace): StrokeRow {
  return { ...row, student, assignment, item: null, box: null, gone: true, dots: NO_DOTS };
}

/** Rows of one stroke are told apart by whose they are and for what: history weighs those of one owner only. HIS-7. */
export function isSameOwner(a: RowPlace, b: RowPlace): boolean {
  return a.student === b.student && a.assignment === b.assignment;
}
