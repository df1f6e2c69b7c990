import { LogError, type PenId } from "@penlight/proto";
import type { DamagedChunk } from "./core/memory-receiver.ts";
import type { PenClockNote } from "./core/pen-clock.ts";
import type { GatewayOptions } from "./gateway-options.ts";
import { letterOf } from "./memory-letter.ts";

/** Keeps what must outlive a life of the gateway, on its machine or in the log. Nothing here throws; failures are counted. */
export class PenKeeper {
  readonly #options: GatewayOptions;

  constructor(options: GatewayOptions) {
    this.#options = options;
  }

  /** The bytes of a chunk that stayed unreadable. False: they are not kept, the pen hands it over again. PEN-9. */
  async bury(chunk: DamagedChunk): Promise<boolean> {
    const { log, clock, room, metrics } = this.#options;
    try {
      await log.append("dead.letters", [letterOf(room, chunk, clock.nowMs())]);
      return true;
    } catch (error) {
      metrics?.appendFailed?.(error instanceof LogError ? error.code : "unknown");
      return false;
    }
  }

  /** A note that cannot be kept is not worth waiting for: ink comes first. PEN-10. */
  async keepClock(pen: PenId, note: PenClockNote): Promise<void> {
    const { pens, metrics } = this.#options;
    await pens?.keepClock(pen, note).catch(() => metrics?.noteFailed?.());
  }

  /** Whoever ordered it knows it, too. PEN-11. */
  async keepPassword(pen: PenId, password: string | null): Promise<void> {
    const { pens, metrics } = this.#options;
    await pens?.keepPassword(pen, password).catch(() => metrics?.noteFailed?.());
  }
}
