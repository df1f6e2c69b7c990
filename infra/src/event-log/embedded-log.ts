import {
  type Clock,
  type ConsumeOptions,
  type EventLog,
  LogError,
  type NewRecord,
  nextGeneration,
  type Offset,
  partitionOf,
  recordBytes,
  TOPICS,
  type TopicName,
} from "@penlight/proto";
import { consumeFeeds, type PartitionFeed } from "@penlight/proto/log-consumer";
import { type Append, GroupCommit, type OrderedPart, type SyncObservation } from "./group-commit.ts";
import { JournalPool } from "./journal-pool.ts";
import { LOG_LIMITS, type LogLimits } from "./limits.ts";
import { type FolderLock, type LogFiles, logErrorOf, nodeFiles } from "./log-files.ts";
import { type LogFolder, readFolder, type TopicTable } from "./log-folder.ts";
import { Sealer } from "./sealer.ts";
import type { StoredPartition } from "./stored-partition.ts";

export interface EmbeddedLogOptions {
  /** Made when it is not there. Nobody else may write in it. */
  readonly directory: string;
  readonly clock: Clock;
  readonly topics?: TopicTable;
  readonly limits?: Partial<LogLimits>;
  /** Called after each write of the journal, on the path of every append: only count. */
  readonly onSync?: (sync: SyncObservation) => void;
  readonly files?: LogFiles;
}

export interface EmbeddedLogStats {
  /** On the disk, spare journals included. */
  readonly bytes: number;
  readonly journals: number;
  readonly sealedFiles: number;
  readonly appends: number;
  readonly records: number;
  readonly syncs: number;
  readonly syncedBytes: number;
  /** What keeps the background work from going on, e.g. a full disk; null: nothing. */
  readonly failure: string | null;
}

/** The event log of one machine: one journal for all topics, group commit, sealed files. See the ADR "Embedded log". */
export interface EmbeddedLog extends EventLog {
  /** The largest record time ever stored, ms; 0: none. A clock that starts behind it must be advanced to it. LOG-12. */
  lastTimestampMs(): number;
  /** One past the last durable record of each partition. */
  endOffsets(topic: TopicName): readonly Offset[];
  /** What a group has committed, by partition; where it has not, the first offset that is there. */
  committedOffsets(group: string, topic: TopicName): readonly Offset[];
  stats(): EmbeddedLogStats;
  /** Seals, compacts and applies retention now instead of later. */
  maintain(): Promise<void>;
}

/** @throws LogError "log.locked" when a process has the folder open; "log.io", "log.full" when it cannot be used. */
export async function openEmbeddedLog(options: EmbeddedLogOptions): Promise<EmbeddedLog> {
  const { directory, clock, topics = TOPICS, files = nodeFiles } = options;
  await files.makeFolder(directory).catch((error: unknown) => {
    throw logErrorOf(error, `${directory} cannot be made`);
  });
  const lock = await files.lock(directory);
  try {
    const folder = await readFolder({ files, folder: directory, topics, nowMs: clock.nowMs(), mode: "write" });
    const limits = { ...LOG_LIMITS, ...options.limits };
    const pool = new JournalPool(folder, limits);
    await pool.ready();
    return new JournalLog({ ...options, folder, pool, lock, limits });
  } catch (error) {
    await lock.release();
    throw error;
  }
}

const KEYS_CACHED_MAX = 4096;

interface JournalLogOptions extends EmbeddedLogOptions {
  readonly folder: LogFolder;
  readonly pool: JournalPool;
  readonly lock: FolderLock;
  readonly limits: LogLimits;
}

class JournalLog implements EmbeddedLog {
  readonly #folder: LogFolder;
  readonly #lock: FolderLock;
  readonly #clock: Clock;
  readonly #limits: LogLimits;
  readonly #pool: JournalPool;
  readonly #commit: GroupCommit;
  readonly #sealer: Sealer;
  readonly #stop = new AbortController();
  readonly #consuming = new Set<Promise<void>>();
  readonly #maintenance: Promise<void>;
  readonly #partitionsOfKeys = new Map<TopicName, Map<string, StoredPartition>>();
  readonly #counts = { appends: 0, records: 0, syncs: 0, syncedBytes: 0 };
  #closing: Promise<void> | null = null;

  constructor(options: JournalLogOptions) {
    const { folder, pool, clock, limits } = options;
    this.#folder = folder;
    this.#pool = pool;
    this.#lock = options.lock;
    this.#clock = clock;
    this.#limits = limits;
    this.#sealer = new Sealer({ folder, pool, clock });
    this.#commit = new GroupCommit({
      folder,
      pool,
      limits,
      clock,
      stopped: this.#stop.signal,
      onRolled: () => void this.#sealer.run(),
      order: (append, into) => this.#order(append, into),
      observe: (sync) => {
        this.#counts.syncs++;
        this.#counts.syncedBytes += sync.bytes;
        options.onSync?.(sync);
      },
    });
    this.#maintenance = this.#maintainForEver();
  }

  append(topic: TopicName, records: readonly NewRecord[]): Promise<void> {
    if (this.#stop.signal.aborted) return Promise.reject(new LogError("log.closed"));
    let bytes = 0;
    for (const record of records) {
      const size = recordBytes(record);
      if (size > this.#limits.recordBytes) {
        return Promise.reject(new LogError("log.too-large", `${size} of ${this.#limits.recordBytes} bytes`));
      }
      bytes += size;
    }
    if (records.length === 0) return Promise.resolve();
    if (!this.#commit.admits(bytes)) {
      return Promise.reject(new LogError("log.io", `more than ${this.#limits.pendingBytes} bytes wait for the disk`));
    }
    return new Promise((resolve, reject) => this.#commit.submit({ topic, records, bytes, resolve, reject }));
  }

  /** Gives each record its offset and shows it to "appended" consumers. A large append becomes several parts. */
  #order(append: Append, into: OrderedPart[]): void {
    const { topic, records } = append;
    this.#counts.appends++;
    this.#counts.records += records.length;
    const [only] = records;
    if (records.length === 1 && only !== undefined) {
      const partition = this.#partitionOfKey(topic, only.key);
      partition.push(only);
      into.push({ ends: [{ partition, end: partition.ordered }], bytes: append.bytes, waiter: append });
      partition.wake("appended");
    } else {
      this.#orderSeveral(append, into);
    }
  }

  #orderSeveral(append: Append, into: OrderedPart[]): void {
    const all = new Set<StoredPartition>();
    let ends = new Map<StoredPartition, number>();
    let bytes = 0;
    for (const record of append.records) {
      const size = recordBytes(record);
      if (bytes > 0 && bytes + size > this.#limits.groupBytes) {
        into.push({ ends: endsOf(ends), bytes, waiter: null });
        ends = new Map();
        bytes = 0;
      }
      const partition = this.#partitionOfKey(append.topic, record.key);
      partition.push(record);
      ends.set(partition, partition.ordered);
      all.add(partition);
      bytes += size;
    }
    into.push({ ends: endsOf(ends), bytes, waiter: append });
    for (const partition of all) partition.wake("appended");
  }

  #partitionOfKey(topic: TopicName, key: string): StoredPartition {
    let keys = this.#partitionsOfKeys.get(topic);
    if (keys === undefined || keys.size >= KEYS_CACHED_MAX) {
      keys = new Map();
      this.#partitionsOfKeys.set(topic, keys);
    }
    let partition = keys.get(key);
    if (partition === undefined) {
      partition = this.#folder.partition(topic, partitionOf(key, this.#folder.topics[topic].partitions));
      keys.set(key, partition);
    }
    return partition;
  }

  async consume(options: ConsumeOptions): Promise<void> {
    if (this.#stop.signal.aborted) throw new LogError("log.closed");
    const feeds = Array.from({ length: this.#folder.topics[options.topic].partitions }, (_, i) => this.#feed(options.topic, i));
    const signal = AbortSignal.any([options.signal, this.#stop.signal]);
    const consuming = consumeFeeds(feeds, { ...options, signal }, this.#clock);
    this.#consuming.add(consuming);
    try {
      await consuming;
    } finally {
      this.#consuming.delete(consuming);
      // A commit that cannot be written is a few records read again; the appends say what is wrong with the disk.
      if (options.group !== null) await this.#commit.flush().catch(() => undefined);
    }
    if (!options.signal.aborted) throw new LogError("log.closed");
  }

  #feed(topic: TopicName, number: number): PartitionFeed {
    const partition = this.#folder.partition(topic, number);
    const committed = this.#folder.committed;
    const key = (group: string) => `${group}/${topic}/${number}`;
    const ownerKey = (group: string) => `${key(group)}/owner`;
    return {
      partition: number,
      bounds: (visibility) => ({ start: BigInt(partition.start), end: BigInt(partition.end(visibility)) }),
      offsetSince: async (sinceMs, visibility) => BigInt(await partition.offsetSince(sinceMs, visibility)),
      read: (from, visibility) => partition.read(Number(from), visibility),
      watch: (visibility, listener) => partition.watch(visibility, listener),
      takeOver: async (group) => {
        const generation = nextGeneration(committed.get(ownerKey(group)) ?? null, this.#clock.nowMs());
        this.#commit.commit(ownerKey(group), generation);
        await this.#commit.flush();
        return generation;
      },
      committed: (group) => {
        const offset = committed.get(key(group));
        return offset === undefined ? undefined : BigInt(offset);
      },
      commit: (group, offset, generation) => {
        if (generation === committed.get(ownerKey(group))) this.#commit.commit(key(group), Number(offset));
      },
    };
  }

  lastTimestampMs(): number {
    return this.#folder.lastTimestampMs;
  }

  endOffsets(topic: TopicName): readonly Offset[] {
    const count = this.#folder.topics[topic].partitions;
    return Array.from({ length: count }, (_, i) => BigInt(this.#folder.partition(topic, i).durable));
  }

  committedOffsets(group: string, topic: TopicName): readonly Offset[] {
    const { committed, topics } = this.#folder;
    const offsetOf = (number: number) =>
      committed.get(`${group}/${topic}/${number}`) ?? this.#folder.partition(topic, number).start;
    return Array.from({ length: topics[topic].partitions }, (_, i) => BigInt(offsetOf(i)));
  }

  stats(): EmbeddedLogStats {
    const { journals, spares, manifest } = this.#folder;
    const sealedBytes = manifest.sealed.reduce((sum, entry) => sum + entry.bytes, 0);
    return {
      bytes: sealedBytes + (journals.length + spares.length) * this.#limits.journalBytes,
      journals: journals.length,
      sealedFiles: manifest.sealed.length,
      ...this.#counts,
      failure: this.#sealer.failure?.message ?? null,
    };
  }

  maintain(): Promise<void> {
    const last = this.#folder.journals.at(-1);
    if (last !== undefined && this.#clock.nowMs() - last.bornMs >= this.#limits.journalAgeMs) this.#commit.roll();
    return this.#sealer.run();
  }

  async #maintainForEver(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      await this.maintain();
      await this.#clock.sleep(this.#limits.maintenanceIntervalMs, this.#stop.signal);
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#stop.abort();
    await Promise.allSettled([...this.#consuming]);
    await this.#commit.flush().catch(() => undefined);
    await this.#sealer.stop();
    await this.#maintenance;
    await this.#pool.settled();
    for (const journal of this.#folder.journals) await journal.file.close();
    await this.#lock.release();
  }
}

function endsOf(ends: ReadonlyMap<StoredPartition, number>): OrderedPart["ends"] {
  return Array.from(ends, ([partition, end]) => ({ partition, end }));
}
