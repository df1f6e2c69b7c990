import { expect, test } from "vitest";
import {
  CLOSE_MS_MAX,
  LogError,
  type NewRecord,
  type Offset,
  type OwnedPartition,
  type StoredRecord,
} from "../../src/port/event-log.ts";
import { type AppendFault, MemoryLog, type MemoryLogOptions, MemoryStore } from "../../src/port/memory-log.ts";
import { SimulatedClock } from "../../src/port/simulated-clock.ts";

// The LOG rules that every adapter keeps are tested by the contract suite in infra; here is what only this log can do.

const record = (text: string): NewRecord => ({ key: "room", value: new TextEncoder().encode(text), timestampMs: 0 });
const textsOf = (records: readonly StoredRecord[]) => records.map(({ value }) => new TextDecoder().decode(value));

function open({ clock = new SimulatedClock(), ...options }: Partial<MemoryLogOptions> & { clock?: SimulatedClock } = {}) {
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
  const clock = new SimulatedClock();
  const { log } = open({ clock, delays: { sync: () => clock.sleep(5) } });
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

test("[LOG-4] with an append that fails go those that have no offsets yet, and later ones are answered again", async () => {
  const clock = new SimulatedClock();
  const waits = [1, 9, 1, 1];
  const delays = { order: () => clock.sleep(waits.shift() ?? 0), sync: () => clock.sleep(3) };
  const { log, store } = open({ clock, delays, fault: faults("kept") });
  const early = outcomes(["a", "b", "c"].map((text) => log.append("setup", [record(text)])));
  await clock.run(5);
  expect(await early).toEqual(["rejected", "rejected", "rejected"]);
  const late = outcomes(["b", "c"].map((text) => log.append("setup", [record(text)])));
  await clock.run(30);
  expect(await late).toEqual(["fulfilled", "fulfilled"]);
  expect(textsOf(store.partition("setup", 0).records)).toEqual(["a", "b", "c"]);
});

test("[LOG-1] a kill loses what was not synced and nothing that was acknowledged", async () => {
  const clock = new SimulatedClock();
  const store = new MemoryStore();
  const log = new MemoryLog({ clock, store, delays: { sync: () => clock.sleep(5) } });
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

test("[LOG-13] [OWN-1] a later owner has the larger generation, also when the clock went back, and an earlier one commits nothing", async () => {
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
    return { log, says, ends };
  };
  const zombie = owner(5000.7);
  await zombie.says(1n);
  const heir = owner(1000);
  await heir.says(9n);
  expect(opened).toEqual([5000]);
  zombie.log.loseGroups();
  await heir.says(3n);
  await zombie.says(2n);
  await zombie.ends();
  expect(opened).toEqual([5000, 5001]);
  expect(store.partition("setup", 0).committed("g")).toBe(3n);
  await heir.ends();
});

/** A consumer of topic `ink` as the group "g", on a store that others share, that notes which partition it has when. */
function sharing(store: MemoryStore, clock: SimulatedClock, close: () => Promise<Offset> = async () => 0n) {
  const log = new MemoryLog({ clock, store });
  const stop = new AbortController();
  const open = new Set<number>();
  const seen: string[] = [];
  const openPartition = ({ partition, startOffset }: OwnedPartition) => {
    open.add(partition);
    let next = startOffset;
    return {
      onBatch: async (records: readonly StoredRecord[]) => {
        seen.push(...textsOf(records));
        next = (records.at(-1)?.offset ?? next - 1n) + 1n;
        return next;
      },
      close: async () => {
        await close();
        open.delete(partition);
        return next;
      },
    };
  };
  const ended = log.consume({ topic: "ink", group: "g", openPartition, signal: stop.signal });
  return { log, stop, open, seen, ended };
}

test("[LOG-6] consumers of several processes share a group's partitions, and each has one owner", async () => {
  const clock = new SimulatedClock(1000);
  const store = new MemoryStore();
  const [first, second] = [sharing(store, clock), sharing(store, clock)];
  await clock.run(1100);
  expect([[...first.open], [...second.open]]).toEqual([
    [0, 2, 4, 6],
    [1, 3, 5, 7],
  ]);
  const texts = Array.from({ length: 60 }, (_, i) => `${i}`);
  for (const text of texts) await first.log.append("ink", [{ ...record(text), key: text }]);
  await clock.run(1200);
  first.stop.abort();
  await clock.run(1300);
  await first.ended;
  expect(second.open.size).toBe(8);
  for (const text of texts) await second.log.append("ink", [{ ...record(text), key: text }]);
  await clock.run(1400);
  const bySize = (a: string, b: string) => Number(a) - Number(b);
  expect([...first.seen, ...second.seen].sort(bySize)).toEqual([...texts, ...texts].sort(bySize));
  expect(first.seen.length).toBeGreaterThan(10);
  second.stop.abort();
  await second.ended;
});

test("[LOG-7] who does not close in time is not waited for, and commits nothing any more", async () => {
  const clock = new SimulatedClock(1000);
  const store = new MemoryStore();
  let letGo = () => {};
  const slow = sharing(store, clock, async () => {
    await new Promise<void>((resolve) => {
      letGo = resolve;
    });
    return 1n;
  });
  await slow.log.append("ink", [record("a")]);
  await clock.run(1100);
  const next = sharing(store, clock);
  await clock.run(1100 + CLOSE_MS_MAX - 1);
  expect(next.open.size).toBe(0);
  await clock.run(1100 + CLOSE_MS_MAX + 1);
  expect([...next.open]).toEqual([1, 3, 5, 7]);
  const before = new Map(store.committed);
  letGo();
  await clock.run(clock.nowMs() + 1);
  expect(store.committed).toEqual(before);
  for (const consumer of [slow, next]) consumer.stop.abort();
  await clock.run(clock.nowMs() + 2 * CLOSE_MS_MAX);
  await Promise.all([slow.ended, next.ended]);
  expect(clock.sleepers).toBe(0);
});

test("[LOG-7] what a handler gives up because its partition is taken away does not end the consumer", async () => {
  const clock = new SimulatedClock(1000);
  const store = new MemoryStore();
  const log = new MemoryLog({ clock, store });
  const stop = new AbortController();
  let opened = 0;
  const openPartition = ({ signal }: OwnedPartition) => {
    opened++;
    return {
      onBatch: () =>
        new Promise<Offset>((_, reject) =>
          signal.addEventListener("abort", () => reject(new LogError("log.io", "given up")), { once: true }),
        ),
    };
  };
  const ended = log.consume({ topic: "setup", group: "g", openPartition, signal: stop.signal });
  await log.append("setup", [record("a")]);
  await clock.run(1100);
  for (const group of store.groups.values()) group.rebalance();
  await clock.run(1200);
  expect(opened).toBe(2);
  stop.abort();
  await clock.run(1300);
  await ended;
});

test("[LOG-6] who was evicted goes on until it learns of it, and then shares again", async () => {
  const clock = new SimulatedClock(1000);
  const store = new MemoryStore();
  const [zombie, heir] = [sharing(store, clock), sharing(store, clock)];
  await clock.run(1100);
  zombie.log.loseGroups();
  await clock.run(1200);
  await heir.log.append("ink", [record("a")]);
  await clock.run(1300);
  expect({ zombie: zombie.open.size, heir: heir.open.size }).toEqual({ zombie: 4, heir: 8 });
  await Promise.all([zombie.log.rejoinGroups(), clock.run(1400)]);
  expect({ zombie: [...zombie.open], heir: [...heir.open].sort() }).toEqual({ zombie: [1, 3, 5, 7], heir: [0, 2, 4, 6] });
  for (const consumer of [zombie, heir]) consumer.stop.abort();
  await clock.run(1500);
  await Promise.all([zombie.ended, heir.ended]);
});

test("[LOG-13] who was evicted while it closed takes nothing over any more", async () => {
  const store = new MemoryStore();
  const clock = new SimulatedClock(1000);
  let goOn = () => {};
  const stopped = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const zombie = sharing(store, clock, () => stopped.then(() => 0n));
  await clock.run(1100);
  for (const group of store.groups.values()) group.rebalance();
  await clock.run(1150);
  zombie.log.loseGroups();
  const heir = sharing(store, clock);
  await clock.run(1200);
  const generations = new Map(store.generations);
  expect(generations.size).toBe(8);
  goOn();
  await clock.run(1300);
  expect(store.generations).toEqual(generations);
  for (const consumer of [zombie, heir]) consumer.stop.abort();
  await clock.run(1500);
  await Promise.all([zombie.ended, heir.ended]);
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
    const delays = { sync: () => clock.sleep((draw++ * 7) % 5) };
    const log = new MemoryLog({ clock, delays, fault: () => (draw % 11 === 3 ? "kept" : "none") });
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
