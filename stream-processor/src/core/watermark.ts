import type { Offset } from "@penlight/proto";

/** Something that still needs the records from `offset` on: an open stroke, a row not yet in history, an append not yet done. */
export interface Hold {
  readonly offset: Offset;
  /** Time of that record, ms. */
  readonly atMs: number;
}

/**
 * The low-water offset of a partition: the oldest hold, or the end of what was read. LOG-7. Holds are taken with the
 * offset of the record at hand, so they come in offset order and the first one left is the smallest.
 */
export class Watermark {
  readonly #holds = new Set<Hold>();
  #next: Offset;
  #atMs = 0;

  /** @param start offset of the first record that will be read. */
  constructor(start: Offset) {
    this.#next = start;
  }

  /** Offset after the last record read. */
  get next(): Offset {
    return this.#next;
  }

  /** Time of the last record read, ms; 0: none was. */
  get atMs(): number {
    return this.#atMs;
  }

  read(offset: Offset, atMs: number): void {
    this.#next = offset + 1n;
    this.#atMs = atMs;
  }

  /** Holds the record at hand, that is the last one read (before the first: the start). */
  hold(): Hold {
    const hold = { offset: this.#next > 0n ? this.#next - 1n : 0n, atMs: this.#atMs };
    this.#holds.add(hold);
    return hold;
  }

  release(hold: Hold): void {
    this.#holds.delete(hold);
  }

  get held(): number {
    return this.#holds.size;
  }

  /** Time of the oldest record that is held, ms; null: none is. */
  heldSinceMs(): number | null {
    for (const hold of this.#holds) return hold.atMs;
    return null;
  }

  lowWater(): Offset {
    for (const hold of this.#holds) return hold.offset;
    return this.#next;
  }
}
