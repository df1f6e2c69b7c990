import { type Clock, LogError, type NewRecord, type TopicName } from "@penlight/proto";
import { COMMITS_TOPIC, FRAME_HEADER_BYTES, FrameWriter } from "./frame.ts";
import { encodeJournalHeader, JOURNAL_HEADER_BYTES, Journal } from "./journal.ts";
import type { JournalPool } from "./journal-pool.ts";
import type { LogLimits } from "./limits.ts";
import { logErrorOf } from "./log-files.ts";
import type { LogFolder } from "./log-folder.ts";
import type { FrameRef, StoredPartition } from "./stored-partition.ts";

/** One call of `append`; `bytes` is what it takes at most. */
export interface Append {
  readonly topic: TopicName;
  readonly records: readonly NewRecord[];
  readonly bytes: number;
  readonly resolve: () => void;
  readonly reject: (error: LogError) => void;
}

/** An ordered append, or a part of a large one. */
export interface OrderedPart {
  /** Partitions with one past the last record of this part. */
  readonly ends: readonly { readonly partition: StoredPartition; readonly end: number }[];
  readonly bytes: number;
  /** Who waits: told when its last part is durable. Null: an earlier part, or the caller has had its answer. */
  readonly waiter: Append | null;
}

interface Group {
  readonly parts: readonly OrderedPart[];
  readonly journal: Journal;
  readonly frames: { readonly partition: StoredPartition; readonly frame: FrameRef }[];
  readonly lastCrc: number;
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
  readonly #order: (append: Append, into: OrderedPart[]) => void;
  readonly #stopped: AbortSignal;
  readonly #writer: FrameWriter;
  #pending: OrderedPart[] = [];
  /** Appends that came while the disk refused: not ordered before what is ordered already is written. */
  #held: Append[] = [];
  #group: Group | null = null;
  #failed = false;
  #running: Promise<void> | null = null;
  readonly #dirtyCommits = new Set<string>();
  #commitsWrittenMs = Number.NEGATIVE_INFINITY;
  #commitsForced = false;
  #pendingBytes = 0;
  #overfull = false;
  #rollWanted = false;

  constructor(options: {
    readonly folder: LogFolder;
    readonly pool: JournalPool;
    readonly limits: LogLimits;
    readonly clock: Clock;
    readonly observe: (sync: SyncObservation) => void;
    readonly onRolled: () => void;
    readonly order: (append: Append, into: OrderedPart[]) => void;
    readonly stopped: AbortSignal;
  }) {
    this.#folder = options.folder;
    this.#pool = options.pool;
    this.#limits = options.limits;
    this.#clock = options.clock;
    this.#observe = options.observe;
    this.#onRolled = options.onRolled;
    this.#order = options.order;
    this.#stopped = options.stopped;
    this.#writer = new FrameWriter(options.limits.groupBytes + options.limits.recordBytes + 2 ** 16);
  }

  /** False while too much waits for the disk. */
  admits(bytes: number): boolean {
    if (this.#pendingBytes + bytes > this.#limits.pendingBytes) this.#overfull = true;
    return !this.#overfull;
  }

  /** Gives the records their offsets, now or when the disk takes writes again, and writes them. */
  submit(append: Append): void {
    this.#pendingBytes += append.bytes;
    if (this.#failed) this.#held.push(append);
    else this.#order(append, this.#pending);
    this.#start();
  }

  /** Begins a new journal, so that the one before it can be sealed. */
  roll(): void {
    this.#rollWanted = true;
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

  async #commitLater(): Promise<void> {
    const dueMs = this.#commitsWrittenMs + this.#limits.commitIntervalMs - this.#clock.nowMs();
    if (dueMs > 0) await this.#clock.sleep(dueMs, this.#stopped);
    if (this.#dirtyCommits.size === 0) return;
    this.#commitsForced = true;
    this.#start();
  }

  #start(): void {
    this.#running ??= this.#run();
  }

  async #run(): Promise<void> {
    // The end of this turn of the event loop: what the turn appends shares one write.
    await new Promise<void>((resolve) => setImmediate(resolve));
    try {
      // Nothing is awaited between the last look at what waits and the end: whoever comes later starts a new run.
      while (this.#hasWork()) {
        this.#group ??= await this.#nextGroup();
        await this.#write(this.#group);
      }
    } catch (error) {
      this.#fail(logErrorOf(error, this.#folder.path));
    }
    this.#running = null;
  }

  #hasWork(): boolean {
    if (this.#group !== null || this.#pending.length > 0 || this.#rollWanted || this.#commitsDue()) return true;
    // Everything that was ordered is written: the disk takes writes again.
    this.#failed = false;
    for (const append of this.#held.splice(0)) this.#order(append, this.#pending);
    return this.#pending.length > 0;
  }

  async #write(group: Group): Promise<void> {
    const { journal } = group;
    const bytes = this.#writer.bytes;
    const startMs = this.#clock.nowMs();
    await journal.file.write(bytes, journal.position);
    this.#observe({ ms: this.#clock.nowMs() - startMs, bytes: bytes.length, appends: group.parts.length });
    this.#group = null;
    journal.position += bytes.length;
    journal.lastCrc = group.lastCrc;
    this.#pool.prepare(journal.position);
    for (const { partition, frame } of group.frames) partition.addFrame(journal, frame);
    for (const { partition, frame } of group.frames) partition.makeDurable(frame.next);
    for (const part of group.parts) {
      this.#pendingBytes -= part.bytes;
      part.waiter?.resolve();
    }
    if (this.#pendingBytes < this.#limits.pendingBytes / 2) this.#overfull = false;
  }

  /** Every append that waits is refused. What was ordered stays so and is written first when the disk takes it. */
  #fail(error: LogError): void {
    this.#failed = true;
    const group = this.#group?.parts ?? [];
    const pending = this.#pending;
    const held = this.#held;
    this.#held = [];
    this.#pending = pending.map(withoutWaiter);
    if (this.#group !== null) this.#group = { ...this.#group, parts: group.map(withoutWaiter) };
    this.#pendingBytes = 0;
    for (const part of [...group, ...pending]) {
      this.#pendingBytes += part.bytes;
      part.waiter?.reject(error);
    }
    for (const append of held) append.reject(error);
    this.#overfull = false;
  }

  async #nextGroup(): Promise<Group> {
    let bytes = JOURNAL_HEADER_BYTES + FRAME_HEADER_BYTES + commitsBytes(this.#dirtyCommits);
    let count = 0;
    for (const part of this.#pending) {
      if (count > 0 && bytes + part.bytes > this.#limits.groupBytes) break;
      bytes += part.bytes + part.ends.length * FRAME_HEADER_BYTES;
      count++;
    }
    const journal = await this.#journalWith(bytes);
    return this.#encode(journal, this.#pending.splice(0, count));
  }

  async #journalWith(bytes: number): Promise<Journal> {
    const { journals, manifest } = this.#folder;
    const last = journals[journals.length - 1];
    if (last !== undefined && last.position + bytes <= this.#limits.journalBytes && !this.#rollWanted) return last;
    const number = last === undefined ? manifest.firstJournal : last.number + 1;
    const previousCrc = last === undefined ? manifest.previousCrc : last.lastCrc;
    const { path, file } = await this.#pool.take();
    const journal = new Journal({ number, path, file, position: 0, lastCrc: previousCrc, bornMs: this.#clock.nowMs() });
    journals.push(journal);
    this.#rollWanted = false;
    if (last !== undefined) this.#onRolled();
    return journal;
  }

  #encode(journal: Journal, parts: readonly OrderedPart[]): Group {
    const writer = this.#writer;
    writer.reset();
    let lastCrc = journal.lastCrc;
    if (journal.position < JOURNAL_HEADER_BYTES) {
      const header = encodeJournalHeader(journal.number, lastCrc);
      writer.raw(header.bytes);
      lastCrc = header.crc;
    }
    const ends = new Map<StoredPartition, number>();
    for (const part of parts) for (const { partition, end } of part.ends) ends.set(partition, end);
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
    if (this.#commitsDue()) lastCrc = this.#encodeCommits(lastCrc);
    return { parts, journal, frames, lastCrc };
  }

  #commitsDue(): boolean {
    if (this.#dirtyCommits.size === 0) return false;
    return this.#commitsForced || this.#clock.nowMs() >= this.#commitsWrittenMs + this.#limits.commitIntervalMs;
  }

  #encodeCommits(previousCrc: number): number {
    this.#writer.begin(COMMITS_TOPIC, 0, previousCrc);
    for (const key of this.#dirtyCommits) this.#writer.record(key, NO_BYTES, this.#folder.committed.get(key) ?? 0, 0);
    this.#dirtyCommits.clear();
    this.#commitsForced = false;
    this.#commitsWrittenMs = this.#clock.nowMs();
    return this.#writer.end().crc;
  }
}

const NO_BYTES = new Uint8Array();

function commitsBytes(commits: ReadonlySet<string>): number {
  let bytes = 0;
  for (const key of commits) bytes += key.length * 3 + 24;
  return bytes;
}

function withoutWaiter({ ends, bytes }: OrderedPart): OrderedPart {
  return { ends, bytes, waiter: null };
}
