import type { Clock, PenId } from "@penlight/proto";
import { type PenChunk, type PenSource, PenSourceError } from "./pen-source.ts";

export interface ReplaySourceOptions {
  readonly clock: Clock;
  /** See `parseRecording`. */
  readonly chunks: readonly PenChunk[];
}

/**
 * A recording as a source: at the pace at which it was made, moved to the clock's present, then the end. What is written
 * to a pen goes nowhere: its answers are in the recording. PEN-20.
 */
export class ReplaySource implements PenSource {
  readonly #options: ReplaySourceOptions;
  readonly #connected = new Set<PenId>();

  constructor(options: ReplaySourceOptions) {
    this.#options = options;
  }

  async *open(signal: AbortSignal): AsyncGenerator<readonly PenChunk[]> {
    const { clock, chunks } = this.#options;
    const shiftMs = clock.nowMs() - (chunks[0]?.receivedMs ?? 0);
    let next = 0;
    while (next < chunks.length && !signal.aborted) {
      const waitMs = (chunks[next] as PenChunk).receivedMs + shiftMs - clock.nowMs();
      if (waitMs > 0) {
        await clock.sleep(waitMs, signal);
        continue;
      }
      const nowMs = clock.nowMs();
      const due: PenChunk[] = [];
      for (let chunk = chunks[next]; chunk !== undefined && chunk.receivedMs + shiftMs <= nowMs; chunk = chunks[++next]) {
        due.push({ ...chunk, receivedMs: chunk.receivedMs + shiftMs });
        if (chunk.kind === "connected") this.#connected.add(chunk.pen);
        if (chunk.kind === "lost") this.#connected.delete(chunk.pen);
      }
      yield due;
    }
  }

  write(pen: PenId, _bytes: Uint8Array): Promise<void> {
    return this.#connected.has(pen) ? Promise.resolve() : Promise.reject(new PenSourceError("source.not-connected", pen));
  }
}
