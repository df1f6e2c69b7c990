import type { Clock } from "./clock.ts";

interface Timer {
  readonly atMs: number;
  readonly order: number;
  readonly wake: () => void;
}

/**
 * A clock that stands still until it is told to go: the time of a test or of a whole simulated system. Timers fire in
 * order of time, then of creation, one at a time; between two of them everything that can run without time runs.
 */
export class SimulatedClock implements Clock {
  #nowMs: number;
  #created = 0;
  /** Binary heap by time, then order. */
  readonly #timers: Timer[] = [];
  readonly #cancelled = new Set<Timer>();

  constructor(startMs = 0) {
    this.#nowMs = startMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  /** Timers that wait; for a test that wants to know that nothing was left behind. */
  get sleepers(): number {
    return this.#timers.length - this.#cancelled.size;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = () => {
        this.#cancelled.add(timer);
        resolve();
      };
      const wake = () => {
        signal?.removeEventListener("abort", cancel);
        resolve();
      };
      const timer: Timer = { atMs: this.#nowMs + Math.max(0, ms), order: this.#created++, wake };
      signal?.addEventListener("abort", cancel, { once: true });
      this.#push(timer);
    });
  }

  /** Lets time pass: fires every timer up to `untilMs`, also those that are set meanwhile, and ends at that time. */
  async run(untilMs: number): Promise<void> {
    for (;;) {
      await settle();
      const next = this.#peek();
      if (next === undefined || next.atMs > untilMs) break;
      this.#pop();
      if (next.atMs > this.#nowMs) this.#nowMs = next.atMs;
      next.wake();
    }
    if (untilMs > this.#nowMs) this.#nowMs = untilMs;
  }

  /** Lets time pass until `done` says so or nobody sleeps any more. @throws Error at `untilMs`: a limit, not a target. */
  async runUntil(done: () => boolean, untilMs: number): Promise<void> {
    for (;;) {
      await settle();
      if (done()) return;
      const next = this.#peek();
      if (next === undefined) return;
      if (next.atMs > untilMs) throw new Error(`simulated time ran out at ${untilMs} ms`);
      this.#pop();
      if (next.atMs > this.#nowMs) this.#nowMs = next.atMs;
      next.wake();
    }
  }

  #peek(): Timer | undefined {
    let first = this.#timers[0];
    while (first !== undefined && this.#cancelled.delete(first)) {
      this.#pop();
      first = this.#timers[0];
    }
    return first;
  }

  #push(timer: Timer): void {
    const heap = this.#timers;
    let at = heap.length;
    heap.push(timer);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!before(timer, heap[parent] as Timer)) break;
      heap[at] = heap[parent] as Timer;
      at = parent;
    }
    heap[at] = timer;
  }

  #pop(): void {
    const heap = this.#timers;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1] as Timer, heap[child] as Timer)) child++;
      if (!before(heap[child] as Timer, last)) break;
      heap[at] = heap[child] as Timer;
      at = child;
    }
    heap[at] = last;
  }
}

function before(a: Timer, b: Timer): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}

/** One turn of the event loop: every microtask, and what waits for an immediate, has run when it resolves. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
