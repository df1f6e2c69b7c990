import type { PageAddress, PenId } from "./ids.ts";
import type { DotBatch, InkOrigin, StrokeEnd } from "./ink.ts";

/**
 * The protobuf wire form of an InkRecord that carries dots (ink.proto), read by hand: it is the one record that comes
 * thousands of times a second, and every dot passes here three times. Never other than what the generated codec reads;
 * the tests hold the two against each other. Everything else goes through the generated codec. Written by ink-wire-writer.ts.
 */
const double = new Float64Array(1);
const doubleBytes = new Uint8Array(double.buffer);
/** Doubles are read and written through a typed array, which has the byte order of the machine. */
export const isLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** Pens seen lately, so that a pen's id is one string and not a new one with each record. */
const PENS_MAX = 4096;
const penIds = new Map<number, PenId>();

function penIdOfNumber(pen: number): PenId {
  const known = penIds.get(pen);
  if (known !== undefined) return known;
  if (penIds.size >= PENS_MAX) penIds.clear();
  const id = pen.toString(16).padStart(12, "0") as PenId;
  penIds.set(pen, id);
  return id;
}

export interface DotsRecord {
  readonly receivedMs: number;
  readonly batch: DotBatch;
  readonly origin: InkOrigin | undefined;
}

/** Undefined: not a record with dots in exactly the expected form; ask the generated codec. */
export function decodeDotsRecord(bytes: Uint8Array): DotsRecord | undefined {
  let at = 0;
  let receivedMs = 0;
  if (bytes[at] === 0x09) {
    receivedMs = readDouble(bytes, at + 1);
    at += 9;
  }
  if (bytes[at] !== 0x12 || !isLittleEndian) return undefined;
  reader.at = at + 1;
  const length = readVarint(bytes);
  const end = reader.at + length;
  if (!(end <= bytes.length)) return undefined;
  const batch = readBatch(bytes, end);
  if (batch === undefined) return undefined;
  if (end === bytes.length) return { receivedMs, batch, origin: undefined };
  const origin = readOrigin(bytes);
  return origin === undefined ? undefined : { receivedMs, batch, origin };
}

/** Both numbers, and nothing behind them. */
function readOrigin(bytes: Uint8Array): InkOrigin | undefined {
  if (bytes[reader.at++] !== 0x35) return undefined;
  const life = readFixed32(bytes);
  if (bytes[reader.at++] !== 0x38) return undefined;
  const seq = readVarint(bytes);
  return reader.at === bytes.length && life > 0 && seq > 0 ? { life, seq } : undefined;
}

const reader = { at: 0 };

function readBatch(bytes: Uint8Array, end: number): DotBatch | undefined {
  let pen = 0;
  let page: PageAddress | null = null;
  let downMs = 0;
  let clockOffsetMs = 0;
  let firstDot = 0;
  let dotCount = 0;
  let ink: Uint8Array = NO_BYTES;
  let maxForce = 0;
  let tip = 0;
  let color = 0;
  let syntheticStart = 0;
  let source = 0;
  let strokeEnd: StrokeEnd | null = null;
  let lastTag = 0;
  while (reader.at < end) {
    const tag = bytes[reader.at++] as number;
    // Fields once and in order, as every encoder writes them; anything else is left to the generated codec.
    if (tag <= lastTag) return undefined;
    lastTag = tag;
    switch (tag) {
      case 0x08:
        pen = readVarint(bytes);
        break;
      case 0x12: {
        const found = readPage(bytes);
        if (found === undefined) return undefined;
        page = found;
        break;
      }
      case 0x19:
        downMs = takeDouble(bytes);
        break;
      case 0x21:
        clockOffsetMs = takeDouble(bytes);
        break;
      case 0x28:
        firstDot = readVarint(bytes);
        break;
      case 0x30:
        dotCount = readVarint(bytes);
        break;
      case 0x3a: {
        const size = readVarint(bytes);
        ink = bytes.subarray(reader.at, reader.at + size);
        reader.at += size;
        break;
      }
      case 0x40:
        maxForce = readVarint(bytes);
        break;
      case 0x48:
        tip = readVarint(bytes);
        break;
      case 0x55:
        color = readFixed32(bytes);
        break;
      case 0x58:
        syntheticStart = readVarint(bytes);
        break;
      case 0x60:
        source = readVarint(bytes);
        break;
      case 0x6a: {
        const found = readEnd(bytes);
        if (found === undefined) return undefined;
        strokeEnd = found;
        break;
      }
      default:
        return undefined;
    }
  }
  if (reader.at !== end || !(pen <= PEN_MAX) || !(syntheticStart <= 1) || !areUint32(firstDot, dotCount, maxForce))
    return undefined;
  if (!Number.isFinite(downMs) || !Number.isFinite(clockOffsetMs) || !(tip <= 1) || !(source <= 1)) return undefined;
  return {
    pen: penIdOfNumber(pen),
    page,
    downMs,
    clockOffsetMs,
    firstDot,
    dotCount,
    ink,
    maxForce,
    tip: tip === 1 ? "eraser" : "pen",
    color,
    syntheticStart: syntheticStart === 1,
    source: source === 1 ? "memory" : "live",
    end: strokeEnd,
  };
}

const NO_BYTES = new Uint8Array(0);
const PEN_MAX = 2 ** 48 - 1;

/** False for NaN. */
function areUint32(a: number, b: number, c: number): boolean {
  return a <= 0xffffffff && b <= 0xffffffff && c <= 0xffffffff;
}

function readPage(bytes: Uint8Array): PageAddress | undefined {
  const size = readVarint(bytes);
  const end = reader.at + size;
  const page = { section: 0, owner: 0, note: 0, page: 0 };
  while (reader.at < end) {
    const tag = bytes[reader.at++];
    const value = readVarint(bytes);
    if (!(value <= 0xffffffff)) return undefined;
    if (tag === 0x08) page.section = value;
    else if (tag === 0x10) page.owner = value;
    else if (tag === 0x18) page.note = value;
    else if (tag === 0x20) page.page = value;
    else return undefined;
  }
  return reader.at === end ? page : undefined;
}

function readEnd(bytes: Uint8Array): StrokeEnd | undefined {
  const size = readVarint(bytes);
  const end = reader.at + size;
  const stroke = { upMs: 0, synthetic: false, lostDots: 0 };
  while (reader.at < end) {
    const tag = bytes[reader.at++];
    if (tag === 0x09) stroke.upMs = takeDouble(bytes);
    else if (tag === 0x10) {
      const flag = readVarint(bytes);
      if (!(flag <= 1)) return undefined;
      stroke.synthetic = flag === 1;
    } else if (tag === 0x18) stroke.lostDots = readVarint(bytes);
    else return undefined;
  }
  return reader.at === end && stroke.lostDots <= 0xffffffff ? stroke : undefined;
}

/** Up to 2^53; what is longer, or goes beyond the bytes, gives NaN, which no comparison lets pass. */
function readVarint(bytes: Uint8Array): number {
  let value = 0;
  let scale = 1;
  for (let i = 0; i < 7; i++) {
    const byte = bytes[reader.at++];
    if (byte === undefined) return Number.NaN;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return value;
    scale *= 128;
  }
  return Number.NaN;
}

function takeDouble(bytes: Uint8Array): number {
  const value = readDouble(bytes, reader.at);
  reader.at += 8;
  return value;
}

/** NaN beyond the end. */
function readDouble(bytes: Uint8Array, at: number): number {
  if (at + 8 > bytes.length) return Number.NaN;
  for (let i = 0; i < 8; i++) doubleBytes[i] = bytes[at + i] as number;
  return double[0] as number;
}

function readFixed32(bytes: Uint8Array): number {
  const at = reader.at;
  reader.at += 4;
  const low = (bytes[at] as number) | ((bytes[at + 1] as number) << 8) | ((bytes[at + 2] as number) << 16);
  return (low | ((bytes[at + 3] as number) << 24)) >>> 0;
}
