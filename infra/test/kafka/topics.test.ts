import { type LogError, TOPICS } from "@penlight/proto";
import { Kafka, logLevel } from "kafkajs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openKafkaLog } from "../../src/event-log/kafka-log.ts";
import { findKafka, openKafka, type TestKafka } from "./broker.ts";
import { forget, ownTopics } from "./log-under-test.ts";
import { makeTopic } from "./make-topic.ts";

const source = findKafka();

describe.skipIf("missing" in source)("missing" in source ? source.missing : "topics on a Kafka broker", () => {
  let kafka: TestKafka;
  beforeAll(async () => {
    kafka = await openKafka();
  });
  afterAll(() => kafka?.stop());

  /** Runs with an admin client, and topics that are deleted afterwards. */
  async function withAdmin(
    run: (admin: ReturnType<Kafka["admin"]>, options: ReturnType<typeof ownTopics>, said: string[]) => Promise<void>,
  ): Promise<void> {
    const said: string[] = [];
    const options = ownTopics(kafka, { say: (text) => said.push(text) });
    const admin = new Kafka({ brokers: [...kafka.brokers], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    try {
      await run(admin, options, said);
    } finally {
      await admin.disconnect();
      await forget(options);
    }
  }
  const refusal = (options: ReturnType<typeof ownTopics>) =>
    openKafkaLog(options).then(
      async (log) => {
        await log.close();
        throw new Error("it was opened");
      },
      (error: unknown) => error as LogError,
    );

  test("[LOG-2] [LOG-10] topics are made with their partitions and settings, once, and found as they should be", () =>
    withAdmin(async (admin, options, said) => {
      await Promise.all([openKafkaLog(options), openKafkaLog(options)].map(async (opening) => (await opening).close()));
      const { topics } = await admin.fetchTopicMetadata({
        topics: Object.keys(TOPICS).map((topic) => `${options.prefix}${topic}`),
      });
      expect(new Map(topics.map(({ name, partitions }) => [name.slice(options.prefix?.length), partitions.length]))).toEqual(
        new Map(Object.entries(TOPICS).map(([name, { partitions }]) => [name, partitions])),
      );
      await (await openKafkaLog(options)).close();
      expect(said.filter((text) => text.includes("Penlight would set"))).toEqual([]);
    }));

  test("[LOG-2] [LOG-14] a topic with too few partitions is refused, and nothing is changed", () =>
    withAdmin(async (admin, options) => {
      const topic = `${options.prefix}ink`;
      await makeTopic(admin, { topic, numPartitions: 4 });
      const error = await refusal(options);
      expect(error).toMatchObject({ code: "log.topic", canRetry: false });
      expect(error.message).toContain(`${topic}: it has 4 partitions and needs 8; kafka-topics.sh --alter`);
      expect((await admin.fetchTopicMetadata({ topics: [topic] })).topics[0]?.partitions).toHaveLength(4);
    }));

  test("[LOG-10] a compacted topic ink would lose ink: refused", () =>
    withAdmin(async (admin, options) => {
      const configEntries = [{ name: "cleanup.policy", value: "compact" }];
      await makeTopic(admin, { topic: `${options.prefix}ink`, numPartitions: 8, configEntries });
      expect((await refusal(options)).message).toContain("cleanup.policy is compact and has to be delete");
    }));

  test("[LOG-10] [LOG-14] another retention is said and kept", () =>
    withAdmin(async (admin, options, said) => {
      const configEntries = [{ name: "retention.ms", value: "3600000" }];
      await makeTopic(admin, { topic: `${options.prefix}ink`, numPartitions: 8, configEntries });
      await (await openKafkaLog(options)).close();
      expect(said.join("\n")).toContain("retention.ms is 3600000, Penlight would set 604800000");
    }));

  test("[LOG-2] a room needs as many partitions of events as of ink", () =>
    withAdmin(async (admin, options) => {
      await makeTopic(admin, { topic: `${options.prefix}ink`, numPartitions: 16 });
      expect((await refusal(options)).message).toContain("a room needs the same number in both");
    }));

  test("[LOG-14] topics that are not to be made are named; more copies than brokers cannot be had", () =>
    withAdmin(async (_, options) => {
      const unmade = await refusal({ ...options, makeTopics: false });
      expect(unmade).toMatchObject({
        code: "log.topic",
        message: expect.stringContaining(`there is no topic ${options.prefix}ink`),
      });
      expect(await refusal({ ...options, replicationFactor: 9 })).toMatchObject({ code: "log.topic", canRetry: false });
    }));
});
