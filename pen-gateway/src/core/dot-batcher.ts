import { DOT_STRIDE, DOT_TIME, type DotBatch, type PageAddress, type PenId, packDots } from "@penlight/proto";
import type { MemoryChunk, MemoryStroke } from "@penlight/proto/pen";
import type { LinkEvent } from "./link-event.ts";
import type { StrokeTimes } from "./pen-clock.ts";

/** Dots of one batch at most. EVT-2. */
export const BATCH_DOTS_MAX = 64;

/** What a batch needs to know of the link when its stroke begins. */
export interface LinkFacts {
  /** Dots that the "dots" events index; see PenLink. */
  readonly dots: Int32Array;
  readonly clockOffsetMs: number;
  clockOffsetAt(times: StrokeTimes): number;
  readonly maxForce: number;
}

type StrokeStart = Extract<LinkEvent, { readonly kind: "stroke-start" }>;
type StrokeEnd = Extract<LinkEvent, { readonly kind: "stroke-end" }>;

/**
 * Strokes of one pen -> batches. A batch belongs to one stroke on one page; there is a new one after a pen-up, a change of
 * page or BATCH_DOTS_MAX dots, and `flush` gives what is there: nothing waits for a timer. EVT-2.
 */
export class DotBatcher {
  readonly #pen: PenId;
  readonly #emit: (batch: DotBatch) => void;
  readonly #dots = new Int32Array(BATCH_DOTS_MAX * DOT_STRIDE);
  #held = 0;
  #start: StrokeStart | null = null;
  #page: PageAddress | null = null;
  #clockOffsetMs = 0;
  #maxForce = 0;
  /** Dots of the open stroke that are in batches already. */
  #batched = 0;
  /** Of the stroke before: its end on the pen's clock, and its offset. */
  #before = { upMs: Number.POSITIVE_INFINITY, offsetMs: 0 };

  constructor(pen: PenId, emit: (batch: DotBatch) => void) {
    this.#pen = pen;
    this.#emit = emit;
  }

  take(event: LinkEvent, link: LinkFacts): void {
    switch (event.kind) {
      case "stroke-start":
        this.#start = event;
        this.#page = null;
        this.#clockOffsetMs = this.#inOrder(event.downMs, link.clockOffsetMs);
        this.#maxForce = link.maxForce;
        this.#batched = 0;
        this.#held = 0;
        break;
      case "page":
        if (this.#start !== null) this.#page = event.page;
        break;
      case "dots":
        this.#hold(link.dots, event.from, event.to);
        break;
      case "stroke-end":
        this.#end(event);
        break;
      case "memory-chunk":
        this.#takeChunk(event.chunk, link);
        break;
    }
  }

  /** What is held becomes a batch. */
  flush(): void {
    if (this.#held > 0) this.#emitHeld(null);
  }

  #hold(dots: Int32Array, from: number, to: number): void {
    let at = from;
    while (at < to) {
      const count = Math.min(to - at, BATCH_DOTS_MAX - this.#held);
      // A loop: `set` of a view is no quicker for so few numbers, and the view would be garbage.
      let into = this.#held * DOT_STRIDE;
      for (let i = at * DOT_STRIDE; i < (at + count) * DOT_STRIDE; i++) this.#dots[into++] = dots[i] as number;
      this.#held += count;
      at += count;
      if (this.#held === BATCH_DOTS_MAX) this.#emitHeld(null);
    }
  }

  /** A tap (no dots at all) is no ink. */
  #end({ upMs, synthetic, lostDots }: StrokeEnd): void {
    if (this.#held > 0 || this.#batched > 0) this.#emitHeld({ upMs, synthetic, lostDots });
    this.#start = null;
    this.#before = { upMs, offsetMs: this.#clockOffsetMs };
  }

  /** A better estimate of the clock must not put a stroke before the one that it follows: it comes in over the pauses. PEN-10. */
  #inOrder(downMs: number, offsetMs: number): number {
    const { upMs, offsetMs: before } = this.#before;
    return downMs >= upMs ? Math.max(offsetMs, before - (downMs - upMs)) : offsetMs;
  }

  #emitHeld(end: DotBatch["end"]): void {
    const start = this.#start;
    if (start === null) throw new Error("DotBatcher requires a stroke-start before dots");
    this.#emit({
      pen: this.#pen,
      page: this.#page,
      downMs: start.downMs,
      clockOffsetMs: this.#clockOffsetMs,
      firstDot: this.#batched,
      dotCount: this.#held,
      ink: packDots(this.#dots, 0, this.#held),
      maxForce: this.#maxForce,
      tip: start.tip,
      color: start.color,
      syntheticStart: start.synthetic,
      source: "live",
      end,
    });
    this.#batched += this.#held;
    this.#held = 0;
  }

  #takeChunk(chunk: MemoryChunk, link: LinkFacts): void {
    for (const stroke of chunk.strokes) this.#emitMemory(stroke, link);
  }

  #emitMemory(stroke: MemoryStroke, link: LinkFacts): void {
    const total = stroke.dots.length / DOT_STRIDE;
    const upMs = upMsOf(stroke);
    const clockOffsetMs = link.clockOffsetAt({ downMs: stroke.downMs, upMs });
    for (let first = 0; first < total; first += BATCH_DOTS_MAX) {
      const dotCount = Math.min(BATCH_DOTS_MAX, total - first);
      const last = first + dotCount === total;
      this.#emit({
        pen: this.#pen,
        page: stroke.page,
        downMs: stroke.downMs,
        clockOffsetMs,
        firstDot: first,
        dotCount,
        ink: packDots(stroke.dots, first, dotCount),
        maxForce: link.maxForce,
        tip: stroke.tip,
        color: stroke.color,
        syntheticStart: false,
        source: "memory",
        end: last ? { upMs, synthetic: false, lostDots: stroke.badDots } : null,
      });
    }
  }
}

/** A pen-up before the last dot cannot be: then the last dot's time stands for it. */
function upMsOf(stroke: MemoryStroke): number {
  const lastMs = stroke.downMs + (stroke.dots[stroke.dots.length - DOT_STRIDE + DOT_TIME] ?? 0);
  return Math.max(stroke.upMs, lastMs);
}
