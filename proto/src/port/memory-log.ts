import { TOPICS, type TopicName, type TopicSpec } from "../topic.ts";
import type { Clock } from "./clock.ts";
import { type ConsumeOptions, type EventLog, LogError, type NewRecord } from "./event-log.ts";
import { FeedConsumer, type PartitionFeed } from "./log-consumer.ts";
import { RECORD_BYTES_MAX, recordBytes } from "./log-limits.ts";
import type { GroupMember, MemoryGroup } from "./memory-group.ts";
import { type MemoryPartition, MemoryStore, makeDurable } from "./memory-store.ts";

export { MemoryStore, makeDurable };

/** What may happen to one append: nothing bad; refused and not there; there, but the caller is told that it failed. */
export type AppendFault = "none" | "lost" | "kept";

/** Moments of a log that take time; each is asked for anew, and one that is not here is over at once. */
export interface LogDelays {
  /** Before an append gets its offsets, which it does after those called before it. */
  readonly order?: () => Promise<void>;
  /** Until what has its offsets is durable: one sync for everything that waits. */
  readonly sync?: () => Promise<void>;
  /** Before records that are there are handed to a handler. */
  readonly deliver?: () => Promise<void>;
}

export interface MemoryLogOptions {
  readonly clock: Clock;
  readonly topics?: Readonly<Record<TopicName, TopicSpec>>;
  /** The "disk": give the same one to a later log to continue where this one ended, or to another to share it. */
  readonly store?: MemoryStore;
  readonly delays?: LogDelays;
  /** Asked once for each append, in call order. */
  readonly fault?: () => AppendFault;
  /** Asked for each commit of an offset; true: it is lost. */
  readonly losesCommit?: () => boolean;
  /** Asked for each batch: records in it at most. */
  readonly batchRecordsMax?: () => number;
}

interface Outstanding {
  readonly topic: TopicName;
  readonly records: readonly NewRecord[];
  readonly fault: AppendFault;
  readonly resolve: () => void;
  readonly reject: (error: LogError) => void;
  /** Partition -> its end after the records; null: they have no offsets (yet). */
  touched: ReadonlyMap<MemoryPartition, number> | null;
  hasFailed: boolean;
  cuts: number;
}

/** A consumer of a group, and the partitions of it. */
interface Membership extends GroupMember {
  readonly group: MemoryGroup;
  isEvicted: boolean;
  /** Closes every partition that it still believes to be its own. */
  revokeAll(): Promise<unknown>;
}

/**
 * The reference of the EventLog port: LOG rules in the fewest lines, with delays and faults on request. It keeps every
 * record (no retention, no compaction) and knows no time but the clock's, so that a simulated run is the same run every
 * time. Several may share a store, as processes share brokers.
 */
export class MemoryLog implements EventLog {
  readonly #clock: Clock;
  readonly #topics: Readonly<Record<TopicName, TopicSpec>>;
  readonly #store: MemoryStore;
  readonly #options: MemoryLogOptions;
  readonly #stop = new AbortController();
  readonly #consuming = new Set<Promise<void>>();
  readonly #memberships = new Set<Membership>();
  #outstanding: Outstanding[] = [];
  #ordered: Promise<void> = Promise.resolve();
  #syncing: Promise<void> | null = null;
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
    const fault = this.#options.fault?.() ?? "none";
    // Comes while a failed one is still to be answered: fails with it.
    const hasFailed = this.#outstanding.some((each) => each.hasFailed);
    return new Promise((resolve, reject) => {
      const append: Outstanding = { topic, records, fault, resolve, reject, touched: null, hasFailed, cuts: 0 };
      this.#outstanding.push(append);
      this.#handOver(append);
    });
  }

  #handOver(append: Outstanding): void {
    const delay = this.#options.delays?.order;
    const earlier = this.#ordered;
    if (delay === undefined) this.#order(append);
    else {
      this.#ordered = delay().then(async () => {
        await earlier;
        this.#order(append);
      });
    }
  }

  /** The moment at which records get their place. */
  #order(append: Outstanding): void {
    if (this.#killed) return;
    if (append.fault === "lost") this.#fail(append);
    if (!append.hasFailed) {
      append.touched = this.#store.push(append.topic, append.records, this.#topics[append.topic].partitions);
      append.cuts = this.#store.cuts;
    }
    if (this.#group().length > 0) this.#syncing ??= this.#sync();
  }

  /** An append fails, and every outstanding later one with it. LOG-4. */
  #fail(append: Outstanding): void {
    const at = this.#outstanding.indexOf(append);
    // Refused already, with an earlier one.
    if (at < 0) return;
    for (const each of this.#outstanding.slice(at)) each.hasFailed = true;
  }

  /** Group commit: one sync for everything that came while the one before it ran. */
  async #sync(): Promise<void> {
    for (let group = this.#group(); group.length > 0; group = this.#group()) {
      await (this.#options.delays?.sync?.() ?? Promise.resolve());
      if (this.#killed) break;
      const failed = group.find((append) => append.hasFailed || append.fault === "kept");
      if (failed !== undefined) this.#fail(failed);
      const answered = this.#outstanding.splice(0, failed === undefined ? group.length : this.#outstanding.length);
      for (const { touched, cuts } of answered) if (touched !== null && cuts === this.#store.cuts) makeDurable(touched);
      for (const append of answered) {
        if (append.hasFailed) append.reject(new LogError("log.io", "a fault was injected"));
        else append.resolve();
      }
    }
    this.#syncing = null;
  }

  /** What is outstanding, up to what has no offsets yet. */
  #group(): readonly Outstanding[] {
    const end = this.#outstanding.findIndex((append) => append.touched === null && !append.hasFailed);
    return end < 0 ? [...this.#outstanding] : this.#outstanding.slice(0, end);
  }

  async consume(options: ConsumeOptions): Promise<void> {
    if (this.#stop.signal.aborted) throw new LogError("log.closed");
    const signal = AbortSignal.any([options.signal, this.#stop.signal]);
    const consuming = this.#consume({ ...options, signal });
    this.#consuming.add(consuming);
    try {
      await consuming;
    } finally {
      this.#consuming.delete(consuming);
    }
    if (!options.signal.aborted) throw new LogError("log.closed");
  }

  async #consume(options: ConsumeOptions): Promise<void> {
    const { topic, group: name } = options;
    const count = this.#topics[topic].partitions;
    const consumer = new FeedConsumer(options, this.#clock);
    let membership: Membership | null = null;
    const isEvicted = () => membership?.isEvicted === true;
    const add = (partition: number) => consumer.add(this.#feed(this.#store.partition(topic, partition), isEvicted));
    if (name === null || options.signal.aborted) {
      for (let partition = 0; partition < count; partition++) add(partition);
      return consumer.ended();
    }
    const group = this.#store.group(name, topic, count);
    membership = {
      group,
      isEvicted: false,
      assign: add,
      revoke: (partition) => consumer.remove(partition),
      revokeAll: () => Promise.all(consumer.partitions.map((partition) => consumer.remove(partition))),
    };
    this.#memberships.add(membership);
    group.join(membership);
    try {
      await consumer.ended();
    } finally {
      this.#memberships.delete(membership);
      group.leave(membership);
    }
  }

  /** Its groups have not heard of it for too long and give its partitions to others. It does not know, and goes on. */
  loseGroups(): void {
    for (const membership of this.#memberships) {
      membership.isEvicted = true;
      membership.group.evict(membership);
    }
  }

  /** It learns where it is no member any more: what it had is closed, and it joins anew. */
  async rejoinGroups(): Promise<void> {
    for (const membership of this.#memberships) {
      if (!membership.isEvicted) continue;
      await membership.revokeAll();
      if (!this.#memberships.has(membership)) continue;
      membership.isEvicted = false;
      membership.group.join(membership);
    }
  }

  #feed(partition: MemoryPartition, isEvicted: () => boolean): PartitionFeed {
    return {
      partition: partition.partition,
      bounds: (visibility) => partition.bounds(visibility),
      offsetSince: (sinceMs, visibility) => partition.offsetSince(sinceMs, visibility),
      read: (from, visibility) => {
        const { delays, batchRecordsMax } = this.#options;
        const read = () => partition.read(from, visibility, batchRecordsMax?.());
        const isThere = delays?.deliver !== undefined && partition.bounds(visibility).end > from;
        return isThere ? delays.deliver().then(read) : read();
      },
      watch: (visibility, listener) => partition.watch(visibility, listener),
      // Of who is no member any more, and does not know, the group hears nothing.
      takeOver: (group) => (isEvicted() ? 0 : partition.takeOver(group, this.#clock.nowMs())),
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
