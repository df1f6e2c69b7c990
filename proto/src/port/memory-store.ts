import { partitionOf } from "../partition.ts";
import type { TopicName } from "../topic.ts";
import { type NewRecord, nextGeneration, type Offset, type StoredRecord } from "./event-log.ts";
import type { Visibility } from "./log-consumer.ts";
import { batchEnd } from "./log-limits.ts";
import { MemoryGroup } from "./memory-group.ts";

/** The records and committed offsets of memory logs, and who shares their groups; outlives them, as brokers outlive clients. */
export class MemoryStore {
  readonly partitions = new Map<string, MemoryPartition>();
  readonly committed = new Map<string, Offset>();
  /** `group/topic/partition` -> generation of the last owner. LOG-13. */
  readonly generations = new Map<string, number>();
  /** By `group/topic`. */
  readonly groups = new Map<string, MemoryGroup>();
  /** Power cuts so far: what was ordered before one is not made durable after it. */
  cuts = 0;

  partition(topic: TopicName, partition: number): MemoryPartition {
    const name = `${topic}/${partition}`;
    let found = this.partitions.get(name);
    if (found === undefined) {
      found = new MemoryPartition(name, partition, this);
      this.partitions.set(name, found);
    }
    return found;
  }

  group(group: string, topic: TopicName, partitions: number): MemoryGroup {
    const name = `${group}/${topic}`;
    let found = this.groups.get(name);
    if (found === undefined) {
      found = new MemoryGroup(partitions);
      this.groups.set(name, found);
    }
    return found;
  }

  /** Gives records their places, and answers the ends of the partitions that got any. */
  push(topic: TopicName, records: readonly NewRecord[], partitions: number): ReadonlyMap<MemoryPartition, number> {
    const touched = new Map<MemoryPartition, number>();
    for (const record of records) {
      const partition = this.partition(topic, partitionOf(record.key, partitions));
      partition.push(record);
      touched.set(partition, partition.records.length);
    }
    for (const partition of touched.keys()) partition.wake("appended");
    return touched;
  }

  /** Forgets what was not synced, as a power cut does, and answers what that is. */
  dropUnsynced(): Map<string, readonly StoredRecord[]> {
    this.cuts++;
    return new Map([...this.partitions].map(([name, partition]) => [name, partition.dropUnsynced()]));
  }
}

export class MemoryPartition {
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

  dropUnsynced(): readonly StoredRecord[] {
    return this.records.splice(this.durable);
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

  read(from: Offset, visibility: Visibility, recordsMax = Number.POSITIVE_INFINITY): readonly StoredRecord[] {
    const first = Number(from);
    const limit = Math.min(this.#end(visibility), first + recordsMax);
    return this.records.slice(first, batchEnd(this.records, first, limit));
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

/** @param ends of partitions, as {@link MemoryStore.push} answers them. */
export function makeDurable(ends: ReadonlyMap<MemoryPartition, number>): void {
  for (const [partition, end] of ends) {
    if (end <= partition.durable) continue;
    partition.durable = end;
    partition.wake("durable");
  }
}
