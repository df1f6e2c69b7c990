import type { Rectangle } from "../box-geometry.ts";
import type { StrokeShape } from "../shape.ts";
import { around, heightOf, sharedArea, widthOf } from "./ink-body.ts";
import { isFlat, PART_LEFT, PART_TAKEN, STRIKE_DOUBT, type Strike } from "./strike-kind.ts";

/** Overwriting: share of the smaller rectangle that both have, and how much lower the new ink may be. ANS-85. */
export const OVER_SHARE = 0.5;
export const OVER_HEIGHT = 0.6;
/** How far beside ink in the box more of it may be outside, mm. ANS-88. */
export const NEAR_MM = 3;

/** Whether ink goes on from one stroke to another: no farther apart than NEAR_MM to any side. ANS-88. */
export function areNear(a: Rectangle, b: Rectangle): boolean {
  const beside = Math.max(a.left - b.right, b.left - a.right);
  const above = Math.max(a.top - b.bottom, b.top - a.bottom);
  return beside <= NEAR_MM && above <= 0;
}

/** Whether an unreadable stroke over a symbol could be another one, badly written: as high as wide, or as steep as a 1. ANS-84. */
export function couldBeWritten(stroke: StrokeShape, kind: Strike["kind"]): boolean {
  if (kind === "line") return heightOf(stroke) > Math.tan(STRIKE_DOUBT) * widthOf(stroke);
  return heightOf(stroke) >= widthOf(stroke);
}

/** Ink that stands over other ink, nearly as high. ANS-85. */
export function isOver(fresh: Rectangle, old: Rectangle): boolean {
  return heightOf(fresh) >= OVER_HEIGHT * heightOf(old) && sharedArea(fresh, old) >= OVER_SHARE;
}

/** The older ink is one symbol under the new one, and nothing of the new one could be a strike-out. ANS-85. */
export function isPlainlyOver(fresh: readonly StrokeShape[], old: readonly StrokeShape[]): boolean {
  const over = around(fresh);
  const isUnder = (each: Rectangle) => sharedWidth(over, each) >= PART_TAKEN * widthOf(each);
  const isStrike = (line: StrokeShape) =>
    isFlat(line) && old.some((each) => sharedWidth(line, each) > PART_LEFT * widthOf(each));
  return old.every(isUnder) && !fresh.some(isStrike);
}

function sharedWidth(a: Rectangle, b: Rectangle): number {
  return Math.min(a.right, b.right) - Math.max(a.left, b.left);
}

export function lengthOf(strokes: readonly StrokeShape[]): number {
  return strokes.reduce((sum, { lengthMm }) => sum + lengthMm, 0);
}
