import { Fault } from "./fault.ts";

/** So many statements run at once, so many wait, and nobody waits longer than `waitMs`. */
export interface LaneLimits {
  readonly running: number;
  readonly waiting: number;
  readonly waitMs: number;
}

interface Waiter {
  readonly go: () => void;
  readonly stop: (fault: Fault) => void;
}

/** First come, first served. Writers and readers have a lane each, so that no question keeps a batch waiting. */
export class Lane {
  readonly #limits: LaneLimits;
  readonly #waiters: Waiter[] = [];
  #running = 0;

  constructor(limits: LaneLimits) {
    this.#limits = limits;
  }

  get running(): number {
    return this.#running;
  }
  get waiting(): number {
    return this.#waiters.length;
  }

  /** Runs the task when it is its turn. @throws Fault 202 when too many wait, or for too long; 394 aborted meanwhile */
  async run<T>(signal: AbortSignal, task: () => Promise<T>): Promise<T> {
    await this.#enter(signal);
    try {
      return await task();
    } finally {
      this.#leave();
    }
  }

  async #enter(signal: AbortSignal): Promise<void> {
    const { running, waiting, waitMs } = this.#limits;
    if (signal.aborted) throw cancelled();
    if (this.#running < running) {
      this.#running++;
      return;
    }
    if (this.#waiters.length >= waiting) throw this.#tooMany(`${waiting} are waiting already`);
    await this.#wait(signal, waitMs);
  }

  #wait(signal: AbortSignal, waitMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener("abort", abort);
      };
      const waiter: Waiter = {
        go: () => {
          done();
          resolve();
        },
        stop: (fault) => {
          done();
          this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
          reject(fault);
        },
      };
      const abort = (): void => waiter.stop(cancelled());
      const timer = setTimeout(() => waiter.stop(this.#tooMany(`it was not its turn within ${waitMs / 1000} s`)), waitMs);
      signal.addEventListener("abort", abort);
      this.#waiters.push(waiter);
    });
  }

  #leave(): void {
    const next = this.#waiters.shift();
    if (next === undefined) this.#running--;
    else next.go();
  }

  #tooMany(why: string): Fault {
    const text = `Too many simultaneous queries: ${this.#limits.running} run at a time, ${why}; try again`;
    return new Fault(202, "TOO_MANY_SIMULTANEOUS_QUERIES", text);
  }
}

function cancelled(): Fault {
  return new Fault(394, "QUERY_WAS_CANCELLED", "Query was cancelled");
}
