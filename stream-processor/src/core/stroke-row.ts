import { DOT_STRIDE, type RoomId, type StrokeRow } from "@penlight/proto";
import type { Stroke } from "./stroke.ts";

/** More lost dots than this are told as this many (a stroke's batches can be damaged; history keeps 32 bits). */
const LOST_DOTS_MAX = 0xffffffff;

/** The row that history keeps of a closed stroke. HIS-1. */
export function strokeRowOf(
  room: RoomId,
  stroke: Stroke,
  place: Pick<StrokeRow, "student" | "assignment" | "item" | "box">,
): StrokeRow {
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
    tip,
    color,
    maxForce,
    source,
    syntheticStart,
    syntheticEnd: best.end?.synthetic ?? true,
    lostDots: Math.min(LOST_DOTS_MAX, (best.end?.lostDots ?? 0) + best.holes),
    // A stroke that goes on has room for more dots than it holds; a row is what it is and nobody writes into it later.
    dots: best.dots.length === best.count * DOT_STRIDE ? best.dots : best.dots.slice(0, best.count * DOT_STRIDE),
  };
}
