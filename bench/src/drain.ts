import { createHash, type Hash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { DEMO_WORKSHEETS, openEmbeddedLog, SystemClock } from "@penlight/infra";
import { openOutboxLog } from "@penlight/infra/event-log/outbox-log";
import { DELAYED_MS, runGateway } from "@penlight/pen-gateway";
import { createSimulatedClass, createSteadyLesson } from "@penlight/pen-gateway/simulator";
import { decodeInk, type EventLog, LogError, type NewRecord, partitionOf, type RoomId, type StudentId } from "@penlight/proto";
import { SimulatedClock } from "@penlight/proto/simulated-clock";
import { type BenchOptions, type BenchResult, hashOf, medianOf, quantileOf, RUNS } from "./result.ts";

const STUDENTS = 40;
const ROOM = "room-1" as RoomId;
const START_MS = 1_790_000_000_000;
/** Appends that are outstanding while the outbox is filled. */
const OUTSTANDING = 256;
/** The log stays this much longer under live ink when the outbox is empty, ms. */
const AFTERWARDS_MS = 2000;

/** One turn of a gateway's loop: one append. */
type Turn = readonly NewRecord[];

interface Measured {
  readonly timesRealTime: number;
  readonly rawTimesRealTime: number;
  readonly liveP99: number;
  readonly directP99: number;
  readonly hash: string;
}

/**
 * The way to the log was cut for ten minutes while a class of 40 wrote all the time; now it is back. How fast the outbox is
 * delivered to the embedded log, beside reading its files; and what becomes of the ink that is written meanwhile, at its
 * own pace: all of it must be in the log, in order, and be acknowledged before a tick would call it late.
 */
export async function run({ smoke }: BenchOptions): Promise<BenchResult[]> {
  const cutSeconds = smoke ? 5 : 600;
  const turns = await turnsOfClass(cutSeconds + (smoke ? 10 : 60));
  const isLive = (turn: Turn) => (turn[0]?.timestampMs ?? 0) >= START_MS + cutSeconds * 1000;
  const firstLive = turns.findIndex(isLive);
  const [stored, live] = [turns.slice(0, firstLive), turns.slice(firstLive)];
  const measured: Measured[] = [];
  for (let i = 0; i < (smoke ? 1 : RUNS); i++) measured.push(await measure(stored, live, cutSeconds));
  if (new Set(measured.map(({ hash }) => hash)).size !== 1) throw new Error("the runs delivered different records");
  const all = (key: "timesRealTime" | "rawTimesRealTime" | "liveP99" | "directP99") => measured.map((each) => each[key]);
  const bytes = stored.flat().reduce((sum, { value }) => sum + value.length, 0);
  const note = `${stored.flat().length} records, ${(bytes / 2 ** 20).toFixed(1)} MiB of values, ${stored.length} appends`;
  return [
    line(
      "delivered to the embedded log",
      "x real time",
      all("timesRealTime"),
      "reading the outbox's files",
      all("rawTimesRealTime"),
      {
        hash: measured[0]?.hash ?? "",
        note,
      },
    ),
    line(
      "live ink meanwhile: append to acknowledgement, p99",
      "ms",
      all("liveP99"),
      "the same, directly, afterwards",
      all("directP99"),
      {
        note: `limit ${DELAYED_MS} ms`,
      },
    ),
  ];
}

function line(
  name: string,
  unit: string,
  runs: readonly number[],
  beside: string,
  besideRuns: readonly number[],
  more: Pick<BenchResult, "hash" | "note">,
): BenchResult {
  const [median, other] = [medianOf(runs), medianOf(besideRuns)];
  return {
    bench: "drain",
    case: name,
    unit,
    median,
    runs,
    beside: { name: beside, median: other },
    ratio: median / other,
    ...more,
  };
}

/** What the gateway of a class appends, in simulated time. */
async function turnsOfClass(seconds: number): Promise<Turn[]> {
  const clock = new SimulatedClock(START_MS);
  const turns: Turn[] = [];
  const log: EventLog = {
    append: async (_topic, records) => void turns.push(records),
    consume: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
  const students = Array.from({ length: STUDENTS }, (_, i) => `s${i + 1}` as StudentId);
  const worksheet = DEMO_WORKSHEETS.fractions;
  const lesson = createSteadyLesson({ seed: "drain", students, worksheet, durationMs: seconds * 1000 });
  const pupils = createSimulatedClass({ clock, seed: "drain", students, worksheet, startMs: START_MS, lesson });
  const stop = new AbortController();
  const running = runGateway({ source: pupils.source, log, clock, room: ROOM, signal: stop.signal });
  await clock.run(START_MS + seconds * 1000);
  stop.abort();
  await clock.run(clock.nowMs() + 1000);
  await running;
  return turns;
}

async function measure(stored: readonly Turn[], live: readonly Turn[], cutSeconds: number): Promise<Measured> {
  await mkdir("artifacts", { recursive: true });
  const folder = await mkdtemp(path.resolve("artifacts", "bench-drain-"));
  try {
    const outbox = path.join(folder, "outbox");
    await fill(outbox, stored);
    const rawMs = await readRaw(outbox);
    const delivered = await deliver(folder, outbox, live);
    const expected = createHash("sha256");
    for (const turn of stored) for (const { value } of turn) expected.update(value);
    for (const turn of live.slice(0, delivered.turns)) for (const { value } of turn) expected.update(value);
    if (expected.digest("hex") !== delivered.digest.digest("hex"))
      throw new Error("the log has other records than were appended");
    return {
      timesRealTime: (cutSeconds * 1000) / delivered.drainMs,
      rawTimesRealTime: (cutSeconds * 1000) / rawMs,
      liveP99: quantileOf(delivered.latencies, 0.99),
      directP99: quantileOf(delivered.directLatencies, 0.99),
      hash: hashOf(stored.map((turn) => turn.map(({ value }) => hashOf(value)))),
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function fill(directory: string, turns: readonly Turn[]): Promise<void> {
  const away: EventLog = {
    append: () => Promise.reject(new LogError("log.unreachable")),
    consume: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
  const outbox = await openOutboxLog({ log: away, directory, clock: new SystemClock() });
  for (let at = 0; at < turns.length; at += OUTSTANDING) {
    await Promise.all(turns.slice(at, at + OUTSTANDING).map((records) => outbox.append("ink", records)));
  }
  await outbox.close();
}

async function readRaw(directory: string): Promise<number> {
  const names = (await readdir(directory)).sort();
  const startMs = performance.now();
  for (const name of names) await readFile(path.join(directory, name));
  return performance.now() - startMs;
}

interface Delivered {
  readonly drainMs: number;
  readonly latencies: readonly number[];
  readonly directLatencies: readonly number[];
  /** Live turns that were appended. */
  readonly turns: number;
  readonly digest: Hash;
}

/** The log is back: the outbox is delivered while the class goes on writing, each turn when it is due. */
async function deliver(folder: string, directory: string, live: readonly Turn[]): Promise<Delivered> {
  const clock = new SystemClock();
  const log = await openEmbeddedLog({ directory: path.join(folder, "log"), clock });
  const startMs = performance.now();
  const outbox = await openOutboxLog({ log, directory, clock });
  const latencies: number[] = [];
  const directLatencies: number[] = [];
  const appends: Promise<void>[] = [];
  const liveMs = live[0]?.[0]?.timestampMs ?? 0;
  let drainMs: number | null = null;
  let turns = 0;
  const timed = async (records: Turn, into: number[]) => {
    const sinceMs = performance.now();
    await outbox.append("ink", records);
    into.push(performance.now() - sinceMs);
  };
  for (;;) {
    const nowMs = performance.now() - startMs;
    if (drainMs === null && outbox.delivery() === null) drainMs = nowMs;
    if (drainMs !== null && nowMs > drainMs + AFTERWARDS_MS) break;
    for (let turn = live[turns]; turn !== undefined && (turn[0]?.timestampMs ?? 0) - liveMs <= nowMs; turn = live[turns]) {
      turns++;
      appends.push(timed(turn, drainMs === null ? latencies : directLatencies));
    }
    await sleep(1);
  }
  await Promise.all(appends);
  const digest = await digestOf(log);
  await outbox.close();
  return { drainMs, latencies, directLatencies, turns, digest };
}

/** Of the first telling of each record: one that the log was slow to take is there twice, under one number. EVT-14. */
async function digestOf(log: Awaited<ReturnType<typeof openEmbeddedLog>>): Promise<Hash> {
  const digest = createHash("sha256");
  const told = new Set<number>();
  const stop = new AbortController();
  const ends = log.endOffsets("ink");
  const end = ends[partitionOf(ROOM, ends.length)] ?? 0n;
  await log.consume({
    topic: "ink",
    group: null,
    from: "start",
    signal: stop.signal,
    openPartition: ({ startOffset }) => ({
      onBatch: async (records) => {
        for (const { value } of records) {
          const seq = decodeInk(value)?.origin?.seq ?? 0;
          if (told.has(seq)) continue;
          told.add(seq);
          digest.update(value);
        }
        const last = records.at(-1);
        if (last !== undefined && last.offset + 1n >= end) stop.abort();
        return last === undefined ? startOffset : last.offset + 1n;
      },
    }),
  });
  return digest;
}
