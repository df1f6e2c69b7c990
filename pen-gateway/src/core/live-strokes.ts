import { DOT_STRIDE, type PageAddress, samePage } from "@penlight/proto";
import { readDot } from "@penlight/proto/pen";
import type { FaultCounter } from "./fault-counter.ts";
import type { EventList, UpCounts } from "./link-event.ts";
import { isPenTime, type PenClock } from "./pen-clock.ts";
import { ReckonedStarts } from "./reckoned-starts.ts";

/** A dot in the smallest frame (0x67): so many dots at most are in a number of bytes. */
const DOT_FRAME_BYTES_MIN = 10;

/** With this many events lost since a page was heard, it may be another page's turn: both the pen-down and its page can be among them. */
const PAGE_DOUBT_EVENTS = 2;

/** What a pen said where that is no time. */
type InvalidTime = { readonly invalidMs?: number };

/** A dot that says no more than where it was. */
export interface BareDot {
  readonly dt: number;
  /** Hundredths of an Ncode unit. */
  readonly x: number;
  readonly y: number;
}

/**
 * Pen-down, page, dots, pen-up -> strokes; what was lost is reckoned and marked, never guessed. The table of states is
 * PEN-6. Every event of a stroke goes to the EventList, its dots into `dots`.
 */
export class LiveStrokes {
  readonly #events: EventList;
  readonly #faults: FaultCounter;
  readonly #clock: PenClock;
  readonly #starts = new ReckonedStarts();

  dots = new Int32Array(64 * DOT_STRIDE);
  #dotCount = 0;

  #open = false;
  /** Page of the open stroke, or, with none open, the page heard since the last one ended. */
  #page: PageAddress | null = null;
  /** The open stroke has dots that nobody knows the page of. */
  #unplaced = false;
  #eventsSincePage = 0;
  #tip: "pen" | "eraser" = "pen";
  #color = OPAQUE_BLACK;
  #downMs = 0;
  /** Sum of the dts, ms since downMs. */
  #time = 0;
  #kept = 0;
  /** Events lost, and dots dropped, while this stroke was open. */
  #missed = 0;
  /** Dots, kept or lost, that went before in the same pen-down, under another page. */
  #before = 0;

  /** Dots that pens made and that are in no stroke of this link. */
  lostDots = 0;

  constructor(events: EventList, faults: FaultCounter, clock: PenClock) {
    this.#events = events;
    this.#faults = faults;
    this.#clock = clock;
  }

  get isOpen(): boolean {
    return this.#open;
  }

  /** Makes room for all dots that `bytes` bytes can hold; the dots of the call before are gone. */
  clear(bytes: number): void {
    this.#dotCount = 0;
    const needed = (Math.floor(bytes / DOT_FRAME_BYTES_MIN) + 2) * DOT_STRIDE;
    if (needed > this.dots.length) this.dots = new Int32Array(needed);
  }

  /** Events of the counter were lost. */
  missed(events: number): void {
    this.#missed += events;
    this.#eventsSincePage += events;
  }

  down(timeMs: number, tip: "pen" | "eraser", color: number, count: number | null, receivedMs: number): void {
    if (this.#open) {
      this.#faults.add("missing-up");
      this.#closeAtLastDot();
    }
    const valid = isPenTime(timeMs);
    if (valid) this.#clock.sample(timeMs, receivedMs);
    else this.#faults.add("invalid-time");
    this.#page = null;
    this.#tip = tip;
    this.#color = color;
    this.#before = 0;
    if (valid) this.#start(timeMs, false, count);
    else this.#start(this.#reckon(receivedMs, 0), true, count, { invalidMs: timeMs });
  }

  page(page: PageAddress): void {
    this.#eventsSincePage = 0;
    if (this.#open) {
      if (this.#page === null && !this.#unplaced) {
        this.#page = page;
        this.#events.push({ kind: "page", page });
        return;
      }
      if (this.#page !== null && samePage(this.#page, page)) return;
      this.#turn(page);
      return;
    }
    this.#page = page;
    this.#events.push({ kind: "page", page });
  }

  /** A whole dot, its DOT fields at `at` (see `readDot`). */
  dot(body: Uint8Array, at: number, receivedMs: number): void {
    if (!this.#admit(body[at] as number, receivedMs)) return;
    readDot(body, at, this.dots, this.#dotCount * DOT_STRIDE, this.#time);
    this.#keep();
  }

  /** A short or tiny dot: full force, upright. */
  bareDot(dot: BareDot, force: number, receivedMs: number): void {
    if (!this.#admit(dot.dt, receivedMs)) return;
    this.dots.set([this.#time, dot.x, dot.y, force, 90, 90, 0], this.#dotCount * DOT_STRIDE);
    this.#keep();
  }

  up(timeMs: number, counts: UpCounts | null, receivedMs: number): void {
    const valid = isPenTime(timeMs);
    if (valid) this.#clock.sample(timeMs, receivedMs);
    else this.#faults.add("invalid-time");
    if (!this.#open) {
      this.#faults.add("extra-up");
      this.#page = null;
      return;
    }
    const lost = counts === null ? this.#missed : Math.max(0, counts.sentImages - this.#kept - this.#before);
    if (valid) this.#end(timeMs, false, lost, counts);
    else this.#end(this.#downMs + this.#time, true, lost, counts, { invalidMs: timeMs });
  }

  /** The link is lost: the open stroke, if any, ends at its last dot. */
  close(): void {
    if (this.#open) {
      this.#faults.add("missing-up");
      this.#closeAtLastDot();
    }
    this.#page = null;
  }

  /** Is there a stroke for this dot? Opens one where the pen-down was lost. */
  #admit(dt: number, receivedMs: number): boolean {
    if (!this.#open) this.#openWithoutDown(dt, receivedMs);
    this.#time += dt;
    if (this.#page !== null || this.#unplaced) return true;
    this.#missed++;
    this.#faults.add("missing-page");
    this.#events.push({ kind: "dot-dropped", dt });
    return false;
  }

  #keep(): void {
    this.#kept++;
    this.#events.dot(this.#dotCount++);
  }

  #openWithoutDown(dt: number, receivedMs: number): void {
    const page = this.#eventsSincePage >= PAGE_DOUBT_EVENTS ? null : this.#page;
    this.#page = page;
    this.#faults.add("missing-down");
    if (page === null) this.#faults.add("unknown-place");
    this.#tip = "pen";
    this.#color = OPAQUE_BLACK;
    this.#before = 0;
    this.#start(this.#reckon(receivedMs, dt), true, null);
    this.#unplaced = page === null;
    if (page !== null) this.#events.push({ kind: "page", page });
  }

  /** Another page under the tip: the stroke ends there, and a new one begins with the same tip at the time of its last dot. */
  #turn(page: PageAddress): void {
    const downMs = this.#downMs + this.#time;
    const before = this.#before + this.#kept + this.#missed;
    this.#closeAtLastDot();
    this.#events.push({ kind: "page", page });
    this.#before = before;
    this.#start(downMs, true, null);
    this.#page = page;
    this.#events.push({ kind: "page", page });
  }

  #start(downMs: number, synthetic: boolean, count: number | null, said: InvalidTime = {}): void {
    this.#open = true;
    this.#unplaced = false;
    this.#downMs = downMs;
    this.#time = 0;
    this.#kept = 0;
    this.#missed = 0;
    this.#events.push({ kind: "stroke-start", downMs, tip: this.#tip, color: this.#color, synthetic, count, ...said });
  }

  #closeAtLastDot(): void {
    this.#end(this.#downMs + this.#time, true, this.#missed, null);
  }

  #end(upMs: number, synthetic: boolean, lostDots: number, counts: UpCounts | null, said: InvalidTime = {}): void {
    this.#events.push({ kind: "stroke-end", upMs, synthetic, dots: this.#kept, lostDots, counts, ...said });
    this.lostDots += lostDots;
    this.#open = false;
    this.#page = null;
    this.#unplaced = false;
  }

  /** The start of a stroke, on the pen's clock, whose first word came at this time of ours, `dt` ms after it. */
  #reckon(receivedMs: number, dt: number): number {
    return this.#starts.take(Math.round(receivedMs - (this.#clock.known ? this.#clock.offsetMs : 0)) - dt);
  }
}

const OPAQUE_BLACK = 0xff000000;
