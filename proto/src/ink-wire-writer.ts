import type { DotBatch, InkOrigin } from "./ink.ts";
import { isLittleEndian } from "./ink-wire-reader.ts";
import { Slab } from "./slab.ts";

/**
 * The protobuf wire form of an InkRecord that carries dots (ink.proto), written by hand for the reason that
 * ink-wire-reader.ts gives. Byte for byte what the generated codec writes; the tests hold the two against each other.
 */
const double = new Float64Array(1);
const doubleBytes = new Uint8Array(double.buffer);

const records = new Slab();
let room = new Uint8Array(4096);
let written = 0;

/** The bytes that the generated codec would write. */
export function encodeDotsRecord(receivedMs: number, batch: DotBatch, origin?: InkOrigin): Uint8Array {
  // Everything but the packed dots is at most 180 bytes; the batch's length goes before it, so it is written after.
  if (room.length < batch.ink.length + HEADER_MAX) room = new Uint8Array(2 * (batch.ink.length + HEADER_MAX));
  written = BODY_AT;
  writeBatch(batch);
  const length = written - BODY_AT;
  const lengthBytes = varintSize(length);
  const start = BODY_AT - lengthBytes - 1 - (isZero(receivedMs) ? 0 : 9);
  written = start;
  writeDouble(0x09, receivedMs);
  room[written++] = 0x12;
  writeVarint(length);
  written += length;
  if (origin !== undefined) writeOrigin(origin);
  return records.cutBytes(room, start, written);
}

function writeOrigin({ life, seq }: InkOrigin): void {
  if (life !== 0) {
    room[written++] = 0x35;
    writeFixed32(life);
  }
  writeNumber(0x38, seq);
}

/** Room before the batch: tag and double, tag and length. */
const BODY_AT = 16;
const HEADER_MAX = 192;

function writeBatch(batch: DotBatch): void {
  writeNumber(0x08, Number.parseInt(batch.pen, 16));
  if (batch.page !== null) {
    const at = openMessage(0x12);
    writeNumber(0x08, batch.page.section);
    writeNumber(0x10, batch.page.owner);
    writeNumber(0x18, batch.page.note);
    writeNumber(0x20, batch.page.page);
    closeMessage(at);
  }
  writeDouble(0x19, batch.downMs);
  writeDouble(0x21, batch.clockOffsetMs);
  writeNumber(0x28, batch.firstDot);
  writeNumber(0x30, batch.dotCount);
  if (batch.ink.length > 0) {
    room[written++] = 0x3a;
    writeVarint(batch.ink.length);
    room.set(batch.ink, written);
    written += batch.ink.length;
  }
  writeNumber(0x40, batch.maxForce);
  writeNumber(0x48, batch.tip === "pen" ? 0 : 1);
  if (batch.color !== 0) {
    room[written++] = 0x55;
    writeFixed32(batch.color);
  }
  writeNumber(0x58, batch.syntheticStart ? 1 : 0);
  writeNumber(0x60, batch.source === "live" ? 0 : 1);
  if (batch.end === null) return;
  const at = openMessage(0x6a);
  writeDouble(0x09, batch.end.upMs);
  writeNumber(0x10, batch.end.synthetic ? 1 : 0);
  writeNumber(0x18, batch.end.lostDots);
  closeMessage(at);
}

/** Both embedded messages are shorter than 128 bytes: their length is one byte. */
function openMessage(tag: number): number {
  room[written] = tag;
  written += 2;
  return written;
}

function closeMessage(at: number): void {
  room[at - 1] = written - at;
}

function writeNumber(tag: number, value: number): void {
  if (value === 0) return;
  room[written++] = tag;
  writeVarint(value);
}

/** A positive zero is the default and is not written; a negative one is. */
function isZero(value: number): boolean {
  return Object.is(value, 0);
}

function writeDouble(tag: number, value: number): void {
  if (isZero(value)) return;
  room[written++] = tag;
  double[0] = value;
  for (let i = 0; i < 8; i++) room[written++] = doubleBytes[i] as number;
}

function writeFixed32(value: number): void {
  for (let shift = 0; shift < 32; shift += 8) room[written++] = (value >>> shift) & 0xff;
}

function writeVarint(value: number): void {
  let rest = value;
  while (rest > 0x7f) {
    room[written++] = (rest % 128) | 0x80;
    rest = Math.floor(rest / 128);
  }
  room[written++] = rest;
}

function varintSize(value: number): number {
  let size = 1;
  for (let rest = value; rest > 0x7f; rest = Math.floor(rest / 128)) size++;
  return size;
}

/** Whether {@link encodeDotsRecord} can write this batch: whole numbers in the ranges of ink.proto, on a machine of this byte order. */
export function isPlain(batch: DotBatch): boolean {
  const { page, end } = batch;
  if (!isLittleEndian || !isUint32(batch.firstDot) || !isUint32(batch.dotCount) || !isUint32(batch.maxForce)) return false;
  if (!isUint32(batch.color) || batch.pen.length !== 12 || (end !== null && !isUint32(end.lostDots))) return false;
  return page === null || (isUint32(page.section) && isUint32(page.owner) && isUint32(page.note) && isUint32(page.page));
}

function isUint32(value: number): boolean {
  return value >>> 0 === value;
}
