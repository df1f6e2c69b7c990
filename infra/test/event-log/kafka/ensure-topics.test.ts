import { LogError, TOPICS, type TopicName } from "@penlight/proto";
import { SimulatedClock } from "@penlight/proto/simulated-clock";
import { expect, test } from "vitest";
import { ensureTopics, topicSettings } from "../../../src/event-log/kafka/kafka-topics.ts";
import type { KafkaLink } from "../../../src/event-log/kafka/link.ts";

const NAMES = Object.keys(TOPICS) as TopicName[];
const UNKNOWN_TOPIC = Object.assign(new Error("This server does not host this topic-partition"), { code: 3 });

/** A cluster where every topic is there and led, and the broker that is asked for settings hears of them late. */
function linkWith(unknownTimes: number) {
  let asked = 0;
  const link = {
    refresh: async () => undefined,
    partitionsOf: (name: string) =>
      Array.from({ length: TOPICS[name.slice(2) as TopicName].partitions }, (_, partitionId) => ({
        partitionId,
        leader: 1,
        replicas: [1],
      })),
    any: async () => {
      asked++;
      if (asked <= unknownTimes) throw UNKNOWN_TOPIC;
      const resources = NAMES.map((topic) => ({
        resourceName: `p.${topic}`,
        configEntries: Object.entries(topicSettings(TOPICS[topic], 1)).map(([configName, configValue]) => ({
          configName,
          configValue,
        })),
      }));
      return { resources };
    },
  };
  return { link: link as unknown as KafkaLink, asked: () => asked };
}

async function ensure(link: KafkaLink) {
  const clock = new SimulatedClock(0);
  const ensured = ensureTopics(link, { brokers: [], clientId: "test", clock, prefix: "p." }, TOPICS).catch(
    (error: unknown) => error,
  );
  await clock.run(60_000);
  return ensured;
}

test("[LOG-14] a broker that has not heard of a topic yet is asked again", async () => {
  const { link, asked } = linkWith(3);
  expect(await ensure(link)).toMatchObject({ ink: { name: "p.ink", partitions: TOPICS.ink.partitions } });
  expect(asked()).toBe(4);
});

test("[LOG-14] one that never hears of it is an error that can be repeated", async () => {
  const { link } = linkWith(Number.POSITIVE_INFINITY);
  const error = await ensure(link);
  expect(error).toBeInstanceOf(LogError);
  expect(error).toMatchObject({ code: "log.unreachable", canRetry: true });
});
