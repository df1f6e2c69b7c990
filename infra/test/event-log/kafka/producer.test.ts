import { partitionOf } from "@penlight/proto";
import fc from "fast-check";
import { Partitioners } from "kafkajs";
import { expect, test } from "vitest";
import { nextSequence } from "../../../src/event-log/kafka/producer.ts";

test("[LOG-4] sequences go up to 2^31 - 1 and begin again at 0", () => {
  expect(nextSequence(0, 5)).toBe(5);
  expect(nextSequence(2 ** 31 - 2, 1)).toBe(2 ** 31 - 1);
  expect(nextSequence(2 ** 31 - 1, 1)).toBe(0);
  expect(nextSequence(2 ** 31 - 1, 3)).toBe(2);
});

test("[LOG-2] our partition is the one that kafkajs's default partitioner takes", () => {
  const theirs = Partitioners.DefaultPartitioner();
  const metadata = (count: number) =>
    Array.from({ length: count }, (_, partitionId) => ({
      partitionId,
      leader: 1,
      partitionErrorCode: 0,
      replicas: [1],
      isr: [1],
    }));
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 50 }), (key, count) => {
      const message = { key: Buffer.from(key), value: null };
      expect(partitionOf(key, count)).toBe(theirs({ topic: "t", partitionMetadata: metadata(count), message }));
    }),
    { seed: 7, numRuns: 500 },
  );
});
