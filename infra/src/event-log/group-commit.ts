import { type Clock, LogError } from "@penlight/proto";
import { COMMITS_TOPIC, FRAME_HEADER_BYTES, FrameWriter } from "./frame.ts";
import { encodeJournalHeader, JOURNAL_HEADER_BYTES, Journal } from "./journal.ts";
import type { JournalPool } from "./journal-pool.ts";
import type { LogLimits } from "./limits.ts";
import { logErrorOf } from "./log-files.ts";
import type { LogFolder } from "./log-folder.ts";
import type { FrameRef, StoredPartition } from "./stored-partition.ts";

/** An ordered append, or a part of a large one. */
export interface OrderedAppend {
  /** Partitions with one past the last record of this append, and the bytes that it takes there at most. */
  readonly parts: readonly { readonly partition: StoredPartition; readonly end: number }[];
  readonly bytes: number;
  /** Called once with null when it is durable, or with the error; absent for all but the last part. */
  readonly settle?: (error: LogError | null) => void;
}

interface Group {
  readonly appends: OrderedAppend[];
  readonly journal: Journal;
  readonly frames: { readonly partition: StoredPartition; readonly frame: FrameRef }[];
  readonly lastCrc: number;
  readonly commits: ReadonlySet<string>;
}

export interface SyncObservation {
  readonly ms: number;
  readonly bytes: number;
  readonly appends: number;
}

/**
 * The one writer of the journal. Everything ordered while a write runs becomes the next write, so that one trip to the
 * disk serves all topics and partitions. A write that fails is repeated, the same bytes at the same place, before
 * anything new is ordered: what an "appended" consumer has seen is never taken back. LOG-1, LOG-4.
 */
export class GroupCommit {
  readonly #folder: LogFolder;
  readonly #pool: JournalPool;
  readonly #limits: LogLimits;
  readonly #clock: Clock;
  readonly #observe: (sync: SyncObservation) => void;
  readonly #onRolled: () => void;
  readonly #writer: FrameWriter;
  #pending: OrderedAppend[] = [];
  /** Appends that came while the disk refused: not ordered before what is ordered already is written. */
  #held: { readonly order: () => OrderedAppend[]; readonly settle: (error: LogError) => void }[] = [];
  #group: Group | null = null;
  #failed = false;
  #running: Promise<void> | null = null;
  #dirtyCommits = new Set<string>();
  #commitsWrittenMs = Number.NEGATIVE_INFINITY;
  #commitsForced = false;
  #pendingBytes = 0;
  #overfull = false;

  constructor(options: {
    readonly folder: LogFolder;
    readonly pool: JournalPool;
    readonly limits: LogLimits;
    readonly clock: Clock;
    readonly observe: (sync: SyncObservation) => void;
    readonly onRolled: () => void;
  }) {
    this.#folder = options.folder;
    this.#pool = options.pool;
    this.#limits = options.limits;
    this.#clock = options.clock;
    this.#observe = options.observe;
    this.#onRolled = options.onRolled;
    this.#writer = new FrameWriter(options.limits.groupBytes + options.limits.recordBytes + 2 ** 16);
  }

  /** False while too much waits for the disk. */
  admits(bytes: number): boolean {
    if (this.#pendingBytes + bytes > this.#limits.pendingBytes) this.#overfull = true;
    return !this.#overfull;
  }

  /** `order` gives the records their offsets, now or when the disk takes writes again. */
  submit(order: () => OrderedAppend[], bytes: number, settle: (error: LogError) => void): void {
    this.#pendingBytes += bytes;
    if (this.#failed) this.#held.push({ order, settle });
    else this.#enqueue(order());
    this.#start();
  }

  commit(key: string, offset: number): void {
    this.#folder.committed.set(key, offset);
    if (this.#dirtyCommits.size === 0) void this.#commitLater();
    this.#dirtyCommits.add(key);
  }

  /** Resolves when nothing waits any more, committed offsets included; rejects when the disk refuses. */
  async flush(): Promise<void> {
    this.#commitsForced = this.#dirtyCommits.size > 0;
    if (this.#failed || this.#pending.length > 0 || this.#commitsForced) this.#start();
    await this.#running;
    if (this.#failed) throw new LogError("log.io", "some records could not be written");
  }

  #enqueue(appends: readonly OrderedAppend[]): void {
    for (const append of appends) this.#pending.push(append);
  }

  async #commitLater(): Promise<void> {
    const dueMs = this.#commitsWrittenMs + this.#limits.commitIntervalMs - this.#clock.nowMs();
    if (dueMs > 0) await this.#clock.sleep(dueMs);
    if (this.#dirtyCommits.size === 0) return;
    this.#commitsForced = true;
    this.#start();
  }

  #start(): void {
    this.#running ??= this.#run().finally(() => {
      this.#running = null;
    });
  }

  async #run(): Promise<void> {
    // The end of this turn of the event loop: what the turn appends shares one write.
    await new Promise<void>((resolve) => setImmediate(resolve));
    try {
      for (;;) {
        this.#group ??= await this.#nextGroup();
        if (this.#group === null) {
          if (!this.#recover()) return;
          continue;
        }
        await this.#write(this.#group);
      }
    } catch (error) {
      this.#fail(logErrorOf(error, this.#folder.path));
    }
  }

  /** Everything ordered is written. True when appends were held meanwhile and are ordered now. */
  #recover(): boolean {
    this.#failed = false;
    if (this.#held.length === 0) return false;
    for (const { order } of this.#held.splice(0)) this.#enqueue(order());
    return true;
  }

  async #write(group: Group): Promise<void> {
    const { journal } = group;
    const bytes = this.#writer.bytes;
    const startMs = this.#clock.nowMs();
    await journal.file.write(bytes, journal.position);
    this.#observe({ ms: this.#clock.nowMs() - startMs, bytes: bytes.length, appends: group.appends.length });
    this.#group = null;
    journal.position += bytes.length;
    journal.lastCrc = group.lastCrc;
    this.#pool.prepare(journal.position);
    for (const { partition, frame } of group.frames) partition.addFrame(journal, frame);
    for (const { partition, frame } of group.frames) partition.makeDurable(frame.next);
    for (const append of group.appends) {
      this.#pendingBytes -= append.bytes;
      append.settle?.(null);
    }
    if (this.#pendingBytes < this.#limits.pendingBytes / 2) this.#overfull = false;
  }

  /** Every append that waits is refused. What was ordered stays so and is written first when the disk takes it. */
  #fail(error: LogError): void {
    this.#failed = true;
    const waiting = [...(this.#group?.appends ?? []), ...this.#pending];
    const held = this.#held.splice(0);
    if (this.#group !== null) this.#group = { ...this.#group, appends: this.#group.appends.map(withoutWaiter) };
    this.#pending = this.#pending.map(withoutWaiter);
    for (const append of waiting) append.settle?.(error);
    for (const { settle } of held) settle(error);
    this.#pendingBytes = waiting.reduce((sum, append) => sum + append.bytes, 0);
    this.#overfull = false;
  }

  async #nextGroup(): Promise<Group | null> {
    const commits = this.#commitsDue();
    if (this.#pending.length === 0 && commits.size === 0) return null;
    let bytes = FRAME_HEADER_BYTES + commitsBytes(commits);
    let count = 0;
    for (const append of this.#pending) {
      if (count > 0 && bytes + append.bytes > this.#limits.groupBytes) break;
      bytes += append.bytes + append.parts.length * FRAME_HEADER_BYTES;
      count++;
    }
    const journal = await this.#journalWith(bytes);
    const appends = this.#pending.splice(0, count);
    return this.#encode(journal, appends, commits);
  }

  async #journalWith(bytes: number): Promise<Journal> {
    const { journals, manifest } = this.#folder;
    const last = journals[journals.length - 1];
    if (last !== undefined && last.position + bytes <= this.#limits.journalBytes && !last.full) return last;
    const number = last === undefined ? manifest.firstJournal : last.number + 1;
    const previousCrc = last === undefined ? manifest.previousCrc : last.lastCrc;
    const { path, file } = await this.#pool.take();
    const journal = new Journal({ number, path, file, position: 0, lastCrc: previousCrc, bornMs: this.#clock.nowMs() });
    journals.push(journal);
    if (last !== undefined) this.#onRolled();
    return journal;
  }

  #encode(journal: Journal, appends: OrderedAppend[], commits: ReadonlySet<string>): Group {
    const writer = this.#writer;
    writer.reset();
    let lastCrc = journal.lastCrc;
    if (journal.position < JOURNAL_HEADER_BYTES) {
      const header = encodeJournalHeader(journal.number, lastCrc);
      writer.raw(header.bytes);
      lastCrc = header.crc;
    }
    const ends = new Map<StoredPartition, number>();
    for (const { parts } of appends) for (const { partition, end } of parts) ends.set(partition, end);
    const frames: Group["frames"] = [];
    for (const [partition, end] of ends) {
      const first = partition.written;
      writer.begin(this.#folder.topicNumber(partition.topic), partition.partition, lastCrc);
      for (let offset = first; offset < end; offset++) {
        const { key, value, timestampMs } = partition.pending(offset);
        writer.record(key, value, offset, timestampMs);
      }
      const { at, length, crc, maxMs } = writer.end();
      lastCrc = crc;
      partition.written = end;
      this.#folder.lastTimestampMs = Math.max(this.#folder.lastTimestampMs, maxMs);
      frames.push({ partition, frame: { first, next: end, position: journal.position + at, length, maxMs } });
    }
    if (commits.size > 0) lastCrc = this.#encodeCommits(commits, lastCrc);
    return { appends, journal, frames, lastCrc, commits };
  }

  #commitsDue(): ReadonlySet<string> {
    const due = this.#dirtyCommits;
    const nowMs = this.#clock.nowMs();
    if (due.size === 0) return due;
    if (!this.#commitsForced && nowMs < this.#commitsWrittenMs + this.#limits.commitIntervalMs) return NO_COMMITS;
    this.#dirtyCommits = new Set();
    this.#commitsForced = false;
    this.#commitsWrittenMs = nowMs;
    return due;
  }

  #encodeCommits(commits: ReadonlySet<string>, previousCrc: number): number {
    this.#writer.begin(COMMITS_TOPIC, 0, previousCrc);
    for (const key of commits) this.#writer.record(key, NO_BYTES, this.#folder.committed.get(key) ?? 0, 0);
    return this.#writer.end().crc;
  }
}

const NO_COMMITS: ReadonlySet<string> = new Set();
const NO_BYTES = new Uint8Array();

function commitsBytes(commits: ReadonlySet<string>): number {
  let bytes = 0;
  for (const key of commits) bytes += key.length * 3 + 24;
  return bytes;
}

function withoutWaiter({ parts, bytes }: OrderedAppend): OrderedAppend {
  return { parts, bytes };
}
