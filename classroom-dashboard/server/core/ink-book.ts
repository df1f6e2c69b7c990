import { DOT_STRIDE, type DotBatch, type InkStroke, type PageKey, type PenId, pageKeyOf, type StrokeId } from "@penlight/proto";
import {
  appendPart,
  belongs,
  costOf,
  InkPageLog,
  type InkWindow,
  joinPieces,
  newPart,
  type OpenStroke,
  type Part,
  type PennedStroke,
  strokeIn,
  takeStrokes,
} from "./ink-parts.ts";

/** Dots of one student kept in memory for live ink; the oldest go first. About 8 bytes each, packed. LIVE-9. */
export const STUDENT_DOTS_MAX = 20_000;
/** Dots in one `ink` message: about 36 KB of JSON, so that one message never fills an empty socket. LIVE-9. */
export const MESSAGE_DOTS_MAX = 2000;

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
    const changed = this.#place(log, part);
    const gone = part.ended ? joinPieces(log, stroke) : [];
    for (const each of gone) this.#dots += costOf(each);
    while (this.#dots > STUDENT_DOTS_MAX) this.#forgetOldest();
    return changed || gone.length > 0 ? page : null;
  }

  /** The longer copy of a stroke is shown; a copy that overtakes the other is told from its start. EVT-3. */
  #place(log: InkPageLog, part: Part): boolean {
    const { copy } = part;
    const { stroke } = copy;
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
      if (!(part.copy.whole || part.gone) || !belongs(part, window)) continue;
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
      if (part.gone || !belongs(part, window) || part.copy !== part.copy.stroke.shown) continue;
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

  /** Another stroke has its dots. EVT-22. */
  isPart(page: PageKey, stroke: StrokeId): boolean {
    return this.#pages.get(page)?.strokes.get(stroke)?.isPart ?? false;
  }

  /** When the strokes of a pen that are in this book began, host time, ms. */
  timesOf(pen: PenId): number[] {
    const times: number[] = [];
    for (const { strokes } of this.#pages.values()) {
      for (const stroke of strokes.values()) if (stroke.pen === pen) times.push(stroke.downMs);
    }
    return times;
  }

  /** Takes strokes out of this book and into another: they are somebody else's. Places in both are void. */
  moveTo(other: InkBook, isMoved: (stroke: PennedStroke) => boolean): void {
    for (const [page, log] of this.#pages) {
      const moved = takeStrokes(log, isMoved);
      if (moved === null) continue;
      this.#dots -= moved.dots;
      other.#join(page, moved.log, moved.dots);
    }
  }

  #join(page: PageKey, moved: InkPageLog, dots: number): void {
    const log = this.#pages.get(page) ?? new InkPageLog();
    this.#pages.set(page, log);
    for (const [id, stroke] of moved.strokes) log.strokes.set(id, stroke);
    for (const piece of moved.pieces) log.pieces.add(piece);
    log.parts.push(...moved.parts);
    this.#dots += dots;
    while (this.#dots > STUDENT_DOTS_MAX) this.#forgetOldest();
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
      oldest.pieces.delete(stroke);
      for (const copy of [stroke.live, stroke.memory]) this.#dots -= copy.held.reduce((sum, each) => sum + costOf(each), 0);
    }
    oldest.start += count;
  }

  #forgetHeld(): void {
    for (const log of this.#pages.values()) {
      log.strokes.clear();
      log.pieces.clear();
    }
    this.#dots = 0;
  }
}
