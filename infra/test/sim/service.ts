import type { Clock, Random } from "@penlight/proto";
import { drawFate, Incarnation } from "./fence.ts";
import type { Trace } from "./trace.ts";

/** Crossings of a port after which a life at the latest ends that was drawn to end at one. */
const CROSSINGS_MAX = 1500;

export interface ServiceOptions {
  readonly name: string;
  readonly clock: Clock;
  readonly trace: Trace;
  readonly random: Random;
  readonly diesEveryMs: number;
  /** Mean time between two moments at which it stops for a while, as by SIGSTOP; Infinity: never. */
  readonly pausesEveryMs: number;
  readonly pauseMsMax: number;
  /** The service itself: resolves when `life.signal` has aborted. */
  readonly run: (life: Incarnation) => Promise<void>;
  readonly onDeath: (life: Incarnation) => void;
  readonly onPause: (life: Incarnation) => void;
  readonly onGoingOn: (life: Incarnation) => void;
  /** The service did what no service does: ended by itself. */
  readonly failed: (what: string) => void;
}

/** Keeps one service running, life after life, as a supervisor of processes does. */
export class Service {
  life: Incarnation | null = null;
  deaths = 0;
  /** No more deaths from now on; who is dead comes back. */
  quiet = false;
  readonly #options: ServiceOptions;
  #lives = 0;
  #running: Promise<void> = Promise.resolve();

  constructor(options: ServiceOptions) {
    this.#options = options;
  }

  start(): void {
    const { name, trace, random, diesEveryMs, clock } = this.#options;
    const mortal = !this.quiet && Number.isFinite(diesEveryMs);
    const atPort = mortal && random.chance(0.5);
    const life = new Incarnation({
      name: `${name} ${++this.#lives}`,
      trace,
      fate: atPort ? drawFate(random, Math.ceil(CROSSINGS_MAX * random.unit() ** 2)) : null,
      onDeath: (dead) => this.#died(dead),
    });
    this.life = life;
    trace.note(`${life.name} starts`);
    if (mortal && !atPort) {
      const afterMs = -diesEveryMs * Math.log(1 - random.unit());
      void clock.sleep(afterMs).then(() => {
        if (!this.quiet) life.kill("its time had come");
      });
    }
    this.#running = this.#run(life);
    if (!this.quiet && Number.isFinite(this.#options.pausesEveryMs)) void this.#pauseNowAndThen(life);
  }

  async #pauseNowAndThen(life: Incarnation): Promise<void> {
    const { clock, random, pausesEveryMs, pauseMsMax, onPause, onGoingOn } = this.#options;
    for (;;) {
      await clock.sleep(-pausesEveryMs * Math.log(1 - random.unit()));
      if (this.quiet || !life.alive) return;
      life.pause();
      onPause(life);
      await clock.sleep(random.between(100, pauseMsMax * random.unit()));
      if (!life.isPaused) return;
      life.goOn();
      onGoingOn(life);
    }
  }

  kill(reason: string): void {
    this.life?.kill(reason);
  }

  /** Asks it to end in good order; resolves when it has. */
  async stop(): Promise<void> {
    this.life?.stop();
    await this.#running;
  }

  rest(): void {
    this.quiet = true;
    this.life?.spare();
    if (this.life?.isPaused !== true) return;
    this.life.goOn();
    this.#options.onGoingOn(this.life);
  }

  async #run(life: Incarnation): Promise<void> {
    const { run, failed } = this.#options;
    try {
      await run(life);
      if (life.alive && !life.signal.aborted) failed(`${life.name} ended by itself`);
    } catch (error) {
      if (life.alive)
        failed(`${life.name} crashed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    }
  }

  #died(life: Incarnation): void {
    const { clock, random, onDeath } = this.#options;
    this.deaths++;
    this.life = null;
    onDeath(life);
    void clock.sleep(random.between(20, 2000)).then(() => this.start());
  }
}
