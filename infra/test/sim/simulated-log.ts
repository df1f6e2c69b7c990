import {
  type Clock,
  decodeEvent,
  decodeInk,
  type EventLog,
  type NewRecord,
  type PartitionHandler,
  partitionOf,
  type Random,
  type StoredRecord,
  TOPICS,
  type TopicName,
} from "@penlight/proto";
import { type AppendFault, MemoryLog, MemoryStore, makeDurable } from "@penlight/proto/memory-log";
import type { Faults } from "./faults.ts";
import type { Incarnation } from "./fence.ts";
import type { Trace } from "./trace.ts";

/** Records that one turn hands over at most; small, so that batches end in awkward places. */
const BATCH_RECORDS_MAX = 40;
/** So long a group waits for a member that it does not hear of, ms. */
export const SESSION_MS = 1000;
/** A client that cannot read tries again after this, ms. */
const DARK_LOOK_MS = 200;

/**
 * The log of the simulated world: one store that outlives its clients, and a client for each life of a service, with
 * delays and faults by seed. SIM-4.
 */
export class SimulatedLog {
  /** Quiet: no more faults, so that the system can come to rest. */
  quiet = false;
  /** Events of owners who had not read yet what was there when they began: they should have been mute. ANS-53. */
  readonly toldEarly: string[] = [];
  /**
   * `life/partition/generation` of topic `ink` -> end of the partition when that life began to read it. Generation 0 alone
   * names nobody: dashboards read under it, and an owner has it that begins while its group has gone on without it.
   */
  readonly #ends = new Map<string, bigint>();
  readonly #store = new MemoryStore();
  readonly #clock: Clock;
  readonly #trace: Trace;
  readonly #faults: Faults["log"];
  readonly #random: Random;
  readonly #clients = new Map<Incarnation, MemoryLog>();
  #darkUntilMs = 0;

  constructor(options: {
    readonly clock: Clock;
    readonly trace: Trace;
    readonly faults: Faults["log"];
    readonly random: Random;
  }) {
    this.#clock = options.clock;
    this.#trace = options.trace;
    this.#faults = options.faults;
    this.#random = options.random;
  }

  /** Every record of a topic that a reader can see, partition by partition. */
  records(topic: TopicName): StoredRecord[] {
    return this.#partitions(topic).flatMap((partition) => partition.records);
  }

  /** True when some group has done with every dot: its low-water mark stands behind the last record that has any. */
  inkIsRead(): boolean {
    return this.#partitions("ink").every(({ records, partition }) => {
      const last = records.findLastIndex((record) => decodeInk(record.value)?.body.kind === "dots");
      const marks = [...this.#store.committed].filter(([name]) => name.endsWith(`/ink/${partition}`)).map(([, mark]) => mark);
      return last < 0 || marks.some((mark) => mark > BigInt(last));
    });
  }

  /** Writes without a client, without faults and at once. */
  put(topic: TopicName, records: readonly NewRecord[]): void {
    makeDurable(this.#store.push(topic, records, TOPICS[topic].partitions));
  }

  /** What was ordered and not synced is gone, never what an append acknowledged. Answers what topic `ink` lost. */
  cutPower(): StoredRecord[] {
    return [...this.#store.dropUnsynced()].flatMap(([name, gone]) => (name.startsWith("ink/") ? gone : []));
  }

  /** Nobody reaches it for so long: appends fail, and nothing is read. */
  goDark(ms: number): void {
    this.#trace.note(`the log is dark for ${Math.round(ms)} ms`);
    this.#darkUntilMs = this.#clock.nowMs() + ms;
  }

  get #isDark(): boolean {
    return !this.quiet && this.#clock.nowMs() < this.#darkUntilMs;
  }

  /** Partitions are taken from the consumers of a group and given back. */
  rebalance(): void {
    for (const group of this.#store.groups.values()) group.rebalance();
  }

  client(life: Incarnation): EventLog {
    const { latencyMs, fails, failsAfterTheEffect, stalls, commitLost } = this.#faults;
    const random = this.#random;
    const happens = (chance: number) => !this.quiet && random.chance(chance);
    const stallMs = () => (happens(stalls) ? random.between(200, 1500) : 0);
    const own = life.clock(this.#clock);
    const log = new MemoryLog({
      clock: own,
      store: this.#store,
      delays: {
        // A dead process hands nothing over any more, and none is handed to it.
        order: () => own.sleep(latencyMs * random.unit() * 0.3),
        deliver: async () => {
          await own.sleep(latencyMs * random.unit() * 0.2);
          while (this.#isDark) await own.sleep(DARK_LOOK_MS);
        },
        sync: () => this.#clock.sleep(latencyMs * random.between(0.3, 1.5) + stallMs()),
      },
      fault: (): AppendFault => (this.#isDark || happens(fails) ? "lost" : happens(failsAfterTheEffect) ? "kept" : "none"),
      losesCommit: () => happens(commitLost),
      batchRecordsMax: () => (this.quiet ? BATCH_RECORDS_MAX : random.integer(1, BATCH_RECORDS_MAX)),
    });
    this.#clients.set(life, log);
    return this.#fenced(log, life);
  }

  /** The groups of a life that is not heard of for SESSION_MS give its partitions to others. */
  evict(life: Incarnation): void {
    this.#clients.get(life)?.loseGroups();
  }

  /** It learns that its groups went on without it, if they did. */
  readmit(life: Incarnation): void {
    if (life.alive && !life.isPaused) void this.#clients.get(life)?.rejoinGroups();
  }

  #partitions(topic: TopicName) {
    return Array.from({ length: TOPICS[topic].partitions }, (_, partition) => this.#store.partition(topic, partition));
  }

  #fenced(log: MemoryLog, life: Incarnation): EventLog {
    return {
      append: (topic, records) =>
        life.cross(`append to ${topic}`, () => {
          for (const record of records) this.#trace.note(`${life.name} -> ${topic}`, record.value);
          if (topic === "events") this.#hear(life, records);
          return log.append(topic, records);
        }),
      consume: (options) =>
        log.consume({
          ...options,
          openPartition: async (owned) => {
            const place = `${options.topic}/${owned.partition}`;
            if (options.topic === "ink") this.#ends.set(`${life.name}/${owned.partition}/${owned.generation}`, owned.endOffset);
            const handler = await life.cross(`openPartition ${place}`, async () => options.openPartition(owned));
            return this.#fencedHandler(handler, life, place);
          },
        }),
      close: () => log.close(),
    };
  }

  #hear(life: Incarnation, records: readonly NewRecord[]): void {
    for (const { key, value } of records) {
      const event = decodeEvent(value);
      const end = this.#ends.get(`${life.name}/${partitionOf(key, TOPICS.ink.partitions)}/${event?.generation}`);
      if (event === null || end === undefined || event.revision + 1 >= end) continue;
      this.toldEarly.push(`${life.name} tells at ${event.revision} and has to read up to ${end} first`);
    }
  }

  #fencedHandler(handler: PartitionHandler, life: Incarnation, place: string): PartitionHandler {
    const noted = async (answer: Promise<bigint>) => {
      const lowWater = await answer;
      this.#trace.note(`${life.name} needs ${place} from ${lowWater}`);
      return lowWater;
    };
    const close = handler.close?.bind(handler);
    return {
      onBatch: (records) => noted(life.cross(`onBatch ${place}`, () => handler.onBatch(records))),
      ...(close && { close: () => noted(life.cross(`close ${place}`, close)) }),
    };
  }
}
