import { Kafka, logLevel } from "kafkajs";
import { type KafkaLog, type KafkaOptions, openKafkaLog } from "../../src/event-log/kafka-log.ts";
import { SystemClock } from "../../src/system-clock.ts";
import type { LogUnderTest } from "../contract/event-log-suite.ts";
import type { TestKafka } from "./broker.ts";

let made = 0;

/** Options with topics of their own, so that tests share a broker and see nothing of each other. */
export function ownTopics(
  kafka: TestKafka,
  options: Partial<KafkaOptions> = {},
): KafkaOptions & { readonly clock: SystemClock } {
  const prefix = `t${process.pid}-${Math.floor(performance.now())}-${made++}.`;
  return { brokers: kafka.brokers, clientId: "penlight-test", prefix, ...options, clock: new SystemClock() };
}

export async function openUnderTest(
  kafka: TestKafka,
  given: Partial<KafkaOptions> = {},
): Promise<LogUnderTest & { log: KafkaLog }> {
  const options = ownTopics(kafka, given);
  let log = await openKafkaLog(options);
  return {
    log,
    reopen: async () => {
      await log.close();
      log = await openKafkaLog(options);
      return log;
    },
    pass: (ms) => options.clock.sleep(ms),
    nowMs: () => options.clock.nowMs(),
    dispose: async () => {
      await log.close();
      await forget(options);
    },
  };
}

/** Deletes the topics and groups of a test, so that a broker of many tests stays quick. */
export async function forget({ brokers, prefix = "" }: KafkaOptions): Promise<void> {
  const admin = new Kafka({ brokers: [...brokers], clientId: "test", logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    const topics = (await admin.listTopics()).filter((topic) => topic.startsWith(prefix));
    if (topics.length > 0) await admin.deleteTopics({ topics });
    const { groups } = await admin.listGroups();
    const own = groups.map(({ groupId }) => groupId).filter((groupId) => groupId.startsWith(prefix));
    if (own.length > 0) await admin.deleteGroups(own).catch(() => undefined);
  } finally {
    await admin.disconnect();
  }
}
