/** More bytes of a pen than this in FLOOD_WINDOW_MS are no pen's: a link carries 30 kB/s. PEN-1. */
export const FLOOD_BYTES_MAX = 2 * 2 ** 20;
export const FLOOD_WINDOW_MS = 5000;

/** What one pen has sent of late. */
export class ByteWindow {
  #startMs = 0;
  #bytes = 0;

  /** True: with these it is a flood. */
  isFlood(bytes: number, nowMs: number): boolean {
    if (Math.abs(nowMs - this.#startMs) >= FLOOD_WINDOW_MS) {
      this.#startMs = nowMs;
      this.#bytes = 0;
    }
    this.#bytes += bytes;
    return this.#bytes > FLOOD_BYTES_MAX;
  }
}
