import type { Clock } from "@penlight/proto";

/** setTimeout cannot wait longer than this. */
const TIMER_MS_MAX = 2 ** 31 - 1;

/**
 * Sleepers that wake in one turn of the event loop. Node runs every due timer before it looks at files and sockets again,
 * also those that become due meanwhile: with hundreds of pens a write that had ended long ago waited for ten milliseconds.
 */
export const WAKENED_A_TURN = 4;

/**
 * The process's wall clock, read here and nowhere else. It can run faster than real time (a whole simulated lesson in
 * a minute) and it never goes backwards: steps of the system clock do not reach it, since it only measures elapsed time.
 */
export class SystemClock implements Clock {
  #startMs: number;
  readonly #startTick: number;
  readonly #speed: number;
  /** Whose time has come, in this order. */
  readonly #due: (() => void)[] = [];
  /** Callbacks under way that wake somebody, at most WAKENED_A_TURN. */
  #waking = 0;

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
      const stop = () => {
        clearTimeout(timer);
        resolve();
      };
      const wake = () => {
        signal?.removeEventListener("abort", stop);
        resolve();
      };
      const timer = setTimeout(() => this.#wakeSoon(wake), Math.min(Math.max(ms, 0) / this.#speed, TIMER_MS_MAX));
      signal?.addEventListener("abort", stop, { once: true });
    });
  }

  #wakeSoon(wake: () => void): void {
    this.#due.push(wake);
    if (this.#waking === WAKENED_A_TURN) return;
    this.#waking++;
    setImmediate(this.#wakeOne);
  }

  /** One a callback: what it sets going comes to its end before the next one wakes. */
  readonly #wakeOne = () => {
    this.#due.shift()?.();
    if (this.#due.length > 0) setImmediate(this.#wakeOne);
    else this.#waking--;
  };
}
