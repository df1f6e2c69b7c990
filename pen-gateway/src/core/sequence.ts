/** Events this far back are looked at as late copies before they are believed to be a loss of nearly 256. */
const LATE_COPIES_MAX = 64;

/** {@link EventSequence.take}: heard before, drop it. */
export const DUPLICATE = -1;

/**
 * The pen's event counter: one byte, shared by pen-down, page, dot, optical error and pen-up of the counted family, +1 an
 * event, 255 -> 0. PEN-5.
 */
export class EventSequence {
  #last = -1;
  readonly #prints = new Int32Array(256);

  /** A new connection: the first counter that comes is right, whatever it is. */
  reset(): void {
    this.#last = -1;
    this.#prints.fill(0);
  }

  /** Counter of the last event, -1 before the first. */
  get last(): number {
    return this.#last;
  }

  /**
   * Events lost before this one (0 to 255), or DUPLICATE. `print` is any hash of the event's content: a counter that
   * steps back a little with the content it had then is a notification that was delivered twice.
   */
  take(counter: number, print: number): number {
    const last = this.#last;
    if (counter === last) return DUPLICATE;
    const lost = last === -1 ? 0 : (counter - last - 1) & 0xff;
    if (lost >= 255 - LATE_COPIES_MAX && this.#prints[counter] === print) return DUPLICATE;
    this.#last = counter;
    this.#prints[counter] = print;
    return lost;
  }
}

/** FNV-1a, four bytes at a time, little endian: good enough to tell events apart. */
export function printOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = FNV_BASIS;
  let at = from;
  for (; at + 3 < to; at += 4) {
    const low = (bytes[at] as number) | ((bytes[at + 1] as number) << 8);
    const high = (bytes[at + 2] as number) | ((bytes[at + 3] as number) << 8);
    hash = Math.imul(hash ^ (low | (high << 16)), FNV_PRIME);
  }
  for (; at < to; at++) hash = Math.imul(hash ^ (bytes[at] as number), FNV_PRIME);
  return hash;
}

const FNV_BASIS = 0x811c9dc5 | 0;
const FNV_PRIME = 0x01000193;
