import { expect, test } from "vitest";
import type { NewRecord, Offset, OwnedPartition, StoredRecord } from "../../src/port/event-log.ts";
import { type AppendFault, MemoryLog, type MemoryLogOptions, MemoryStore } from "../../src/port/memory-log.ts";
import { SimulatedClock } from "../../src/port/simulated-clock.ts";

// The LOG rules that every adapter keeps are tested by the contract suite in infra; here is what only this log can do.

const record = (text: string): NewRecord => ({ key: "room", value: new TextEncoder().encode(text), timestampMs: 0 });
const textsOf = (records: readonly StoredRecord[]) => records.map(({ value }) => new TextDecoder().decode(value));

function open(options: Partial<MemoryLogOptions> = {}) {
  const clock = new SimulatedClock();
  const store = new MemoryStore();
  return { clock, store, log: new MemoryLog({ clock, store, ...options }) };
}

const faults =
  (...each: AppendFault[]) =>
  () =>
    each.shift() ?? "none";
const outcomes = async (appends: readonly Promise<void>[]) => (await Promise.allSettled(appends)).map(({ status }) => status);

function follow(log: MemoryLog, visibility: "appended" | "durable" = "durable") {
  const seen: StoredRecord[] = [];
  const stop = new AbortController();
  const openPartition = () => ({
    onBatch: async (records: readonly StoredRecord[]) => {
      seen.push(...records);
      return 0n;
    },
  });
  return { seen, stop, ended: log.consume({ topic: "setup", group: null, visibility, openPartition, signal: stop.signal }) };
}

test("[LOG-5] what is appended is seen in the same instant, what is durable after the sync", async () => {
  const { log, clock } = open({ syncMs: () => 5 });
  const early = follow(log, "appended");
  const late = follow(log, "durable");
  await clock.run(1);
  const appending = log.append("setup", [record("a")]);
  await clock.run(2);
  expect([textsOf(early.seen), textsOf(late.seen)]).toEqual([["a"], []]);
  await clock.run(6);
  await appending;
  expect(textsOf(late.seen)).toEqual(["a"]);
  for (const consumer of [early, late]) consumer.stop.abort();
  await Promise.all([early.ended, late.ended]);
  expect(clock.sleepers).toBe(0);
});

test("[LOG-4] when one append fails every outstanding later one fails; a lost one takes the later ones with it", async () => {
  const { log, store } = open({ fault: faults("none", "lost") });
  const appends = ["a", "b", "c"].map((text) => log.append("setup", [record(text)]));
  expect(await outcomes(appends)).toEqual(["fulfilled", "rejected", "rejected"]);
  await log.append("setup", [record("b")]);
  await log.append("setup", [record("c")]);
  expect(textsOf(store.partition("setup", 0).records)).toEqual(["a", "b", "c"]);
});

test("[LOG-4] an append that is reported as failed may have happened, and so may the later ones", async () => {
  const { log, store } = open({ fault: faults("none", "kept") });
  const appends = ["a", "b", "c"].map((text) => log.append("setup", [record(text)]));
  expect(await outcomes(appends)).toEqual(["fulfilled", "rejected", "rejected"]);
  expect(textsOf(store.partition("setup", 0).records)).toEqual(["a", "b", "c"]);
});

test("[LOG-1] a kill loses what was not synced and nothing that was acknowledged", async () => {
  const clock = new SimulatedClock();
  const store = new MemoryStore();
  const log = new MemoryLog({ clock, store, syncMs: () => 5 });
  const first = log.append("setup", [record("a")]);
  await clock.run(5);
  await first;
  void log.append("setup", [record("b")]);
  await clock.run(7);
  log.kill();
  const { seen, stop, ended } = follow(new MemoryLog({ clock, store }), "appended");
  await clock.run(20);
  stop.abort();
  await ended;
  expect(textsOf(seen)).toEqual(["a"]);
});

test("[LOG-6] a commit can be lost on request, and then the records come again", async () => {
  const { log, store, clock } = open({ losesCommit: faultyCommits(true, false) });
  await log.append("setup", [record("a"), record("b")]);
  for (const committed of [undefined, 2n]) {
    const stop = new AbortController();
    const got: string[] = [];
    const openPartition = () => ({
      onBatch: async (records: readonly StoredRecord[]) => {
        got.push(...textsOf(records));
        stop.abort();
        return 2n;
      },
    });
    await log.consume({ topic: "setup", group: "g", openPartition, signal: stop.signal });
    expect({ got, committed: store.partition("setup", 0).committed("g") }).toEqual({ got: ["a", "b"], committed });
  }
  expect(clock.sleepers).toBe(0);
});

test("[LOG-13] a later owner has the larger generation, also when the clock went back, and an earlier one commits nothing", async () => {
  const store = new MemoryStore();
  const opened: number[] = [];
  const owner = (nowMs: number) => {
    const clock = new SimulatedClock(nowMs);
    const log = new MemoryLog({ clock, store });
    const stop = new AbortController();
    let mark = 0n;
    const openPartition = ({ generation }: OwnedPartition) => {
      opened.push(generation);
      return { onBatch: async () => mark };
    };
    const ended = log.consume({ topic: "setup", group: "g", openPartition, signal: stop.signal });
    const says = async (offset: Offset) => {
      mark = offset;
      await clock.run(clock.nowMs() + 300);
    };
    const ends = async () => {
      stop.abort();
      await clock.run(clock.nowMs() + 1);
      await ended;
    };
    return { says, ends };
  };
  const zombie = owner(5000.7);
  await zombie.says(1n);
  const heir = owner(1000);
  await heir.says(3n);
  await zombie.says(2n);
  await zombie.ends();
  expect(opened).toEqual([5000, 5001]);
  expect(store.partition("setup", 0).committed("g")).toBe(3n);
  await heir.ends();
});

function faultyCommits(...lost: boolean[]) {
  return () => lost.shift() ?? false;
}

test("[LOG-7] idle batches come at the clock's time, one each 250 ms, without a timer per record", async () => {
  const { log, clock } = open();
  const times: number[] = [];
  const stop = new AbortController();
  const openPartition = () => ({
    onBatch: async () => {
      times.push(clock.nowMs());
      return 0n;
    },
  });
  const ended = log.consume({ topic: "setup", group: null, openPartition, signal: stop.signal });
  await clock.run(600);
  await log.append("setup", [record("a")]);
  await clock.run(1200);
  stop.abort();
  await ended;
  expect(times).toEqual([250, 500, 600, 850, 1100]);
  expect(clock.sleepers).toBe(0);
});

test("[LOG-7] the same calls give the same run", async () => {
  const run = async () => {
    const clock = new SimulatedClock();
    let draw = 0;
    const log = new MemoryLog({ clock, syncMs: () => (draw++ * 7) % 5, fault: () => (draw % 11 === 3 ? "kept" : "none") });
    const trace: string[] = [];
    const { stop, ended, seen } = follow(log);
    const appends = Array.from({ length: 40 }, async (_, i) => {
      await clock.sleep((i * 13) % 17);
      await log.append("setup", [record(`${i}`)]).catch(() => trace.push(`${i} failed`));
      trace.push(`${i} at ${clock.nowMs()}`);
    });
    await clock.run(500);
    await Promise.all(appends);
    stop.abort();
    await ended;
    return [...trace, ...textsOf(seen)];
  };
  const first = await run();
  expect(first.length).toBeGreaterThan(80);
  expect(await run()).toEqual(first);
});
