import type { Random } from "@penlight/proto";
import { GLYPHS } from "./glyph-table.ts";
import type { Curve, Movement } from "./hand.ts";
import type { MarkStyle } from "./marks.ts";

/** A character on its line: in heights of a capital, x from 0 on, y from 0 at the capital's top to 1 at the line. */
export interface Glyph {
  readonly width: number;
  readonly movements: readonly Movement[];
}

/** How somebody writes characters. */
export interface Script {
  /** @throws RangeError the character is not in the table of glyphs */
  glyph(character: string, random: Random): Glyph;
  /** A mark of one's own, one unit large; null, or no such function: marks are drawn. */
  mark?(style: MarkStyle, random: Random): Glyph | null;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Tangents of slants: from leaning back a little to 30 degrees forward. */
const SLANT = { mean: 0.12, spread: 0.14, min: -0.2, max: 0.5 };
/** A point is pressed more than drawn. */
const DOT = 0.25;
const DOT_PACE = 0.2;
/** Now and then somebody writes a character in another way than usual. */
const OTHER_WAY = 0.05;

/** Writes by the table of glyphs, with a slant, proportions and habits of its own, and every character a little different. */
export class DrawnScript implements Script {
  readonly #habits: Random;
  readonly #slant: number;
  readonly #breadth: number;
  readonly #wobble: number;
  readonly #reach: number;

  constructor(random: Random) {
    this.#habits = random.fork("habits");
    this.#slant = clamp(random.normal(SLANT.mean, SLANT.spread), SLANT.min, SLANT.max);
    this.#breadth = random.between(0.8, 1.2);
    this.#wobble = random.between(0.008, 0.03);
    this.#reach = random.unit() ** 2 * 0.1;
  }

  glyph(character: string, random: Random): Glyph {
    const ways = waysOf(character);
    const usual = ways[pickWeighted(ways, this.#habits.fork(character))];
    const way = random.chance(OTHER_WAY) ? ways[pickWeighted(ways, random)] : usual;
    const turn = random.between(-0.06, 0.06);
    const [wide, high] = [this.#breadth * random.between(0.92, 1.08), random.between(0.94, 1.06)];
    const lean = this.#slant + random.between(-0.05, 0.05);
    const place = ({ x, y }: Point): Point => {
      const up = (1 - y) * high;
      const across = x * wide + up * lean;
      return { x: across + turn * up, y: 1 - up + turn * (x - 0.3) };
    };
    const paths = (way?.strokes ?? []).map((stroke) => this.#shaken(pathOf(stroke), random).map(place));
    const left = Math.min(...paths.flat().map(({ x }) => x));
    const width = Math.max(...paths.flat().map(({ x }) => x)) - left;
    return { width, movements: paths.map((path) => movementOf(path.map(({ x, y }) => ({ x: x - left, y })))) };
  }

  /** Every point a little off; what stands twice, a corner, stays one. The last one may be reached beyond. */
  #shaken(path: readonly Point[], random: Random): Point[] {
    const shaken: Point[] = [];
    path.forEach((point, i) => {
      const before = path[i - 1];
      const isCorner = before?.x === point.x && before.y === point.y;
      const off = () => random.normal(0, this.#wobble);
      shaken.push(isCorner ? (shaken[i - 1] as Point) : { x: point.x + off(), y: point.y + off() });
    });
    const [end, towards] = [shaken.at(-1), shaken.at(-2)];
    if (end === undefined || towards === undefined || path.length < 2) return shaken;
    const beyond = this.#reach * random.unit();
    const length = Math.max(0.1, Math.hypot(end.x - towards.x, end.y - towards.y));
    const reached = {
      x: end.x + (beyond * (end.x - towards.x)) / length,
      y: end.y + (beyond * (end.y - towards.y)) / length,
    };
    return [...shaken.slice(0, -1), reached];
  }
}

function waysOf(character: string) {
  const ways = GLYPHS[character];
  if (ways === undefined) throw new RangeError(`no glyph for ${JSON.stringify(character)}`);
  return ways;
}

/** Where a character of the table reaches to: its top and bottom, and its width. */
export function extentOf(character: string): { readonly top: number; readonly bottom: number; readonly width: number } {
  const [way] = waysOf(character);
  const points = (way?.strokes ?? []).flatMap(pathOf);
  const xs = points.map(({ x }) => x);
  const ys = points.map(({ y }) => y);
  return { top: Math.min(...ys), bottom: Math.max(...ys), width: Math.max(...xs) - Math.min(...xs) };
}

function pickWeighted(ways: readonly { readonly weight: number }[], random: Random): number {
  let draw = random.unit() * ways.reduce((sum, { weight }) => sum + weight, 0);
  const index = ways.findIndex(({ weight }) => {
    draw -= weight;
    return draw < 0;
  });
  return Math.max(0, index);
}

function pathOf(stroke: string): Point[] {
  return stroke.split(" ").map((pair) => {
    const [x = 0, y = 0] = pair.split(",").map(Number);
    return { x, y };
  });
}

/** The quadratic B-spline of the points, that begins at the first and ends at the last. */
function movementOf(path: readonly Point[]): Movement {
  const curves: Curve[] = [];
  const from0 = path[0] as Point;
  let from = from0;
  const last = path.length - 1;
  for (let i = 1; i < last; i++) {
    const via = path[i] as Point;
    const to = i === last - 1 ? (path[last] as Point) : middle(via, path[i + 1] as Point);
    curves.push(curveOf(from, via, to));
    from = to;
  }
  if (last === 1) curves.push(curveOf(from, middle(from, path[1] as Point), path[1] as Point));
  const hasCorner = path.some(
    (point, i) => point === path[i - 1] || (point.x === path[i - 1]?.x && point.y === path[i - 1]?.y),
  );
  const size = Math.max(...path.map(({ x, y }) => Math.hypot(x - from0.x, y - from0.y)));
  return { curves, flowing: !hasCorner && last > 1, pace: size < DOT ? DOT_PACE : 0.9 };
}

function curveOf(from: Point, via: Point, to: Point): Curve {
  return { fromX: from.x, fromY: from.y, viaX: via.x, viaY: via.y, toX: to.x, toY: to.y };
}

function middle(a: Point, b: Point): Point {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
