/** Starts that are remembered: more strokes do not come in one moment. PEN-6. */
export const STARTS_MAX = 256;

/**
 * Starts that a pen did not say are reckoned from when its bytes came. Several strokes can come in one moment, late, and a
 * stroke is known by its pen, page and start: so each has one that none before had, the next that is free. PEN-6.
 */
export class ReckonedStarts {
  readonly #taken = new Set<number>();

  /** @param ms the start as it is reckoned, whole ms. Answers the one to use. */
  take(ms: number): number {
    let free = ms;
    while (this.#taken.has(free)) free++;
    this.#taken.add(free);
    const [oldest] = this.#taken;
    if (this.#taken.size > STARTS_MAX && oldest !== undefined) this.#taken.delete(oldest);
    return free;
  }
}
