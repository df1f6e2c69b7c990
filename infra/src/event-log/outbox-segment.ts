import { LogError, type NewRecord, type StoredRecord } from "@penlight/proto";
import { decodeFrame, FRAME_HEADER_BYTES, FrameWriter, readFrame } from "./frame.ts";
import { encodeJournalHeader, JOURNAL_HEADER_BYTES, readJournalHeader } from "./journal.ts";
import { type Sheddable, sheddableAs } from "./outbox-shed.ts";

/** Frames of the outbox are all of topic `ink`, in one order. */
const INK_TOPIC = 0;

/** One file of the outbox: a journal (journal.ts, frame.ts) that grows. */
export interface Segment {
  readonly number: number;
  path: string;
  /** crc of the last frame of the file before it. */
  readonly previousCrc: number;
  /** Something was given up in it: it does not end as the header of the file after it says. */
  rewritten: boolean;
  /** End of what is durable. */
  position: number;
  lastCrc: number;
  records: number;
  /** Time of its first record, ms. */
  firstMs: number;
  /** Records that may be given up, by kind. */
  readonly sheddable: Record<Sheddable, number>;
}

export function newSegment(number: number, path: string, previousCrc: number): Segment {
  const empty = { position: 0, lastCrc: previousCrc, records: 0, firstMs: 0, sheddable: { ticks: 0, ink: 0 } };
  return { number, path, previousCrc, rewritten: false, ...empty };
}

/** The bytes that continue a segment (or begin it) with one frame, and what the segment is after them. */
export function encodeAfter(
  segment: Segment,
  records: readonly NewRecord[],
): { readonly bytes: Buffer; readonly after: Segment } {
  const bytesMax = records.reduce((sum, { key, value }) => sum + 3 * key.length + value.length + 24, 0);
  const writer = new FrameWriter(JOURNAL_HEADER_BYTES + FRAME_HEADER_BYTES + bytesMax);
  const after: Segment = { ...segment, sheddable: { ...segment.sheddable } };
  if (segment.position === 0) {
    const header = encodeJournalHeader(segment.number, segment.previousCrc);
    writer.raw(header.bytes);
    after.lastCrc = header.crc;
  }
  if (records.length > 0) {
    writer.begin(INK_TOPIC, 0, after.lastCrc);
    for (const { key, value, timestampMs } of records) {
      writer.record(key, value, after.records, timestampMs);
      count(after, value, timestampMs);
    }
    after.lastCrc = writer.end().crc;
  }
  after.position = segment.position + writer.length;
  return { bytes: writer.bytes, after };
}

/**
 * What a file holds, as far as it is whole; null: its first write never ended, or it is none of ours. `untilCrc`: crc of
 * its last frame, as the file after it says; a write that failed may have left one more.
 */
export function scanSegment(path: string, bytes: Buffer, untilCrc: number | null): Segment | null {
  const header = readJournalHeader(bytes);
  if (header === null) return null;
  const segment = newSegment(header.number, path, header.previousCrc);
  segment.position = JOURNAL_HEADER_BYTES;
  segment.lastCrc = header.crc;
  for (;;) {
    if (segment.lastCrc === untilCrc) return segment;
    const frame = readFrame(bytes, segment.position);
    if (frame === null || frame.previousCrc !== segment.lastCrc) return segment;
    for (const { value, timestampMs } of recordsIn(bytes, segment.position, frame.count)) count(segment, value, timestampMs);
    segment.position += frame.length;
    segment.lastCrc = frame.crc;
  }
}

/** Records of the frames from the beginning of `bytes` on, which lie at `from` in the file. @throws LogError where they are damaged. */
export function recordsFrom(path: string, bytes: Buffer, from: number): StoredRecord[] {
  const records: StoredRecord[] = [];
  for (let at = from === 0 ? JOURNAL_HEADER_BYTES : 0; at < bytes.length; ) {
    const frame = readFrame(bytes, at);
    if (frame === null) throw new LogError("log.io", `${path} is damaged at byte ${from + at}`);
    for (const record of recordsIn(bytes, at, frame.count)) records.push(record);
    at += frame.length;
  }
  return records;
}

function recordsIn(bytes: Buffer, at: number, limit: number): StoredRecord[] {
  const records: StoredRecord[] = [];
  decodeFrame(bytes, at, { from: 0, limit, into: records });
  return records;
}

function count(segment: Segment, value: Uint8Array, timestampMs: number): void {
  if (segment.records === 0) segment.firstMs = timestampMs;
  segment.records++;
  const kind = sheddableAs(value);
  if (kind !== null) segment.sheddable[kind]++;
}
