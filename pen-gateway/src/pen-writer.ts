import type { PenId } from "@penlight/proto";
import type { PenSource } from "./source/pen-source.ts";

/** Tries of one write; then the rest of what waits for that pen is dropped: the handshake's deadlines ask again. PEN-7. */
export const WRITE_TRIES_MAX = 3;
/** Writes that may wait for one pen. */
export const WRITES_WAITING_MAX = 512;

/** Writes to pens: in order, one outstanding per pen. PEN-7. */
export class PenWriter {
  readonly #source: PenSource;
  readonly #failed: (pen: PenId) => void;
  readonly #waiting = new Map<PenId, Uint8Array[]>();

  constructor(source: PenSource, failed: (pen: PenId) => void) {
    this.#source = source;
    this.#failed = failed;
  }

  write(pen: PenId, pieces: readonly Uint8Array[]): void {
    if (pieces.length === 0) return;
    const waiting = this.#waiting.get(pen);
    if (waiting !== undefined) {
      if (waiting.length + pieces.length > WRITES_WAITING_MAX) this.#failed(pen);
      else waiting.push(...pieces);
      return;
    }
    const queue = [...pieces];
    this.#waiting.set(pen, queue);
    void this.#pump(pen, queue);
  }

  /** The link is new or gone: what waits is for a connection that is no more. */
  reset(pen: PenId): void {
    const waiting = this.#waiting.get(pen);
    if (waiting === undefined) return;
    waiting.length = 0;
    this.#waiting.delete(pen);
  }

  async #pump(pen: PenId, queue: Uint8Array[]): Promise<void> {
    let tries = 0;
    for (let piece = queue[0]; piece !== undefined; piece = queue[0]) {
      try {
        await this.#source.write(pen, piece);
        tries = 0;
        if (queue[0] === piece) queue.shift();
      } catch {
        if (this.#waiting.get(pen) !== queue) return;
        if (++tries < WRITE_TRIES_MAX) continue;
        this.#failed(pen);
        queue.length = 0;
      }
    }
    if (this.#waiting.get(pen) === queue) this.#waiting.delete(pen);
  }
}
