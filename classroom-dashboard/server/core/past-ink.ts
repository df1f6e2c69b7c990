import { type InkPage, type InkStroke, type PageKey, pageKeyOf, type StrokeRow } from "@penlight/proto";
import { type InkBook, MESSAGE_DOTS_MAX } from "./ink-book.ts";
import { type InkWindow, pushPoints } from "./ink-parts.ts";

/** A stroke from history in the form that viewers get: page mm, host time. */
export function inkStrokeOf(row: StrokeRow, page: PageKey, window: InkWindow): InkStroke {
  const points: number[] = [];
  pushPoints(points, row.dots, 0, row.maxForce, window.originMm);
  return { stroke: row.stroke, page, firstDot: 0, points, ended: true, downMs: row.downMs + row.clockOffsetMs };
}

/** What history has of a page and the live book has not, or has shorter. */
export function pastOf(rows: readonly StrokeRow[], page: PageKey, window: InkWindow, live: InkBook | null): InkStroke[] {
  return rows
    .filter(
      (row) => row.page !== null && pageKeyOf(row.page) === page && row.version > (live?.wholeDotsOf(page, row.stroke) ?? 0),
    )
    .map((row) => inkStrokeOf(row, page, window));
}

/** History and live ink of a page together: each stroke once, the longer copy of it. */
export function joinInk(past: readonly InkStroke[], live: readonly InkStroke[]): InkPage["strokes"] {
  const byStroke = new Map(past.map((stroke) => [stroke.stroke, stroke]));
  for (const stroke of live) {
    const known = byStroke.get(stroke.stroke);
    if (known === undefined || known.points.length < stroke.points.length) byStroke.set(stroke.stroke, stroke);
  }
  return [...byStroke.values()].sort((a, b) => a.downMs - b.downMs || (a.stroke < b.stroke ? -1 : 1));
}

/** A stroke of more dots than a message takes, in several runs. LIVE-9. */
export function splitStroke(stroke: InkStroke): InkStroke[] {
  const dots = stroke.points.length / 3;
  if (dots <= MESSAGE_DOTS_MAX) return [stroke];
  const runs: InkStroke[] = [];
  for (let first = 0; first < dots; first += MESSAGE_DOTS_MAX) {
    const points = stroke.points.slice(first * 3, (first + MESSAGE_DOTS_MAX) * 3);
    const last = first + MESSAGE_DOTS_MAX >= dots;
    runs.push({ ...stroke, firstDot: stroke.firstDot + first, points, ended: stroke.ended && last });
  }
  return runs;
}
