import {
  DOT_STRIDE,
  DOT_TIME,
  type DotBatch,
  type PageAddress,
  type PageKey,
  type PenId,
  pageKeyOf,
  Slab,
  type StrokeEnd,
  type StrokeId,
  type StrokeRow,
  samePage,
  strokeIdOf,
  unpackDots,
  unpackDotsInto,
} from "@penlight/proto";

/** Batches that may wait for a hole before them to be filled. ANS-2. */
export const HELD_BATCHES_MAX = 64;

/** Dots that a new stroke has room for. */
const ROOM_DOTS = 128;
/** Rooms that wait to be used again. */
const ROOMS_MAX = 1024;
const rooms: Int32Array[] = [];

/** Room for the dots of an open stroke: used again and again, since memory outside the heap is dear to get. */
function takeRoom(dots: number): Int32Array {
  return (dots <= ROOM_DOTS ? rooms.pop() : undefined) ?? new Int32Array(Math.max(dots, ROOM_DOTS) * DOT_STRIDE);
}

function giveRoom(room: Int32Array): void {
  if (room.length === ROOM_DOTS * DOT_STRIDE && rooms.length < ROOMS_MAX) rooms.push(room);
}

/** Dots of closed strokes, which are kept while their lesson is. */
const closed = new Slab();

const NO_DOTS = new Int32Array(0);

interface HeldBatch {
  readonly firstDot: number;
  readonly dots: Int32Array;
  readonly end: StrokeEnd | null;
}

export type StrokeFacts = Pick<
  DotBatch,
  "clockOffsetMs" | "maxForce" | "tip" | "color" | "syntheticStart" | "source" | "downMs"
>;

/**
 * One telling of a stroke, live or from the pen's memory: the dots heard so far, in order. A dot is known by its index in
 * the stroke, so duplicates and overlaps change nothing. ANS-1, ANS-2.
 */
export class StrokeCopy {
  readonly facts: StrokeFacts;
  /** DOT_STRIDE numbers a dot; only the first `count` dots are valid. */
  dots: Int32Array = NO_DOTS;
  count = 0;
  /** Index after the last dot heard; larger than `count` by the holes that were given up (read back: by all lost dots). */
  next = 0;
  end: StrokeEnd | null = null;
  /** Gateway time at which the last of it was received, ms; 0: nobody knows. */
  receivedMs = 0;
  #held: HeldBatch[] = [];
  /** `dots` was given out by {@link trim}: a row may hold it, and nobody else writes in it. */
  #isTrimmed = false;

  constructor(facts: StrokeFacts) {
    this.facts = facts;
  }

  /** Dots that are missing between those that are there. */
  get holes(): number {
    return this.next - this.count;
  }

  get waiting(): boolean {
    return this.#held.length > 0;
  }

  /** Runs of dots that wait for a hole before them to be filled. ANS-2. */
  get held(): readonly HeldBatch[] {
    return this.#held;
  }

  /** Host time of the last dot (of pen-down while there is none), ms. */
  get lastMs(): number {
    const time = this.count === 0 ? 0 : (this.dots[(this.count - 1) * DOT_STRIDE + DOT_TIME] as number);
    return this.facts.downMs + this.facts.clockOffsetMs + time;
  }

  get firstMs(): number {
    return this.facts.downMs + this.facts.clockOffsetMs;
  }

  /**
   * Takes a batch as it travels. Answers how many of its dots were there before; null, and nothing is taken, when its
   * bytes are not the dots it says.
   */
  acceptPacked(batch: Pick<DotBatch, "firstDot" | "dotCount" | "ink" | "end">): number | null {
    const { firstDot, dotCount, ink, end } = batch;
    if (firstDot !== this.next || this.#held.length > 0) {
      const dots = unpackDots(ink, dotCount);
      return dots === null ? null : this.accept(firstDot, dots, end);
    }
    // The usual case: the next dots of this stroke go straight to their place.
    if (ink.length < dotCount * DOT_STRIDE) return null;
    this.#reserve(this.count + dotCount);
    if (!unpackDotsInto(ink, dotCount, this.dots, this.count)) return null;
    this.#grown(dotCount, end);
    return 0;
  }

  /** Takes what is new of a batch. Answers how many of its dots were there before. */
  accept(firstDot: number, dots: Int32Array, end: StrokeEnd | null): number {
    if (firstDot > this.next) {
      if (this.#held.some((each) => each.firstDot === firstDot && each.dots.length === dots.length))
        return dots.length / DOT_STRIDE;
      this.#held.push({ firstDot, dots, end });
      this.#held.sort((a, b) => a.firstDot - b.firstDot);
      if (this.#held.length > HELD_BATCHES_MAX) this.giveUpHoles();
      return 0;
    }
    const known = this.#append(firstDot, dots, end);
    while (this.#held.length > 0 && (this.#held[0] as HeldBatch).firstDot <= this.next) {
      const held = this.#held.shift() as HeldBatch;
      this.#append(held.firstDot, held.dots, held.end);
    }
    return known;
  }

  /** Joins what waits, holes or not. */
  giveUpHoles(): void {
    for (const held of this.#held) {
      this.next = Math.max(this.next, held.firstDot);
      this.#append(held.firstDot, held.dots, held.end);
    }
    this.#held = [];
  }

  #append(firstDot: number, dots: Int32Array, end: StrokeEnd | null): number {
    const total = dots.length / DOT_STRIDE;
    const known = Math.min(total, this.next - firstDot);
    const fresh = total - known;
    if (fresh > 0) {
      this.#reserve(this.count + fresh);
      this.dots.set(known === 0 ? dots : dots.subarray(known * DOT_STRIDE), this.count * DOT_STRIDE);
    }
    this.#grown(fresh, end);
    return known;
  }

  #grown(fresh: number, end: StrokeEnd | null): void {
    // New dots after a reckoned end: the stroke goes on. ANS-4.
    if (fresh > 0 && this.end?.synthetic === true) this.end = null;
    this.count += fresh;
    this.next += fresh;
    if (end !== null && this.end === null) this.end = end;
  }

  #reserve(count: number): void {
    if (count * DOT_STRIDE <= this.dots.length) return;
    const wider = takeRoom(Math.max(count, (this.dots.length / DOT_STRIDE) * 2));
    wider.set(this.dots.subarray(0, this.count * DOT_STRIDE));
    if (!this.#isTrimmed) giveRoom(this.dots);
    this.#isTrimmed = false;
    this.dots = wider;
  }

  /** Gives back the room that was reserved for more dots: from here on `dots` never changes. */
  trim(): void {
    if (this.#isTrimmed) return;
    this.#isTrimmed = true;
    if (this.dots.length === this.count * DOT_STRIDE) return;
    const roomy = this.dots;
    this.dots = closed.cutInts(roomy, this.count * DOT_STRIDE);
    giveRoom(roomy);
  }
}

/** A stroke: its identity and at most two tellings of it. EVT-3. */
export class Stroke {
  readonly id: StrokeId;
  readonly pen: PenId;
  readonly page: PageAddress | null;
  readonly pageKey: PageKey | null;
  readonly downMs: number;
  live: StrokeCopy | null = null;
  memory: StrokeCopy | null = null;

  constructor(pen: PenId, page: PageAddress | null, downMs: number) {
    this.id = strokeIdOf(pen, page, downMs);
    this.pen = pen;
    this.page = page;
    this.pageKey = page === null ? null : pageKeyOf(page);
    this.downMs = downMs;
  }

  copyOf(source: DotBatch["source"]): StrokeCopy | null {
    return source === "live" ? this.live : this.memory;
  }

  addCopy(of: StrokeFacts): StrokeCopy {
    const { clockOffsetMs, maxForce, tip, color, syntheticStart, source, downMs } = of;
    const copy = new StrokeCopy({ clockOffsetMs, maxForce, tip, color, syntheticStart, source, downMs });
    if (source === "live") this.live = copy;
    else this.memory = copy;
    return copy;
  }

  /** The telling that counts: the one with more dots, live when they are equal. From memory only once it is whole. ANS-3. */
  get best(): StrokeCopy {
    const { live, memory } = this;
    if (live === null) return memory as StrokeCopy;
    if (memory === null || memory.end === null) return live;
    return memory.count > live.count ? memory : live;
  }

  /** The end of a telling was not heard (yet). ANS-4. */
  get isOpen(): boolean {
    const { live, memory } = this;
    return (live !== null && live.end === null) || (memory !== null && memory.end === null);
  }

  /** Closed, and nobody heard its pen-down: it can be a part of another stroke. EVT-22. */
  get isPiece(): boolean {
    const { live, memory } = this;
    return live !== null && memory === null && live.facts.syntheticStart && live.end !== null;
  }

  /** Nobody heard how it ended: each open telling ends at its last dot. ANS-4. */
  endAtLastDot(): void {
    for (const copy of [this.live, this.memory]) {
      if (copy === null || copy.end !== null) continue;
      copy.giveUpHoles();
      if (copy.end === null) copy.end = { upMs: copy.lastMs - copy.facts.clockOffsetMs, synthetic: true, lostDots: 0 };
    }
  }

  isSame(batch: Pick<DotBatch, "pen" | "page" | "downMs">): boolean {
    if (batch.downMs !== this.downMs || batch.pen !== this.pen) return false;
    if (batch.page === null || this.page === null) return batch.page === this.page;
    return samePage(batch.page, this.page);
  }
}

/**
 * A stroke as history has it: closed, whole. Its row says how many dots are lost, and not where; the next one comes behind
 * all of them. Where the stroke was closed by reckoning these are its holes and no others, so this is its index to the dot;
 * where its end was heard no other dots come.
 * ANS-2.
 */
export function strokeOfRow(row: StrokeRow): Stroke {
  const stroke = new Stroke(row.pen, row.page, row.downMs);
  const copy = stroke.addCopy(row);
  copy.accept(0, row.dots, { upMs: row.upMs, synthetic: row.syntheticEnd, lostDots: 0 });
  copy.next += row.lostDots;
  copy.receivedMs = row.receivedMs ?? 0;
  copy.trim();
  return stroke;
}
