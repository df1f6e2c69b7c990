import type { PlacedBox } from "../worksheet-map.ts";
import { lengthWithin, sizeOf } from "./box-geometry.ts";
import { bendOf, type StrokeShape } from "./shape.ts";

/** A stroke no larger than this share of its box is a pen that lay there. ANS-21. */
export const REST_EXTENT = 0.22;
/** A stroke with less way than this share of its box's size, or less of it inside, only grazed the box. ANS-22. */
export const SLIP_LENGTH = 0.35;
/** A straight line shorter than this share of its box could be a hasty mark or a slip. ANS-23. */
export const SHORT_LINE = 0.6;
/** Bend by chord up to which a stroke is a straight line. ANS-24. */
export const LINE_BEND = 0.18;
/** Way by chord up to which it is one. ANS-24. */
export const LINE_WAY = 1.3;
/** Way by extent from which a stroke that is no loop is a scribble. ANS-25. */
export const SCRIBBLE_WAY = 2.6;
/** Angle that a ring sweeps around its middle, radians: from one not quite closed to one drawn one and a half times. ANS-26. */
export const LOOP_SWEEP_MIN = 4.4;
export const LOOP_SWEEP_MAX = 10;
/** The shorter side of a ring's rectangle by the longer one. ANS-26. */
export const LOOP_SIDES_MIN = 0.3;
/** A ring is hollow: at most this share of its length lies in the middle (half its width and height). ANS-26. */
export const LOOP_MIDDLE_MAX = 0.12;
/** Widest angle between the arms of a tick, radians. ANS-27. */
export const TICK_ANGLE_MAX = 2.0;

/** A tick's arms are nearly straight: bend by chord, and way by chord. ANS-27. */
export const TICK_ARM_BEND = 0.17;
export const TICK_ARM_WAY = 1.3;

/** What a stroke looks like in its box. `short` is a line that could be a mark or a slip. */
export type StrokeKind = "rest" | "slip" | "short" | "line" | "tick" | "loop" | "scribble" | "other";

export function kindOf(shape: StrokeShape, box: PlacedBox): StrokeKind {
  const size = sizeOf(box);
  if (shape.extentMm < REST_EXTENT * size) return "rest";
  if (shape.lengthMm < SLIP_LENGTH * size) return "slip";
  if (isLoop(shape)) return enclosesCentre(shape, box) || lengthWithin(shape, box) >= SLIP_LENGTH * size ? "loop" : "slip";
  if (lengthWithin(shape, box) < SLIP_LENGTH * size) return "slip";
  if (shape.bendMm <= LINE_BEND * shape.chordMm && shape.lengthMm <= LINE_WAY * shape.chordMm) {
    return shape.lengthMm < SHORT_LINE * size ? "short" : "line";
  }
  if (shape.lengthMm >= SCRIBBLE_WAY * shape.extentMm) return "scribble";
  return isTick(shape) ? "tick" : "other";
}

export function isLoop(shape: StrokeShape): boolean {
  const sweep = Math.abs(shape.sweepRad);
  if (sweep < LOOP_SWEEP_MIN || sweep > LOOP_SWEEP_MAX) return false;
  const width = shape.right - shape.left;
  const height = shape.bottom - shape.top;
  if (Math.min(width, height) < LOOP_SIDES_MIN * Math.max(width, height)) return false;
  const { left, top, right, bottom } = shape;
  const middle = {
    left: left + width / 4,
    right: right - width / 4,
    top: top + height / 4,
    bottom: bottom - height / 4,
  };
  return lengthWithin(shape, middle) <= LOOP_MIDDLE_MAX * shape.lengthMm;
}

/** Whether a ring's rectangle holds the middle of the box. */
export function enclosesCentre(shape: StrokeShape, box: PlacedBox): boolean {
  const x = (box.left + box.right) / 2;
  const y = (box.top + box.bottom) / 2;
  return x > shape.left && x < shape.right && y > shape.top && y < shape.bottom;
}

/** Two nearly straight arms that meet at a sharp point. */
export function isTick(shape: StrokeShape): boolean {
  const last = shape.points.length / 2 - 1;
  const at = shape.bendAt;
  if (at < 1 || at >= last) return false;
  const before = bendOf(shape.points, 0, at);
  const after = bendOf(shape.points, at, last);
  if (before.bendMm > TICK_ARM_BEND * before.chordMm || after.bendMm > TICK_ARM_BEND * after.chordMm) return false;
  if (shape.lengthMm > TICK_ARM_WAY * (before.chordMm + after.chordMm)) return false;
  const px = shape.points[2 * at] as number;
  const py = shape.points[2 * at + 1] as number;
  const ax = (shape.points[0] as number) - px;
  const ay = (shape.points[1] as number) - py;
  const bx = (shape.points[2 * last] as number) - px;
  const by = (shape.points[2 * last + 1] as number) - py;
  const cosine = (ax * bx + ay * by) / (Math.hypot(ax, ay) * Math.hypot(bx, by) || 1);
  return Math.acos(Math.max(-1, Math.min(1, cosine))) <= TICK_ANGLE_MAX;
}
