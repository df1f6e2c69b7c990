import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { recordAt, takeRecords, textOf } from "../contract/event-log-suite.ts";
import { findKafka, openKafka, type TestKafka } from "./broker.ts";
import { KAFKA_VERSION_OLD } from "./kafka-jars.ts";
import { openUnderTest } from "./log-under-test.ts";

const source = findKafka();

/** A short pass: every kind of request once. The whole contract runs on the newest version. */
describe.skipIf("missing" in source)("missing" in source ? source.missing : `Kafka ${KAFKA_VERSION_OLD}`, () => {
  let kafka: TestKafka;
  beforeAll(async () => {
    kafka = await openKafka(KAFKA_VERSION_OLD);
  });
  afterAll(() => kafka?.stop());

  test("[LOG-1] [LOG-6] [LOG-7] [LOG-13] topics, appends, groups, generations and times", async () => {
    const under = await openUnderTest(kafka);
    try {
      const { log } = under;
      const nowMs = Math.floor(under.nowMs());
      await Promise.all(
        Array.from({ length: 200 }, (_, i) => log.append("ink", [recordAt(nowMs + i, `room-${i % 9}`, `${i}`)])),
      );
      const generations: number[] = [];
      for (const expected of [200, 1]) {
        const found = await takeRecords(under, log, expected, { group: "members" });
        expect(found).toHaveLength(expected);
        await log.append("ink", [recordAt(nowMs + 1000, "room-1", "one more")]);
      }
      expect((await takeRecords(under, log, 3, { from: { sinceMs: nowMs + 199 } })).map(textOf)).toEqual(
        expect.arrayContaining(["199", "one more"]),
      );
      const reopened = await under.reopen();
      for (let owner = 0; owner < 2; owner++) {
        const stop = new AbortController();
        await reopened.consume({
          topic: "setup",
          group: "owners",
          openPartition: ({ generation, startOffset }) => {
            generations.push(generation);
            stop.abort();
            return { onBatch: async () => startOffset };
          },
          signal: stop.signal,
        });
      }
      expect(generations[1]).toBeGreaterThan(generations[0] ?? Number.POSITIVE_INFINITY);
    } finally {
      await under.dispose();
    }
  });
});
