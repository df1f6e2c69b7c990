import type { Clock } from "@penlight/proto";
import type { OutboxLogLimits } from "./outbox-limits.ts";

export interface PatienceOptions {
  readonly clock: Clock;
  readonly limits: OutboxLogLimits;
  /** Aborted when the caller is asked to end. */
  readonly ending?: AbortSignal | undefined;
  readonly stopped: AbortSignal;
}

/** How long an outbox waits for the log behind it: hardly at all once the end is asked for. OUT-1, OUT-6. */
export class Patience {
  readonly #options: PatienceOptions;
  readonly #hurried: AbortSignal;

  constructor(options: PatienceOptions) {
    this.#options = options;
    const { ending, stopped } = options;
    this.#hurried = ending === undefined ? stopped : AbortSignal.any([ending, stopped]);
  }

  get ms(): number {
    const { limits, ending } = this.#options;
    return ending?.aborted === true ? limits.endingPatienceMs : limits.patienceMs;
  }

  /** Wakes early when the end is asked for meanwhile. */
  wait(ms: number): Promise<void> {
    const { clock, ending, stopped } = this.#options;
    return clock.sleep(ms, ending?.aborted === true ? stopped : this.#hurried);
  }
}
