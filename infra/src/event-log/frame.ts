import zlib from "node:zlib";
import type { StoredRecord } from "@penlight/proto";

/*
  Frame => length crc previousCrc topic partition count reserved maxTimestampMs *Record        (little-endian)
    length         => UINT32    whole frame
    crc            => UINT32    CRC-32 of everything after it
    previousCrc    => UINT32    crc of the frame before it in a journal (of the journal's header for the first): a frame
                                that an earlier life left behind at the right place is not taken for one of this life
    topic          => UINT16    number of the topic in the manifest; COMMITS_TOPIC: committed offsets
    partition      => UINT16
    count          => UINT32    records
    reserved       => UINT32
    maxTimestampMs => FLOAT64   largest of its records
  Record => valueLength keyLength offset timestampMs key value
    valueLength, keyLength => UINT32
    offset, timestampMs    => FLOAT64   (offsets are whole numbers below 2^53)
*/
export const FRAME_HEADER_BYTES = 32;
const RECORD_HEADER_BYTES = 24;
/** Frames of this "topic" hold committed offsets: key `group/topic/partition`, offset the committed one, no value; and owners' generations, `group/topic/partition/owner`. */
export const COMMITS_TOPIC = 0xffff;

export interface FrameHeader {
  readonly length: number;
  readonly crc: number;
  readonly previousCrc: number;
  readonly topic: number;
  readonly partition: number;
  readonly count: number;
  readonly maxTimestampMs: number;
}

/** The frame at `at`, or null where there is none that is whole. */
export function readFrame(bytes: Buffer, at: number): FrameHeader | null {
  if (at + FRAME_HEADER_BYTES > bytes.length) return null;
  const length = bytes.readUInt32LE(at);
  if (length < FRAME_HEADER_BYTES || at + length > bytes.length) return null;
  const crc = bytes.readUInt32LE(at + 4);
  if (zlib.crc32(bytes.subarray(at + 8, at + length)) !== crc) return null;
  return {
    length,
    crc,
    previousCrc: bytes.readUInt32LE(at + 8),
    topic: bytes.readUInt16LE(at + 12),
    partition: bytes.readUInt16LE(at + 14),
    count: bytes.readUInt32LE(at + 16),
    maxTimestampMs: bytes.readDoubleLE(at + 24),
  };
}

/** Offset of the first record of the frame at `at`. */
export function firstOffset(bytes: Buffer, at: number): number {
  return bytes.readDoubleLE(at + FRAME_HEADER_BYTES + 8);
}

/** Adds the records of the frame at `at` with an offset of at least `from` to `into`, until `limit` are there. Values are copies. */
export function decodeFrame(
  bytes: Buffer,
  at: number,
  options: { readonly from: number; readonly limit: number; readonly into: StoredRecord[] },
): void {
  const { from, limit, into } = options;
  const partition = bytes.readUInt16LE(at + 14);
  const count = bytes.readUInt32LE(at + 16);
  let position = at + FRAME_HEADER_BYTES;
  for (let i = 0; i < count && into.length < limit; i++) {
    const valueLength = bytes.readUInt32LE(position);
    const keyEnd = position + RECORD_HEADER_BYTES + bytes.readUInt32LE(position + 4);
    const offset = bytes.readDoubleLE(position + 8);
    if (offset >= from) {
      into.push({
        key: bytes.toString("utf8", position + RECORD_HEADER_BYTES, keyEnd),
        value: new Uint8Array(bytes.subarray(keyEnd, keyEnd + valueLength)),
        timestampMs: bytes.readDoubleLE(position + 16),
        partition,
        offset: BigInt(offset),
      });
    }
    position = keyEnd + valueLength;
  }
}

const KEYS_CACHED_MAX = 4096;

/** Builds frames one after the other in one buffer that is used again and again. */
export class FrameWriter {
  #bytes: Buffer;
  #length = 0;
  #frameAt = 0;
  #count = 0;
  #maxTimestampMs = 0;
  readonly #keys = new Map<string, Buffer>();

  constructor(capacity: number) {
    this.#bytes = Buffer.allocUnsafe(capacity);
  }

  get length(): number {
    return this.#length;
  }

  /** What was written since `reset`; valid until the next one. */
  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  reset(): void {
    this.#length = 0;
  }

  /** Bytes before the first frame, or whole frames, as they are. */
  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  begin(topic: number, partition: number, previousCrc: number): void {
    this.#reserve(FRAME_HEADER_BYTES);
    this.#frameAt = this.#length;
    this.#count = 0;
    this.#maxTimestampMs = Number.NEGATIVE_INFINITY;
    this.#length += FRAME_HEADER_BYTES;
    this.#bytes.writeUInt32LE(previousCrc, this.#frameAt + 8);
    this.#bytes.writeUInt16LE(topic, this.#frameAt + 12);
    this.#bytes.writeUInt16LE(partition, this.#frameAt + 14);
  }

  record(key: string, value: Uint8Array, offset: number, timestampMs: number): void {
    const keyBytes = this.#keyBytes(key);
    this.#reserve(RECORD_HEADER_BYTES + keyBytes.length + value.length);
    const bytes = this.#bytes;
    const at = this.#length;
    bytes.writeUInt32LE(value.length, at);
    bytes.writeUInt32LE(keyBytes.length, at + 4);
    bytes.writeDoubleLE(offset, at + 8);
    bytes.writeDoubleLE(timestampMs, at + 16);
    bytes.set(keyBytes, at + RECORD_HEADER_BYTES);
    bytes.set(value, at + RECORD_HEADER_BYTES + keyBytes.length);
    this.#length = at + RECORD_HEADER_BYTES + keyBytes.length + value.length;
    this.#count++;
    if (timestampMs > this.#maxTimestampMs) this.#maxTimestampMs = timestampMs;
  }

  /** The records of another frame, byte for byte. */
  records(body: Uint8Array, count: number, maxTimestampMs: number): void {
    this.raw(body);
    this.#count += count;
    if (maxTimestampMs > this.#maxTimestampMs) this.#maxTimestampMs = maxTimestampMs;
  }

  /** Ends the frame. */
  end(): {
    readonly at: number;
    readonly length: number;
    readonly crc: number;
    readonly count: number;
    readonly maxMs: number;
  } {
    const bytes = this.#bytes;
    const at = this.#frameAt;
    const length = this.#length - at;
    bytes.writeUInt32LE(length, at);
    bytes.writeUInt32LE(this.#count, at + 16);
    bytes.writeUInt32LE(0, at + 20);
    bytes.writeDoubleLE(this.#maxTimestampMs, at + 24);
    const crc = zlib.crc32(bytes.subarray(at + 8, at + length));
    bytes.writeUInt32LE(crc, at + 4);
    return { at, length, crc, count: this.#count, maxMs: this.#maxTimestampMs };
  }

  #keyBytes(key: string): Buffer {
    let bytes = this.#keys.get(key);
    if (bytes === undefined) {
      if (this.#keys.size >= KEYS_CACHED_MAX) this.#keys.clear();
      bytes = Buffer.from(key, "utf8");
      this.#keys.set(key, bytes);
    }
    return bytes;
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const wider = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length + more));
    wider.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = wider;
  }
}
