/** A heap of "look at this again at that time"; the earliest first. The caller decides what is due when it looks. */
export class Deadlines<T> {
  readonly #times: number[] = [];
  readonly #values: T[] = [];

  get size(): number {
    return this.#times.length;
  }

  push(atMs: number, value: T): void {
    let at = this.#times.length;
    this.#times.push(atMs);
    this.#values.push(value);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((this.#times[parent] as number) <= atMs) break;
      this.#swap(at, parent);
      at = parent;
    }
  }

  /** Takes the earliest value that is due at `nowMs`; undefined when none is. */
  popDue(nowMs: number): T | undefined {
    const first = this.#times[0];
    if (first === undefined || first > nowMs) return undefined;
    const value = this.#values[0] as T;
    const lastTime = this.#times.pop() as number;
    const lastValue = this.#values.pop() as T;
    if (this.#times.length > 0) {
      this.#times[0] = lastTime;
      this.#values[0] = lastValue;
      this.#sink();
    }
    return value;
  }

  #sink(): void {
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      if (left >= this.#times.length) return;
      const right = left + 1;
      const smaller =
        right < this.#times.length && (this.#times[right] as number) < (this.#times[left] as number) ? right : left;
      if ((this.#times[at] as number) <= (this.#times[smaller] as number)) return;
      this.#swap(at, smaller);
      at = smaller;
    }
  }

  #swap(a: number, b: number): void {
    const time = this.#times[a] as number;
    this.#times[a] = this.#times[b] as number;
    this.#times[b] = time;
    const value = this.#values[a] as T;
    this.#values[a] = this.#values[b] as T;
    this.#values[b] = value;
  }
}
