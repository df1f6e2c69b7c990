import { type Clock, type EventLog, LogError, type NewRecord } from "@penlight/proto";
import type { Hold, Watermark } from "./core/watermark.ts";
import type { ProcessorMetrics } from "./metrics.ts";

/** Appends of events that may be outstanding; then reading waits for the oldest. */
export const PUBLISH_OUTSTANDING_MAX = 64;
/** Waiting between repeats, ms: doubled each time up to the second. */
export const RETRY_MS_MIN = 20;
export const RETRY_MS_MAX = 2000;

interface Pending {
  readonly records: readonly NewRecord[];
  readonly hold: Hold;
  /** It may have been appended before one that was published earlier. */
  isOvertaking: boolean;
  done: Promise<void>;
}

/**
 * Appends events without waiting for each: answers are worth one fsync of delay, not two. What failed is repeated in the
 * same order, for ever while the error can be retried. LOG-4.
 */
export class Publisher {
  readonly #log: EventLog;
  readonly #clock: Clock;
  readonly #watermark: Watermark;
  readonly #metrics: ProcessorMetrics;
  readonly #signal: AbortSignal;
  readonly #pending: Pending[] = [];
  #repeating = 0;
  #failure: unknown = null;

  constructor(log: EventLog, clock: Clock, watermark: Watermark, metrics: ProcessorMetrics, signal: AbortSignal) {
    this.#log = log;
    this.#clock = clock;
    this.#watermark = watermark;
    this.#metrics = metrics;
    this.#signal = signal;
  }

  /** Starts an append. @throws what an earlier one ended with, when that cannot be retried. */
  async publish(records: readonly NewRecord[]): Promise<void> {
    this.#check();
    const pending: Pending = { records, hold: this.#watermark.hold(), isOvertaking: false, done: Promise.resolve() };
    const earlier = this.#pending.at(-1)?.done ?? Promise.resolve();
    // Behind an append that is being repeated it has to wait for its turn, or it would overtake.
    const append = () => this.#log.append("events", records);
    const first = this.#repeating > 0 ? earlier.then(append) : append();
    this.#pending.push(pending);
    pending.done = this.#settle(pending, first, earlier);
    while (this.#pending.length >= PUBLISH_OUTSTANDING_MAX) await (this.#pending[0] as Pending).done;
    this.#check();
  }

  /** Every append so far is done, or given up because the signal aborted. */
  async settled(): Promise<void> {
    await this.#pending.at(-1)?.done;
  }

  #check(): void {
    if (this.#failure !== null) throw this.#failure;
  }

  /**
   * Never rejects. What failed is repeated once everything before it is through; and so is what was appended after it
   * before the failure was known, for a reader takes the last event as the truth.
   */
  async #settle(pending: Pending, first: Promise<void>, earlier: Promise<void>): Promise<void> {
    let attempt = first;
    let failed = false;
    for (let waitMs = RETRY_MS_MIN; ; waitMs = Math.min(2 * waitMs, RETRY_MS_MAX)) {
      const error = await attempt.then(
        () => null,
        (reason: unknown) => reason ?? new Error("append failed"),
      );
      if (error !== null && !failed) {
        failed = true;
        this.#repeating++;
        for (const later of this.#pending.slice(this.#pending.indexOf(pending) + 1)) later.isOvertaking = true;
      }
      if (error !== null && !(error instanceof LogError && error.canRetry)) this.#failure ??= error;
      await earlier;
      if (error === null && !pending.isOvertaking) {
        this.#watermark.release(pending.hold);
        break;
      }
      pending.isOvertaking = false;
      if (error !== null && !(await this.#pause(error, waitMs))) break;
      attempt = this.#log.append("events", pending.records);
    }
    if (failed) this.#repeating--;
    const at = this.#pending.indexOf(pending);
    if (at >= 0) this.#pending.splice(at, 1);
  }

  /** False: there is no point in trying again. */
  async #pause(error: unknown, waitMs: number): Promise<boolean> {
    if (this.#failure !== null || this.#signal.aborted) return false;
    this.#metrics.count("publish-retries", 1, error instanceof LogError ? error.code : "unknown");
    await this.#clock.sleep(waitMs, this.#signal);
    return !this.#signal.aborted;
  }
}
