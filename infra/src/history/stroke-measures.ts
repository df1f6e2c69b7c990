import { DOT_FORCE, DOT_STRIDE, DOT_TIME, DOT_X, DOT_Y, MM_PER_CENTIUNIT } from "@penlight/proto";

/**
 * What is worth knowing of a stroke without its dots (Rosenblum, Weiss and Parush's pen-down measures). Lengths in mm,
 * times in ms, speeds in mm/s, force in device units. No smoothing: version the measure, keep the dots.
 */
export interface StrokeMeasures {
  /** Last dot minus first dot. */
  readonly durationMs: number;
  /** Sum of the distances between neighbouring dots. */
  readonly lengthMm: number;
  /** Bounding box in hundredths of an Ncode unit; zeros without dots. */
  readonly xMin: number;
  readonly yMin: number;
  readonly xMax: number;
  readonly yMax: number;
  /** Largest distance / time of two neighbouring dots; pairs without time between them say nothing. */
  readonly peakSpeed: number;
  readonly meanForce: number;
}

export function measureStroke(dots: Int32Array): StrokeMeasures {
  const count = Math.floor(dots.length / DOT_STRIDE);
  if (count === 0) return { durationMs: 0, lengthMm: 0, xMin: 0, yMin: 0, xMax: 0, yMax: 0, peakSpeed: 0, meanForce: 0 };
  let xMin = dots[DOT_X] as number;
  let yMin = dots[DOT_Y] as number;
  let xMax = xMin;
  let yMax = yMin;
  let x = xMin;
  let y = yMin;
  let time = dots[DOT_TIME] as number;
  let length = 0;
  let peak = 0;
  let force = 0;
  for (let at = 0; at < dots.length; at += DOT_STRIDE) {
    const nextTime = dots[at + DOT_TIME] as number;
    const nextX = dots[at + DOT_X] as number;
    const nextY = dots[at + DOT_Y] as number;
    const distance = Math.sqrt((nextX - x) * (nextX - x) + (nextY - y) * (nextY - y));
    length += distance;
    if (nextTime > time) peak = Math.max(peak, distance / (nextTime - time));
    if (nextX < xMin) xMin = nextX;
    else if (nextX > xMax) xMax = nextX;
    if (nextY < yMin) yMin = nextY;
    else if (nextY > yMax) yMax = nextY;
    force += dots[at + DOT_FORCE] as number;
    time = nextTime;
    x = nextX;
    y = nextY;
  }
  return {
    durationMs: time - (dots[DOT_TIME] as number),
    lengthMm: length * MM_PER_CENTIUNIT,
    xMin,
    yMin,
    xMax,
    yMax,
    peakSpeed: peak * MM_PER_CENTIUNIT * 1000,
    meanForce: force / count,
  };
}
