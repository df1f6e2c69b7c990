import { Slab } from "./slab.ts";

const taken = new Slab();

/** A byte buffer that grows, with zigzag varints. Reused between records: `take` copies out and rewinds. */
export class ByteWriter {
  #bytes: Uint8Array;
  #length = 0;

  constructor(capacity = 1024) {
    this.#bytes = new Uint8Array(capacity);
  }

  /** Signed 32-bit whole number as a zigzag varint, 1 to 5 bytes. */
  zigzag(value: number): void {
    if (this.#length + 5 > this.#bytes.length) this.#grow();
    let rest = ((value << 1) ^ (value >> 31)) >>> 0;
    const bytes = this.#bytes;
    let at = this.#length;
    while (rest > 0x7f) {
      bytes[at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    bytes[at++] = rest;
    this.#length = at;
  }

  take(): Uint8Array {
    const out = taken.cutBytes(this.#bytes, 0, this.#length);
    this.#length = 0;
    return out;
  }

  #grow(): void {
    const wider = new Uint8Array(this.#bytes.length * 2);
    wider.set(this.#bytes);
    this.#bytes = wider;
  }
}
