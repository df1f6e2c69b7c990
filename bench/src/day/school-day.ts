import type { PenChunk, PenSource } from "@penlight/pen-gateway";
import { type PaperStroke, VirtualPen } from "@penlight/pen-gateway/simulator";
import { DOT_STRIDE, type PenId, Random } from "@penlight/proto";
import type { SimulatedClock } from "@penlight/proto/simulated-clock";

export const HOUR_MS = 3_600_000;
const EVENT_MS = 30;
const MTU = 247;
const NOTIFICATION_BYTES = MTU - 3;
const DOT_MS = 11;
/** Dots of a stroke. */
const DOTS = [15, 70] as const;
/** From a pen-up to the next pen-down: the tip is down for about a third of the time. */
const PAUSE_MS = [100, 1800] as const;
/** Strokes of each pen between two lessons, which nobody hears. */
const STROKES_ON_THE_BUS = 12;
const PAGES = 8;

/** Lessons begin at these hours of the day, last so long, and there is nothing else. */
export interface Timetable {
  readonly hours: readonly number[];
  readonly lessonMs: number;
}

interface Seat {
  readonly pen: VirtualPen;
  readonly random: Random;
  nextMs: number;
}

/**
 * A room's pens over a school day on a clock that is simulated: they come at the beginning of a lesson with ink in their
 * memories, write, and go at its end.
 */
export class SchoolDay implements PenSource {
  strokes = 0;
  dots = 0;
  readonly #clock: SimulatedClock;
  readonly #startMs: number;
  readonly #timetable: Timetable;
  readonly #seats = new Map<PenId, Seat>();

  constructor(clock: SimulatedClock, pens: number, timetable: Timetable) {
    this.#clock = clock;
    this.#startMs = clock.nowMs();
    this.#timetable = timetable;
    for (let i = 0; i < pens; i++) {
      const id = `9c7bd2003${(i + 16).toString(16).padStart(3, "0")}` as PenId;
      const random = new Random(`day/${i}`);
      this.#seats.set(id, { pen: new VirtualPen({ pen: id, driftPpm: random.between(-40, 40) }), random, nextMs: 0 });
    }
  }

  async *open(signal: AbortSignal): AsyncGenerator<readonly PenChunk[]> {
    const clock = this.#clock;
    for (const hour of this.#timetable.hours) {
      await clock.sleep(this.#startMs + hour * HOUR_MS - clock.nowMs(), signal);
      if (signal.aborted) return;
      yield this.#seatAll();
      const endMs = clock.nowMs() + this.#timetable.lessonMs;
      while (clock.nowMs() < endMs && !signal.aborted) {
        await clock.sleep(EVENT_MS, signal);
        const chunks = [...this.#seats.values()].flatMap((seat) => this.#speak(seat));
        if (chunks.length > 0) yield chunks;
      }
      yield this.#leaveAll();
    }
    await clock.sleep(100 * HOUR_MS, signal);
  }

  async write(pen: PenId, bytes: Uint8Array): Promise<void> {
    this.#seats.get(pen)?.pen.receive(bytes, this.#clock.nowMs());
  }

  /** Strokes in the memories of the pens. */
  get waiting(): number {
    return [...this.#seats.values()].reduce((sum, { pen }) => sum + pen.memory.strokes.length, 0);
  }

  #seatAll(): PenChunk[] {
    const nowMs = this.#clock.nowMs();
    return [...this.#seats.values()].map((seat) => {
      for (let i = STROKES_ON_THE_BUS; i > 0; i--) {
        const stroke = this.#stroke(seat, nowMs - 60_000 - i * 4000);
        seat.pen.begin(stroke);
        seat.pen.advance(stroke.upMs);
      }
      seat.pen.link();
      seat.nextMs = nowMs + seat.random.between(0, 5000);
      return { kind: "connected", pen: seat.pen.pen, receivedMs: nowMs, mtu: MTU };
    });
  }

  #leaveAll(): PenChunk[] {
    const receivedMs = this.#clock.nowMs();
    return [...this.#seats.values()].map(({ pen }) => {
      pen.unlink();
      pen.advance(receivedMs + HOUR_MS);
      return { kind: "lost", pen: pen.pen, receivedMs };
    });
  }

  #speak(seat: Seat): PenChunk[] {
    const { pen } = seat;
    const nowMs = this.#clock.nowMs();
    if (pen.advance(nowMs) && nowMs >= seat.nextMs) {
      const stroke = this.#stroke(seat, nowMs);
      pen.begin(stroke);
      seat.nextMs = stroke.upMs + seat.random.between(...PAUSE_MS);
    }
    if (!pen.hasFrames) return [];
    const bytes = Buffer.concat(pen.takeFrames());
    const chunks: PenChunk[] = [];
    for (let at = 0; at < bytes.length; at += NOTIFICATION_BYTES) {
      const piece = new Uint8Array(bytes.subarray(at, at + NOTIFICATION_BYTES));
      chunks.push({ kind: "bytes", pen: pen.pen, receivedMs: nowMs, bytes: piece });
    }
    return chunks;
  }

  #stroke({ random }: Seat, downMs: number): PaperStroke {
    const count = random.integer(...DOTS);
    const dots = new Int32Array(count * DOT_STRIDE);
    const [x, y] = [random.integer(500, 8000), random.integer(500, 12_000)];
    for (let i = 0; i < count; i++)
      dots.set([DOT_MS * (i + 1), x + 9 * i, y + ((i * 7) % 40), 300, 85, 95, 130], i * DOT_STRIDE);
    this.strokes++;
    this.dots += count;
    const page = { section: 3, owner: 27, note: 603, page: random.integer(1, PAGES) };
    return { page, downMs, upMs: downMs + DOT_MS * (count + 1), dots };
  }
}
