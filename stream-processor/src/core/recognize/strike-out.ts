import type { PlacedBox } from "../worksheet-map.ts";
import { chordAngle, chordsCross, lengthWithin, scaledBox, sizeOf, steepnessOf } from "./box-geometry.ts";
import { isLoop, type StrokeKind } from "./kind.ts";
import type { StrokeShape } from "./shape.ts";

/** A stroke is clearly wider than a box when it reaches this many box sizes. ANS-31. */
export const STRIKE_WIDE = 1.3;
/** How far beyond both sides it must go, in box sizes. ANS-31. */
export const STRIKE_BEYOND = 0.05;
/** The middle of a box, where a strike-out must pass: share of its edges. ANS-31. */
export const STRIKE_CORE = 0.7;
/** Way through the middle that it takes, in box sizes. ANS-31. */
export const STRIKE_CORE_WAY = 0.3;
/** A straight line over a finished mark strikes it when it is this long, in box sizes. ANS-32. */
export const STRIKE_LINE = 0.7;
/** Flatter than this (radians) a line is no arm of a slanting cross. ANS-33. */
export const FLAT_RAD = 0.35;

/** Whether a stroke passes through the box from one side to the other and is clearly wider than it. ANS-31. */
export function isWide(shape: StrokeShape, box: PlacedBox): boolean {
  const size = sizeOf(box);
  const beyond = STRIKE_BEYOND * size;
  const across =
    shape.right - shape.left >= STRIKE_WIDE * (box.right - box.left) &&
    shape.left <= box.left - beyond &&
    shape.right >= box.right + beyond;
  const along =
    shape.bottom - shape.top >= STRIKE_WIDE * (box.bottom - box.top) &&
    shape.top <= box.top - beyond &&
    shape.bottom >= box.bottom + beyond;
  return (across || along) && lengthWithin(shape, scaledBox(box, STRIKE_CORE)) >= STRIKE_CORE_WAY * size;
}

/**
 * Whether a stroke withdraws the finished mark in a box: wide, and neither a ring nor a tick; or a straight line through
 * the middle of it. ANS-31, ANS-32.
 */
export function strikesMark(shape: StrokeShape, kind: StrokeKind, box: PlacedBox): boolean {
  if (kind === "rest" || kind === "slip" || kind === "tick" || isLoop(shape)) return false;
  if (isWide(shape, box)) return true;
  const size = sizeOf(box);
  return (
    kind === "line" &&
    shape.extentMm >= STRIKE_LINE * size &&
    lengthWithin(shape, scaledBox(box, STRIKE_CORE)) >= STRIKE_CORE_WAY * size
  );
}

/** How straight the arms of a cross are: bend by chord, of the first and of the second. ANS-33. */
export const CROSS_FIRST_BEND = 0.5;
export const CROSS_SECOND_BEND = 0.25;
/** Length of the second arm by that of the first. ANS-33. */
export const CROSS_LENGTH_MIN = 0.45;
export const CROSS_LENGTH_MAX = 2.2;
/** The smallest angle between the arms, radians. ANS-33. */
export const CROSS_ANGLE_MIN = 0.6;
/** At the ends of each arm, share of its chord in which a meeting is no crossing. ANS-33. */
export const CROSS_END = 0.12;

/** Whether `second` makes a cross of a mark that so far is the one stroke `first`. ANS-33. */
export function completesCross(first: StrokeShape, second: StrokeShape): boolean {
  if (first.bendMm > CROSS_FIRST_BEND * first.chordMm || second.bendMm > CROSS_SECOND_BEND * second.chordMm) return false;
  const ratio = second.lengthMm / first.lengthMm;
  if (ratio < CROSS_LENGTH_MIN || ratio > CROSS_LENGTH_MAX || chordAngle(first, second) < CROSS_ANGLE_MIN) return false;
  const crossing = chordsCross(first, second);
  if (crossing === null) return false;
  const inMiddle = (share: number) => share > CROSS_END && share < 1 - CROSS_END;
  return inMiddle(crossing.onA) && inMiddle(crossing.onB);
}

/** A flat wide line over a single slanting one: struck out, and not an arm of a cross. ANS-33. */
export function strikesLine(first: StrokeShape, second: StrokeShape, box: PlacedBox): boolean {
  if (!isWide(second, box)) return false;
  if (!completesCross(first, second) || first.bendMm > CROSS_SECOND_BEND * first.chordMm) return true;
  return steepnessOf(second) < FLAT_RAD && steepnessOf(first) > FLAT_RAD && steepnessOf(first) < Math.PI / 2 - FLAT_RAD;
}
