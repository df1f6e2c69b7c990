import type { ConsumeOptions, EventLog } from "@penlight/proto";
import { Kafka, logLevel } from "kafkajs";
import RequestQueue from "kafkajs/src/network/requestQueue/index.js";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { patchTimerSpin } from "../../src/event-log/kafka/timer-patch.ts";
import { type KafkaOptions, openKafkaLog } from "../../src/event-log/kafka-log.ts";
import { recordAt, takeRecords, textOf } from "../contract/event-log-suite.ts";
import { findKafka, startKafka, type TestKafka } from "./broker.ts";
import { forget, ownTopics } from "./log-under-test.ts";

const source = findKafka("own process");
const originalTimer = RequestQueue.prototype.scheduleCheckPendingRequests;

/** What kafkajs and a single broker are known to do wrong, each with what Penlight does instead. */
describe.skipIf("missing" in source)("missing" in source ? source.missing : "known faults, on one broker", () => {
  let kafka: TestKafka;
  beforeAll(async () => {
    kafka = await startKafka();
  });
  afterAll(() => kafka?.stop());

  async function withLog(
    run: (log: EventLog, options: ReturnType<typeof ownTopics>) => Promise<void>,
    given: Partial<KafkaOptions> = {},
  ): Promise<void> {
    const options = ownTopics(kafka, given);
    const log = await openKafkaLog(options);
    try {
      await run(log, options);
    } finally {
      await log.close();
      await forget(options);
    }
  }
  const read = (log: EventLog, { clock }: ReturnType<typeof ownTopics>, count: number, how: Partial<ConsumeOptions> = {}) =>
    takeRecords({ pass: (ms) => clock.sleep(ms) }, log, count, how);

  test("[LOG-4] the fate of a request is not known: it is repeated as it was, and the records after it are not taken for a repetition", () =>
    withLog(
      async (log, options) => {
        const at = (text: string) => recordAt(options.clock.nowMs(), "room-1", text);
        await log.append("ink", [at("before")]);
        kafka.nodes[0]?.pause();
        // It lies in the broker's socket and will be written, though nobody is told.
        const lost = log.append("ink", [at("lost")]);
        await expect(lost).rejects.toMatchObject({ code: "log.unreachable", canRetry: true });
        await expect(log.append("ink", [at("lost")])).rejects.toMatchObject({ code: "log.unreachable" });
        kafka.nodes[0]?.resume();
        const texts = ["lost", "a", "b"];
        for (const text of texts) {
          // A broker that has just woken up may need a moment.
          for (let attempt = 0; attempt < 20; attempt++) {
            const done = await log.append("ink", [at(text)]).then(
              () => true,
              () => false,
            );
            if (done) break;
          }
        }
        const found: string[] = [];
        await takeRecords({ pass: (ms) => options.clock.sleep(ms) }, log, Number.POSITIVE_INFINITY, {
          onBatch: (records) => void found.push(...records.map(textOf)),
          stopAt: (each) => textOf(each) === "b",
        });
        expect([...new Set(found)]).toEqual(["before", "lost", "a", "b"]);
        // Repeats come before what follows, never after it.
        expect(found.slice(found.indexOf("a"))).toEqual(["a", "b"]);
      },
      { limits: { requestMs: 500, produceMs: 800, connectMs: 500 } },
    ));

  test("[LOG-1] [LOG-4] many appends at once, over all partitions, are each there once and in order (tulios/kafkajs#1005)", () =>
    withLog(async (log, options) => {
      const nowMs = options.clock.nowMs();
      const appends = Array.from({ length: 3000 }, (_, i) => log.append("ink", [recordAt(nowMs, `room-${i % 20}`, `${i}`)]));
      await Promise.all(appends);
      const found = await read(log, options, 3000);
      expect(new Set(found.map(textOf)).size).toBe(3000);
      for (let room = 0; room < 20; room++) {
        const numbers = found.filter(({ key }) => key === `room-${room}`).map((each) => Number(textOf(each)));
        expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
      }
    }));

  test("[LOG-1] a time of 0 ms stays 0 ms (kafkajs takes it for now)", () =>
    withLog(async (log, options) => {
      await log.append("setup", [recordAt(0, "a", "old")]);
      expect((await read(log, options, 1, { topic: "setup" })).map(({ timestampMs }) => timestampMs)).toEqual([0]);
    }));

  test("[LOG-1] a record from a clock that is hours ahead is taken (Kafka 4 would refuse it)", () =>
    withLog(async (log, options) => {
      const timestampMs = Math.floor(options.clock.nowMs()) + 5 * 3_600_000;
      await log.append("ink", [recordAt(timestampMs, "a", "early")]);
      expect((await read(log, options, 1)).map((each) => each.timestampMs)).toEqual([timestampMs]);
    }));

  test("a connection at rest wakes nobody up every millisecond (tulios/kafkajs#1556 #1604 #1751)", async () => {
    const wakeups = async () => {
      const admin = new Kafka({ brokers: [...kafka.brokers], logLevel: logLevel.NOTHING }).admin();
      await admin.connect();
      const timers = vi.spyOn(globalThis, "setTimeout");
      try {
        // Two round trips at either end: what is counted is what happens between them.
        await admin.listTopics();
        const before = timers.mock.calls.filter(([, ms]) => (ms ?? 0) <= 10).length;
        for (let turn = 0; turn < 40; turn++) await new Promise((resolve) => setTimeout(resolve, 20));
        return timers.mock.calls.filter(([, ms]) => (ms ?? 0) <= 10).length - before;
      } finally {
        timers.mockRestore();
        await admin.disconnect();
      }
    };
    RequestQueue.prototype.scheduleCheckPendingRequests = originalTimer;
    const spinning = await wakeups();
    patchTimerSpin();
    const patched = await wakeups();
    expect({ spins: spinning > 40, patched }).toEqual({ spins: true, patched: 0 });
  });

  test("[LOG-10] [LOG-3] a reader goes on behind what compaction took, also where a whole batch is gone", () =>
    withLog(async (log, options) => {
      const topic = `${options.prefix}setup`;
      const admin = new Kafka({ brokers: [...kafka.brokers], logLevel: logLevel.NOTHING }).admin();
      await admin.connect();
      const configEntries = [
        { name: "cleanup.policy", value: "compact" },
        { name: "segment.ms", value: "50" },
        { name: "min.cleanable.dirty.ratio", value: "0.001" },
        { name: "max.compaction.lag.ms", value: "100" },
      ];
      await admin.alterConfigs({ validateOnly: false, resources: [{ type: 2, name: topic, configEntries }] });
      await admin.disconnect();
      for (let i = 0; i < 12; i++) {
        await log.append(
          "setup",
          Array.from({ length: 5 }, (_, k) => recordAt(options.clock.nowMs(), `key-${k}`, `${i}`)),
        );
        await options.clock.sleep(60);
      }
      let offsets: bigint[] = [];
      for (let round = 0; round < 60; round++) {
        await log.append("setup", [recordAt(options.clock.nowMs(), "end", `${round}`)]);
        const found: bigint[] = [];
        await takeRecords({ pass: (ms) => options.clock.sleep(ms) }, log, Number.POSITIVE_INFINITY, {
          topic: "setup",
          onBatch: (records) => void found.push(...records.map(({ offset }) => offset)),
          stopAt: (each) => each.key === "end" && textOf(each) === `${round}`,
        });
        offsets = found;
        if (found[0] !== 0n) break;
        await options.clock.sleep(250);
      }
      expect(offsets[0]).toBeGreaterThan(0n);
      expect(offsets).toEqual([...offsets].sort((a, b) => (a < b ? -1 : 1)));
    }));

  test("[LOG-7] closing does not wait for brokers that do not answer", () =>
    withLog(
      async (log, options) => {
        const stop = new AbortController();
        let opened = 0;
        let closed = 0;
        const consuming = log.consume({
          topic: "ink",
          group: "members",
          openPartition: ({ startOffset }) => {
            opened++;
            return {
              onBatch: async () => startOffset,
              close: async () => {
                closed++;
                return startOffset;
              },
            };
          },
          signal: stop.signal,
        });
        while (opened < 8) await options.clock.sleep(5);
        kafka.nodes[0]?.pause();
        stop.abort();
        await consuming;
        expect(closed).toBe(8);
        kafka.nodes[0]?.resume();
        await kafka.ready();
      },
      { limits: { requestMs: 500, connectMs: 500 } },
    ));
});
