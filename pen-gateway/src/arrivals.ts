/**
 * What comes first of several things that are waited for again and again. `Promise.race` leaves something behind in every
 * promise that stays pending, with each call: with a source that says nothing all night that was 4 MiB an hour.
 */
export class Arrivals<T> {
  readonly #come: ({ readonly value: T } | { readonly error: unknown })[] = [];
  #wake: () => void = () => {};

  expect(promise: Promise<T>): void {
    promise.then(
      (value) => this.#take({ value }),
      (error: unknown) => this.#take({ error }),
    );
  }

  /** The next one that has come, in order. One caller at a time. @throws what it was rejected with */
  async next(): Promise<T> {
    for (;;) {
      const first = this.#come.shift();
      if (first !== undefined) {
        if ("error" in first) throw first.error;
        return first.value;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #take(arrived: { readonly value: T } | { readonly error: unknown }): void {
    this.#come.push(arrived);
    this.#wake();
  }
}
