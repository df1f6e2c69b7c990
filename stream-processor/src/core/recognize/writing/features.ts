import { type InkPath, STEPS } from "./ink-path.ts";

/** Cells of the picture on each side. */
export const GRID = 12;
/** Numbers that each step of the sequence has: place, direction, begin and end of a stroke. */
export const SEQUENCE_CHANNELS = 6;
/** Numbers that each cell of the picture has: ink that lies flat, upright, falls, rises; ink. */
export const PICTURE_CHANNELS = 5;

/** A way shorter than this has no direction; of the symbol's half extent. */
const DIRECTION_MIN = 1e-4;

/** What the two nets see of one symbol. Both have a border, so that a convolution need not ask where it is. */
export interface Features {
  /** [SEQUENCE_PAD + STEPS + SEQUENCE_PAD][SEQUENCE_CHANNELS] */
  readonly sequence: Float64Array;
  /** [1 + GRID + 1][1 + GRID + 1][PICTURE_CHANNELS] */
  readonly picture: Float64Array;
}

export const SEQUENCE_PAD = 3;
export const PICTURE_PAD = 1;

/** @param floorMm ink of a smaller extent is shown small: where the size counts; else 0. */
export function featuresOf(path: InkPath, floorMm: number): Features {
  const place = framed(path.points, floorMm);
  const sequence = new Float64Array((STEPS + 2 * SEQUENCE_PAD) * SEQUENCE_CHANNELS);
  const side = GRID + 2 * PICTURE_PAD;
  const picture = new Float64Array(side * side * PICTURE_CHANNELS);
  const { strokes } = path;
  for (let step = 0; step < STEPS; step++) {
    const begins = step === 0 || strokes[step - 1] !== strokes[step];
    const ends = step === STEPS - 1 || strokes[step + 1] !== strokes[step];
    const x = place[2 * step] as number;
    const y = place[2 * step + 1] as number;
    const before = begins ? step : step - 1;
    const after = ends ? step : step + 1;
    const [dx, dy] = directionOf(place, before, after);
    const at = (step + SEQUENCE_PAD) * SEQUENCE_CHANNELS;
    sequence[at] = x;
    sequence[at + 1] = y;
    sequence[at + 2] = dx;
    sequence[at + 3] = dy;
    sequence[at + 4] = begins ? 1 : 0;
    sequence[at + 5] = ends ? 1 : 0;
    splat(picture, x, y, dx, dy);
    if (ends) continue;
    const [mx, my] = directionOf(place, step, step + 1);
    splat(picture, (x + (place[2 * step + 2] as number)) / 2, (y + (place[2 * step + 3] as number)) / 2, mx, my);
  }
  return { sequence, picture };
}

/** Into -1..1 around the middle of the ink, both sides alike. */
function framed(points: Float64Array, floorMm: number): Float64Array {
  let left = Number.POSITIVE_INFINITY;
  let top = Number.POSITIVE_INFINITY;
  let right = Number.NEGATIVE_INFINITY;
  let bottom = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < points.length; at += 2) {
    left = Math.min(left, points[at] as number);
    right = Math.max(right, points[at] as number);
    top = Math.min(top, points[at + 1] as number);
    bottom = Math.max(bottom, points[at + 1] as number);
  }
  const extent = Math.max(right - left, bottom - top, floorMm, 1e-6);
  const x = (left + right) / 2;
  const y = (top + bottom) / 2;
  const place = new Float64Array(points.length);
  for (let at = 0; at < points.length; at += 2) {
    place[at] = (((points[at] as number) - x) * 2) / extent;
    place[at + 1] = (((points[at + 1] as number) - y) * 2) / extent;
  }
  return place;
}

function directionOf(place: Float64Array, from: number, to: number): readonly [number, number] {
  const dx = (place[2 * to] as number) - (place[2 * from] as number);
  const dy = (place[2 * to + 1] as number) - (place[2 * from + 1] as number);
  const length = Math.sqrt(dx * dx + dy * dy);
  return length > DIRECTION_MIN ? [dx / length, dy / length] : [0, 0];
}

/** Puts half a unit of ink at a place, shared by the four cells around it, by the orientation of its way. */
function splat(picture: Float64Array, x: number, y: number, dx: number, dy: number): void {
  const cos = dx * dx - dy * dy;
  const sin = 2 * dx * dy;
  const cx = (Math.max(-1.05, Math.min(1.05, x)) / 1.1 + 1) * (GRID / 2) - 0.5;
  const cy = (Math.max(-1.05, Math.min(1.05, y)) / 1.1 + 1) * (GRID / 2) - 0.5;
  const column = Math.floor(cx);
  const row = Math.floor(cy);
  for (let down = 0; down < 2; down++) {
    if (row + down < 0 || row + down >= GRID) continue;
    const partY = down === 1 ? cy - row : 1 - (cy - row);
    for (let over = 0; over < 2; over++) {
      if (column + over < 0 || column + over >= GRID) continue;
      const part = 0.5 * partY * (over === 1 ? cx - column : 1 - (cx - column));
      const at = ((row + down + PICTURE_PAD) * (GRID + 2 * PICTURE_PAD) + column + over + PICTURE_PAD) * PICTURE_CHANNELS;
      if (cos > 0) picture[at] = (picture[at] as number) + part * cos;
      else picture[at + 1] = (picture[at + 1] as number) - part * cos;
      if (sin > 0) picture[at + 2] = (picture[at + 2] as number) + part * sin;
      else picture[at + 3] = (picture[at + 3] as number) - part * sin;
      picture[at + 4] = (picture[at + 4] as number) + part;
    }
  }
}
