/** Notifications that a pen may send in a second; one that writes and sends its memory stays well below. BLE-10. */
export const NOTIFICATIONS_PER_SECOND_MAX = 2000;

/** Lets through so many a second, and as many at once. */
export class FloodGate {
  readonly #perSecondMax: number;
  #left: number;
  #atMs: number | null = null;

  constructor(perSecondMax: number) {
    this.#perSecondMax = perSecondMax;
    this.#left = perSecondMax;
  }

  /** @param nowMs of a clock that never goes back */
  pass(nowMs: number): boolean {
    const passedMs = nowMs - (this.#atMs ?? nowMs);
    this.#atMs = nowMs;
    this.#left = Math.min(this.#perSecondMax, this.#left + (passedMs * this.#perSecondMax) / 1000);
    if (this.#left < 1) return false;
    this.#left--;
    return true;
  }
}
