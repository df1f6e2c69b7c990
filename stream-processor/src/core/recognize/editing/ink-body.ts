import type { Rectangle } from "../box-geometry.ts";
import type { StrokeShape } from "../shape.ts";

/** Strokes that overlap at least this share of the narrower one's width stand over each other. ANS-80. */
export const BODY_OVERLAP = 0.4;
/** And are no farther apart in height than this share of the higher one's height: the late bar of a 5. ANS-80. */
export const BODY_GAP = 0.15;
/** A stroke that is smaller than this, mm, has the width or height of a pen's line. */
const LINE_MM = 0.8;

/** The strokes of `all` that stand over each other with one of `some`, and on: the symbols that `some` belong to. ANS-80. */
export function bodyOf(some: readonly StrokeShape[], all: readonly StrokeShape[]): Set<StrokeShape> {
  const body = new Set(some);
  for (let grown = -1; grown !== body.size; ) {
    grown = body.size;
    for (const each of all) if (!body.has(each) && [...body].some((one) => stands(one, each))) body.add(each);
  }
  return body;
}

/** Symbols beside each other, each a set of strokes in the order of `strokes`; ordered by their first strokes. */
export function bodiesOf(strokes: readonly StrokeShape[]): StrokeShape[][] {
  const bodies: StrokeShape[][] = [];
  const seen = new Set<StrokeShape>();
  for (const each of strokes) {
    if (seen.has(each)) continue;
    const body = bodyOf([each], strokes);
    for (const one of body) seen.add(one);
    bodies.push(strokes.filter((one) => body.has(one)));
  }
  return bodies;
}

function stands(a: StrokeShape, b: StrokeShape): boolean {
  const narrow = Math.max(LINE_MM, Math.min(widthOf(a), widthOf(b)));
  const shared = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  if (shared < 0 || Math.max(shared, LINE_MM) < BODY_OVERLAP * narrow) return false;
  const gap = Math.max(a.top, b.top) - Math.min(a.bottom, b.bottom);
  return gap <= BODY_GAP * Math.max(LINE_MM, heightOf(a), heightOf(b));
}

export function widthOf(shape: Rectangle): number {
  return shape.right - shape.left;
}

export function heightOf(shape: Rectangle): number {
  return shape.bottom - shape.top;
}

/** The rectangle around shapes; they must be one at least. */
export function around(shapes: Iterable<Rectangle>): Rectangle {
  let [left, top, right, bottom] = [
    Number.POSITIVE_INFINITY,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ];
  for (const each of shapes) {
    left = Math.min(left, each.left);
    top = Math.min(top, each.top);
    right = Math.max(right, each.right);
    bottom = Math.max(bottom, each.bottom);
  }
  return { left, top, right, bottom };
}

/** Area that two rectangles share, by that of the smaller one, 0..1. */
export function sharedArea(a: Rectangle, b: Rectangle): number {
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  if (width <= 0 || height <= 0) return 0;
  return (width * height) / Math.min(widthOf(a) * heightOf(a), widthOf(b) * heightOf(b));
}
