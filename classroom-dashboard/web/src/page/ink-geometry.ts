import { POINT_STRIDE } from "../live/ink-sheet.ts";

/** Width of the line at no pressure and what full pressure adds, mm: a 0.5 mm ballpoint under a hand. */
export const INK_WIDTH_MM = 0.3;
export const INK_PRESSURE_WIDTH_MM = 0.45;

/** A piece of ink: from (x0, y0) over the control point to (x1, y1), mm. A dot without neighbours has no length. */
export interface InkSegment {
  readonly x0: number;
  readonly y0: number;
  readonly cx: number;
  readonly cy: number;
  readonly x1: number;
  readonly y1: number;
  readonly widthMm: number;
}

/**
 * The pieces that dots `fromDot`.. of a stroke add to what is drawn. Each new dot bends the line into its last middle
 * and then runs straight to the pen's tip, so that drawing a stroke dot by dot gives the same picture as drawing it at once.
 * @param points flat x, y, pressure (see POINT_STRIDE)
 */
export function segmentsFrom(points: readonly number[], fromDot: number): InkSegment[] {
  const segments: InkSegment[] = [];
  const dots = Math.floor(points.length / POINT_STRIDE);
  for (let dot = Math.max(0, fromDot); dot < dots; dot++) {
    const here = pointAt(points, dot);
    if (dot === 0) {
      segments.push(line(here, here));
      continue;
    }
    const before = pointAt(points, dot - 1);
    const middle = between(before, here);
    if (dot === 1) segments.push(line(before, middle));
    else {
      const start = between(pointAt(points, dot - 2), before);
      segments.push({
        x0: start.x,
        y0: start.y,
        cx: before.x,
        cy: before.y,
        x1: middle.x,
        y1: middle.y,
        widthMm: widthOf(before.pressure),
      });
    }
    segments.push(line(middle, here));
  }
  return segments;
}

export function widthOf(pressure: number): number {
  return INK_WIDTH_MM + INK_PRESSURE_WIDTH_MM * Math.min(1, Math.max(0, pressure));
}

interface InkPoint {
  readonly x: number;
  readonly y: number;
  readonly pressure: number;
}

function pointAt(points: readonly number[], dot: number): InkPoint {
  const at = dot * POINT_STRIDE;
  return { x: points[at] ?? 0, y: points[at + 1] ?? 0, pressure: points[at + 2] ?? 0 };
}

function between(a: InkPoint, b: InkPoint): InkPoint {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, pressure: (a.pressure + b.pressure) / 2 };
}

function line(from: InkPoint, to: InkPoint): InkSegment {
  return { x0: from.x, y0: from.y, cx: from.x, cy: from.y, x1: to.x, y1: to.y, widthMm: widthOf(to.pressure) };
}
