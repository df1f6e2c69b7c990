import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type KafkaLog, openKafkaLog } from "../../src/event-log/kafka-log.ts";
import { SystemClock } from "../../src/system-clock.ts";
import { findKafka, startKafka, type TestKafka } from "./broker.ts";
import { ownTopics } from "./log-under-test.ts";
import { disorder, Reader, SteadyWriter } from "./steady-writer.ts";

const source = findKafka("own process");
const clock = new SystemClock();

/** A cluster of three with every record on three brokers, two of which have to confirm it. */
describe.skipIf("missing" in source)("missing" in source ? source.missing : "a cluster of three brokers", () => {
  let kafka: TestKafka;
  let log: KafkaLog;
  let reading: KafkaLog;
  let writer: SteadyWriter;
  beforeAll(async () => {
    kafka = await startKafka({ nodes: 3 });
  });
  afterAll(() => kafka?.stop());
  beforeEach(async () => {
    const limits = { requestMs: 2000, produceMs: 3000, connectMs: 1000 };
    const options = ownTopics(kafka, { replicationFactor: 3, minInsyncReplicas: 2, limits });
    log = await openKafkaLog(options);
    reading = await openKafkaLog(options);
  });
  afterEach(async () => {
    await Promise.all([log.close(), reading.close()]);
  });

  /** Writes and reads on while `fault` happens; then everything acknowledged is there, in order, for both readers. */
  async function through(fault: () => Promise<void>): Promise<void> {
    writer = new SteadyWriter(log);
    const everything = new Reader(reading, null);
    const group = new Reader(reading, "readers");
    await writer.until(500);
    await fault();
    await writer.until(writer.acknowledged + 500);
    await writer.stop();
    const count = writer.acknowledged;
    await Promise.all([everything.until(count), group.until(count)]);
    await Promise.all([everything.stop(), group.stop()]);
    expect(everything.missing(count).slice(0, 10)).toEqual([]);
    expect(group.missing(count).slice(0, 10)).toEqual([]);
    expect(disorder(everything.seen)).toEqual([]);
    // Each offset came once, whatever happened to the connections.
    const places = everything.seen.map(({ partition, offset }) => `${partition}/${offset}`);
    expect(new Set(places).size).toBe(places.length);
  }

  test("[LOG-1] [LOG-4] a broker that is killed takes nothing with it, and comes back", async () => {
    const [victim] = kafka.nodes;
    await through(async () => {
      await victim?.kill();
      await writer.until(writer.acknowledged + 300);
      victim?.start();
      await kafka.ready();
    });
  });

  test("[LOG-1] [LOG-4] a broker that stands still with open connections holds nothing up for good", async () => {
    const victim = kafka.nodes[1];
    await through(async () => {
      victim?.pause();
      await writer.until(writer.acknowledged + 300);
      await clock.sleep(4000);
      victim?.resume();
      await kafka.ready();
    });
  });

  test("[LOG-4] all brokers gone: appends fail and can be repeated; all back: everything goes on", async () => {
    await through(async () => {
      await Promise.all(kafka.nodes.map((node) => node.kill()));
      const before = writer.failures;
      await writer.untilTrue(() => writer.failures > before);
      for (const node of kafka.nodes) node.start();
      await kafka.ready();
    });
    expect(writer.failures).toBeGreaterThan(0);
  });

  test("[LOG-1] too few copies: nothing is acknowledged until there are enough again", async () => {
    await through(async () => {
      const [first, second] = kafka.nodes;
      await Promise.all([first?.kill(), second?.kill()]);
      const before = writer.failures;
      await writer.untilTrue(() => writer.failures > before);
      const acknowledged = writer.acknowledged;
      await clock.sleep(1000);
      expect(writer.acknowledged).toBe(acknowledged);
      first?.start();
      second?.start();
      await kafka.ready();
    });
  });
});
