import type { WrittenStroke } from "./writing.ts";

/** A symbol of more strokes is none. */
export const SYMBOL_STROKES_MAX = 12;
/** Dots of a stroke that are looked at; a longer one is thinned evenly. */
export const STROKE_DOTS_MAX = 1024;
/** A dot nearer than this share of the symbol's extent to the one kept before it is jitter of a slow hand. */
export const STEP_SHARE = 0.02;
/** Way that a pen-up counts for, share of the extent: so that a dot on an i is seen at all. */
export const JUMP_SHARE = 0.08;
/** Points that the nets see. */
export const STEPS = 64;

/** A rectangle in mm. */
export interface Bounds {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** STEPS points at equal ways along the ink. */
export interface InkPath {
  /** x, y, x, y, ... mm */
  readonly points: Float64Array;
  /** Number of each point's stroke. */
  readonly strokes: Uint8Array;
}

/** What can be read of the strokes: dots that are numbers, at most STROKE_DOTS_MAX of each, and no stroke without any. */
export function cleanStrokes(strokes: readonly WrittenStroke[]): Float64Array[] {
  const clean: Float64Array[] = [];
  for (const { points } of strokes) {
    const dots = points.length >> 1;
    const stride = Math.max(1, Math.ceil(dots / STROKE_DOTS_MAX));
    const kept = new Float64Array(2 * (Math.ceil(dots / stride) + 1));
    let n = 0;
    const keep = (dot: number) => {
      const x = points[2 * dot] as number;
      const y = points[2 * dot + 1] as number;
      if (!(Math.abs(x) < 1e6 && Math.abs(y) < 1e6)) return;
      kept[n++] = x;
      kept[n++] = y;
    };
    for (let dot = 0; dot < dots; dot += stride) keep(dot);
    // The end of a stroke says more than its middle.
    if (dots > 0 && (dots - 1) % stride !== 0) keep(dots - 1);
    if (n > 0) clean.push(kept.subarray(0, n));
  }
  return clean;
}

export function boundsOf(strokes: readonly Float64Array[]): Bounds {
  let left = Number.POSITIVE_INFINITY;
  let top = Number.POSITIVE_INFINITY;
  let right = Number.NEGATIVE_INFINITY;
  let bottom = Number.NEGATIVE_INFINITY;
  for (const points of strokes) {
    for (let at = 0; at < points.length; at += 2) {
      const x = points[at] as number;
      const y = points[at + 1] as number;
      if (x < left) left = x;
      if (x > right) right = x;
      if (y < top) top = y;
      if (y > bottom) bottom = y;
    }
  }
  return { left, top, right, bottom };
}

/** Vertices of the ink without jitter, with the way to each. */
interface Way {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly stroke: Uint8Array;
  readonly way: Float64Array;
  readonly count: number;
}

/** @param strokes clean ones, 1 to SYMBOL_STROKES_MAX. */
export function inkPathOf(strokes: readonly Float64Array[]): InkPath {
  const { left, top, right, bottom } = boundsOf(strokes);
  const extent = Math.max(right - left, bottom - top);
  const { x, y, stroke, way, count } = wayOf(strokes, extent);
  const total = way[count - 1] as number;
  const points = new Float64Array(2 * STEPS);
  const numbers = new Uint8Array(STEPS);
  let next = 1;
  for (let step = 0; step < STEPS; step++) {
    const t = ((step + 0.5) / STEPS) * total;
    while (next < count - 1 && (way[next] as number) < t) next++;
    const from = Math.min(next, count - 1);
    const before = Math.max(0, from - 1);
    const length = (way[from] as number) - (way[before] as number);
    let share = length > 0 ? (t - (way[before] as number)) / length : 0;
    // Between two strokes there is no ink: the nearer end.
    if (stroke[before] !== stroke[from]) share = share >= 0.5 ? 1 : 0;
    points[2 * step] = (x[before] as number) * (1 - share) + (x[from] as number) * share;
    points[2 * step + 1] = (y[before] as number) * (1 - share) + (y[from] as number) * share;
    numbers[step] = stroke[share >= 0.5 ? from : before] as number;
  }
  return { points, strokes: numbers };
}

function wayOf(strokes: readonly Float64Array[], extent: number): Way {
  const most = strokes.reduce((sum, points) => sum + (points.length >> 1), 0);
  const x = new Float64Array(most);
  const y = new Float64Array(most);
  const stroke = new Uint8Array(most);
  const way = new Float64Array(most);
  const step = STEP_SHARE * extent;
  let count = 0;
  for (let number = 0; number < strokes.length; number++) {
    const points = strokes[number] as Float64Array;
    for (let at = 0; at < points.length; at += 2) {
      const px = points[at] as number;
      const py = points[at + 1] as number;
      let walked = JUMP_SHARE * extent;
      if (at > 0) {
        const dx = px - (x[count - 1] as number);
        const dy = py - (y[count - 1] as number);
        walked = Math.sqrt(dx * dx + dy * dy);
        if (walked < step || walked === 0) continue;
      }
      x[count] = px;
      y[count] = py;
      stroke[count] = number;
      way[count] = count === 0 ? 0 : (way[count - 1] as number) + walked;
      count++;
    }
  }
  return { x, y, stroke, way, count };
}
