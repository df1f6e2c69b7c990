import type { PenId } from "@penlight/proto";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PenChunk } from "../../src/source/pen-source.ts";
import { parseRecording, recordingLine } from "../../src/source/recording.ts";

const pen = fc.bigInt({ min: 0n, max: 2n ** 48n - 1n }).map((id) => id.toString(16).padStart(12, "0") as PenId);
const chunk: fc.Arbitrary<PenChunk> = fc.oneof(
  fc.record({
    kind: fc.constant("connected" as const),
    pen,
    receivedMs: fc.constant(0),
    mtu: fc.integer({ min: 23, max: 517 }),
  }),
  fc.record({ kind: fc.constant("bytes" as const), pen, receivedMs: fc.constant(0), bytes: fc.uint8Array({ maxLength: 64 }) }),
  fc.record({ kind: fc.constant("lost" as const), pen, receivedMs: fc.constant(0) }),
);

describe("recordings", () => {
  test("[PEN-20] what is written is what is read", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(chunk, fc.nat(100)), { maxLength: 30 }), (steps) => {
        let atMs = 1_780_000_000_000;
        const chunks = steps.map(([each, waitMs]) => {
          atMs += waitMs;
          return { ...each, receivedMs: atMs };
        });
        expect(parseRecording(chunks.map(recordingLine))).toEqual(chunks);
      }),
      { seed: 3, numRuns: 100 },
    );
  });

  const good = '{"pen":"9c7bd2000001","atMs":5,"kind":"lost"}';
  test.each([
    ["not a JSON object", "{"],
    ["not a JSON object", "[1]"],
    ['"pen" must be 12 hex digits', '{"pen":"x","atMs":5,"kind":"lost"}'],
    ['"atMs" must be a number', '{"pen":"9c7bd2000001","kind":"lost"}'],
    ["atMs goes backwards", '{"pen":"9c7bd2000001","atMs":4,"kind":"lost"}'],
    ['"kind" must be', '{"pen":"9c7bd2000001","atMs":5,"kind":"gone"}'],
    ['"mtu" must be 23 to 517', '{"pen":"9c7bd2000001","atMs":5,"kind":"connected","mtu":5}'],
    ['"hex" must be pairs', '{"pen":"9c7bd2000001","atMs":5,"kind":"bytes","hex":"c0c"}'],
  ])("[PEN-20] a bad line is told with its number: %s", (reason, line) => {
    expect(() => parseRecording([good, "", line])).toThrow(`line 3: ${reason}`);
  });
});
