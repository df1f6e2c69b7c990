import { type ConsumeOptions, type EventLog, type Offset, partitionOf, type StoredRecord } from "@penlight/proto";
import { Kafka, logLevel } from "kafkajs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type KafkaLog, type KafkaOptions, openKafkaLog } from "../../src/event-log/kafka-log.ts";
import { passUntil, recordAt, textOf } from "../contract/event-log-suite.ts";
import { eventually } from "../e2e/penlight-process.ts";
import { findKafka, openKafka, type TestKafka } from "./broker.ts";
import { forget, ownTopics } from "./log-under-test.ts";

const source = findKafka();

/** A consumer of `ink` in a group, and what happened in it. */
class Member {
  readonly calls: string[] = [];
  readonly seen: StoredRecord[] = [];
  readonly open = new Map<number, number>();
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;
  /** Batches with records wait for this. */
  gate: Promise<void> = Promise.resolve();

  constructor(log: EventLog, group = "members") {
    const openPartition: ConsumeOptions["openPartition"] = ({ partition, startOffset, generation }) => {
      this.calls.push(`open ${partition}`);
      this.open.set(partition, generation);
      let next = startOffset;
      return {
        onBatch: async (records): Promise<Offset> => {
          if (records.length > 0) await this.gate;
          if (!this.open.has(partition)) this.calls.push(`batch after close ${partition}`);
          this.seen.push(...records);
          next = (records.at(-1)?.offset ?? next - 1n) + 1n;
          return next;
        },
        close: async () => {
          this.calls.push(`close ${partition}`);
          this.open.delete(partition);
          return next;
        },
      };
    };
    this.#running = log.consume({ topic: "ink", group, openPartition, signal: this.#stop.signal });
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }
}

describe.skipIf("missing" in source)("missing" in source ? source.missing : "groups on a Kafka broker", () => {
  let kafka: TestKafka;
  beforeAll(async () => {
    kafka = await openKafka();
  });
  afterAll(() => kafka?.stop());

  const placesOf = async (log: KafkaLog) => ({
    endOffsets: await log.endOffsets("ink"),
    committedOffsets: await log.committedOffsets("members", "ink"),
  });

  /** Two logs, as two processes have them. */
  async function two(
    run: (logs: readonly [KafkaLog, KafkaLog], options: ReturnType<typeof ownTopics>) => Promise<void>,
    limits: KafkaOptions["limits"] = {},
  ): Promise<void> {
    const options = ownTopics(kafka, { limits: { heartbeatMs: 200, ...limits } });
    const logs = [await openKafkaLog(options), await openKafkaLog(options)] as const;
    try {
      await run(logs, options);
    } finally {
      await Promise.all(logs.map((log) => log.close()));
      await forget(options);
    }
  }
  const until = (options: { clock: { sleep(ms: number): Promise<void> } }, done: () => boolean) =>
    passUntil({ pass: (ms) => options.clock.sleep(ms) }, done);

  test("[LOG-7] [LOG-15] a member that joins gets its share; what stays with the other is not disturbed; all comes back at the end", () =>
    two(async ([first, second], options) => {
      const a = new Member(first);
      await until(options, () => a.open.size === 8);
      const kept = new Map(a.open);
      const b = new Member(second);
      await until(options, () => a.open.size === 4 && b.open.size === 4);
      expect([...a.open.keys(), ...b.open.keys()].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
      for (const [partition, generation] of a.open) expect(generation).toBe(kept.get(partition));
      for (const [partition, generation] of b.open) expect(generation).toBeGreaterThan(kept.get(partition) ?? 0);
      expect(a.calls.filter((call) => call.startsWith("close"))).toHaveLength(4);
      await a.stop();
      await until(options, () => b.open.size === 8);
      await b.stop();
      expect([...a.calls, ...b.calls].filter((call) => call.startsWith("batch"))).toEqual([]);
    }));

  test("[LOG-7] [LOG-15] a batch under way ends before its partition is another's, and nothing of it is lost or comes twice (tulios/kafkajs#1720 #1527 #1719)", () =>
    two(async ([first, second], options) => {
      const a = new Member(first);
      let release = () => {};
      a.gate = new Promise((resolve) => {
        release = resolve;
      });
      await until(options, () => a.open.size === 8);
      const keys = Array.from({ length: 40 }, (_, i) => `room-${i}`);
      await first.append(
        "ink",
        keys.map((key) => recordAt(options.clock.nowMs(), key, key)),
      );
      const b = new Member(second);
      await options.clock.sleep(1000);
      // Every partition has a batch under way, so none has moved.
      expect(b.open.size).toBe(0);
      release();
      await until(options, () => a.open.size === 4 && b.open.size === 4);
      await first.append("ink", [recordAt(options.clock.nowMs(), "room-0", "last")]);
      await until(options, () => [...a.seen, ...b.seen].some((each) => textOf(each) === "last"));
      await Promise.all([a.stop(), b.stop()]);
      expect([...a.seen, ...b.seen].map(textOf).sort()).toEqual([...keys, "last"].sort());
    }));

  test("[LOG-13] [LOG-15] an owner that does not come to an end in time loses its partitions, and what it commits later has no effect", () =>
    two(
      async ([first, second], options) => {
        const a = new Member(first);
        let release = () => {};
        a.gate = new Promise((resolve) => {
          release = resolve;
        });
        await until(options, () => a.open.size === 8);
        const old = new Map(a.open);
        await first.append(
          "ink",
          Array.from({ length: 40 }, (_, i) => recordAt(options.clock.nowMs(), `room-${i}`, `${i}`)),
        );
        const b = new Member(second);
        await until(options, () => b.open.size === 4);
        for (const [partition, generation] of b.open) expect(generation).toBeGreaterThan(old.get(partition) ?? 0);
        const moved = new Set(b.open.keys());
        const expected = Array.from({ length: 40 }, (_, i) => `${i}`).filter((i) => moved.has(partitionOf(`room-${i}`, 8)));
        await until(options, () => b.seen.length === expected.length);
        expect(b.seen.map(textOf).sort()).toEqual(expected.sort());
        // The new owner is further than the old one will say that it is.
        await first.append(
          "ink",
          Array.from({ length: 40 }, (_, i) => recordAt(options.clock.nowMs(), `room-${i}`, "more")),
        );
        await until(options, () => b.seen.length === 2 * expected.length);
        release();
        await Promise.all([a.stop(), b.stop()]);
        const { endOffsets, committedOffsets } = await placesOf(first);
        for (const partition of moved) expect(committedOffsets[partition]).toBe(endOffsets[partition]);
      },
      { rebalanceMs: 1000, sessionMs: 3000 },
    ));

  test("[LOG-6] a consumer without a group leaves no group behind", () =>
    two(async ([first, second], options) => {
      const stop = new AbortController();
      let opened = 0;
      const openPartition: ConsumeOptions["openPartition"] = ({ startOffset }) => {
        opened++;
        return { onBatch: async () => startOffset };
      };
      const consuming = Promise.all(
        [first, second].map((log) => log.consume({ topic: "ink", group: null, openPartition, signal: stop.signal })),
      );
      await until(options, () => opened === 16);
      expect(await groupsOf(options)).toEqual([]);
      stop.abort();
      await consuming;
    }));

  test("[LOG-6] a committed offset that is not stored any more, or not yet, means the nearest", () =>
    two(async ([log], options) => {
      const records = Array.from({ length: 10 }, (_, i) => recordAt(options.clock.nowMs(), "a", `${i}`));
      await log.append("setup", records);
      const admin = new Kafka({ brokers: [...kafka.brokers], logLevel: logLevel.NOTHING }).admin();
      await admin.connect();
      const topic = `${options.prefix}setup`;
      // A compacted topic keeps its records from being deleted by offset, so it is not one for a moment.
      const alter = (value: string) =>
        admin.alterConfigs({
          validateOnly: false,
          resources: [{ type: 2, name: topic, configEntries: [{ name: "cleanup.policy", value }] }],
        });
      await alter("delete");
      // The broker hears of the new setting when the controller's word has reached it.
      await eventually("the records are deleted", async () => {
        await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: "6" }] });
        return true;
      });
      await alter("compact");
      for (const [group, committed] of [
        ["early", "2"],
        ["late", "1000"],
      ] as const) {
        await admin.setOffsets({ groupId: `${topic}.${group}`, topic, partitions: [{ partition: 0, offset: committed }] });
      }
      await admin.disconnect();
      const starts: Offset[] = [];
      for (const group of ["early", "late"]) {
        const stop = new AbortController();
        const openPartition: ConsumeOptions["openPartition"] = ({ startOffset }) => {
          starts.push(startOffset);
          stop.abort();
          return { onBatch: async () => startOffset };
        };
        await log.consume({ topic: "setup", group, openPartition, signal: stop.signal });
      }
      expect(starts).toEqual([6n, 10n]);
    }));

  async function groupsOf({ prefix = "" }: KafkaOptions): Promise<string[]> {
    const admin = new Kafka({ brokers: [...kafka.brokers], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    const { groups } = await admin.listGroups();
    await admin.disconnect();
    return groups.map(({ groupId }) => groupId).filter((groupId) => groupId.startsWith(prefix));
  }
});
