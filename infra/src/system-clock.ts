import type { Clock } from "@penlight/proto";

/** setTimeout cannot wait longer than this. */
const TIMER_MS_MAX = 2 ** 31 - 1;

/**
 * The process's wall clock, read here and nowhere else. It can run faster than real time (a whole simulated lesson in
 * a minute) and it never goes backwards: steps of the system clock do not reach it, since it only measures elapsed time.
 */
export class SystemClock implements Clock {
  #startMs: number;
  readonly #startTick: number;
  readonly #speed: number;

  constructor(options: { readonly speed?: number } = {}) {
    this.#speed = options.speed ?? 1;
    this.#startMs = Date.now();
    this.#startTick = performance.now();
  }

  /** Jumps forward to `ms` if it is behind: a process must not write records older than those it finds. */
  advanceTo(ms: number): void {
    const now = this.nowMs();
    if (ms > now) this.#startMs += ms - now;
  }

  nowMs(): number {
    return this.#startMs + (performance.now() - this.#startTick) * this.#speed;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, Math.min(Math.max(ms, 0) / this.#speed, TIMER_MS_MAX));
      signal?.addEventListener("abort", done, { once: true });
    });
  }
}
