import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { readBatches } from "../../../src/event-log/kafka/fetch-response.ts";

const varint = (value: number): number[] => {
  let rest = value < 0 ? -2 * value - 1 : 2 * value;
  const bytes: number[] = [];
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return [...bytes, rest];
};

interface Wrote {
  readonly delta: number;
  readonly ms: number;
  readonly key: string | null;
  readonly value: string | null;
}

/** A RecordBatch as the protocol's document lays it out. */
function batch(
  base: bigint,
  lastDelta: number,
  records: readonly Wrote[],
  how: { codec?: number; control?: boolean; magic?: number } = {},
): Buffer {
  const text = (of: string | null) => (of === null ? varint(-1) : [...varint(Buffer.byteLength(of)), ...Buffer.from(of)]);
  const bodies = records.map(({ delta, ms, key, value }) => {
    const body = [
      0,
      ...varint(ms),
      ...varint(delta),
      ...text(key),
      ...text(value),
      ...varint(1),
      ...text("header"),
      ...text("x"),
    ];
    return [...varint(body.length), ...body];
  });
  const plain = Buffer.from(bodies.flat());
  const body = how.codec === 1 ? gzipSync(plain) : plain;
  const head = Buffer.alloc(61);
  head.writeBigInt64BE(base, 0);
  head.writeInt32BE(49 + body.length, 8);
  head.writeInt8(how.magic ?? 2, 16);
  head.writeInt16BE((how.codec ?? 0) | (how.control ? 0x20 : 0), 21);
  head.writeInt32BE(lastDelta, 23);
  head.writeBigInt64BE(1_790_000_000_000n, 27);
  head.writeInt32BE(records.length, 57);
  return Buffer.concat([head, body]);
}

const read = (...batches: Buffer[]) => {
  const { records, nextOffset } = readBatches(Buffer.concat(batches), 3);
  return {
    nextOffset,
    records: records.map(({ key, value, timestampMs, offset, partition }) => [
      partition,
      offset,
      timestampMs - 1_790_000_000_000,
      key,
      new TextDecoder().decode(value),
    ]),
  };
};

describe("record batches of Kafka", () => {
  const two = [
    { delta: 0, ms: 0, key: "教室", value: "a" },
    { delta: 1, ms: -70_000_000_000, key: null, value: null },
  ];

  test("[LOG-1] [LOG-3] key, value, time and offset of each record, also over 2^53", () => {
    const base = 2n ** 53n + 1n;
    expect(read(batch(base, 1, two))).toEqual({
      nextOffset: base + 2n,
      records: [
        [3, base, 0, "教室", "a"],
        [3, base + 1n, -70_000_000_000, "", ""],
      ],
    });
  });

  test("[LOG-10] a batch that compaction has emptied still says where it ends (kafkajs stands still there)", () => {
    expect(read(batch(10n, 4, []))).toEqual({ nextOffset: 15n, records: [] });
    expect(read(batch(10n, 4, [{ delta: 2, ms: 0, key: "k", value: "v" }]), batch(15n, 9, [])).nextOffset).toBe(25n);
  });

  test("a batch that is cut off is left for the next fetch", () => {
    const whole = batch(0n, 0, [{ delta: 0, ms: 0, key: "k", value: "v" }]);
    for (const cut of [1, 11, 12, 40, whole.length - 1]) {
      expect(read(whole, batch(1n, 0, two).subarray(0, cut))).toMatchObject({
        nextOffset: 1n,
        records: [[3, 0n, 0, "k", "v"]],
      });
    }
    expect(read(whole.subarray(0, 30))).toEqual({ nextOffset: null, records: [] });
  });

  test("gzip is read, control records are passed over", () => {
    expect(read(batch(7n, 1, two, { codec: 1 }))).toMatchObject({ nextOffset: 9n, records: [{ 1: 7n }, { 1: 8n }] });
    expect(read(batch(7n, 0, [two[0] as Wrote], { control: true }))).toEqual({ nextOffset: 8n, records: [] });
  });

  test("a codec or a format that Penlight does not read is said, not guessed at", () => {
    expect(() => read(batch(0n, 1, two, { codec: 4 }))).toThrow(/partition 3 is compressed with codec 4/);
    expect(() => read(batch(0n, 1, two, { magic: 1 }))).toThrow(/old format 1/);
  });
});
