import type { Rectangle } from "../box-geometry.ts";
import { LINE_BEND, LINE_WAY } from "../kind.ts";
import type { StrokeShape } from "../shape.ts";
import { around, bodiesOf, bodyOf, heightOf, widthOf } from "./ink-body.ts";

/** How a stroke strikes out what was written before. */
export type StrikeKind = "line" | "scribble" | "wave";

/** A strike-out and the strokes that it goes over. ANS-81 to ANS-83. */
export interface Strike {
  readonly kind: StrikeKind;
  readonly over: readonly StrokeShape[];
  /** It could belong to a symbol, or be one: only the reading tells. ANS-84. */
  readonly isOpen: boolean;
  /** A line that ends with what it goes over: one of them is a part of a symbol, two strike it out. ANS-84. */
  readonly isShort: boolean;
}

/** Steepest line that strikes out, radians: an upright one is a part of a digit. ANS-81. */
export const STRIKE_STEEP = 1.1;
/** Flatter than this a line goes over all that its width covers; a steeper one over what it parts. ANS-81. */
export const STRIKE_FLAT = 0.6;
/** Share of a stroke's width that a line, wave or scribble must cover. ANS-81. */
export const STRIKE_COVER = 0.7;
/** Share of a stroke's height, above and below, where a line passes by and not through. ANS-81. */
export const STRIKE_EDGE = 0.15;
/** A line ends this far beyond both sides of what it strikes out, by its height. ANS-81. */
export const STRIKE_BEYOND_BODY = 0.12;
/** A stroke no higher than this share of its width lies flat. ANS-81. */
export const FLAT_HEIGHT = 0.35;
/** Shares of a stroke's width that a strike-out must cover to take it, and may cover and leave it. ANS-89. */
export const PART_TAKEN = 0.6;
export const PART_LEFT = 0.2;
/** A stroke this low and this near above or below, by the height of what is struck out, is a piece of it. ANS-89. */
export const PIECE_SHARE = 0.35;
/** Steeper than this, radians, a line over one symbol could be a 1 written over it. ANS-84. */
export const STRIKE_DOUBT = 0.85;
/** Turns to and fro in one direction that no symbol has: certainly a scribble. ANS-82. */
export const SCRIBBLE_TURNS = 5;
/** Turns, in both directions together, from which it may be one: the reading tells. ANS-84. */
export const SCRIBBLE_TURNS_MIN = 3;
/** A scribble's rectangle holds at least this share of a stroke's. ANS-82. */
export const SCRIBBLE_COVER = 0.5;
/** Turns up and down that make a wave. ANS-83. */
export const WAVE_TURNS = 3;
/** A wave is at least this high, mm and by its width: less is a line of an unsteady hand. ANS-83. */
export const WAVE_MM = 0.8;
export const WAVE_HEIGHT = 0.06;
/** A turn counts from this share of the stroke's own width or height on. ANS-82. */
export const TURN_MIN = 0.2;

/** How `stroke` strikes out strokes written before it; null: it does not. */
export function strikeOf(stroke: StrokeShape, before: readonly StrokeShape[]): Strike | null {
  const turnsX = turnsOf(stroke.points, 0, widthOf(stroke));
  const turnsY = turnsOf(stroke.points, 1, heightOf(stroke));
  const isThick = heightOf(stroke) >= Math.max(WAVE_MM, WAVE_HEIGHT * widthOf(stroke));
  if (isLine(stroke) && (!isThick || turnsY < WAVE_TURNS)) return lineOver(stroke, before);
  const scribble = turnsX + turnsY >= SCRIBBLE_TURNS_MIN ? scribbleOver(stroke, before, Math.max(turnsX, turnsY)) : null;
  if (scribble !== null) return scribble;
  return turnsX <= 1 && turnsY >= WAVE_TURNS && isThick ? waveOver(stroke, before) : null;
}

export function isLine(stroke: StrokeShape): boolean {
  if (stroke.lengthMm > LINE_WAY * stroke.chordMm) return false;
  return stroke.bendMm <= LINE_BEND * stroke.chordMm || isFlat(stroke);
}

/** A lying stroke, however bent. */
export function isFlat(stroke: StrokeShape): boolean {
  return heightOf(stroke) <= FLAT_HEIGHT * widthOf(stroke);
}

/**
 * What a strike-out takes with it: every stroke in its width at the height of what it goes over. `parts`: strokes that it
 * ends in, so that nobody knows whether they are meant. ANS-89.
 */
export function takenBy(stroke: StrokeShape, over: readonly StrokeShape[], live: readonly StrokeShape[]) {
  const struck = around(over);
  const taken: StrokeShape[] = [];
  const parts: StrokeShape[] = [];
  for (const each of live) {
    const isWithin = Math.min(each.bottom, struck.bottom) - Math.max(each.top, struck.top) >= 0.5 * heightOf(each);
    const apart = Math.max(each.top - struck.bottom, struck.top - each.bottom);
    const isPiece = apart <= PIECE_SHARE * heightOf(struck) && heightOf(each) <= PIECE_SHARE * heightOf(struck);
    const isAtHeight = isWithin || isPiece;
    const shared = Math.min(stroke.right, each.right) - Math.max(stroke.left, each.left);
    if (over.includes(each) || (isAtHeight && shared >= PART_TAKEN * widthOf(each))) taken.push(each);
    else if (isAtHeight && shared > PART_LEFT * widthOf(each)) parts.push(each);
  }
  return { taken, parts };
}

function scribbleOver(stroke: StrokeShape, before: readonly StrokeShape[], turns: number): Strike | null {
  const over = before.filter((each) => heldShare(each, stroke) >= SCRIBBLE_COVER);
  return over.length === 0 ? null : { kind: "scribble", over, isOpen: turns < SCRIBBLE_TURNS, isShort: false };
}

function waveOver(stroke: StrokeShape, before: readonly StrokeShape[]): Strike | null {
  const over = before.filter((each) => coversWidth(stroke, each) && isBeside(stroke, each));
  return over.length === 0 ? null : { kind: "wave", over, isOpen: false, isShort: false };
}

function isBeside(stroke: StrokeShape, each: StrokeShape): boolean {
  const y = (stroke.top + stroke.bottom) / 2;
  return y > each.top && y < each.bottom;
}

function lineOver(stroke: StrokeShape, before: readonly StrokeShape[]): Strike | null {
  const steep = Math.atan2(heightOf(stroke), widthOf(stroke));
  if (steep > STRIKE_STEEP) return null;
  const alone = before.filter((each) => (steep < STRIKE_FLAT ? passesFlat(stroke, each) : passesAcross(stroke, each)));
  const over = alone.length > 0 || steep >= STRIKE_FLAT ? alone : bodiesUnder(stroke, before);
  if (over.length === 0) return null;
  const all = around(over);
  const beyond = STRIKE_BEYOND_BODY * heightOf(all);
  const isBeyond = stroke.left <= all.left - beyond && stroke.right >= all.right + beyond;
  if (steep >= STRIKE_FLAT) return crosses(stroke, all) ? { kind: "line", over, isOpen: true, isShort: false } : null;
  const isAcross = widthOf(stroke) >= STRIKE_COVER * widthOf(around(bodyOf(over, before)));
  return isBeyond || isAcross ? { kind: "line", over, isOpen: true, isShort: !isBeyond } : null;
}

/** Symbols of several strokes that a line goes through and beyond, though it passes each of these at its end. */
function bodiesUnder(line: StrokeShape, before: readonly StrokeShape[]): StrokeShape[] {
  return bodiesOf(before).flatMap((body) => {
    const all = around(body);
    const isWhole = body.length > 1 && line.left < all.left && line.right > all.right;
    return isWhole && passesFlat(line, all) ? body : [];
  });
}

/** Through the height of a stroke, over most of its width. */
function passesFlat(line: StrokeShape, each: Rectangle): boolean {
  if (!coversWidth(line, each)) return false;
  const y = heightAt(line, (each.left + each.right) / 2);
  const edge = STRIKE_EDGE * heightOf(each);
  return y > each.top + edge && y < each.bottom - edge;
}

/** From one corner to the other, through the middle. */
function passesAcross(line: StrokeShape, each: StrokeShape): boolean {
  const y = heightAt(line, (each.left + each.right) / 2);
  const middle = (each.top + each.bottom) / 2;
  return Math.abs(y - middle) <= 0.25 * heightOf(each) && crosses(line, each);
}

/** Both ends of the line are at the border of the rectangle or beyond it. */
function crosses(line: StrokeShape, rectangle: Rectangle): boolean {
  const wide = 0.05 * widthOf(rectangle);
  const high = 0.05 * heightOf(rectangle);
  return (
    line.left <= rectangle.left + wide &&
    line.right >= rectangle.right - wide &&
    line.top <= rectangle.top + high &&
    line.bottom >= rectangle.bottom - high
  );
}

function coversWidth(stroke: StrokeShape, each: Rectangle): boolean {
  const shared = Math.min(stroke.right, each.right) - Math.max(stroke.left, each.left);
  return shared > 0 && shared >= STRIKE_COVER * widthOf(each);
}

/** Share of `inner`'s rectangle that `outer` holds. */
function heldShare(inner: StrokeShape, outer: StrokeShape): number {
  const width = Math.min(inner.right, outer.right) - Math.max(inner.left, outer.left);
  const height = Math.min(inner.bottom, outer.bottom) - Math.max(inner.top, outer.top);
  if (width < 0 || height < 0) return 0;
  const wide = widthOf(inner) === 0 ? 1 : width / widthOf(inner);
  const high = heightOf(inner) === 0 ? 1 : height / heightOf(inner);
  return wide * high;
}

/** Height of a nearly straight line at `x`, along its chord. */
function heightAt({ points }: StrokeShape, x: number): number {
  const [x0, y0] = [points[0] as number, points[1] as number];
  const [x1, y1] = [points[points.length - 2] as number, points[points.length - 1] as number];
  return x1 === x0 ? (y0 + y1) / 2 : y0 + ((x - x0) * (y1 - y0)) / (x1 - x0);
}

/** How often the pen turns back in one direction, small ones (a share of `size`) left out. @param axis 0: x, 1: y. */
export function turnsOf(points: Float64Array, axis: 0 | 1, size: number): number {
  const least = TURN_MIN * size;
  if (least === 0) return 0;
  let turns = 0;
  let direction = 0;
  let extreme = points[axis] as number;
  for (let at = axis + 2; at < points.length; at += 2) {
    const value = points[at] as number;
    if (direction === 0) {
      if (Math.abs(value - extreme) >= least) {
        direction = Math.sign(value - extreme);
        extreme = value;
      }
    } else if ((value - extreme) * direction > 0) {
      extreme = value;
    } else if (Math.abs(value - extreme) >= least) {
      turns++;
      direction = -direction;
      extreme = value;
    }
  }
  return turns;
}
