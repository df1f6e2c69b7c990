import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openClickHouseHistory } from "@penlight/infra/history/clickhouse-history";
import { SystemClock } from "@penlight/infra/system-clock";
import { decodeEvent, type EventLog, type History, type NewRecord, type RoomId } from "@penlight/proto";
import { MemoryLog, MemoryStore } from "@penlight/proto/memory-log";
import { PROCESSOR_GROUP, runProcessor } from "@penlight/stream-processor";
import { dotsOfRoom, inkOfRoom, type RoomInk, setupOfRooms } from "./district/class-ink.ts";
import { type BenchOptions, type BenchResult, hashOf, medianOf, RUNS } from "./result.ts";

/** What was written in the last moments before the processor died, and is not in history yet, ms. */
const LAST_MS = 3000;
/** Nothing more goes to history when nothing was committed for so long, ms. */
const QUIET_MS = 4000;
const clock = new SystemClock();

/**
 * A processor dies 40 minutes into the lesson of a class of 60, and another one gets its partition: from that moment to
 * the events that make every board right again. Beside it one that has neither offsets nor history and replays the whole
 * lesson. History is the real engine, the log is in memory.
 */
export async function run({ smoke }: BenchOptions): Promise<BenchResult[]> {
  const lastsMs = smoke ? 60_000 : 40 * 60_000;
  const densities = smoke ? [4] : [80, 800];
  const results: BenchResult[] = [];
  for (const strokes of densities) {
    const ink: RoomInk = { room: "room-1" as RoomId, pens: smoke ? 6 : 60, strokes, startMs: clock.nowMs() - lastsMs, lastsMs };
    const runs: Awaited<ReturnType<typeof measure>>[] = [];
    for (let i = 0; i < (smoke ? 1 : RUNS); i++) runs.push(await measure(ink));
    const beside = { name: "replaying everything from the start", median: medianOf(runs.map((each) => each.replayMs)) };
    const takeOverMs = runs.map((each) => each.takeOverMs);
    const median = medianOf(takeOverMs);
    results.push({
      bench: "take-over",
      case: `${ink.pens} pens, ${strokes} strokes each (${dotsOfRoom(ink)} dots): assigned to right again`,
      unit: "ms",
      median,
      runs: takeOverMs,
      beside,
      ratio: median / beside.median,
      ...(runs[0] && { hash: runs[0].hash }),
    });
  }
  return results;
}

async function measure(ink: RoomInk) {
  const records = [...inkOfRoom(ink)];
  const cutMs = ink.startMs + ink.lastsMs - LAST_MS;
  const logOf = async () => {
    const store = new MemoryStore();
    const log = new MemoryLog({ clock, store });
    await log.append("setup", setupOfRooms([ink]));
    return { store, log };
  };
  const taken = await withHistory(async (history) => {
    const { store, log } = await logOf();
    const isEarly = ({ timestampMs }: NewRecord) => timestampMs < cutMs;
    await append(log, records.filter(isEarly));
    await processAll(store, history);
    await append(
      log,
      records.filter((each) => !isEarly(each)),
    );
    return becomesRight(store, history);
  });
  const replayed = await withHistory(async (history) => {
    const { store, log } = await logOf();
    await append(log, records);
    return becomesRight(store, history);
  });
  if (taken.hash !== replayed.hash) throw new Error("who takes over has another board than who replays everything");
  return { takeOverMs: taken.ms, replayMs: replayed.ms, hash: taken.hash };
}

/** A history of its own: the engine has one folder in a process at a time. */
async function withHistory<T>(work: (history: History) => Promise<T>): Promise<T> {
  const path = await mkdtemp(join(tmpdir(), "penlight-bench-"));
  const history = await openClickHouseHistory({ target: { kind: "chdb", path }, clock });
  try {
    return await work(history);
  } finally {
    await history.close();
    await rm(path, { recursive: true, force: true });
  }
}

async function append(log: EventLog, records: readonly NewRecord[]): Promise<void> {
  for (let at = 0; at < records.length; at += 1000) await log.append("ink", records.slice(at, at + 1000));
}

/** A processor that works until history has what has ended (a stroke was cut in the middle), and then dies. */
async function processAll(store: MemoryStore, history: History): Promise<void> {
  const log = new MemoryLog({ clock, store });
  const stop = new AbortController();
  const running = runProcessor({ log, history, clock, signal: stop.signal });
  const partition = [...store.partitions.values()].find(({ records }) => records[0]?.key.startsWith("room-"));
  if (partition === undefined) throw new Error("there is no ink");
  const end = BigInt(partition.records.length);
  let committed = 0n;
  for (let sinceMs = clock.nowMs(); committed < end && clock.nowMs() - sinceMs < QUIET_MS; ) {
    await clock.sleep(20);
    const next = partition.committed(PROCESSOR_GROUP) ?? 0n;
    if (next !== committed) sinceMs = clock.nowMs();
    committed = next;
  }
  stop.abort();
  await running;
}

/** From the moment a new processor is given the room's partition to the events after which every board is right. */
async function becomesRight(store: MemoryStore, history: History): Promise<{ readonly ms: number; readonly hash: string }> {
  const log = new MemoryLog({ clock, store });
  const stop = new AbortController();
  let openedMs = 0;
  let told: (records: readonly NewRecord[]) => void = () => {};
  const firstTold = new Promise<readonly NewRecord[]>((resolve) => {
    told = resolve;
  });
  const watched: EventLog = {
    append: async (topic, records) => {
      await log.append(topic, records);
      if (topic === "events") told(records);
    },
    consume: (options) =>
      log.consume({
        ...options,
        openPartition: (owned) => {
          if (options.topic === "ink" && owned.endOffset > 0n) openedMs = clock.nowMs();
          return options.openPartition(owned);
        },
      }),
    close: () => log.close(),
  };
  const running = runProcessor({ log: watched, history, clock, signal: stop.signal });
  const records = await Promise.race([firstTold, running.then(() => [])]);
  const ms = clock.nowMs() - openedMs;
  stop.abort();
  await running;
  return { ms, hash: hashOf(statesIn(records)) };
}

/** What a board shows after these events, cell by cell. */
function statesIn(records: readonly NewRecord[]): string[] {
  return records
    .flatMap(({ value }) => {
      const body = decodeEvent(value)?.body;
      return body?.kind === "cells"
        ? body.cells.map(({ item, state, answer }) => JSON.stringify([body.student, item, state, answer]))
        : [];
    })
    .sort();
}
