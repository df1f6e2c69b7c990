import {
  type Clock,
  type ConsumeOptions,
  decodeInk,
  type EventLog,
  LogError,
  type NewRecord,
  nextGeneration,
  type Offset,
  partitionOf,
  type Random,
  RECORD_BYTES_MAX,
  type StoredRecord,
  TOPICS,
  type TopicName,
} from "@penlight/proto";
import type { Faults } from "./faults.ts";
import type { Incarnation } from "./fence.ts";
import { LogConsumer } from "./log-consumer.ts";
import type { Trace } from "./trace.ts";

/** One partition: the records in order, and how many of them would survive a power cut. */
export interface Partition {
  readonly topic: TopicName;
  readonly index: number;
  readonly records: StoredRecord[];
  synced: number;
}

interface Outstanding {
  failed: boolean;
  ordered: boolean;
}

/**
 * An event log that survives what happens to its clients: ordering and syncing are two moments with time between them,
 * and appends fail by seed, with and without their effect. One client an incarnation. SIM-4.
 */
export class SimulatedLog {
  readonly clock: Clock;
  readonly trace: Trace;
  readonly faults: Faults["log"];
  readonly random: Random;
  readonly #partitions = new Map<TopicName, readonly Partition[]>();
  readonly #committed = new Map<string, Offset>();
  readonly #generations = new Map<string, number>();
  readonly #consumers = new Set<LogConsumer>();
  /** Power cuts so far: what was ordered before one is not synced after it. */
  cuts = 0;
  /** Quiet: no more faults, so that the system can come to rest. */
  quiet = false;

  constructor(options: {
    readonly clock: Clock;
    readonly trace: Trace;
    readonly faults: Faults["log"];
    readonly random: Random;
  }) {
    this.clock = options.clock;
    this.trace = options.trace;
    this.faults = options.faults;
    this.random = options.random;
    for (const topic of Object.keys(TOPICS) as TopicName[]) {
      const indexes = Array.from({ length: TOPICS[topic].partitions }, (_, index) => index);
      this.#partitions.set(
        topic,
        indexes.map((index) => ({ topic, index, records: [], synced: 0 })),
      );
    }
  }

  partitions(topic: TopicName): readonly Partition[] {
    return this.#partitions.get(topic) ?? [];
  }

  /** Every record of a topic that a reader can see, partition by partition. */
  records(topic: TopicName): StoredRecord[] {
    return this.partitions(topic).flatMap((partition) => partition.records);
  }

  committed(group: string, partition: Partition): Offset | undefined {
    return this.#committed.get(`${group}/${partition.topic}/${partition.index}`);
  }

  takeOver(group: string, partition: Partition): number {
    const key = `${group}/${partition.topic}/${partition.index}`;
    const generation = nextGeneration(this.#generations.get(key) ?? null, this.clock.nowMs());
    this.#generations.set(key, generation);
    return generation;
  }

  commit(group: string, partition: Partition, offset: Offset): void {
    if (!this.quiet && this.random.chance(this.faults.commitLost)) return;
    this.trace.note(`commit ${group}/${partition.topic}/${partition.index} ${offset}`);
    this.#committed.set(`${group}/${partition.topic}/${partition.index}`, offset);
  }

  /** True when some group has done with every dot: its low-water mark stands behind the last record that has any. */
  inkIsRead(): boolean {
    return this.partitions("ink").every((partition) => {
      const last = partition.records.findLastIndex((record) => decodeInk(record.value)?.body.kind === "dots");
      const marks = [...this.#committed].filter(([name]) => name.endsWith(`/ink/${partition.index}`)).map(([, mark]) => mark);
      return last < 0 || marks.some((mark) => mark > BigInt(last));
    });
  }

  /** Writes without a client, without faults and at once. */
  put(topic: TopicName, records: readonly NewRecord[]): void {
    this.sync(this.order(topic, records));
  }

  /** What was ordered and not synced is gone, never what an append acknowledged. Hands back what topic `ink` lost. */
  cutPower(): StoredRecord[] {
    this.cuts++;
    return [...this.#partitions.values()].flat().flatMap((partition) => {
      const gone = partition.records.splice(partition.synced);
      return partition.topic === "ink" ? gone : [];
    });
  }

  /** Partitions are taken from the consumers of a group and given back, as in a rebalance. */
  rebalance(): void {
    for (const consumer of this.#consumers) if (consumer.group !== null) consumer.reopen();
  }

  client(life: Incarnation): EventLog {
    const client = new LogClient(this, life);
    return {
      append: (topic, records) => client.append(topic, records),
      consume: (options) => {
        if (client.closing.aborted) return Promise.reject(new LogError("log.closed"));
        return this.#consume(life, { ...options, signal: AbortSignal.any([options.signal, client.closing]) });
      },
      close: async () => client.close(),
    };
  }

  /** All partitions of a topic for one consumer; the first error of a handler ends them all. */
  async #consume(life: Incarnation, options: ConsumeOptions): Promise<void> {
    if (options.signal.aborted) return;
    const failed = new AbortController();
    const signal = AbortSignal.any([options.signal, failed.signal]);
    const own = { ...options, signal };
    const consumers = this.partitions(options.topic).map((partition) => new LogConsumer(this, life, partition, own));
    for (const consumer of consumers) this.#consumers.add(consumer);
    signal.addEventListener("abort", () => consumers.forEach((consumer) => void consumer.stop()), { once: true });
    const runs = consumers.map((consumer) => consumer.run().catch((error) => failed.abort(error)));
    await Promise.all(runs);
    for (const consumer of consumers) this.#consumers.delete(consumer);
    if (failed.signal.aborted) throw failed.signal.reason;
  }

  /** The moment at which records get their place. */
  order(topic: TopicName, records: readonly NewRecord[]): ReadonlyMap<Partition, number> {
    const ends = this.#order(topic, records);
    for (const partition of ends.keys()) this.#wake(partition);
    return ends;
  }

  /** The moment at which records are on disk. */
  sync(ends: ReadonlyMap<Partition, number>): void {
    for (const [partition, end] of ends) {
      if (end > partition.synced) partition.synced = Math.min(end, partition.records.length);
      this.#wake(partition);
    }
  }

  #order(topic: TopicName, records: readonly NewRecord[]): Map<Partition, number> {
    const partitions = this.partitions(topic);
    const ends = new Map<Partition, number>();
    for (const record of records) {
      const partition = partitions[partitionOf(record.key, partitions.length)] as Partition;
      partition.records.push({ ...record, partition: partition.index, offset: BigInt(partition.records.length) });
      ends.set(partition, partition.records.length);
    }
    return ends;
  }

  #wake(partition: Partition): void {
    for (const consumer of this.#consumers) if (consumer.partition === partition) consumer.wake();
  }
}

/** What one incarnation holds of the log: its outstanding appends share their fate. LOG-4. */
class LogClient {
  readonly #log: SimulatedLog;
  readonly #life: Incarnation;
  readonly #closing = new AbortController();
  #outstanding: Outstanding[] = [];
  /** Resolves when the last append called so far has been ordered, synced. */
  #lastOrdered: Promise<void> = Promise.resolve();
  #lastSynced: Promise<void> = Promise.resolve();

  constructor(log: SimulatedLog, life: Incarnation) {
    this.#log = log;
    this.#life = life;
  }

  /** Aborted once the client is closed. */
  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  close(): void {
    this.#closing.abort();
  }

  append(topic: TopicName, records: readonly NewRecord[]): Promise<void> {
    if (this.closing.aborted) return Promise.reject(new LogError("log.closed"));
    const large = records.some((record) => record.value.length + record.key.length > RECORD_BYTES_MAX);
    if (large) return Promise.reject(new LogError("log.too-large"));
    return this.#life.cross(`append to ${topic}`, () => this.#append(topic, records));
  }

  async #append(topic: TopicName, records: readonly NewRecord[]): Promise<void> {
    const { clock, faults, random, quiet, trace } = this.#log;
    const fails = !quiet && random.chance(faults.fails);
    const failsAfter = !quiet && random.chance(faults.failsAfterTheEffect);
    const stallMs = !quiet && random.chance(faults.stalls) ? random.between(200, 1500) : 0;
    const orderMs = faults.latencyMs * random.unit() * 0.3;
    const syncMs = faults.latencyMs * random.between(0.3, 1.5) + stallMs;
    // An append that comes while a failed one is still to be answered fails with it.
    const entry: Outstanding = { failed: this.#outstanding.some((each) => each.failed), ordered: false };
    this.#outstanding.push(entry);
    const before = { ordered: this.#lastOrdered, synced: this.#lastSynced };
    const { cuts } = this.#log;
    let ends: ReadonlyMap<Partition, number> = new Map();
    this.#lastOrdered = clock.sleep(orderMs).then(async () => {
      await before.ordered;
      // A dead process hands nothing over any more; one that failed before this took it along.
      if (entry.failed || !this.#life.alive) return;
      if (fails) return this.#fail(entry);
      ends = this.#log.order(topic, records);
      entry.ordered = true;
      for (const record of records) trace.note(`${this.#life.name} -> ${topic}`, record.value);
    });
    const ordered = this.#lastOrdered;
    this.#lastSynced = clock.sleep(syncMs).then(async () => {
      await Promise.all([ordered, before.synced]);
      if (entry.ordered && cuts === this.#log.cuts) this.#log.sync(ends);
      if (entry.ordered && failsAfter) this.#fail(entry);
    });
    await this.#lastSynced;
    this.#outstanding = this.#outstanding.filter((each) => each !== entry);
    if (entry.failed) throw new LogError("log.io", "simulated");
  }

  /** An append fails, and every outstanding later one with it. LOG-4. */
  #fail(entry: Outstanding): void {
    const at = this.#outstanding.indexOf(entry);
    for (const each of this.#outstanding.slice(at)) each.failed = true;
    this.#log.trace.note(`${this.#life.name} append failed ${entry.ordered ? "after" : "before"} the effect`);
  }
}
