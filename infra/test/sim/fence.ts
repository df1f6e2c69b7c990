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
  /** Not null: it is stopped, as by SIGSTOP; resolves when it goes on. */
  #stopped: { readonly over: Promise<void>; readonly end: () => void } | null = null;
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
    this.goOn();
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

  /** Stops, with everything that is under way, and does not know it; until {@link goOn}. */
  pause(): void {
    if (!this.#alive || this.#stopped !== null) return;
    let end = () => {};
    const over = new Promise<void>((resolve) => {
      end = resolve;
    });
    this.#stopped = { over, end };
    this.#trace.note(`${this.name} stopped`);
  }

  goOn(): void {
    const stopped = this.#stopped;
    this.#stopped = null;
    if (stopped === null || !this.#alive) return;
    this.#trace.note(`${this.name} goes on`);
    stopped.end();
  }

  get isPaused(): boolean {
    return this.#stopped !== null;
  }

  /** An effect on the world whose answer the service awaits; or the world calls the service, and awaits its answer. */
  cross<Answer>(what: string, effect: () => Promise<Answer>): Promise<Answer> {
    if (!this.#alive || this.#dies(what, "before the effect")) return forever;
    const answered = this.#stopped === null ? effect() : this.#awake().then(effect);
    return new Promise((resolve, reject) => {
      answered.then(
        async (answer) => {
          if (this.#stopped !== null) await this.#awake();
          if (this.#alive && !this.#dies(what, "after the effect")) resolve(answer);
        },
        async (error) => {
          if (this.#stopped !== null) await this.#awake();
          if (this.#alive) reject(error);
        },
      );
    });
  }

  /** Resolves while it is neither stopped nor dead. */
  async #awake(): Promise<void> {
    while (this.#stopped !== null) await this.#stopped.over;
    if (!this.#alive) await forever;
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
        return clock.sleep(ms, signal).then(() => (this.#alive && this.#stopped === null ? undefined : this.#awake()));
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
