import { TOPICS } from "@penlight/proto";
import { describe, expect, test } from "vitest";
import { type TopicFound, topicDifferences, topicSettings } from "../../../src/event-log/kafka/kafka-topics.ts";

const ink = topicSettings(TOPICS.ink, 2);
const found = (change: Partial<TopicFound> = {}, settings: Record<string, string> = {}): TopicFound => ({
  partitions: 8,
  replicas: 3,
  ...change,
  settings: { "max.message.bytes": "1048588", ...ink, ...settings },
});
const differences = (it: TopicFound) => topicDifferences("p.ink", TOPICS.ink, it, ink);

describe("topics of the event log in Kafka", () => {
  test("[LOG-10] retention by age and size, the size divided by the partitions", () => {
    expect(ink).toMatchObject({ "cleanup.policy": "delete", "retention.ms": "604800000", "retention.bytes": String(2 ** 30) });
    expect(topicSettings(TOPICS.setup, 1)).toMatchObject({ "cleanup.policy": "compact" });
    expect(topicSettings(TOPICS.setup, 1)).not.toHaveProperty("retention.ms");
  });

  test("a topic that is as it should be has no differences; one with more partitions is taken as it is", () => {
    expect(differences(found())).toEqual([]);
    expect(differences(found({ partitions: 24 }))).toEqual([]);
  });

  test.each([
    [found({ partitions: 4 }), "p.ink: it has 4 partitions and needs 8; kafka-topics.sh --alter --topic p.ink --partitions 8"],
    [found({}, { "cleanup.policy": "compact" }), /cleanup.policy is compact and has to be delete; kafka-configs.sh --alter/],
    [found({}, { "message.timestamp.type": "LogAppendTime" }), /message.timestamp.type is LogAppendTime/],
    [found({}, { "max.message.bytes": "100000" }), /max.message.bytes is 100000 and has to be 1048588 or more/],
    [found({ replicas: 1 }), /it has 1 replicas, fewer than the 2 that have to confirm a record/],
  ])("[LOG-1] [LOG-2] [LOG-8] [LOG-10] what would break a promise is refused, once, with what to type (%#)", (it, text) => {
    expect(differences(it)).toEqual([{ isFatal: true, text: typeof text === "string" ? text : expect.stringMatching(text) }]);
  });

  test("[LOG-10] another retention is said, not refused", () => {
    const short = differences(found({}, { "retention.ms": "60000", "min.insync.replicas": "1" }));
    expect(short.map(({ isFatal }) => isFatal)).toEqual([false, false]);
    expect(short[1]?.text).toBe(
      "p.ink: retention.ms is 60000, Penlight would set 604800000; kafka-configs.sh --alter --topic p.ink --add-config retention.ms=604800000",
    );
  });

  test("a setting that the broker does not know is no difference", () => {
    const { "message.timestamp.after.max.ms": _, ...old } = found().settings;
    expect(differences({ ...found(), settings: old })).toEqual([]);
  });
});
