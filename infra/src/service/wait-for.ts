import type { Clock } from "@penlight/proto";
import { explain } from "../explain.ts";
import type { Logger } from "./logger.ts";
import type { Parts } from "./parts.ts";

/** The pause after a failed attempt: doubled each time, up to the maximum. OPS-2. */
export const WAIT_MS_MIN = 250;
export const WAIT_MS_MAX = 15_000;
/** A reason that stays the same is told again after so long. */
const TELL_AGAIN_MS = 60_000;

export interface WaitOptions<T> {
  readonly part: string;
  /** What is waited for, e.g. "Kafka at localhost:9092". */
  readonly what: string;
  readonly open: () => Promise<T>;
  /** False: waiting cannot mend this. */
  readonly canWait: (error: unknown) => boolean;
  readonly parts: Parts;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** After so long the last error is thrown. */
  readonly waitMsMax: number;
}

/** The signal aborted before a dependency was there. */
export class StoppedWaiting extends Error {
  override readonly name = "StoppedWaiting";
}

/**
 * Opens what a process cannot do without; tries again, with growing pauses, while waiting can help. Says what it waits
 * for: one line at the first failure and whenever the reason changes, and on `/readyz` all the time. OPS-2.
 * @throws StoppedWaiting | what `open` threw that waiting cannot mend
 */
export async function waitFor<T>(options: WaitOptions<T>): Promise<T> {
  const { part, what, open, canWait, parts, logger, clock, signal } = options;
  const sinceMs = clock.nowMs();
  let told = { text: "", atMs: Number.NEGATIVE_INFINITY };
  for (let pauseMs = WAIT_MS_MIN; ; pauseMs = Math.min(WAIT_MS_MAX, 2 * pauseMs)) {
    try {
      const opened = await open();
      if (told.text !== "") logger.log("info", "came", { part, after_ms: Math.round(clock.nowMs() - sinceMs) });
      parts.ready(part);
      return opened;
    } catch (error) {
      const waitedMs = clock.nowMs() - sinceMs;
      if (!canWait(error) || waitedMs >= options.waitMsMax) throw error;
      parts.notReady(part, `waiting for ${what}`, error);
      const { text } = explain(error);
      if (told.text !== text || clock.nowMs() - told.atMs >= TELL_AGAIN_MS) {
        logger.log("warn", "waiting", { part, for: what, why: text, next_try_ms: pauseMs });
        told = { text, atMs: clock.nowMs() };
      }
      await clock.sleep(Math.min(pauseMs, options.waitMsMax - waitedMs), signal);
      if (signal.aborted) throw new StoppedWaiting(`stopped while waiting for ${what}`, { cause: error });
    }
  }
}
