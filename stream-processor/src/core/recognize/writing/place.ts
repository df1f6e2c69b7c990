import { expOf, logOf } from "./exact-math.ts";
import { type Bounds, boundsOf } from "./ink-path.ts";
import { heightOf, lineNear, type Piece, widthOf } from "./line.ts";
import type { SymbolScores } from "./symbol.ts";

/** How much the shape says where place and size speak too. Of the same fit as PLACE. */
const SHAPE_WEIGHT = 0.83;

/**
 * What place and size say for a sign or a 1, beside any other digit: weights of 1, height, width, top and bottom below those of
 * the neighbours, distance from their middle (all in line heights), lean to the right, whether it is one stroke, and both
 * distances together. A logistic fit on the train split of UNIPEN's numbers; that has
 * eight points only, so what is said of `.` is set by hand, and so is sizeCost.
 */
const PLACE: Readonly<Record<string, readonly number[]>> = {
  "/": [0.05, 1.53, 0.66, -1.71, 1.02, 0.01, -1.59, -0.48, 0.31],
  "-": [1.13, -0.14, -0.72, 1.26, -0.07, -0.28, -0.08, -0.41, 1.54],
  ".": [-0.5, -0.5, -1, 0.9, 0.95, 0.29, 0.7, -2.4, 0.44],
  ",": [-1.19, -0.19, -0.69, 1.06, 1.69, 0.92, 0.84, -2.23, 1.73],
  ":": [0.47, -0.84, -1.34, 0.64, 0.17, 0.0, 0.58, -0.61, 0.2],
  "1": [-0.1, -0.77, -1.85, 1.08, -0.62, -0.96, 0.56, 0.16, -0.43],
};
/** A dash is at least so long, of the line's height, and else it costs. */
const DASH_MIN = 0.12;
const DASH_COST = 6;
/** A point higher than this between the top of its neighbours (0) and their bottom (1) costs, by how much. */
const DOT_LOW = 0.74;
const DOT_COST = 8;
/** Least probability that is told apart from 0. */
const LEAST = 1e-6;

/** The scores of a group once its place on the line is known: `.` stands low, `-` in the middle, `/` is high and leans. */
export function scoresInPlace(
  scores: SymbolScores,
  strokes: readonly Float64Array[],
  line: readonly Piece[],
  lineMm: number,
): SymbolScores {
  const facts = placeFacts(strokes, line, lineMm);
  const logs = scores.ranked.map(({ text, probability }) => {
    const weights = PLACE[text];
    const place = weights === undefined ? 0 : weights.reduce((sum, weight, at) => sum + weight * (facts[at] as number), 0);
    const size = sizeCost(text, facts);
    return SHAPE_WEIGHT * logOf(Math.min(1, Math.max(LEAST, probability))) + place - size;
  });
  const refusal = SHAPE_WEIGHT * logOf(Math.min(1, Math.max(LEAST, scores.refused)));
  const highest = Math.max(refusal, ...logs);
  const shares = logs.map((log) => expOf(log - highest));
  const refused = expOf(refusal - highest);
  const sum = shares.reduce((total, share) => total + share, refused);
  const ranked = scores.ranked.map(({ text }, at) => ({ text, probability: (shares[at] as number) / sum }));
  return { ranked: ranked.sort((a, b) => b.probability - a.probability), refused: refused / sum };
}

/** A dash is no dot, and a point does not hang in the middle. @param facts of placeFacts. */
function sizeCost(text: string, facts: readonly number[]): number {
  const [, high, wide, top, bottom] = facts as [number, number, number, number, number];
  if (text === "-") return Math.max(high, wide) < DASH_MIN ? DASH_COST : 0;
  // Half way between the neighbours' top and bottom is 0.5; both facts are 0 where there are none.
  const at = top === 0 && bottom === 0 ? 1 : (top + bottom + 1) / 2;
  return text === "." ? DOT_COST * Math.max(0, DOT_LOW - at) : 0;
}

function placeFacts(strokes: readonly Float64Array[], line: readonly Piece[], lineMm: number): number[] {
  const bounds = boundsOf(strokes);
  const near = lineNear(line, bounds, lineMm);
  const top = near === null ? 0 : within((bounds.top - near.top) / lineMm, 1.5);
  const bottom = near === null ? 0 : within((bounds.bottom - near.bottom) / lineMm, 1.5);
  return [
    1,
    Math.min(2, heightOf(bounds) / lineMm),
    Math.min(2, widthOf(bounds) / lineMm),
    top,
    bottom,
    near === null ? 0 : distanceFromMiddle(bounds, near),
    strokes.length === 1 ? leanOf(strokes[0] as Float64Array, lineMm) : 0,
    strokes.length === 1 ? 1 : 0,
    Math.abs(top) + Math.abs(bottom),
  ];
}

function distanceFromMiddle(bounds: Bounds, near: { readonly top: number; readonly bottom: number }): number {
  const at = ((bounds.top + bounds.bottom) / 2 - near.top) / Math.max(1e-6, near.bottom - near.top);
  return Math.abs(within(at - 0.5, 1.5));
}

/** From the lower end of a stroke to the upper one: right by up. */
function leanOf(points: Float64Array, lineMm: number): number {
  const dx = (points[points.length - 2] as number) - (points[0] as number);
  const dy = (points[points.length - 1] as number) - (points[1] as number);
  return within((dy > 0 ? -dx : dx) / Math.max(0.15 * lineMm, Math.abs(dy)), 1.5);
}

const within = (value: number, most: number) => Math.max(-most, Math.min(most, value));

/** What it costs, as a natural log, that a sign begins a number, follows a sign, or ends it. Every other place is free, and 1 begins most. */
const FIRST_COST: Readonly<Record<string, number>> = { "/": 4.4, ",": 4, ":": 4, ".": 2.1, "-": 0.3, "1": -1.6 };
const LAST_COST: Readonly<Record<string, number>> = { "/": 4, "-": 3, ":": 3, ".": 0.5, ",": -0.4 };
const SIGN_AFTER_SIGN = 4;

/** How odd it is that `text` comes after `before` (empty: it is the first) in a number. */
export function orderCost(before: string, text: string, isLast: boolean): number {
  const last = isLast ? (LAST_COST[text] ?? 0) : 0;
  if (before === "") return last + (FIRST_COST[text] ?? 0);
  return last + (isSign(before[before.length - 1] as string) && isSign(text) ? SIGN_AFTER_SIGN : 0);
}

const isSign = (text: string) => text in LAST_COST;

/** What it costs, as a natural log, that a whole text has no form that numbers, dates, times and telephone numbers have. */
const FORM_COST = { mixedSigns: 3, longPart: 2, manySlashes: 2, manyPoints: 1, oddTime: 2.2 };
/** Digits between two slashes at most. */
const SLASHED_DIGITS_MAX = 4;

/** How odd a number with these signs and so many digits between them is. */
export function formCost(text: string): number {
  // A minus before it and a full stop or comma behind it say nothing of its form.
  const inside = text.slice(1).replace(/[.,]$/, "").replace(/[0-9]/g, "");
  const kinds = new Set(inside.replace(",", inside.includes(".") ? "." : ","));
  const parts = text.replace(/[.,]$/, "").split(/[-./,:]/);
  let cost = kinds.size > 1 ? FORM_COST.mixedSigns : 0;
  if (kinds.has("/") && parts.some(({ length }) => length > SLASHED_DIGITS_MAX)) cost += FORM_COST.longPart;
  if (inside.split("/").length > 3) cost += FORM_COST.manySlashes;
  if (inside.split(".").length > 2) cost += FORM_COST.manyPoints;
  if (kinds.has(":") && parts.slice(1).some(({ length }) => length !== 2)) cost += FORM_COST.oddTime;
  return cost;
}
