import { gunzipSync } from "node:zlib";
import { LogError, type Offset, type StoredRecord } from "@penlight/proto";

export interface FetchedPartition {
  readonly partition: number;
  readonly errorCode: number;
  /** One past the last record that every replica has. */
  readonly highWatermark: Offset;
  /** In offset order; the first ones may be before the offset that was asked for. */
  readonly records: readonly StoredRecord[];
  /** Where to go on: also past a batch of which compaction left no record. Null: no whole batch came. */
  readonly nextOffset: Offset | null;
}

const MAGIC = 2;
const BATCH_PREFIX_BYTES = 12;
const COMPRESSION_MASK = 7;
const GZIP = 1;
const CONTROL_FLAG = 0x20;
const EMPTY = new Uint8Array();

/**
 * Reads a Fetch response of version 11 (RecordBatch v2). kafkajs would do it with an object for every header, and loses
 * the end of a batch that compaction has emptied, so that a reader stands still there for ever.
 * @throws LogError "log.topic" for what Penlight does not write: an old message format, a codec that is not gzip.
 */
export function decodeFetch(payload: Buffer): FetchedPartition[] {
  const reader = new Reader(payload);
  reader.skip(4 + 2 + 4);
  const found: FetchedPartition[] = [];
  for (let topics = reader.int32(); topics > 0; topics--) {
    reader.skip(reader.int16());
    for (let partitions = reader.int32(); partitions > 0; partitions--) found.push(readPartition(reader));
  }
  return found;
}

function readPartition(reader: Reader): FetchedPartition {
  const partition = reader.int32();
  const errorCode = reader.int16();
  const highWatermark = reader.int64();
  reader.skip(8 + 8);
  for (let aborted = reader.int32(); aborted > 0; aborted--) reader.skip(16);
  reader.skip(4);
  const bytes = reader.bytes(Math.max(reader.int32(), 0));
  return { partition, errorCode, highWatermark, ...readBatches(bytes, partition) };
}

/** Whole batches of a record set; the last one may be cut off, and is left. */
export function readBatches(bytes: Buffer, partition: number): Pick<FetchedPartition, "records" | "nextOffset"> {
  const records: StoredRecord[] = [];
  let nextOffset: Offset | null = null;
  for (let at = 0; at + BATCH_PREFIX_BYTES <= bytes.length; ) {
    const end = at + BATCH_PREFIX_BYTES + bytes.readInt32BE(at + 8);
    if (end > bytes.length) break;
    nextOffset = readBatch(bytes.subarray(at, end), partition, records);
    at = end;
  }
  return { records, nextOffset };
}

function readBatch(bytes: Buffer, partition: number, into: StoredRecord[]): Offset {
  const reader = new Reader(bytes);
  const baseOffset = reader.int64();
  reader.skip(4 + 4);
  const magic = reader.int8();
  if (magic !== MAGIC) throw new LogError("log.topic", `partition ${partition} holds records of the old format ${magic}`);
  reader.skip(4);
  const attributes = reader.int16();
  const lastOffsetDelta = reader.int32();
  const baseMs = Number(reader.int64());
  reader.skip(8 + 8 + 2 + 4);
  const count = reader.int32();
  const nextOffset = baseOffset + BigInt(lastOffsetDelta) + 1n;
  if ((attributes & CONTROL_FLAG) !== 0) return nextOffset;
  const body = inflate(reader.rest(), attributes & COMPRESSION_MASK, partition);
  for (let i = 0; i < count; i++) into.push(readRecord(body, baseOffset, baseMs, partition));
  return nextOffset;
}

function inflate(bytes: Buffer, codec: number, partition: number): Reader {
  if (codec === 0) return new Reader(bytes);
  if (codec === GZIP) return new Reader(gunzipSync(bytes));
  throw new LogError("log.topic", `partition ${partition} is compressed with codec ${codec}; set the topic to gzip or none`);
}

function readRecord(reader: Reader, baseOffset: Offset, baseMs: number, partition: number): StoredRecord {
  const end = reader.varint() + reader.at;
  reader.skip(1);
  const timestampMs = baseMs + reader.varint();
  const offset = baseOffset + BigInt(reader.varint());
  const keyBytes = reader.varint();
  const key = keyBytes > 0 ? reader.bytes(keyBytes).toString("utf8") : "";
  const valueBytes = reader.varint();
  const value = valueBytes > 0 ? reader.bytes(valueBytes) : EMPTY;
  reader.at = end;
  return { key, value, timestampMs, partition, offset };
}

class Reader {
  at = 0;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  skip(count: number): void {
    this.at += count;
  }

  int8(): number {
    return this.#bytes.readInt8(this.at++);
  }

  int16(): number {
    this.at += 2;
    return this.#bytes.readInt16BE(this.at - 2);
  }

  int32(): number {
    this.at += 4;
    return this.#bytes.readInt32BE(this.at - 4);
  }

  int64(): bigint {
    this.at += 8;
    return this.#bytes.readBigInt64BE(this.at - 8);
  }

  /** A zigzag varint of up to 64 bits, as a number: lengths, deltas and times are below 2^53. */
  varint(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.#bytes.readUInt8(this.at++);
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) break;
      scale *= 128;
    }
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  bytes(count: number): Buffer {
    this.at += count;
    return this.#bytes.subarray(this.at - count, this.at);
  }

  rest(): Buffer {
    return this.#bytes.subarray(this.at);
  }
}
