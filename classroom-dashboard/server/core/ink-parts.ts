import {
  DOT_FORCE,
  DOT_STRIDE,
  DOT_X,
  DOT_Y,
  type DotBatch,
  type InkRun,
  type InkStroke,
  isPartOf,
  MM_PER_CENTIUNIT,
  type PageKey,
  type PenId,
  type StrokeId,
  strokeIdOf,
  unpackDots,
} from "@penlight/proto";

/** Which ink counts: pen-down (host time, ms) in [sinceMs, untilMs). */
export interface InkWindow {
  readonly sinceMs: number;
  readonly untilMs: number;
  /** Where the sheet's top-left corner lies in pen coordinates, mm. */
  readonly originMm: { readonly x: number; readonly y: number };
}

/** A run of dots as it came, still packed: unpacked only when a viewer looks. */
export interface Part {
  readonly copy: Copy;
  readonly firstDot: number;
  /** Dots of this run that are not new and are left out, counted from its front. */
  readonly skip: number;
  readonly dotCount: number;
  readonly packed: Uint8Array;
  readonly maxForce: number;
  readonly ended: boolean;
  /** No dots: word that the stroke is taken away, because another one has its dots. EVT-22. */
  readonly gone: boolean;
}

/** What one source (the air, the pen's memory) told of a stroke. */
interface Copy {
  readonly stroke: Stroke;
  dots: number;
  /** Told from its first dot on, without a hole. */
  whole: boolean;
  ended: boolean;
  /** Parts held back while the other copy has as many dots. */
  held: Part[];
}

interface Stroke {
  readonly id: StrokeId;
  readonly pen: PenId;
  readonly page: PageKey;
  readonly downMs: number;
  readonly live: Copy;
  readonly memory: Copy;
  shown: Copy;
  /** Nobody heard its pen-down. */
  readonly syntheticStart: boolean;
  /** Another stroke has its dots. EVT-22. */
  isPart: boolean;
}

/**
 * One page of one student: runs of dots in the order in which they came, each with a number. A viewer's place in it is
 * one number, so live ink, the backlog of a page just opened and the catching up of a slow viewer are the same thing.
 */
export class InkPageLog {
  readonly strokes = new Map<StrokeId, Stroke>();
  /** Strokes with a reckoned start that are part of no other one that is known. EVT-22. */
  readonly pieces = new Set<Stroke>();
  /** parts[0] has number `start`; the next part will get `end`. */
  parts: Part[] = [];
  start = 0;

  get end(): number {
    return this.start + this.parts.length;
  }
}

export function strokeIn(log: InkPageLog, batch: DotBatch, page: PageKey): Stroke {
  const id = strokeIdOf(batch.pen, batch.page, batch.downMs);
  const known = log.strokes.get(id);
  if (known !== undefined) return known;
  const { pen, syntheticStart } = batch;
  const facts = { id, pen, page, downMs: batch.downMs + batch.clockOffsetMs, syntheticStart, isPart: false };
  const stroke = facts as { -readonly [K in keyof Stroke]: Stroke[K] };
  stroke.live = { stroke, dots: 0, whole: true, ended: false, held: [] };
  stroke.memory = { stroke, dots: 0, whole: true, ended: false, held: [] };
  stroke.shown = batch.source === "live" ? stroke.live : stroke.memory;
  log.strokes.set(id, stroke);
  return stroke;
}

/** Null when everything in the batch is known already: a repeated record. */
export function newPart(copy: Copy, batch: DotBatch): Part | null {
  const end = batch.firstDot + batch.dotCount;
  const ended = batch.end !== null;
  if (end <= copy.dots && (copy.ended || !ended)) return null;
  if (batch.firstDot > copy.dots) copy.whole = false;
  const skip = Math.min(Math.max(copy.dots - batch.firstDot, 0), batch.dotCount);
  copy.dots = Math.max(copy.dots, end);
  copy.ended ||= ended;
  const { firstDot, dotCount, maxForce } = batch;
  // A copy of its own: the record's bytes are a window into a much larger read buffer.
  return { copy, firstDot, skip, dotCount, packed: batch.ink.slice(), maxForce, ended, gone: false };
}

export type OpenStroke = { -readonly [K in keyof InkStroke]: InkStroke[K] } & { points: number[] };

export function belongs(part: Part, window: InkWindow): boolean {
  const { downMs, isPart } = part.copy.stroke;
  if (isPart && !part.gone) return false;
  return downMs >= window.sinceMs && downMs < window.untilMs;
}

/** Adds a part to the list, joined to its last stroke where it continues that. */
export function appendPart(strokes: OpenStroke[], part: Part, window: InkWindow): void {
  const { stroke } = part.copy;
  const last = strokes[strokes.length - 1];
  const first = part.firstDot + part.skip;
  const continues = last !== undefined && last.stroke === stroke.id && last.firstDot + last.points.length / 3 === first;
  const points = continues ? last.points : [];
  const dots = unpackDots(part.packed, part.dotCount);
  if (dots !== null) pushPoints(points, dots, part.skip, part.maxForce, window.originMm);
  if (continues) last.ended ||= part.ended;
  else
    strokes.push({ stroke: stroke.id, page: stroke.page, firstDot: first, points, ended: part.ended, downMs: stroke.downMs });
}

/** Appends x, y (page mm, to a hundredth) and pressure (0..1, to a thousandth) of each dot from `skip` on. LIVE-5. */
export function pushPoints(
  points: number[],
  dots: Int32Array,
  skip: number,
  maxForce: number,
  originMm: { readonly x: number; readonly y: number },
): void {
  for (let at = skip * DOT_STRIDE; at < dots.length; at += DOT_STRIDE) {
    const force = maxForce > 0 ? Math.min((dots[at + DOT_FORCE] as number) / maxForce, 1) : 0;
    points.push(
      Math.round(((dots[at + DOT_X] as number) * MM_PER_CENTIUNIT - originMm.x) * 100) / 100,
      Math.round(((dots[at + DOT_Y] as number) * MM_PER_CENTIUNIT - originMm.y) * 100) / 100,
      Math.round(force * 1000) / 1000,
    );
  }
}

/** A run without dots (an end that came alone) counts as one, so that runs are bounded too. */
export function costOf(part: Part): number {
  return Math.max(part.dotCount - part.skip, 1);
}

/**
 * A stroke of a page was told to its end: is it a piece of another one, or the whole of pieces that are there? What is a
 * part from here on; the parts that take it away are in the log already. EVT-22.
 */
export function joinPieces(log: InkPageLog, stroke: Stroke): Part[] {
  if (!stroke.shown.ended) return [];
  if (stroke.syntheticStart) log.pieces.add(stroke);
  const wholes = stroke.syntheticStart ? log.strokes.values() : [stroke];
  const gone: Part[] = [];
  for (const whole of wholes) {
    if (whole.syntheticStart || !whole.shown.ended || !whole.shown.whole) continue;
    for (const piece of log.pieces) {
      if (piece.pen !== whole.pen || !piece.shown.ended || !isPartOf(runOf(log, piece), runOf(log, whole))) continue;
      piece.isPart = true;
      log.pieces.delete(piece);
      gone.push({ ...NO_PART, copy: piece.shown });
    }
  }
  log.parts.push(...gone);
  return gone;
}

/** Which pen wrote a stroke, and when it began, host time, ms. */
export type PennedStroke = Pick<Stroke, "pen" | "downMs">;

/** Takes strokes out of a page; `dots` is what they cost. Null: none is to be taken. */
export function takeStrokes(
  log: InkPageLog,
  isMoved: (stroke: PennedStroke) => boolean,
): { readonly log: InkPageLog; readonly dots: number } | null {
  const moved = new InkPageLog();
  for (const [id, stroke] of log.strokes) {
    if (!isMoved(stroke)) continue;
    log.strokes.delete(id);
    moved.strokes.set(id, stroke);
    if (log.pieces.delete(stroke)) moved.pieces.add(stroke);
  }
  if (moved.strokes.size === 0) return null;
  moved.parts = log.parts.filter((part) => isMoved(part.copy.stroke));
  log.parts = log.parts.filter((part) => !isMoved(part.copy.stroke));
  const held = [...moved.strokes.values()].flatMap(({ live, memory }) => [...live.held, ...memory.held]);
  return { log: moved, dots: [...moved.parts, ...held].reduce((sum, part) => sum + costOf(part), 0) };
}

const NO_PART = { firstDot: 0, skip: 0, dotCount: 0, packed: new Uint8Array(0), maxForce: 1, ended: true, gone: true } as const;

/** The dots of a stroke as it is shown. */
function runOf(log: InkPageLog, { shown, downMs }: Stroke): InkRun {
  const runs = log.parts
    .filter((part) => part.copy === shown)
    .map((part) => (unpackDots(part.packed, part.dotCount) ?? new Int32Array(0)).subarray(part.skip * DOT_STRIDE));
  const dots = new Int32Array(runs.reduce((sum, run) => sum + run.length, 0));
  let at = 0;
  for (const run of runs) {
    dots.set(run, at);
    at += run.length;
  }
  return { dots, count: dots.length / DOT_STRIDE, firstMs: downMs };
}
