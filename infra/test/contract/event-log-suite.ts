import {
  BATCH_BYTES_MAX,
  BATCH_RECORDS_MAX,
  type ConsumeOptions,
  type EventLog,
  IDLE_BATCH_MS,
  LogError,
  type NewRecord,
  type Offset,
  RECORD_BYTES_MAX,
  recordBytes,
  type StoredRecord,
  type TopicName,
} from "@penlight/proto";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

/** A log that holds nothing yet, and the ways of the test to it. Topics are those of TOPICS. */
export interface LogUnderTest {
  readonly log: EventLog;
  /** Closes the log and opens it again over what it stored. */
  reopen(): Promise<EventLog>;
  /** Lets `ms` pass on the log's clock. */
  pass(ms: number): Promise<void>;
  /** The log's clock, so that no record is too old to be kept. */
  nowMs(): number;
  dispose(): Promise<void>;
}

/** The LOG rules that every adapter keeps; what only one of them can show is in its own tests. */
export function eventLogContract(name: string, open: () => Promise<LogUnderTest>): void {
  describe(`event log contract: ${name}`, () => {
    let under: LogUnderTest;
    let log: EventLog;
    beforeEach(async () => {
      under = await open();
      log = under.log;
    });
    afterEach(() => under.dispose());
    const record = (key: string, text: string): NewRecord => recordAt(under.nowMs(), key, text);
    const reopen = async () => {
      log = await under.reopen();
    };
    const until = (done: () => boolean) => passUntil(under, done);
    /** Consumes until `count` records came. */
    const take = (count: number, options: Partial<ConsumeOptions> = {}) => takeRecords(under, log, count, options);

    test("[LOG-1] what an append acknowledged is there, and there again after reopening", async () => {
      await log.append("ink", [record("room-1", "a"), record("room-2", "b")]);
      expect((await take(2)).map(textOf).sort()).toEqual(["a", "b"]);
      await reopen();
      expect((await take(2)).map(textOf).sort()).toEqual(["a", "b"]);
    });

    test("[LOG-1] key, value and time come back as they were", async () => {
      const nowMs = Math.floor(under.nowMs());
      const records: NewRecord[] = [
        { key: "", value: new Uint8Array(), timestampMs: nowMs - 1000 },
        { key: "教室-1 é 🖊", value: new Uint8Array([0, 255, 128, 10]), timestampMs: nowMs },
        { key: "x".repeat(300), value: new Uint8Array(70_000).fill(7), timestampMs: nowMs - 60_000 },
      ];
      await log.append("dead.letters", records);
      await reopen();
      const found = await take(3, { topic: "dead.letters" });
      expect(found.map(({ key, value, timestampMs }) => ({ key, value: [...value], timestampMs }))).toEqual(
        records.map(({ key, value, timestampMs }) => ({ key, value: [...value], timestampMs })),
      );
    });

    test("[LOG-1] outstanding appends take effect in the order of the calls", async () => {
      const texts = Array.from({ length: 300 }, (_, i) => String(i));
      await Promise.all(texts.map((text) => log.append("ink", [record("room-1", text)])));
      expect((await take(300)).map(textOf)).toEqual(texts);
    });

    test("[LOG-2] the partition is Kafka's murmur2 of the key", async () => {
      const keys = ["21", "foobar", "a-little-bit-long-string", "a-little-bit-longer-string", "abc"];
      await log.append(
        "ink",
        keys.map((key) => record(key, key)),
      );
      const found = new Map((await take(keys.length)).map(({ key, partition }) => [key, partition]));
      // Known hashes of Kafka's UtilsTest, without the sign, modulo 8 partitions.
      expect(Object.fromEntries(found)).toEqual({
        "21": 1173551340 % 8,
        foobar: 1357151166 % 8,
        "a-little-bit-long-string": 1161502112 % 8,
        "a-little-bit-longer-string": 661178819 % 8,
        abc: 479470107 % 8,
      });
    });

    test("[LOG-3] offsets count from 0 in each partition and go on after reopening", async () => {
      await log.append("ink", [record("21", "a"), record("foobar", "b"), record("21", "c")]);
      await reopen();
      await log.append("ink", [record("foobar", "d"), record("21", "e")]);
      const found = await take(5);
      const offsets = (key: string) => found.filter((each) => each.key === key).map(({ offset }) => offset);
      expect(offsets("21")).toEqual([0n, 1n, 2n]);
      expect(offsets("foobar")).toEqual([0n, 1n]);
    });

    test("[LOG-4] a closed log takes nothing and says so", async () => {
      await log.close();
      await expect(log.append("ink", [record("a", "a")])).rejects.toMatchObject({ name: "LogError", code: "log.closed" });
      await expect(log.consume(options([]))).rejects.toMatchObject({ code: "log.closed", canRetry: false });
    });

    test.each(["durable", "appended"] as const)(
      "[LOG-5] a consumer of what is %s gets everything once, in order",
      async (visibility) => {
        const stop = new AbortController();
        const seen: StoredRecord[] = [];
        const consuming = log.consume({ ...options(seen), visibility, signal: stop.signal });
        const appends: Promise<void>[] = [];
        for (let i = 0; i < 50; i++) {
          appends.push(log.append("ink", [record("foobar", `${i}`)]));
          if (i % 10 === 0) await under.pass(1);
        }
        await Promise.all(appends);
        await until(() => seen.length >= 50);
        stop.abort();
        await consuming;
        expect(seen.map(textOf)).toEqual(Array.from({ length: 50 }, (_, i) => `${i}`));
      },
    );

    test("[LOG-5] every consumer without a group gets everything", async () => {
      await log.append("events", [record("room-1", "a")]);
      const both = await Promise.all([take(1, { topic: "events" }), take(1, { topic: "events" })]);
      expect(both.map((records) => records.map(textOf))).toEqual([["a"], ["a"]]);
    });

    test("[LOG-6] a group goes on where it committed, each group by itself, also after reopening", async () => {
      await log.append("ink", [record("room-1", "a"), record("room-1", "b")]);
      expect((await take(2, { group: "one" })).map(textOf)).toEqual(["a", "b"]);
      await log.append("ink", [record("room-1", "c")]);
      await reopen();
      expect((await take(1, { group: "one" })).map(textOf)).toEqual(["c"]);
      expect((await take(3, { group: "two" })).map(textOf)).toEqual(["a", "b", "c"]);
    });

    test("[LOG-6] without a group nothing is committed", async () => {
      await log.append("ink", [record("room-1", "a")]);
      await take(1);
      expect((await take(1)).map(textOf)).toEqual(["a"]);
    });

    test("[LOG-6] a group's offsets are those of one topic", async () => {
      await log.append("ink", [record("room-1", "a")]);
      await log.append("events", [record("room-1", "b")]);
      await take(1, { group: "one" });
      expect((await take(1, { group: "one", topic: "events" })).map(textOf)).toEqual(["b"]);
    });

    test("[LOG-6] from the end, only what comes later", async () => {
      await log.append("ink", [record("room-1", "old")]);
      const stop = new AbortController();
      const seen: StoredRecord[] = [];
      let opened = 0;
      const base = options(seen);
      const openPartition: ConsumeOptions["openPartition"] = (...where) => {
        opened++;
        return base.openPartition(...where);
      };
      const consuming = log.consume({ ...base, openPartition, from: "end", signal: stop.signal });
      await until(() => opened === 8);
      await log.append("ink", [record("room-1", "new")]);
      await until(() => seen.length > 0);
      stop.abort();
      await consuming;
      expect(seen.map(textOf)).toEqual(["new"]);
    });

    test("[LOG-6] since a time: from the first record that is not older", async () => {
      const startMs = Math.floor(under.nowMs()) - 5000;
      const at = (text: string, ms: number) => recordAt(startMs + ms, "room-1", text);
      await log.append("ink", [at("a", 1000), at("b", 3000), at("c", 2000), at("d", 4000)]);
      await reopen();
      expect((await take(3, { from: { sinceMs: startMs + 1001 } })).map(textOf)).toEqual(["b", "c", "d"]);
      expect((await take(1, { from: { sinceMs: startMs + 3001 } })).map(textOf)).toEqual(["d"]);
      expect((await take(4, { from: { sinceMs: startMs } })).map(textOf)).toEqual(["a", "b", "c", "d"]);
    });

    test("[LOG-6] a partition opens with where it begins and where it ends", async () => {
      await log.append("setup", [record("a", "a"), record("b", "b"), record("c", "c")]);
      await takeAndKeep(under, log, 3, 2n);
      const stop = new AbortController();
      const opened: unknown[] = [];
      const openPartition: ConsumeOptions["openPartition"] = ({ partition, startOffset, endOffset }) => {
        opened.push([partition, startOffset, endOffset]);
        stop.abort();
        return { onBatch: async () => startOffset };
      };
      await log.consume({ topic: "setup", group: "keeper", openPartition, signal: stop.signal });
      expect(opened).toEqual([[0, 2n, 3n]]);
    });

    test("[LOG-13] a later owner has a larger generation than every earlier one, and no smaller one than the time", async () => {
      const owners = async (group: string | null) => {
        const stop = new AbortController();
        const generations = new Map<number, number>();
        const openPartition: ConsumeOptions["openPartition"] = ({ partition, startOffset, generation }) => {
          generations.set(partition, generation);
          if (generations.size === 8) stop.abort();
          return { onBatch: async () => startOffset };
        };
        const consuming = log.consume({ topic: "ink", group, openPartition, signal: stop.signal });
        await until(() => stop.signal.aborted);
        await consuming;
        return generations;
      };
      const startMs = Math.floor(under.nowMs());
      const first = await owners("one");
      const second = await owners("one");
      await reopen();
      const third = await owners("one");
      expect(first.size).toBe(8);
      for (const [partition, generation] of first) {
        const later = [generation, second.get(partition) ?? 0, third.get(partition) ?? 0];
        expect(later).toEqual([...new Set(later)].sort((a, b) => a - b));
        expect(later.every((each) => Number.isSafeInteger(each) && each >= startMs)).toBe(true);
      }
      expect(new Set((await owners(null)).values())).toEqual(new Set([0]));
    });

    test("[LOG-7] what the low-water mark does not cover comes again", async () => {
      await log.append("setup", [record("a", "a"), record("b", "b"), record("c", "c")]);
      await takeAndKeep(under, log, 3, 1n);
      await reopen();
      expect((await take(2, { topic: "setup", group: "keeper" })).map(textOf)).toEqual(["b", "c"]);
    });

    test("[LOG-7] a handler without records gets empty batches, and may commit with them", async () => {
      await log.append("setup", [record("a", "a")]);
      const stop = new AbortController();
      const batches: number[] = [];
      const openPartition = () => ({
        onBatch: async (records: readonly StoredRecord[]): Promise<Offset> => {
          batches.push(records.length);
          if (batches.filter((size) => size === 0).length === 2) stop.abort();
          return records.length === 0 ? 1n : 0n;
        },
      });
      const consuming = log.consume({ topic: "setup", group: "idle", openPartition, signal: stop.signal });
      await until(() => stop.signal.aborted);
      await consuming;
      expect(batches).toEqual([1, 0, 0]);
      await log.append("setup", [record("a", "b")]);
      expect((await take(1, { topic: "setup", group: "idle" })).map(textOf)).toEqual(["b"]);
    });

    test("[LOG-7] one partition's batches follow each other, and wait for nobody else's", async () => {
      const stop = new AbortController();
      let blocked: (() => void) | null = null;
      let inside = 0;
      let insideMax = 0;
      const free: string[] = [];
      const openPartition: ConsumeOptions["openPartition"] = ({ partition }) => ({
        onBatch: async (records) => {
          const last = records.at(-1);
          if (partition === 1173551340 % 8) {
            inside++;
            insideMax = Math.max(insideMax, inside);
            if (last !== undefined) {
              await new Promise<void>((resolve) => {
                blocked = resolve;
              });
            }
            inside--;
          } else {
            for (const each of records) free.push(textOf(each));
          }
          return last === undefined ? 0n : last.offset + 1n;
        },
      });
      const consuming = log.consume({ topic: "ink", group: null, openPartition, signal: stop.signal });
      await log.append("ink", [record("21", "stuck")]);
      await until(() => blocked !== null);
      for (const text of ["a", "b", "c"]) await log.append("ink", [record("21", text), record("foobar", text)]);
      await until(() => free.length === 3);
      await under.pass(2 * IDLE_BATCH_MS);
      expect({ free, insideMax, inside }).toEqual({ free: ["a", "b", "c"], insideMax: 1, inside: 1 });
      stop.abort();
      (blocked as (() => void) | null)?.();
      await consuming;
    });

    test("[LOG-7] at the end each partition closes once, after its last batch, and its mark is committed", async () => {
      await log.append("setup", [record("a", "a"), record("b", "b")]);
      const stop = new AbortController();
      const calls: string[] = [];
      const openPartition = () => ({
        onBatch: async (records: readonly StoredRecord[]): Promise<Offset> => {
          calls.push(`batch ${records.length}`);
          stop.abort();
          await under.pass(1);
          calls.push("batch ends");
          return 0n;
        },
        close: async (): Promise<Offset> => {
          calls.push("close");
          return 1n;
        },
      });
      await log.consume({ topic: "setup", group: "closing", openPartition, signal: stop.signal });
      expect(calls).toEqual(["batch 2", "batch ends", "close"]);
      expect((await take(1, { topic: "setup", group: "closing" })).map(textOf)).toEqual(["b"]);
    });

    test("[LOG-7] a handler's error ends the consumer with that error, and commits nothing for it", async () => {
      await log.append("setup", [record("a", "a")]);
      const bug = new Error("a bug of the handler");
      const failing = log.consume({
        topic: "setup",
        group: "failing",
        openPartition: () => ({ onBatch: () => Promise.reject(bug), close: async () => 1n }),
        signal: new AbortController().signal,
      });
      const ended = failing.then(
        () => "resolved",
        (error: unknown) => error,
      );
      let outcome: unknown = null;
      void ended.then((value) => {
        outcome = value;
      });
      await until(() => outcome !== null);
      expect(outcome).toBe(bug);
      expect((await take(1, { topic: "setup", group: "failing" })).map(textOf)).toEqual(["a"]);
    });

    test("[LOG-7] a consumer whose signal has aborted already opens nothing", async () => {
      const opened: number[] = [];
      await log.consume({
        topic: "ink",
        group: null,
        openPartition: ({ partition }) => {
          opened.push(partition);
          return { onBatch: async () => 0n };
        },
        signal: AbortSignal.abort(),
      });
      expect(opened).toEqual([]);
    });

    test("[LOG-8] a record above the limit is refused, with nothing written; the next is taken", async () => {
      const tooLarge = { key: "a", value: new Uint8Array(RECORD_BYTES_MAX + 1), timestampMs: 0 };
      const refused = log.append("setup", [record("b", "b"), tooLarge]);
      await expect(refused).rejects.toMatchObject({ name: "LogError", code: "log.too-large", canRetry: false });
      await log.append("setup", [record("c", "c")]);
      expect((await take(1, { topic: "setup" })).map(textOf)).toEqual(["c"]);
    });

    test("[LOG-8] a record just below the limit goes through", async () => {
      const value = new Uint8Array(RECORD_BYTES_MAX - 100).map((_, i) => i % 251);
      await log.append("setup", [{ key: "a", value, timestampMs: under.nowMs() }]);
      await reopen();
      const [found] = await take(1, { topic: "setup" });
      expect(Buffer.compare(found?.value ?? new Uint8Array(), value)).toBe(0);
    });

    test("[LOG-9] a batch has at most so many records and bytes", async () => {
      const small = Array.from({ length: 2500 }, (_, i) => record("21", `${i}`));
      const large = Array.from({ length: 6 }, () => ({
        key: "foobar",
        value: new Uint8Array(400_000),
        timestampMs: under.nowMs(),
      }));
      await log.append("ink", [...small, ...large]);
      await reopen();
      const batches: (readonly StoredRecord[])[] = [];
      await takeRecords(under, log, 2506, { onBatch: (records) => void batches.push(records) });
      for (const batch of batches) {
        const bytes = batch.reduce((sum, each) => sum + recordBytes(each), 0);
        expect(batch.length <= BATCH_RECORDS_MAX && (bytes <= BATCH_BYTES_MAX || batch.length === 1)).toBe(true);
      }
    });

    test("[LOG-10] a compacted topic keeps the last record of each key", async () => {
      const latest = new Map<string, string>();
      for (let i = 0; i < 200; i++) {
        const key = `class/${i % 7}`;
        latest.set(key, `${i}`);
        await log.append("setup", [record(key, `${i}`)]);
        if (i % 50 === 49) await reopen();
      }
      const folded = new Map<string, string>();
      await takeRecords(under, log, Number.POSITIVE_INFINITY, {
        topic: "setup",
        onBatch: (records) => {
          for (const each of records) folded.set(each.key, textOf(each));
        },
        stopAt: (each) => textOf(each) === "199",
      });
      expect(folded).toEqual(latest);
    });

    test("[LOG-3] [LOG-6] [LOG-7] any sequence of appends, consumers and reopenings agrees with a list", async () => {
      await fc.assert(fc.asyncProperty(fc.array(anyStep, { maxLength: 14 }), runAgainstModel), {
        numRuns: 12,
        seed: 20260301,
      });
    });

    async function runAgainstModel(steps: readonly Step[]): Promise<void> {
      await under.dispose();
      under = await open();
      log = under.log;
      const model: string[] = [];
      const committed = new Map<string, number>();
      for (const step of steps) {
        if (step.kind === "reopen") await reopen();
        if (step.kind === "append") {
          const texts = step.sizes.map((size, i) => `${model.length + i}`.padEnd(size, "."));
          const half = texts.length >> 1;
          const appends = [texts.slice(0, half), texts.slice(half)].map((part) =>
            log.append(
              "setup",
              part.map((text) => record(`key-${text}`, text)),
            ),
          );
          await Promise.all(appends);
          model.push(...texts);
        }
        if (step.kind === "consume") {
          const from = committed.get(step.group) ?? 0;
          const expected = model.slice(from);
          const keep = Math.max(from, model.length - step.lag);
          const found = expected.length === 0 ? [] : await takeAndKeep(under, log, expected.length, BigInt(keep), step.group);
          if (expected.length > 0) committed.set(step.group, keep);
          expect(found.map(textOf)).toEqual(expected);
          expect(found.map(({ offset }) => Number(offset))).toEqual(expected.map((_, i) => from + i));
        }
      }
    }
  });
}

type Step =
  | { readonly kind: "append"; readonly sizes: readonly number[] }
  | { readonly kind: "consume"; readonly group: string; readonly lag: number }
  | { readonly kind: "reopen" };

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("append" as const),
      sizes: fc.array(fc.integer({ min: 1, max: 9000 }), { maxLength: 9 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("consume" as const),
      group: fc.constantFrom("one", "two"),
      lag: fc.integer({ min: 0, max: 6 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("reopen" as const) }) },
);

/** Whole milliseconds, as some logs keep no others. */
export function recordAt(timestampMs: number, key: string, text: string): NewRecord {
  return { key, value: new TextEncoder().encode(text), timestampMs: Math.floor(timestampMs) };
}

export function textOf(stored: NewRecord): string {
  return new TextDecoder().decode(stored.value);
}

/** A consumer of `ink` from the start that collects into `seen` and commits what it saw. */
function options(seen: StoredRecord[]): ConsumeOptions {
  return {
    topic: "ink",
    group: null,
    openPartition: ({ startOffset }) => ({
      onBatch: async (records) => {
        for (const each of records) seen.push(each);
        return (records.at(-1)?.offset ?? startOffset - 1n) + 1n;
      },
    }),
    signal: new AbortController().signal,
  };
}

const WAIT_MS_MAX = 30_000;

export async function passUntil(under: Pick<LogUnderTest, "pass">, done: () => boolean): Promise<void> {
  for (let passedMs = 0; !done(); passedMs += 5) {
    if (passedMs > WAIT_MS_MAX) throw new LogError("log.io", "what the test waits for did not happen");
    await under.pass(5);
  }
}

export async function takeRecords(
  under: Pick<LogUnderTest, "pass">,
  log: EventLog,
  count: number,
  how: Partial<ConsumeOptions> & {
    readonly onBatch?: (records: readonly StoredRecord[]) => void;
    readonly stopAt?: (record: StoredRecord) => boolean;
  } = {},
): Promise<StoredRecord[]> {
  const { onBatch, stopAt, ...consume } = how;
  const stop = new AbortController();
  const seen: StoredRecord[] = [];
  const openPartition: ConsumeOptions["openPartition"] = ({ startOffset }) => {
    let next = startOffset;
    return {
      onBatch: async (records) => {
        if (records.length > 0) onBatch?.(records);
        for (const each of records) {
          expect(each.offset >= next).toBe(true);
          next = each.offset + 1n;
          seen.push(each);
          if (stopAt?.(each) === true) stop.abort();
        }
        if (seen.length >= count) stop.abort();
        return next;
      },
    };
  };
  const consuming = log.consume({ topic: "ink" as TopicName, group: null, openPartition, ...consume, signal: stop.signal });
  let failure: unknown = null;
  consuming.catch((error: unknown) => {
    failure = error;
    stop.abort();
  });
  await passUntil(under, () => stop.signal.aborted);
  await consuming;
  if (failure !== null) throw failure;
  return seen;
}

/** Takes `count` records of `setup` as a group whose handler still needs everything from `keep` on. */
async function takeAndKeep(
  under: LogUnderTest,
  log: EventLog,
  count: number,
  keep: Offset,
  group = "keeper",
): Promise<StoredRecord[]> {
  const stop = new AbortController();
  const seen: StoredRecord[] = [];
  const openPartition: ConsumeOptions["openPartition"] = () => ({
    onBatch: async (records) => {
      for (const each of records) seen.push(each);
      if (seen.length >= count) stop.abort();
      return keep;
    },
  });
  const consuming = log.consume({ topic: "setup", group, openPartition, signal: stop.signal });
  await passUntil(under, () => stop.signal.aborted);
  await consuming;
  return seen;
}
