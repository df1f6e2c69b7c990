/** Bytes of a slab's buffer. Small arrays are cut from one: memory outside the heap is dear to get and to give back. */
const SLAB_BYTES = 64 * 1024;
/** Larger arrays get memory of their own. */
const CUT_BYTES_MAX = 4096;
/** Shorter ones are copied in a loop. */
const LOOP_MAX = 256;

/**
 * Copies of small arrays that share their buffers. A buffer lives as long as the last copy in it, so what lives for a
 * lesson and what lives for a moment are cut from slabs of their own: a kept stroke would hold thousands of bytes of others.
 */
export class Slab {
  #buffer = new ArrayBuffer(0);
  #used = 0;

  /** A copy of `from[start, end)`. It can share its buffer with others: mind `byteOffset`. */
  cutBytes(from: Uint8Array, start: number, end: number): Uint8Array {
    const length = end - start;
    if (length > CUT_BYTES_MAX) return from.slice(start, end);
    const at = this.#place(length);
    const out = new Uint8Array(this.#buffer, at, length);
    // A loop is quicker than `set` of a view, up to a few hundred, and the view would be garbage.
    if (length < LOOP_MAX) for (let i = 0; i < length; i++) out[i] = from[start + i] as number;
    else out.set(from.subarray(start, end));
    return out;
  }

  /** A copy of the first `length` numbers; as {@link cutBytes}. */
  cutInts(from: Int32Array, length: number): Int32Array {
    if (length * 4 > CUT_BYTES_MAX) return from.slice(0, length);
    const at = this.#place(length * 4);
    const out = new Int32Array(this.#buffer, at, length);
    if (length < LOOP_MAX) for (let i = 0; i < length; i++) out[i] = from[i] as number;
    else out.set(from.subarray(0, length));
    return out;
  }

  /** Room in the buffer, at a multiple of 8 bytes. It can change the buffer: ask first, then use it. */
  #place(bytes: number): number {
    if (this.#used + bytes > this.#buffer.byteLength) {
      this.#buffer = new ArrayBuffer(SLAB_BYTES);
      this.#used = 0;
    }
    const at = this.#used;
    this.#used += (bytes + 7) & ~7;
    return at;
  }
}
