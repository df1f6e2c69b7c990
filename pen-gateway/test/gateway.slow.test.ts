import { decodeInk, type EventLog, type InkRecord, LogError, type NewRecord, type PenId, type RoomId } from "@penlight/proto";
import { MemoryLog, MemoryStore } from "@penlight/proto/memory-log";
import { encodePenFrame, type PenPacket } from "@penlight/proto/pen";
import { SimulatedClock } from "@penlight/proto/simulated-clock";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { runGateway } from "../src/gateway.ts";
import { type GatewayOptions, TICK_MS } from "../src/gateway-options.ts";
import type { GatewayMetrics } from "../src/metrics.ts";
import { type PenChunk, type PenSource, PenSourceError } from "../src/source/pen-source.ts";
import { PAGE, VERSION } from "./core/pen-bytes.ts";

const PEN = "9c7bd2000001" as PenId;
const ROOM = "room-1" as RoomId;
const START_MS = 1_780_000_000_000;

/** A source that says what it is given, when it is given it. */
class ScriptedSource implements PenSource {
  pulls = 0;
  readonly #turns: readonly (readonly PenChunk[])[];
  readonly #after: Error | null;
  readonly #clock: SimulatedClock;
  constructor(clock: SimulatedClock, turns: readonly (readonly PenChunk[])[], after: Error | null = null) {
    this.#clock = clock;
    this.#turns = turns;
    this.#after = after;
  }
  async *open(signal: AbortSignal): AsyncGenerator<readonly PenChunk[]> {
    for (const turn of this.#turns) {
      await this.#clock.sleep(10, signal);
      if (signal.aborted) return;
      this.pulls++;
      yield turn.map((chunk) => ({ ...chunk, receivedMs: this.#clock.nowMs() }));
    }
    if (this.#after !== null) throw this.#after;
    await this.#clock.sleep(1e9, signal);
  }
  write(): Promise<void> {
    return Promise.resolve();
  }
}

const dot = (count: number): PenPacket => ({
  ...{ kind: "dot", count: count & 0xff, dt: 10, force: 300, x: 10, y: 20, fx: 1, fy: 2 },
  ...{ tiltX: 90, tiltY: 90, twist: 0 },
});
const say = (packet: PenPacket): PenChunk => ({ kind: "bytes", pen: PEN, receivedMs: 0, bytes: encodePenFrame(packet) });
const DOWN: PenPacket = { kind: "penDown", count: 0, timeMs: START_MS, tip: "pen", color: 0xff000000 };

/** One stroke of `dots` dots, a dot a turn; the pen-up is left out. */
function strokeTurns(dots: number): PenChunk[][] {
  const first: PenChunk[] = [
    { kind: "connected", pen: PEN, receivedMs: 0, mtu: 64 },
    say({ ...VERSION, mac: PEN }),
    say(DOWN),
    say({ kind: "page", count: 1, ...PAGE }),
  ];
  return [first, ...Array.from({ length: dots }, (_, i) => [say(dot(i + 2))])];
}

interface Run {
  readonly clock: SimulatedClock;
  readonly log: EventLog;
  readonly source: PenSource;
  readonly metrics?: GatewayMetrics;
  readonly outbox?: NonNullable<GatewayOptions["outbox"]>;
  readonly delivery?: NonNullable<GatewayOptions["delivery"]>;
}

function start(run: Run) {
  const stop = new AbortController();
  let ended: unknown = null;
  const running = runGateway({ ...run, room: ROOM, signal: stop.signal }).then(
    () => {
      ended = "ended";
    },
    (error: unknown) => {
      ended = error;
    },
  );
  return {
    stop,
    running,
    get ended() {
      return ended;
    },
  };
}

function inkOf(records: readonly { readonly value: Uint8Array }[]): InkRecord[] {
  return records.map((record) => decodeInk(record.value) as InkRecord);
}
function dotsIn(records: readonly InkRecord[]): number[] {
  return records.flatMap((each) => {
    if (each.body.kind !== "dots") return [];
    const { firstDot, dotCount } = each.body.batch;
    return Array.from({ length: dotCount }, (_, i) => firstDot + i);
  });
}

describe("runGateway", () => {
  test("[EVT-13] [EVT-14] whatever appends fail, with or without effect: every dot is in the log, each first time in order", async () => {
    const fault = fc.constantFrom("none", "none", "lost", "kept") as fc.Arbitrary<"none" | "lost" | "kept">;
    await fc.assert(
      fc.asyncProperty(fc.array(fault, { maxLength: 60 }), fc.integer({ min: 0, max: 40 }), async (faults, syncMs) => {
        const clock = new SimulatedClock(START_MS);
        const store = new MemoryStore();
        let appends = 0;
        const delays = { sync: () => clock.sleep(syncMs) };
        const log = new MemoryLog({ clock, store, delays, fault: () => faults[appends++] ?? "none" });
        const run = start({ clock, log, source: new ScriptedSource(clock, strokeTurns(40)) });
        await clock.run(START_MS + 60_000);
        run.stop.abort();
        await clock.run(START_MS + 120_000);
        expect(run.ended).toBe("ended");
        const records = inkOf([...store.partitions.values()].flatMap((each) => each.records));
        const dots = dotsIn(records);
        const firsts = dots.filter((each, at) => dots.indexOf(each) === at);
        expect(firsts).toEqual(Array.from({ length: 40 }, (_, i) => i));
        const seqs = [...new Set(records.map((each) => each.origin?.seq))];
        expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, i) => i + 1));
        expect(new Set(records.map((each) => each.origin?.life)).size).toBe(1);
        expect(records.at(-1)?.body).toMatchObject({
          kind: "tick",
          last: true,
          gateway: ROOM,
          pens: [{ totals: { liveDots: 40 } }],
        });
        const ends = records.flatMap((each) =>
          each.body.kind === "dots" && each.body.batch.end !== null ? [each.body.batch.end] : [],
        );
        expect(ends[0]).toMatchObject({ synthetic: true, lostDots: 0 });
      }),
      { seed: 6, numRuns: 40 },
    );
  });

  test("[EVT-6] a tick every 250 ms of the clock, every fourth with all pens, also in silence", async () => {
    const clock = new SimulatedClock(START_MS);
    const store = new MemoryStore();
    const run = start({ clock, log: new MemoryLog({ clock, store }), source: new ScriptedSource(clock, strokeTurns(0)) });
    await clock.run(START_MS + 4000);
    run.stop.abort();
    await clock.run(START_MS + 5000);
    await run.running;
    const records = inkOf([...store.partitions.values()].flatMap((each) => each.records));
    const ticks = records.flatMap((each) =>
      each.body.kind === "tick" ? [{ atMs: each.receivedMs, pens: each.body.pens, last: each.body.last ?? false }] : [],
    );
    const end = ticks.pop();
    expect(end).toMatchObject({ atMs: START_MS + 4000, last: true, pens: [{ pen: PEN }] });
    expect(ticks.some((tick) => tick.last)).toBe(false);
    expect(ticks.map((tick) => tick.atMs - START_MS)).toEqual(Array.from({ length: 17 }, (_, i) => i * TICK_MS));
    expect(ticks.map((tick) => tick.pens.length)).toEqual([0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1]);
    expect(ticks[4]?.pens[0]).toMatchObject({ pen: PEN, link: "connecting" });
    expect([...store.partitions.values()].flatMap((each) => each.records).every((each) => each.key === ROOM)).toBe(true);
  });

  test("[EVT-13] appends are not waited for, and at the limit the source is not read any further", async () => {
    const clock = new SimulatedClock(START_MS);
    const held: (() => void)[] = [];
    const log: EventLog = {
      append: () => new Promise((resolve) => held.push(resolve)),
      consume: () => Promise.resolve(),
      close: () => Promise.resolve(),
    };
    const source = new ScriptedSource(clock, strokeTurns(200));
    const run = start({ clock, log, source, outbox: { bytesMax: 1e9, recordsMax: 50 } });
    await clock.run(START_MS + 400);
    expect(held.length).toBeGreaterThan(10);
    await clock.run(START_MS + 30_000);
    expect(source.pulls).toBeLessThan(60);
    const stuck = source.pulls;
    while (source.pulls < 200) {
      for (const resolve of held.splice(0)) resolve();
      await clock.run(clock.nowMs() + 100);
    }
    expect(source.pulls).toBeGreaterThan(stuck);
    run.stop.abort();
    const letGo = setInterval(() => {
      for (const resolve of held.splice(0)) resolve();
    }, 0);
    await clock.run(clock.nowMs() + 100);
    await run.running;
    clearInterval(letGo);
    expect(run.ended).toBe("ended");
  });

  test("[EVT-13] a log that fails for good ends the gateway with its error; one that only fails too long with the count", async () => {
    for (const [code, canRetry] of [
      ["log.closed", false],
      ["log.io", true],
    ] as const) {
      const clock = new SimulatedClock(START_MS);
      const failed: string[] = [];
      const log: EventLog = {
        append: () => Promise.reject(new LogError(code)),
        consume: () => Promise.resolve(),
        close: () => Promise.resolve(),
      };
      const run = start({
        clock,
        log,
        source: new ScriptedSource(clock, strokeTurns(3)),
        metrics: { appendFailed: (each) => failed.push(each) },
      });
      await clock.run(START_MS + 2000);
      expect(run.ended === null).toBe(canRetry);
      run.stop.abort();
      await clock.run(START_MS + 60_000);
      expect(run.ended).toMatchObject({ code: canRetry ? "gateway.undelivered" : "log.closed" });
      expect(new Set(failed)).toEqual(new Set([code]));
    }
  });

  test("[EVT-13] an error of the source ends the gateway with a typed error, after its ink is durable", async () => {
    const clock = new SimulatedClock(START_MS);
    const store = new MemoryStore();
    const log = new MemoryLog({ clock, store, delays: { sync: () => clock.sleep(100) } });
    const run = start({ clock, log, source: new ScriptedSource(clock, strokeTurns(5), new Error("antenna fell off")) });
    await clock.run(START_MS + 5000);
    expect(run.ended).toBeInstanceOf(PenSourceError);
    expect(run.ended).toMatchObject({ code: "source.failed" });
    expect(dotsIn(inkOf([...store.partitions.values()].flatMap((each) => each.records)))).toEqual([0, 1, 2, 3, 4]);
  });

  test("[EVT-16] ticks tell what waits, in memory and in an outbox behind the log, and nothing once all is delivered", async () => {
    const clock = new SimulatedClock(START_MS);
    const store = new MemoryStore();
    const log = new MemoryLog({ clock, store, fault: () => (clock.nowMs() < START_MS + 3000 ? "lost" : "none") });
    const behind = { ageMs: 500, bytes: 10, bytesMax: 1000, shedTicks: 0, shedInk: 0 };
    const run = start({ clock, log, source: new ScriptedSource(clock, strokeTurns(5)), delivery: () => behind });
    await clock.run(START_MS + 12_000);
    run.stop.abort();
    await clock.run(START_MS + 13_000);
    await run.running;
    const told = inkOf([...store.partitions.values()].flatMap((each) => each.records)).flatMap((each) =>
      each.body.kind === "tick" && each.body.delivery !== undefined ? [{ atMs: each.receivedMs, ...each.body.delivery }] : [],
    );
    expect(told[0]).toMatchObject({ atMs: START_MS + 1000, ageMs: 1000, shedTicks: 0, shedInk: 0 });
    expect(told[0]?.bytes).toBeGreaterThan(behind.bytes);
    expect(told.at(-1)?.atMs).toBeLessThan(START_MS + 9000);
  });

  test("[EVT-13] tells up to which time everything is durable", async () => {
    const clock = new SimulatedClock(START_MS);
    const durable: number[] = [];
    const appended: NewRecord[][] = [];
    const log: EventLog = {
      append: async (_topic, records) => {
        appended.push([...records]);
        await clock.sleep(30);
      },
      consume: () => Promise.resolve(),
      close: () => Promise.resolve(),
    };
    const run = start({
      clock,
      log,
      source: new ScriptedSource(clock, strokeTurns(20)),
      metrics: { durable: (ms) => durable.push(ms) },
    });
    await clock.run(START_MS + 1000);
    run.stop.abort();
    await clock.run(START_MS + 2000);
    await run.running;
    expect(durable).toEqual([...durable].sort((a, b) => a - b));
    expect(durable.length).toBe(appended.length);
    expect(durable.at(-1)).toBeGreaterThanOrEqual(START_MS + 1000 - TICK_MS);
  });
});
