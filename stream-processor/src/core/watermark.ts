import type { Offset } from "@penlight/proto";

/** Something that still needs the records from `offset` on: an open stroke, a row not yet in history, an append not yet done. */
export interface Hold {
  readonly offset: Offset;
}

/**
 * The low-water offset of a partition: the oldest hold, or the end of what was read. LOG-7. Holds are taken with the
 * offset of the record at hand, so they come in offset order and the first one left is the smallest.
 */
export class Watermark {
  readonly #holds = new Set<Hold>();
  #next: Offset;

  /** @param start offset of the first record that will be read. */
  constructor(start: Offset) {
    this.#next = start;
  }

  /** Offset after the last record read. */
  get next(): Offset {
    return this.#next;
  }

  read(offset: Offset): void {
    this.#next = offset + 1n;
  }

  /** Holds the record at hand, that is the last one read (before the first: the start). */
  hold(): Hold {
    const hold = { offset: this.#next > 0n ? this.#next - 1n : 0n };
    this.#holds.add(hold);
    return hold;
  }

  release(hold: Hold): void {
    this.#holds.delete(hold);
  }

  get held(): number {
    return this.#holds.size;
  }

  lowWater(): Offset {
    for (const hold of this.#holds) return hold.offset;
    return this.#next;
  }
}
