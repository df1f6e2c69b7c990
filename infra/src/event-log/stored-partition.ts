import type { StoredRecord, TopicName } from "@penlight/proto";
import { BATCH_BYTES_MAX, BATCH_RECORDS_MAX, batchEnd, LogError, type NewRecord, recordBytes } from "@penlight/proto";
import type { Visibility } from "@penlight/proto/log-consumer";
import { decodeFrame, readFrame } from "./frame.ts";
import type { Journal } from "./journal.ts";
import { logErrorOf } from "./log-files.ts";
import type { SealedFile } from "./sealed-file.ts";

/** Where one frame of a partition lies. */
export interface FrameRef {
  readonly first: number;
  /** One past its last offset. */
  readonly next: number;
  readonly position: number;
  readonly length: number;
  readonly maxMs: number;
}

/** The frames of a partition in one journal, in order. */
interface JournalRun {
  readonly journal: Journal;
  readonly frames: FrameRef[];
}

/** Records kept in memory after they are durable, for consumers that are nearly up to date: at most twice these. */
export const WINDOW_RECORDS_MAX = 2048;
export const WINDOW_BYTES_MAX = 2 ** 20;

/**
 * One partition: its newest records in memory (always those that are not on the disk yet), where the others lie, and
 * who waits for more. Offsets are numbers here and bigints in records.
 */
export class StoredPartition {
  readonly topic: TopicName;
  readonly partition: number;
  readonly sealed: SealedFile[] = [];
  readonly runs: JournalRun[] = [];
  /** One past the last durable record. */
  durable = 0;
  /** One past the last record handed to a journal write. */
  written = 0;
  #window: StoredRecord[] = [];
  #windowFirst = 0;
  #windowBytes = 0;
  readonly #watchers = { appended: new Set<() => void>(), durable: new Set<() => void>() };

  constructor(topic: TopicName, partition: number) {
    this.topic = topic;
    this.partition = partition;
  }

  /** One past the last record that was ordered. */
  get ordered(): number {
    return this.#windowFirst + this.#window.length;
  }

  /** First offset that is still stored. */
  get start(): number {
    return this.sealed[0]?.partRange(this.partition)?.first ?? this.runs[0]?.frames[0]?.first ?? this.#windowFirst;
  }

  /** After recovery: every record up to `end` is on the disk, none in memory. */
  recovered(end: number): void {
    this.durable = end;
    this.written = end;
    this.#windowFirst = end;
  }

  push(record: NewRecord): void {
    const { key, value, timestampMs } = record;
    this.#window.push({ key, value, timestampMs, partition: this.partition, offset: BigInt(this.ordered) });
    this.#windowBytes += recordBytes(record);
  }

  /** A record that is not durable yet. */
  pending(offset: number): StoredRecord {
    return this.#window[offset - this.#windowFirst] as StoredRecord;
  }

  addFrame(journal: Journal, frame: FrameRef): void {
    const last = this.runs[this.runs.length - 1];
    if (last?.journal === journal) last.frames.push(frame);
    else this.runs.push({ journal, frames: [frame] });
  }

  makeDurable(end: number): void {
    this.durable = end;
    if (this.#window.length > 2 * WINDOW_RECORDS_MAX || this.#windowBytes > 2 * WINDOW_BYTES_MAX) this.#trim();
    this.wake("durable");
  }

  /** Seldom enough that a record's share of it is constant: each time half of the window goes. */
  #trim(): void {
    const window = this.#window;
    const droppableMax = this.durable - this.#windowFirst;
    let bytes = this.#windowBytes;
    let drop = 0;
    while (drop < droppableMax && (window.length - drop > WINDOW_RECORDS_MAX || bytes > WINDOW_BYTES_MAX)) {
      bytes -= recordBytes(window[drop++] as StoredRecord);
    }
    this.#window = window.slice(drop);
    this.#windowFirst += drop;
    this.#windowBytes = bytes;
  }

  wake(visibility: Visibility): void {
    for (const listener of this.#watchers[visibility]) listener();
  }

  watch(visibility: Visibility, listener: () => void): () => void {
    this.#watchers[visibility].add(listener);
    return () => this.#watchers[visibility].delete(listener);
  }

  end(visibility: Visibility): number {
    return visibility === "durable" ? this.durable : this.ordered;
  }

  /** From memory at once where it can, which is the live case. */
  read(from: number, visibility: Visibility): readonly StoredRecord[] | Promise<readonly StoredRecord[]> {
    const end = this.end(visibility);
    if (from >= end) return [];
    if (from < this.#windowFirst) return this.#readDisk(from);
    const first = from - this.#windowFirst;
    return this.#window.slice(first, batchEnd(this.#window, first, end - this.#windowFirst));
  }

  async #readDisk(from: number): Promise<readonly StoredRecord[]> {
    const sealed = this.sealed.find((file) => (file.partRange(this.partition)?.next ?? 0) > from);
    if (sealed !== undefined) {
      try {
        return await readFrames(sealed, await sealed.framesOf(this.partition), from);
      } catch (error) {
        // Retention or compaction took the file away meanwhile: what is left is elsewhere.
        if (this.sealed.includes(sealed)) throw logErrorOf(error, sealed.path);
        return this.read(Math.max(from, this.start), "durable");
      }
    }
    const run = this.runs.find(({ frames }) => (frames[frames.length - 1]?.next ?? 0) > from);
    if (run === undefined) throw new LogError("log.io", `${this.topic}/${this.partition} has lost record ${from}`);
    return readFrames(run.journal, run.frames, from);
  }

  async offsetSince(sinceMs: number, visibility: Visibility): Promise<number> {
    const frame = await this.#frameSince(sinceMs);
    let from = frame ?? this.#windowFirst;
    const end = this.end(visibility);
    while (from < end) {
      const records = await this.read(from, visibility);
      const found = records.find((record) => record.timestampMs >= sinceMs);
      if (found !== undefined) return Number(found.offset);
      const last = records[records.length - 1];
      if (last === undefined) break;
      from = Number(last.offset) + 1;
    }
    return end;
  }

  async #frameSince(sinceMs: number): Promise<number | undefined> {
    for (const sealed of this.sealed) {
      if ((sealed.partRange(this.partition)?.maxMs ?? Number.NEGATIVE_INFINITY) < sinceMs) continue;
      const frames = await sealed.framesOf(this.partition);
      return frames.find((frame) => frame.maxMs >= sinceMs)?.first;
    }
    for (const { frames } of this.runs) {
      const found = frames.find((frame) => frame.maxMs >= sinceMs);
      if (found !== undefined) return found.first;
    }
    return undefined;
  }
}

interface Readable {
  readonly path: string;
  read(into: Uint8Array, position: number): Promise<number>;
}

/** One batch from `from` on: one read of the disk that covers as many of the frames as a batch may hold. */
async function readFrames(file: Readable, frames: readonly FrameRef[], from: number): Promise<StoredRecord[]> {
  const firstIndex = frameIndexOf(frames, from);
  const first = frames[firstIndex];
  if (first === undefined) return [];
  let endIndex = firstIndex + 1;
  while (endIndex < frames.length) {
    const next = frames[endIndex] as FrameRef;
    if (next.position + next.length - first.position > BATCH_BYTES_MAX || next.first - from >= BATCH_RECORDS_MAX) break;
    endIndex++;
  }
  const last = frames[endIndex - 1] as FrameRef;
  const bytes = Buffer.allocUnsafe(last.position + last.length - first.position);
  const got = await file.read(bytes, first.position);
  const records: StoredRecord[] = [];
  for (let i = firstIndex; i < endIndex && records.length < BATCH_RECORDS_MAX; i++) {
    const at = (frames[i] as FrameRef).position - first.position;
    if (got !== bytes.length || readFrame(bytes, at) === null) {
      throw new LogError("log.io", `${file.path} is damaged at byte ${first.position + at}`);
    }
    decodeFrame(bytes, at, { from, limit: BATCH_RECORDS_MAX, into: records });
  }
  return records.slice(0, batchEnd(records, 0, records.length));
}

/** The first frame that ends after `from`, by halving. */
function frameIndexOf(frames: readonly FrameRef[], from: number): number {
  let low = 0;
  let high = frames.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((frames[middle] as FrameRef).next <= from) low = middle + 1;
    else high = middle;
  }
  return low;
}
