/** What must not stand as it is in a TabSeparated field or between the quotes of a ClickHouse string. */
const SPECIAL = /[\\\t\n\r\0\b\f']/;
const EVERY_SPECIAL = new RegExp(SPECIAL, "g");
const ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "\t": "\\t",
  "\n": "\\n",
  "\r": "\\r",
  "\0": "\\0",
  "\b": "\\b",
  "\f": "\\f",
  "'": "\\'",
};

export function escapeText(value: string): string {
  return SPECIAL.test(value) ? value.replace(EVERY_SPECIAL, (sign) => ESCAPES[sign] ?? sign) : value;
}

/** A string as a literal of ClickHouse SQL. */
export function sqlText(value: string): string {
  return `'${escapeText(value)}'`;
}

const ZERO = 48;
const COMMA = 44;
const OPEN = 91;
const CLOSE = 93;
const TAB = 9;
const NEWLINE = 10;
/** Longest text of a number in JavaScript is 25 signs. */
const NUMBER_BYTES_MAX = 32;

/**
 * Rows of ClickHouse's TabSeparated format, written as bytes at once: most of it are small numbers, and neither strings
 * are built for them nor is a long string turned into bytes on the event loop.
 */
export class TextWriter {
  #bytes: Buffer;
  #length = 0;

  constructor(capacity = 65536) {
    this.#bytes = Buffer.allocUnsafe(capacity);
  }

  get length(): number {
    return this.#length;
  }

  /** A string field; null is ''. */
  text(value: string | null): this {
    if (value !== null) this.#string(escapeText(value));
    return this.#sign(TAB);
  }

  /** A field that needs no escape: a number, a Boolean, a list that was put together from such. */
  plain(value: number | boolean | string): this {
    this.#string(String(value));
    return this.#sign(TAB);
  }

  /** A whole number, 0 or more. */
  whole(value: number): this {
    this.#digits(value);
    return this.#sign(TAB);
  }

  /** A list of whole numbers, 0 or more. */
  list(values: Uint8Array | Uint32Array): this {
    this.#reserve(values.length * 11 + 3);
    this.#bytes[this.#length++] = OPEN;
    for (let i = 0; i < values.length; i++) {
      if (i > 0) this.#bytes[this.#length++] = COMMA;
      this.#digits(values[i] as number);
    }
    this.#bytes[this.#length++] = CLOSE;
    return this.#sign(TAB);
  }

  /** Ends the row: the tab after the last field becomes the end of the line. */
  endRow(): void {
    this.#bytes[this.#length - 1] = NEWLINE;
  }

  /** All rows; the writer must not be used again. */
  finish(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  #digits(value: number): void {
    this.#reserve(NUMBER_BYTES_MAX);
    if (value < 10) {
      this.#bytes[this.#length++] = ZERO + value;
    } else if (value < 100) {
      const tens = (value / 10) | 0;
      this.#bytes[this.#length++] = ZERO + tens;
      this.#bytes[this.#length++] = ZERO + value - tens * 10;
    } else {
      this.#string(String(value));
    }
  }

  #string(value: string): void {
    // A UTF-16 unit is at most three bytes of UTF-8.
    this.#reserve(value.length * 3);
    this.#length += value.length < 24 ? this.#shortAscii(value) : this.#bytes.write(value, this.#length);
  }

  /** Bytes written; short ASCII is faster written here than by a call into the engine. */
  #shortAscii(value: string): number {
    const start = this.#length;
    for (let i = 0; i < value.length; i++) {
      const unit = value.charCodeAt(i);
      if (unit > 0x7f) return this.#bytes.write(value, start);
      this.#bytes[start + i] = unit;
    }
    return value.length;
  }

  #sign(byte: number): this {
    this.#reserve(1);
    this.#bytes[this.#length++] = byte;
    return this;
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#bytes.length) return;
    const wider = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length + count));
    this.#bytes.copy(wider, 0, 0, this.#length);
    this.#bytes = wider;
  }
}
