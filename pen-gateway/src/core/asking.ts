/** A reply is waited for so long, and asked for so often; then the handshake rests and begins anew. Windows SDK: 2 s, 3 times. */
export const REPLY_MS_MAX = 2000;
export const TRIES_MAX = 3;

/** One question under way: since when, until when, how often. PEN-7. */
export class Asking {
  /** When it was asked first. */
  beganMs = 0;
  #askedMs = 0;
  #deadlineMs = 0;
  #tries = 0;

  begin(nowMs: number): void {
    this.#tries = 0;
    this.beganMs = nowMs;
    this.again(nowMs);
  }

  again(nowMs: number): void {
    this.#tries++;
    this.#askedMs = nowMs;
    this.#deadlineMs = nowMs + REPLY_MS_MAX;
  }

  isLate(nowMs: number): boolean {
    return nowMs >= this.#deadlineMs;
  }

  /** It was asked as often as it may be. */
  get isSpent(): boolean {
    return this.#tries >= TRIES_MAX;
  }

  /** From the last time it was asked, ms. */
  tookMs(nowMs: number): number {
    return nowMs - this.#askedMs;
  }
}
