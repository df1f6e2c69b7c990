import type { Clock, PenId } from "@penlight/proto";
import type { PenChunk, PenSource, RadioReport } from "../pen-source.ts";
import { PenSourceError } from "../pen-source.ts";
import type { Desk } from "./desk.ts";
import { DeskQueue } from "./desk-queue.ts";
import { radioOf } from "./simulated-radio.ts";

/** Longest sleep, so that an abort or a write from outside never waits long. */
const SLEEP_MS_MAX = 100;

export interface SimulatedSourceOptions {
  readonly clock: Clock;
  /** Builds the desks at the moment when the source is opened. */
  readonly seat: (nowMs: number) => readonly Desk[];
  /** Lesson time at a gateway time. */
  readonly lessonAt: (nowMs: number) => number;
  /** Called after each turn. */
  readonly turned?: () => void;
}

/** Desks as a source of pens: everything that is due is heard, then it sleeps until something is. One `open` at a time. */
export class SimulatedSource implements PenSource {
  readonly #options: SimulatedSourceOptions;
  readonly #queue = new DeskQueue();
  readonly #desks = new Map<PenId, Desk>();
  #wakeUp: AbortController | null = null;
  #asleepUntilMs = 0;

  constructor(options: SimulatedSourceOptions) {
    this.#options = options;
  }

  async *open(signal: AbortSignal): AsyncGenerator<readonly PenChunk[]> {
    const { clock, seat, lessonAt, turned } = this.#options;
    for (const desk of seat(clock.nowMs())) {
      this.#desks.set(desk.pen.pen, desk);
      this.#queue.add(desk);
    }
    const end = () => this.#wakeUp?.abort();
    signal.addEventListener("abort", end, { once: true });
    try {
      while (!signal.aborted) {
        const nowMs = clock.nowMs();
        const lessonMs = lessonAt(nowMs);
        const heard: PenChunk[] = [];
        const hear = (chunk: PenChunk) => void heard.push(chunk);
        for (let desk = this.#queue.take(nowMs); desk !== null; desk = this.#queue.take(nowMs)) {
          desk.wake(nowMs, lessonMs, hear);
          this.#queue.add(desk);
        }
        turned?.();
        if (heard.length > 0) yield heard;
        await this.#sleep(clock, signal);
      }
    } finally {
      signal.removeEventListener("abort", end);
    }
  }

  async #sleep(clock: Clock, signal: AbortSignal): Promise<void> {
    const nowMs = clock.nowMs();
    this.#asleepUntilMs = Math.min(this.#queue.firstMs, nowMs + SLEEP_MS_MAX);
    if (signal.aborted) return;
    this.#wakeUp = new AbortController();
    await clock.sleep(Math.max(0, this.#asleepUntilMs - nowMs), this.#wakeUp.signal);
    this.#wakeUp = null;
  }

  write(pen: PenId, bytes: Uint8Array): Promise<void> {
    const desk = this.#desks.get(pen);
    if (desk === undefined) return Promise.reject(new PenSourceError("source.not-connected", pen));
    const written = desk.write(bytes, this.#options.clock.nowMs());
    this.#queue.add(desk);
    if (desk.nextMs < this.#asleepUntilMs) this.#wakeUp?.abort();
    return written;
  }

  radio(): RadioReport {
    return radioOf([...this.#desks.values()], this.#options.clock.nowMs());
  }
}
