import {
  type DeadLetter,
  type EventLog,
  encodeDeadLetter,
  encodeLogSchema,
  encodeReplayMark,
  type HistoryBatch,
  LOG_SCHEMA,
  LOG_SCHEMA_KEY,
  type StoredRecord,
  type TopicName,
} from "@penlight/proto";
import { MemoryLog } from "@penlight/proto/memory-log";
import { SimulatedClock } from "@penlight/proto/simulated-clock";
import { describe, expect, test } from "vitest";
import { readDeadLetters, replayLetter, type StoredLetter, whyNotReplayed } from "../src/dead-letters.ts";
import { letterDetails, letterLine } from "../src/dead-letters-text.ts";
import { checkSchema } from "../src/event-log/check-schema.ts";
import { scanTopic } from "../src/event-log/scan-topic.ts";
import type { MeasuredLog } from "../src/open-log.ts";

const clock = new SimulatedClock(1_700_000_000_000);
const LETTER: DeadLetter = {
  topic: "ink",
  partition: 3,
  offset: 1042n,
  key: "attic",
  reason: "undecodable",
  bytes: new Uint8Array([1, 0xff, 0x41]),
};

/** The reference log, which also says where it ends. */
function openMemory(): MeasuredLog {
  const log: EventLog = new MemoryLog({ clock });
  const written = new Map<TopicName, bigint>();
  return {
    append: async (topic, records) => {
      await log.append(topic, records);
      written.set(topic, (written.get(topic) ?? 0n) + BigInt(records.length));
    },
    consume: (options) => log.consume(options),
    // Topics of one partition only.
    endOffsets: (topic) => [written.get(topic) ?? 0n],
    committedOffsets: () => [],
    close: () => log.close(),
  };
}

async function recordsOf(log: MeasuredLog, topic: TopicName): Promise<StoredRecord[]> {
  const records: StoredRecord[] = [];
  await scanTopic(log, topic, (record) => records.push(record));
  return records;
}

const bury = (log: MeasuredLog, letter: DeadLetter) =>
  log.append("dead.letters", [{ key: letter.topic, value: encodeDeadLetter(letter), timestampMs: clock.nowMs() }]);
const noHistory = async () => {
  throw new Error("nobody asked for history");
};

describe("dead letters", () => {
  test("[EVT-21] a letter goes back as it came: bytes, topic and key; then it is marked", async () => {
    const log = openMemory();
    await bury(log, LETTER);
    await bury(log, { ...LETTER, topic: "setup", key: "rooms/attic" });
    const [, letter] = await readDeadLetters(log);
    expect(letter).toMatchObject({ id: "0-1", topic: "setup", replayedMs: null });
    await replayLetter(letter as StoredLetter, { log, clock, history: noHistory });
    expect(await recordsOf(log, "setup")).toMatchObject([{ key: "rooms/attic", value: LETTER.bytes }]);
    expect((await readDeadLetters(log)).map(({ id, replayedMs }) => [id, replayedMs])).toEqual([
      ["0-0", null],
      ["0-1", clock.nowMs()],
    ]);
  });

  test("[EVT-21] what was read twice is one letter, also when the later copy was marked; rows are told apart by what they are", async () => {
    const log = openMemory();
    const row = { ...LETTER, key: "", reason: "history.refused" as const, offset: 7n };
    for (const letter of [LETTER, row, LETTER, { ...row, offset: 9n }, { ...row, bytes: new Uint8Array([2]) }])
      await bury(log, letter);
    await bury(log, { ...LETTER, partition: 4 });
    await bury(log, { ...LETTER, offset: 1043n });
    const ids = async () => (await readDeadLetters(log)).map(({ id }) => id);
    expect(await ids()).toEqual(["0-0", "0-1", "0-4", "0-5", "0-6"]);
    await log.append("dead.letters", [{ key: "ink", value: encodeReplayMark({ replayed: "0-2" }), timestampMs: 5 }]);
    expect(await ids()).toHaveLength(5);
    expect((await readDeadLetters(log)).filter(({ replayedMs }) => replayedMs !== null)).toMatchObject([{ id: "0-0" }]);
  });

  test("[EVT-21] a row that history refused goes back to history, with its dots", async () => {
    const log = openMemory();
    const row = { stroke: "s", dots: new Int32Array([1, -2, 3]) };
    const batch = { strokes: [{ ...row, dots: [...row.dots] }], answers: [], marks: [], gaps: [] };
    const bytes = new TextEncoder().encode(JSON.stringify({ detail: "too old", batch }));
    await bury(log, { ...LETTER, key: "", reason: "history.refused", bytes });
    const written: HistoryBatch[] = [];
    const history = async () => ({ write: async (rows: HistoryBatch) => void written.push(rows) });
    const [letter] = await readDeadLetters(log);
    await replayLetter(letter as StoredLetter, { log, clock, history });
    expect(written).toEqual([{ ...batch, strokes: [row] }]);
    expect((await readDeadLetters(log))[0]?.replayedMs).toBe(clock.nowMs());
  });

  test("[EVT-21] what is not whole, or whose key nobody knows, is not put back", () => {
    expect(whyNotReplayed(LETTER)).toBeNull();
    expect(whyNotReplayed({ ...LETTER, key: "" })).toContain("key");
    expect(whyNotReplayed({ ...LETTER, cutFrom: 2_000_000 })).toContain("2000000");
    expect(whyNotReplayed({ ...LETTER, key: "", reason: "history.refused" })).toBeNull();
  });

  test("are shown in lines, and nothing of theirs reaches the terminal but text", () => {
    const stored = { ...LETTER, id: "0-0", atMs: Date.UTC(2026, 4, 4), replayedMs: null };
    expect(letterLine(stored)).toBe("0-0  2026-05-04T00:00:00.000Z  ink/3@1042  attic  undecodable  3 bytes");
    expect(letterDetails(stored).at(-1)).toMatch(/^000000 {2}01 ff 41 +\.\.A$/);
    const nasty = { ...stored, key: "a\u001b[2Jb", bytes: new TextEncoder().encode('{"detail":\n"x"}') };
    expect(letterLine(nasty)).toContain("a?[2Jb");
    expect(letterDetails(nasty).slice(-2)).toEqual(['{"detail":', '"x"}']);
  });
});

describe("a scan of a topic", () => {
  /** Four records, of which a batch brings one, after as many empty ones. */
  const slow = (empty: number): MeasuredLog => ({
    ...openMemory(),
    endOffsets: () => [4n],
    consume: async ({ openPartition, signal }) => {
      const owned = { partition: 0, startOffset: 0n, endOffset: 4n, generation: 0, signal };
      const handler = await openPartition(owned);
      for (let offset = 0n; offset < 4n; offset++) {
        for (let i = 0; i < empty; i++) await handler.onBatch([]);
        await handler.onBatch([{ key: "a", value: new Uint8Array(), timestampMs: 1, partition: 0, offset }]);
      }
    },
  });

  test("goes to the end, however slow the log is; one that shows nothing more is an error", async () => {
    const offsets: bigint[] = [];
    await scanTopic(slow(100), "dead.letters", ({ offset }) => offsets.push(offset));
    expect(offsets).toEqual([0n, 1n, 2n, 3n]);
    await expect(scanTopic(slow(1000), "dead.letters", () => {})).rejects.toThrow(
      "dead.letters/0 shows nothing from offset 0 on",
    );
  });
});

describe("version of the log", () => {
  test("[EVT-26] a fresh log is marked once; a newer one is refused and left alone", async () => {
    const log = openMemory();
    await checkSchema(log, clock);
    await checkSchema(log, clock);
    expect(await recordsOf(log, "setup")).toMatchObject([{ key: LOG_SCHEMA_KEY, value: encodeLogSchema(LOG_SCHEMA) }]);
    await log.append("setup", [{ key: LOG_SCHEMA_KEY, value: encodeLogSchema(LOG_SCHEMA + 1), timestampMs: 1 }]);
    await expect(checkSchema(log, clock)).rejects.toMatchObject({ code: "log.newer" });
    expect(await recordsOf(log, "setup")).toHaveLength(2);
  });
});
