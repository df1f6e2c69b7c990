import fc from "fast-check";
import { expect, test } from "vitest";
import { murmur2, partitionOf } from "../src/partition.ts";

/** Of any characters; `fc.string` would make its tables of them first. */
const anyText = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 0xd7ff }), fc.integer({ min: 0xe000, max: 0x10ffff })), { maxLength: 40 })
  .map((codes) => String.fromCodePoint(...codes));

// Known answers of org.apache.kafka.common.utils.UtilsTest.testMurmur2.
test.each([
  ["21", -973932308],
  ["foobar", -790332482],
  ["a-little-bit-long-string", -985981536],
  ["a-little-bit-longer-string", -1486304829],
  ["lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971],
  ["abc", 479470107],
])("[LOG-2] murmur2 of %s is Kafka's", (text, hash) => {
  expect(murmur2(new TextEncoder().encode(text))).toBe(hash);
});

test("[LOG-2] the partition is the hash without its sign, modulo the partitions", () => {
  expect(partitionOf("21", 8)).toBe((-973932308 + 2 ** 31) % 8);
  expect(partitionOf("abc", 8)).toBe(479470107 % 8);
  expect(partitionOf("abc", 1)).toBe(0);
});

test("[LOG-2] every key, in any script, has one partition in range, and many keys use all of them", () => {
  fc.assert(
    fc.property(anyText, fc.integer({ min: 1, max: 64 }), (key, partitions) => {
      const partition = partitionOf(key, partitions);
      return (
        Number.isInteger(partition) && partition >= 0 && partition < partitions && partition === partitionOf(key, partitions)
      );
    }),
    { seed: 2, numRuns: 200 },
  );
  const used = new Set(Array.from({ length: 200 }, (_, i) => partitionOf(`room-${i}`, 8)));
  expect(used.size).toBe(8);
});
