import type { Clock, Random } from "@penlight/proto";
import type { Trace } from "./trace.ts";

/** When an incarnation dies by itself: at its n-th crossing of a port, before the effect or after it. SIM-3. */
export interface Fate {
  readonly atCrossing: number;
  readonly phase: "before the effect" | "after the effect";
}

const forever: Promise<never> = new Promise(() => {});

/**
 * One life of a service. Everything that the service awaits from the world goes through its fence: when it is killed it
 * never gets an answer any more, and what it still does afterwards has no effect, as after kill -9. SIM-3.
 */
export class Incarnation {
  readonly name: string;
  readonly #trace: Trace;
  readonly #onDeath: (life: Incarnation, reason: string) => void;
  #fate: Fate | null;
  #crossings = 0;
  #alive = true;
  readonly #stop = new AbortController();

  constructor(options: {
    readonly name: string;
    readonly trace: Trace;
    readonly fate: Fate | null;
    readonly onDeath: (life: Incarnation, reason: string) => void;
  }) {
    this.name = options.name;
    this.#trace = options.trace;
    this.#fate = options.fate;
    this.#onDeath = options.onDeath;
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** Aborted when the service is asked to end in good order; not when it is killed. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  stop(): void {
    this.#trace.note(`${this.name} asked to stop`);
    this.#fate = null;
    this.#stop.abort();
  }

  /** The death that was drawn for it does not come. */
  spare(): void {
    this.#fate = null;
  }

  kill(reason: string): void {
    if (!this.#alive) return;
    this.#alive = false;
    this.#trace.note(`${this.name} killed: ${reason}`);
    this.#onDeath(this, reason);
  }

  /** An effect on the world whose answer the service awaits. */
  cross<Answer>(what: string, effect: () => Promise<Answer>): Promise<Answer> {
    if (!this.#alive || this.#dies(what, "before the effect")) return forever;
    const answered = effect();
    return new Promise((resolve, reject) => {
      answered.then(
        (answer) => {
          if (this.#alive && !this.#dies(what, "after the effect")) resolve(answer);
        },
        (error) => {
          if (this.#alive) reject(error);
        },
      );
    });
  }

  /** An effect without an answer to wait for; undefined when the service is dead. */
  touch<Answer>(effect: () => Answer): Answer | undefined {
    return this.#alive ? effect() : undefined;
  }

  clock(clock: Clock): Clock {
    return {
      nowMs: () => clock.nowMs(),
      sleep: (ms, signal) => {
        if (!this.#alive) return forever;
        return clock.sleep(ms, signal).then(() => (this.#alive ? undefined : forever));
      },
    };
  }

  #dies(what: string, phase: Fate["phase"]): boolean {
    if (phase === "before the effect") this.#crossings++;
    const fate = this.#fate;
    if (fate === null || fate.phase !== phase || this.#crossings < fate.atCrossing) return false;
    this.kill(`${phase} of ${what}`);
    return true;
  }
}

/** Draws a death at a port: soon enough to happen, late enough that the service got somewhere. */
export function drawFate(random: Random, crossingsMax: number): Fate {
  return {
    atCrossing: random.integer(1, crossingsMax),
    phase: random.chance(0.5) ? "before the effect" : "after the effect",
  };
}
