/**
 * The language that the packet tables are written in, and the one walker that reads and writes it. All integers are
 * little endian. A field is `[name, type]`; fields named "" are on the wire but not in the value.
 */
export type Numeric = "u8" | "u16" | "u24" | "u32" | "u64";
export type Codes = Readonly<Record<number, string>>;
/** name -> [code on the wire, type of the value] */
export type Choices = Readonly<Record<string, readonly [code: number, type: FieldType]>>;

export type FieldType =
  | Numeric
  /** One byte, 0 is false, anything else true. */
  | "flag"
  /** Low seven bits of a byte; the next field must be the `bit7` of the same byte. */
  | "low7"
  | "bit7"
  /** All that is left, bytes. */
  | "rest"
  /** Zero-padded text of so many bytes (one byte a character); `prefix` is a length byte that vendors fill differently: written so, not read. */
  | { readonly ascii: number; readonly prefix?: number }
  /** So many bytes as lower-case hex, in wire order. */
  | { readonly hex: number }
  /** Bytes of no known meaning: written as zero, not read. */
  | { readonly skip: number }
  /** A constant that tells rows of one command apart. */
  | { readonly always: number; readonly as: Numeric }
  /** One byte with named values; a value without a name stays a number. */
  | { readonly codes: Codes }
  | { readonly list: readonly Field[]; readonly count: Numeric }
  | { readonly numbers: Numeric; readonly count: Numeric }
  /** Bytes preceded by their number. */
  | { readonly bytes: Numeric }
  /** A code byte, then a value whose type depends on it. */
  | { readonly choice: Choices };

export type Field = readonly [name: string, type: FieldType];

type ChoiceOf<C extends Choices> = {
  [K in keyof C & string]: { readonly type: K; readonly value: ValueOf<C[K][1]> };
}[keyof C & string];

export type ValueOf<T> = T extends Numeric | "low7"
  ? number
  : T extends "flag" | "bit7"
    ? boolean
    : T extends "rest" | { readonly bytes: Numeric }
      ? Uint8Array
      : T extends { readonly ascii: number } | { readonly hex: number }
        ? string
        : T extends { readonly codes: infer C }
          ? C[keyof C] | number
          : T extends { readonly list: infer F extends readonly Field[] }
            ? readonly FieldsOf<F>[]
            : T extends { readonly numbers: Numeric }
              ? readonly number[]
              : T extends { readonly choice: infer C extends Choices }
                ? ChoiceOf<C> | { readonly type: number; readonly value: Uint8Array }
                : never;

export type FieldsOf<F extends readonly Field[]> = {
  readonly [P in F[number] as P[0] extends "" ? never : P[0]]: ValueOf<P[1]>;
};

/** A value of some row, when the row is not known at compile time. */
export type FieldValues = Record<string, unknown>;

const SIZE = { u8: 1, u16: 2, u24: 3, u32: 4, u64: 8 } as const satisfies Record<Numeric, number>;

/** Where the walker reads. `end` is exclusive. */
export interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
  readonly end: number;
}

function readNumber(cursor: Cursor, type: Numeric): number | undefined {
  const size = SIZE[type];
  if (cursor.at + size > cursor.end) return undefined;
  let value = 0;
  for (let i = size - 1; i >= 0; i--) value = value * 256 + (cursor.bytes[cursor.at + i] as number);
  cursor.at += size;
  return value;
}

function readBytes(cursor: Cursor, size: number | undefined): Uint8Array | undefined {
  if (size === undefined || cursor.at + size > cursor.end) return undefined;
  cursor.at += size;
  return cursor.bytes.slice(cursor.at - size, cursor.at);
}

function readText(cursor: Cursor, size: number): string | undefined {
  const bytes = readBytes(cursor, size);
  if (bytes === undefined) return undefined;
  const zero = bytes.indexOf(0);
  return String.fromCharCode(...(zero === -1 ? bytes : bytes.subarray(0, zero)));
}

/** Undefined: the bytes do not hold such a field. */
function readField(cursor: Cursor, type: FieldType): unknown {
  if (typeof type === "string") return readPlain(cursor, type);
  if ("ascii" in type) {
    if (type.prefix !== undefined && readNumber(cursor, "u8") === undefined) return undefined;
    return readText(cursor, type.ascii);
  }
  if ("hex" in type) return hexOf(readBytes(cursor, type.hex));
  if ("skip" in type) return readBytes(cursor, type.skip);
  if ("always" in type) return readNumber(cursor, type.as) === type.always ? type.always : undefined;
  if ("codes" in type) {
    const code = readNumber(cursor, "u8");
    return code === undefined ? undefined : (type.codes[code] ?? code);
  }
  if ("bytes" in type) return readBytes(cursor, readNumber(cursor, type.bytes));
  if ("choice" in type) return readChoice(cursor, type.choice);
  return readMany(cursor, type);
}

function readPlain(cursor: Cursor, type: Extract<FieldType, string>): unknown {
  switch (type) {
    case "flag": {
      const value = readNumber(cursor, "u8");
      return value === undefined ? undefined : value !== 0;
    }
    case "low7":
      return cursor.at < cursor.end ? (cursor.bytes[cursor.at] as number) & 0x7f : undefined;
    case "bit7": {
      const value = readNumber(cursor, "u8");
      return value === undefined ? undefined : value > 0x7f;
    }
    case "rest":
      return readBytes(cursor, cursor.end - cursor.at);
    default:
      return readNumber(cursor, type);
  }
}

function readChoice(cursor: Cursor, choices: Choices): unknown {
  const code = readNumber(cursor, "u8");
  if (code === undefined) return undefined;
  for (const [type, [each, valueType]] of Object.entries(choices)) {
    if (each !== code) continue;
    const value = readField(cursor, valueType);
    return value === undefined ? undefined : { type, value };
  }
  return { type: code, value: readBytes(cursor, cursor.end - cursor.at) };
}

/** The loop ends where the bytes end, whatever the count claims: nothing is allocated for a promise. */
function readMany(cursor: Cursor, type: Extract<FieldType, { readonly count: Numeric }>): unknown {
  const count = readNumber(cursor, type.count);
  if (count === undefined) return undefined;
  const items: unknown[] = [];
  for (let i = 0; i < count; i++) {
    const item = "list" in type ? readFields(cursor, type.list) : readNumber(cursor, type.numbers);
    if (item === undefined) return undefined;
    items.push(item);
  }
  return items;
}

/** Reads all of `fields`, then as many of `tail` as are there. Undefined: the bytes do not hold `fields`. */
export function readFields(cursor: Cursor, fields: readonly Field[], tail: readonly Field[] = []): FieldValues | undefined {
  const values: FieldValues = {};
  for (const [name, type] of fields) {
    const value = readField(cursor, type);
    if (value === undefined) return undefined;
    if (name !== "") values[name] = value;
  }
  for (const [name, type] of tail) {
    const value = readField(cursor, type);
    if (value === undefined) break;
    if (name !== "") values[name] = value;
  }
  return values;
}

/** Bytes in the making; grows, is reused. */
export class ByteSink {
  bytes = new Uint8Array(256);
  length = 0;

  push(byte: number): void {
    if (this.length === this.bytes.length) {
      const wider = new Uint8Array(this.bytes.length * 2);
      wider.set(this.bytes);
      this.bytes = wider;
    }
    this.bytes[this.length++] = byte;
  }

  number(value: number, type: Numeric): void {
    let rest = value;
    for (let i = SIZE[type]; i > 0; i--) {
      this.push(rest % 256);
      rest = Math.floor(rest / 256);
    }
  }

  take(): Uint8Array {
    const out = this.bytes.slice(0, this.length);
    this.length = 0;
    return out;
  }
}

function writeText(sink: ByteSink, text: string, size: number): void {
  for (let i = 0; i < size; i++) sink.push(i < text.length ? text.charCodeAt(i) & 0xff : 0);
}

function writeField(sink: ByteSink, type: FieldType, value: unknown): void {
  if (typeof type === "string") writePlain(sink, type, value);
  else if ("ascii" in type) {
    if (type.prefix !== undefined) sink.push(type.prefix);
    writeText(sink, value as string, type.ascii);
  } else if ("hex" in type) {
    for (let i = 0; i < type.hex; i++) sink.push(Number.parseInt((value as string).slice(i * 2, i * 2 + 2), 16));
  } else if ("skip" in type) {
    for (let i = 0; i < type.skip; i++) sink.push(0);
  } else if ("always" in type) sink.number(type.always, type.as);
  else if ("codes" in type) sink.push(codeOf(type.codes, value as string | number));
  else if ("bytes" in type) {
    const bytes = value as Uint8Array;
    sink.number(bytes.length, type.bytes);
    for (const byte of bytes) sink.push(byte);
  } else if ("choice" in type) writeChoice(sink, type.choice, value as { type: string | number; value: unknown });
  else if ("list" in type) {
    sink.number((value as FieldValues[]).length, type.count);
    for (const item of value as FieldValues[]) writeFields(sink, item, type.list);
  } else {
    sink.number((value as number[]).length, type.count);
    for (const item of value as number[]) sink.number(item, type.numbers);
  }
}

function writePlain(sink: ByteSink, type: Extract<FieldType, string>, value: unknown): void {
  switch (type) {
    case "flag":
      sink.push(value === true ? 1 : 0);
      break;
    case "low7":
      sink.push((value as number) & 0x7f);
      break;
    case "bit7": // the byte is there already, from low7
      if (value === true) sink.bytes[sink.length - 1] = (sink.bytes[sink.length - 1] as number) | 0x80;
      break;
    case "rest":
      for (const byte of value as Uint8Array) sink.push(byte);
      break;
    default:
      sink.number(value as number, type);
  }
}

function writeChoice(sink: ByteSink, choices: Choices, chosen: { type: string | number; value: unknown }): void {
  const choice = choices[chosen.type];
  sink.push(choice === undefined ? (chosen.type as number) : choice[0]);
  writeField(sink, choice === undefined ? "rest" : choice[1], chosen.value);
}

function codeOf(codes: Codes, value: string | number): number {
  if (typeof value === "number") return value;
  for (const code in codes) if (codes[code] === value) return Number(code);
  throw new RangeError(`no code for ${value}`);
}

/** Writes `fields`, then `tail` up to the first field that the value does not have. @throws RangeError on a name without a code: our bug. */
export function writeFields(sink: ByteSink, values: FieldValues, fields: readonly Field[], tail: readonly Field[] = []): void {
  for (const [name, type] of fields) writeField(sink, type, values[name]);
  let end = sink.length;
  for (const [name, type] of tail) {
    if (name !== "" && values[name] === undefined) {
      sink.length = end;
      return;
    }
    writeField(sink, type, values[name]);
    if (name !== "") end = sink.length;
  }
}

export function hexOf(bytes: Uint8Array): string;
export function hexOf(bytes: Uint8Array | undefined): string | undefined;
export function hexOf(bytes: Uint8Array | undefined): string | undefined {
  return bytes === undefined ? undefined : Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
