import { partitionOf } from "../partition.ts";
import { TOPICS, type TopicName, type TopicSpec } from "../topic.ts";
import type { Clock } from "./clock.ts";
import {
  type ConsumeOptions,
  type EventLog,
  LogError,
  type NewRecord,
  nextGeneration,
  type Offset,
  type StoredRecord,
} from "./event-log.ts";
import { consumeFeeds, type PartitionFeed, type Visibility } from "./log-consumer.ts";
import { batchEnd, RECORD_BYTES_MAX, recordBytes } from "./log-limits.ts";

/** What may happen to one append: nothing bad; refused and not there; there, but the caller is told that it failed. */
export type AppendFault = "none" | "lost" | "kept";

export interface MemoryLogOptions {
  readonly clock: Clock;
  readonly topics?: Readonly<Record<TopicName, TopicSpec>>;
  /** The "disk": give the same one to a later log to continue where this one ended. */
  readonly store?: MemoryStore;
  /** How long a sync takes on the clock, ms, asked for each; without it a sync is a microtask. */
  readonly syncMs?: () => number;
  /** Asked once for each append, in call order. */
  readonly fault?: () => AppendFault;
  /** Asked for each commit of an offset; true: it is lost. */
  readonly losesCommit?: () => boolean;
}

/** The records and committed offsets of a memory log; outlives it, as a folder outlives a process. */
export class MemoryStore {
  readonly partitions = new Map<string, MemoryPartition>();
  readonly committed = new Map<string, Offset>();
  /** `group/topic/partition` -> generation of the last owner. LOG-13. */
  readonly generations = new Map<string, number>();

  partition(topic: TopicName, partition: number): MemoryPartition {
    const name = `${topic}/${partition}`;
    let found = this.partitions.get(name);
    if (found === undefined) {
      found = new MemoryPartition(name, partition, this);
      this.partitions.set(name, found);
    }
    return found;
  }

  /** Forgets what was not synced, as a power cut does. */
  dropUnsynced(): void {
    for (const partition of this.partitions.values()) partition.dropUnsynced();
  }
}

class MemoryPartition {
  readonly partition: number;
  readonly records: StoredRecord[] = [];
  durable = 0;
  readonly #name: string;
  readonly #store: MemoryStore;
  readonly #watchers = { appended: new Set<() => void>(), durable: new Set<() => void>() };

  constructor(name: string, partition: number, store: MemoryStore) {
    this.#name = name;
    this.partition = partition;
    this.#store = store;
  }

  push(record: NewRecord): void {
    const { key, value, timestampMs } = record;
    this.records.push({ key, value, timestampMs, partition: this.partition, offset: BigInt(this.records.length) });
  }

  wake(visibility: Visibility): void {
    for (const listener of this.#watchers[visibility]) listener();
  }

  dropUnsynced(): void {
    this.records.length = this.durable;
  }

  #end(visibility: Visibility): number {
    return visibility === "durable" ? this.durable : this.records.length;
  }

  bounds(visibility: Visibility) {
    return { start: 0n, end: BigInt(this.#end(visibility)) };
  }

  offsetSince(sinceMs: number, visibility: Visibility): Offset {
    const end = this.#end(visibility);
    const found = this.records.findIndex((record) => record.timestampMs >= sinceMs);
    return BigInt(found === -1 || found > end ? end : found);
  }

  read(from: Offset, visibility: Visibility): readonly StoredRecord[] {
    const first = Number(from);
    return this.records.slice(first, batchEnd(this.records, first, this.#end(visibility)));
  }

  watch(visibility: Visibility, listener: () => void): () => void {
    this.#watchers[visibility].add(listener);
    return () => this.#watchers[visibility].delete(listener);
  }

  committed(group: string): Offset | undefined {
    return this.#store.committed.get(`${group}/${this.#name}`);
  }

  takeOver(group: string, nowMs: number): number {
    const { generations } = this.#store;
    const generation = nextGeneration(generations.get(`${group}/${this.#name}`) ?? null, nowMs);
    generations.set(`${group}/${this.#name}`, generation);
    return generation;
  }

  commit(group: string, offset: Offset, generation: number): void {
    const key = `${group}/${this.#name}`;
    if (generation === this.#store.generations.get(key)) this.#store.committed.set(key, offset);
  }
}

interface Outstanding {
  readonly touched: ReadonlyMap<MemoryPartition, number>;
  readonly fault: AppendFault;
  readonly resolve: () => void;
  readonly reject: (error: LogError) => void;
}

/**
 * The reference of the EventLog port: LOG rules in the fewest lines, with faults on request. It keeps every record
 * (no retention, no compaction) and knows no time but the clock's, so that a simulated run is the same run every time.
 */
export class MemoryLog implements EventLog {
  readonly #clock: Clock;
  readonly #topics: Readonly<Record<TopicName, TopicSpec>>;
  readonly #store: MemoryStore;
  readonly #options: MemoryLogOptions;
  readonly #stop = new AbortController();
  readonly #consuming = new Set<Promise<void>>();
  #outstanding: Outstanding[] = [];
  #syncing: Promise<void> | null = null;
  #losing = false;
  #killed = false;

  constructor(options: MemoryLogOptions) {
    this.#clock = options.clock;
    this.#topics = options.topics ?? TOPICS;
    this.#store = options.store ?? new MemoryStore();
    this.#options = options;
  }

  append(topic: TopicName, records: readonly NewRecord[]): Promise<void> {
    if (this.#stop.signal.aborted) return Promise.reject(new LogError("log.closed"));
    for (const record of records) {
      if (recordBytes(record) > RECORD_BYTES_MAX) {
        return Promise.reject(new LogError("log.too-large", `${recordBytes(record)} of ${RECORD_BYTES_MAX} bytes`));
      }
    }
    const fault = this.#losing ? "lost" : (this.#options.fault?.() ?? "none");
    if (fault === "lost") this.#losing = true;
    const touched = fault === "lost" ? new Map<MemoryPartition, number>() : this.#order(topic, records);
    return new Promise((resolve, reject) => {
      this.#outstanding.push({ touched, fault, resolve, reject });
      this.#syncing ??= this.#sync();
    });
  }

  #order(topic: TopicName, records: readonly NewRecord[]): Map<MemoryPartition, number> {
    const touched = new Map<MemoryPartition, number>();
    for (const record of records) {
      const partition = this.#store.partition(topic, partitionOf(record.key, this.#topics[topic].partitions));
      partition.push(record);
      touched.set(partition, partition.records.length);
    }
    for (const partition of touched.keys()) partition.wake("appended");
    return touched;
  }

  /** Group commit: one sync for everything that came while the one before it ran. */
  async #sync(): Promise<void> {
    while (this.#outstanding.length > 0) {
      const groupSize = this.#outstanding.length;
      const ms = this.#options.syncMs?.() ?? 0;
      if (ms > 0) await this.#clock.sleep(ms);
      else await Promise.resolve();
      if (this.#killed) break;
      const failed = this.#outstanding.slice(0, groupSize).findIndex((append) => append.fault !== "none");
      const group = this.#outstanding.splice(0, failed === -1 ? groupSize : this.#outstanding.length);
      for (const append of group) this.#makeDurable(append);
      group.forEach((append, i) => {
        if (failed === -1 || i < failed) append.resolve();
        else append.reject(new LogError("log.io", "a fault was injected"));
      });
      if (failed !== -1) this.#losing = false;
    }
    this.#syncing = null;
  }

  #makeDurable(append: Outstanding): void {
    for (const [partition, end] of append.touched) {
      if (end <= partition.durable) continue;
      partition.durable = end;
      partition.wake("durable");
    }
  }

  async consume(options: ConsumeOptions): Promise<void> {
    if (this.#stop.signal.aborted) throw new LogError("log.closed");
    const count = this.#topics[options.topic].partitions;
    const feeds = Array.from({ length: count }, (_, i) => this.#feed(this.#store.partition(options.topic, i)));
    const signal = AbortSignal.any([options.signal, this.#stop.signal]);
    const consuming = consumeFeeds(feeds, { ...options, signal }, this.#clock);
    this.#consuming.add(consuming);
    try {
      await consuming;
    } finally {
      this.#consuming.delete(consuming);
    }
    if (!options.signal.aborted) throw new LogError("log.closed");
  }

  #feed(partition: MemoryPartition): PartitionFeed {
    return {
      partition: partition.partition,
      bounds: (visibility) => partition.bounds(visibility),
      offsetSince: (sinceMs, visibility) => partition.offsetSince(sinceMs, visibility),
      read: (from, visibility) => partition.read(from, visibility),
      watch: (visibility, listener) => partition.watch(visibility, listener),
      takeOver: (group) => partition.takeOver(group, this.#clock.nowMs()),
      committed: (group) => partition.committed(group),
      commit: (group, offset, generation) => {
        if (!this.#killed && this.#options.losesCommit?.() !== true) partition.commit(group, offset, generation);
      },
    };
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await Promise.allSettled([...this.#consuming]);
    await this.#syncing;
  }

  /** Ends as a process does that is killed: nothing more is written or committed, nobody gets an answer. */
  kill(): void {
    this.#killed = true;
    this.#outstanding = [];
    this.#stop.abort();
    this.#store.dropUnsynced();
  }
}
