import {
  DOT_FORCE,
  DOT_STRIDE,
  DOT_X,
  DOT_Y,
  type DotBatch,
  type InkStroke,
  MM_PER_CENTIUNIT,
  type PageKey,
  pageKeyOf,
  type StrokeId,
  strokeIdOf,
  unpackDots,
} from "@penlight/proto";

/** Dots of one student kept in memory for live ink; the oldest go first. About 8 bytes each, packed. LIVE-9. */
export const STUDENT_DOTS_MAX = 20_000;
/** Dots in one `ink` message: about 36 KB of JSON, so that one message never fills an empty socket. LIVE-9. */
export const MESSAGE_DOTS_MAX = 2000;

/** Which ink counts: pen-down (host time, ms) in [sinceMs, untilMs). */
export interface InkWindow {
  readonly sinceMs: number;
  readonly untilMs: number;
  /** Where the sheet's top-left corner lies in pen coordinates, mm. */
  readonly originMm: { readonly x: number; readonly y: number };
}

/** A run of dots as it came, still packed: unpacked only when a viewer looks. */
interface Part {
  readonly copy: Copy;
  readonly firstDot: number;
  /** Dots of this run that are not new and are left out, counted from its front. */
  readonly skip: number;
  readonly dotCount: number;
  readonly packed: Uint8Array;
  readonly maxForce: number;
  readonly ended: boolean;
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
  readonly page: PageKey;
  readonly downMs: number;
  readonly live: Copy;
  readonly memory: Copy;
  shown: Copy;
}

/**
 * One page of one student: runs of dots in the order in which they came, each with a number. A viewer's place in it is
 * one number, so live ink, the backlog of a page just opened and the catching up of a slow viewer are the same thing.
 */
class InkPageLog {
  readonly strokes = new Map<StrokeId, Stroke>();
  /** parts[0] has number `start`; the next part will get `end`. */
  parts: Part[] = [];
  start = 0;

  get end(): number {
    return this.start + this.parts.length;
  }
}

export interface InkChunk {
  readonly strokes: readonly InkStroke[];
  /** Place behind the last part in it. */
  readonly next: number;
}

/** Recent ink of one student, bounded. Pure. */
export class InkBook {
  readonly #pages = new Map<PageKey, InkPageLog>();
  #dots = 0;

  /** Returns the page that changed, or null: nothing new in it, or nowhere to put it. */
  push(batch: DotBatch): PageKey | null {
    if (batch.page === null || batch.dotCount > batch.ink.length / DOT_STRIDE) return null;
    const page = pageKeyOf(batch.page);
    let log = this.#pages.get(page);
    if (log === undefined) {
      log = new InkPageLog();
      this.#pages.set(page, log);
    }
    const stroke = strokeIn(log, batch, page);
    const copy = batch.source === "live" ? stroke.live : stroke.memory;
    const part = newPart(copy, batch);
    if (part === null) return null;
    this.#dots += costOf(part);
    const changed = this.#place(log, stroke, copy, part);
    while (this.#dots > STUDENT_DOTS_MAX) this.#forgetOldest();
    return changed ? page : null;
  }

  /** The longer copy of a stroke is shown; a copy that overtakes the other is told from its start. EVT-3. */
  #place(log: InkPageLog, stroke: Stroke, copy: Copy, part: Part): boolean {
    if (copy === stroke.shown) {
      log.parts.push(part);
      return true;
    }
    copy.held.push(part);
    const overtakes = copy.whole && (copy.dots > stroke.shown.dots || (copy.dots === stroke.shown.dots && !stroke.shown.whole));
    if (!overtakes) return false;
    stroke.shown = copy;
    log.parts.push(...copy.held);
    copy.held = [];
    return true;
  }

  /** Number behind the newest part of a page. */
  endOf(page: PageKey): number {
    return this.#pages.get(page)?.end ?? 0;
  }

  /** Parts from place `from` on are gone: the reader must begin anew. */
  isForgotten(page: PageKey, from: number): boolean {
    return from < (this.#pages.get(page)?.start ?? 0);
  }

  /**
   * The next runs of a page from place `from` on, at most MESSAGE_DOTS_MAX dots (one run at least); null: nothing there.
   * A stroke whose beginning is not here is left out: a viewer could not draw it. History has it. LIVE-5.
   */
  chunk(page: PageKey, from: number, window: InkWindow): InkChunk | null {
    const log = this.#pages.get(page);
    if (log === undefined || from >= log.end) return null;
    const strokes: OpenStroke[] = [];
    let dots = 0;
    let at = Math.max(from, log.start);
    for (; at < log.end; at++) {
      const part = log.parts[at - log.start] as Part;
      if (!part.copy.whole || !belongs(part, window)) continue;
      const count = part.dotCount - part.skip;
      if (dots > 0 && dots + count > MESSAGE_DOTS_MAX) break;
      dots += count;
      appendPart(strokes, part, window);
    }
    return { strokes, next: at };
  }

  /** Whole strokes of a page as far as they are in memory, in order of pen-down. */
  strokes(page: PageKey, window: InkWindow): InkStroke[] {
    const log = this.#pages.get(page);
    if (log === undefined) return [];
    const byStroke = new Map<StrokeId, OpenStroke>();
    for (const part of log.parts) {
      if (!belongs(part, window) || part.copy !== part.copy.stroke.shown) continue;
      const whole = byStroke.get(part.copy.stroke.id);
      const runs: OpenStroke[] = whole === undefined ? [] : [whole];
      appendPart(runs, part, window);
      const [first, second] = runs as [OpenStroke, OpenStroke?];
      // A hole in the dots: what is known on both its sides is one stroke all the same.
      if (second !== undefined) first.points.push(...second.points);
      first.ended ||= part.ended;
      byStroke.set(first.stroke, first);
    }
    return [...byStroke.values()].sort((a, b) => a.downMs - b.downMs || (a.stroke < b.stroke ? -1 : 1));
  }

  /** Dots of a stroke that are here from the first one on; 0: not known, or its beginning is gone. */
  wholeDotsOf(page: PageKey, stroke: StrokeId): number {
    const copy = this.#pages.get(page)?.strokes.get(stroke)?.shown;
    return copy?.whole ? copy.dots : 0;
  }

  #forgetOldest(): void {
    let oldest: InkPageLog | null = null;
    for (const log of this.#pages.values()) {
      const front = log.parts[0]?.copy.stroke.downMs;
      if (front !== undefined && (oldest === null || front < (oldest.parts[0] as Part).copy.stroke.downMs)) oldest = log;
    }
    if (oldest === null) {
      this.#forgetHeld();
      return;
    }
    const count = Math.max(1, oldest.parts.length >> 2);
    const forgotten = oldest.parts.splice(0, count);
    const kept = new Set(oldest.parts.map((part) => part.copy.stroke));
    for (const part of forgotten) {
      this.#dots -= costOf(part);
      part.copy.whole = false;
      const { stroke } = part.copy;
      if (kept.has(stroke) || !oldest.strokes.delete(stroke.id)) continue;
      for (const copy of [stroke.live, stroke.memory]) this.#dots -= copy.held.reduce((sum, each) => sum + costOf(each), 0);
    }
    oldest.start += count;
  }

  #forgetHeld(): void {
    for (const log of this.#pages.values()) log.strokes.clear();
    this.#dots = 0;
  }
}

function strokeIn(log: InkPageLog, batch: DotBatch, page: PageKey): Stroke {
  const id = strokeIdOf(batch.pen, batch.page, batch.downMs);
  const known = log.strokes.get(id);
  if (known !== undefined) return known;
  const stroke = { id, page, downMs: batch.downMs + batch.clockOffsetMs } as { -readonly [K in keyof Stroke]: Stroke[K] };
  stroke.live = { stroke, dots: 0, whole: true, ended: false, held: [] };
  stroke.memory = { stroke, dots: 0, whole: true, ended: false, held: [] };
  stroke.shown = batch.source === "live" ? stroke.live : stroke.memory;
  log.strokes.set(id, stroke);
  return stroke;
}

/** Null when everything in the batch is known already: a repeated record. */
function newPart(copy: Copy, batch: DotBatch): Part | null {
  const end = batch.firstDot + batch.dotCount;
  const ended = batch.end !== null;
  if (end <= copy.dots && (copy.ended || !ended)) return null;
  if (batch.firstDot > copy.dots) copy.whole = false;
  const skip = Math.min(Math.max(copy.dots - batch.firstDot, 0), batch.dotCount);
  copy.dots = Math.max(copy.dots, end);
  copy.ended ||= ended;
  const { firstDot, dotCount, maxForce } = batch;
  // A copy of its own: the record's bytes are a window into a much larger read buffer.
  return { copy, firstDot, skip, dotCount, packed: batch.ink.slice(), maxForce, ended };
}

type OpenStroke = { -readonly [K in keyof InkStroke]: InkStroke[K] } & { points: number[] };

function belongs(part: Part, window: InkWindow): boolean {
  const { downMs } = part.copy.stroke;
  return downMs >= window.sinceMs && downMs < window.untilMs;
}

/** Adds a part to the list, joined to its last stroke where it continues that. */
function appendPart(strokes: OpenStroke[], part: Part, window: InkWindow): void {
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
function costOf(part: Part): number {
  return Math.max(part.dotCount - part.skip, 1);
}
