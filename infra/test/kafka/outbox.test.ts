import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { partitionOf, TOPICS } from "@penlight/proto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openKafkaLog } from "../../src/event-log/kafka-log.ts";
import { openOutboxLog } from "../../src/event-log/outbox-log.ts";
import { readOldest, readPartition } from "../../src/reconcile/stores.ts";
import { SystemClock } from "../../src/system-clock.ts";
import { findKafka, startKafka, type TestKafka } from "./broker.ts";
import { ownTopics } from "./log-under-test.ts";
import { disorder, Reader, SteadyWriter } from "./steady-writer.ts";

const source = findKafka("own process");
const clock = new SystemClock();

describe.skipIf("missing" in source)("missing" in source ? source.missing : "an outbox before a broker", () => {
  let kafka: TestKafka;
  let directory: string;
  beforeAll(async () => {
    kafka = await startKafka({});
    directory = await mkdtemp(path.join(os.tmpdir(), "penlight-outbox-"));
  });
  afterAll(async () => {
    await kafka?.stop();
    await rm(directory, { recursive: true });
  });

  test("[OUT-1] [OUT-3] a broker that is killed stops no gateway; all that was written meanwhile comes to it, in order", async () => {
    const limits = { requestMs: 2000, produceMs: 3000, connectMs: 1000 };
    const options = ownTopics(kafka, { limits });
    const reading = await openKafkaLog(options);
    const outbox = await openOutboxLog({ log: await openKafkaLog(options), directory, clock });
    const writer = new SteadyWriter(outbox);
    await writer.until(500);
    expect(outbox.delivery()).toBeNull();
    await kafka.nodes[0]?.kill();
    // More than could be on its way: these are on the disk only.
    await writer.until(writer.acknowledged + 2000);
    expect(outbox.delivery()?.bytes).toBeGreaterThan(1000);
    expect(outbox.failure()).not.toBeNull();
    kafka.nodes[0]?.start();
    await kafka.ready();
    await writer.untilTrue(() => outbox.delivery() === null);
    await writer.until(writer.acknowledged + 200);
    await writer.stop();
    expect([writer.failures, outbox.delivery(), outbox.failure()]).toEqual([0, null, null]);
    const reader = new Reader(reading, null);
    await reader.until(writer.acknowledged);
    await reader.stop();
    expect(reader.missing(writer.acknowledged)).toEqual([]);
    expect(disorder(reader.seen)).toEqual([]);
    await outbox.close();
    await reading.close();
  });

  test("[REC-1] one partition of a topic in Kafka is read to its end, and no other is waited for", async () => {
    const log = await openKafkaLog(ownTopics(kafka));
    const rooms = ["room-1", "room-2", "room-3"];
    const records = Array.from({ length: 3000 }, (_, i) => ({
      key: rooms[i % 3] as string,
      value: new TextEncoder().encode(`${i}`),
      timestampMs: 1_790_000_000_000 + i,
    }));
    await log.append("ink", records);
    const partition = partitionOf("room-2", TOPICS.ink.partitions);
    const read: string[] = [];
    await readPartition(log, { topic: "ink", partition, since: { sinceMs: 1_790_000_000_900 } }, ({ key, value }) => {
      if (key === "room-2") read.push(new TextDecoder().decode(value));
    });
    expect(read).toEqual(records.flatMap(({ key }, i) => (key === "room-2" && i >= 900 ? [`${i}`] : [])));
    expect(await readOldest(log, "ink", partition)).toMatchObject({ offset: 0n });
    expect(await readOldest(log, "dead.letters", 0)).toBeNull();
    await log.close();
  });
});
