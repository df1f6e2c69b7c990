import { runGateway } from "@penlight/pen-gateway";
import { createSimulatedClass } from "@penlight/pen-gateway/simulator";
import {
  decodeInk,
  encodeInk,
  type HistoryBatch,
  type InkRecord,
  type NewRecord,
  type Offset,
  partitionOf,
  type RoomId,
  type StoredRecord,
  type StudentId,
  TOPICS,
  type TopicName,
} from "@penlight/proto";
import { MemoryHistory } from "@penlight/proto/memory-history";
import { MemoryLog, MemoryStore } from "@penlight/proto/memory-log";
import { SimulatedClock } from "@penlight/proto/simulated-clock";
import { runProcessor } from "@penlight/stream-processor";
import { DEMO_WORKSHEETS } from "../../src/demo/demo-class.ts";
import type { MeasuredLog } from "../../src/open-log.ts";

export const ROOM = "room-1" as RoomId;
export const START_MS = 1_790_000_000_000;
/** A lesson of two lives of a gateway: the first ends in good order, the second is killed. */
const LIFE_MS = 240_000;
const STUDENTS = ["s1", "s2", "s3", "s4"] as StudentId[];
/** Radios that lose something now and then: gaps are part of a lesson. */
const AIR = { lost: 0.01, duplicated: 0.01, cut: 0, garbage: 0, dropped: 0.0005, stalled: 0 };

/** What a lesson left in the stores, to be damaged by a test. */
export interface Stored {
  readonly ink: NewRecord[];
  readonly letters: NewRecord[];
  readonly batch: HistoryBatch;
}

let recorded: Promise<Stored> | undefined;

/** The lesson, recorded once for all tests: real bytes of simulated pens, the real gateway and processor. */
export async function recordedLesson(): Promise<Stored> {
  recorded ??= record();
  const { ink, letters, batch } = await recorded;
  return { ink: [...ink], letters: [...letters], batch };
}

async function record(): Promise<Stored> {
  const store = new MemoryStore();
  await hear(store, START_MS, 1, "ends");
  await hear(store, START_MS + LIFE_MS + 5000, 2, "is killed");
  return { ink: [...inkOf(store)], letters: [], batch: await processed(store) };
}

async function hear(store: MemoryStore, startMs: number, seed: number, how: "ends" | "is killed"): Promise<void> {
  const clock = new SimulatedClock(startMs);
  const log = new MemoryLog({ clock, store });
  const worksheet = DEMO_WORKSHEETS.fractions;
  // The same pens in both lives.
  const pupils = createSimulatedClass({
    clock,
    seed: "reconcile",
    students: STUDENTS,
    worksheet,
    startMs: startMs - seed,
    faults: AIR,
  });
  const stop = new AbortController();
  // Who is killed has nobody to tell.
  const running = runGateway({ source: pupils.source, log, clock, room: ROOM, signal: stop.signal }).catch((error: unknown) => {
    if (how === "ends") throw error;
  });
  await clock.run(startMs + LIFE_MS);
  if (how === "is killed") await log.close();
  stop.abort();
  await clock.run(startMs + LIFE_MS + 12_000);
  await running;
}

/** What the processor writes of the ink in a store, as one batch. */
async function processed(store: MemoryStore): Promise<HistoryBatch> {
  const clock = new SimulatedClock(START_MS + 3 * LIFE_MS);
  const log = new MemoryLog({ clock, store });
  const history = new MemoryHistory();
  const stop = new AbortController();
  const running = runProcessor({ log, history, clock, signal: stop.signal });
  await clock.run(clock.nowMs() + 60_000);
  stop.abort();
  await clock.run(clock.nowMs() + 10_000);
  await running;
  return { strokes: history.strokes(), answers: [], marks: [], gaps: history.gaps() };
}

function inkOf(store: MemoryStore): readonly StoredRecord[] {
  return store.partition("ink", partitionOf(ROOM, TOPICS.ink.partitions)).records;
}

export interface LogOfOptions {
  /** Offset to which a processor has come; default: all is processed. */
  readonly processedTo?: bigint;
  /** The same of the other partitions; default: as far. */
  readonly othersProcessedTo?: bigint;
  /** Default: as many as we make. */
  readonly inkPartitions?: number;
}

/** A log that holds these records. */
export async function logOf(
  { ink, letters }: Pick<Stored, "ink" | "letters">,
  options: LogOfOptions = {},
): Promise<MeasuredLog> {
  const { processedTo = BigInt(ink.length), inkPartitions = TOPICS.ink.partitions } = options;
  const { othersProcessedTo = processedTo } = options;
  const clock = new SimulatedClock(START_MS + 3 * LIFE_MS);
  const topics = { ...TOPICS, ink: { ...TOPICS.ink, partitions: inkPartitions } };
  const log = new MemoryLog({ clock, topics });
  await log.append("ink", ink);
  await log.append("dead.letters", letters);
  const offsets = (topic: TopicName, ofRoom: Offset) => Array.from({ length: topics[topic].partitions }, () => ofRoom);
  return {
    append: (topic, records) => log.append(topic, records),
    consume: (options) => log.consume(options),
    close: () => log.close(),
    endOffsets: (topic) => offsets(topic, BigInt(ink.length)),
    committedOffsets: (_group, topic) =>
      offsets(topic, othersProcessedTo).map((offset, at) => (at === partitionOf(ROOM, inkPartitions) ? processedTo : offset)),
  };
}

/** Index of the first record at `from` or later of which this is true. */
export function indexOf(ink: readonly NewRecord[], is: (record: InkRecord) => boolean, from = 0): number {
  for (let at = from; at < ink.length; at++) {
    const record = decodeInk((ink[at] as NewRecord).value);
    if (record !== null && is(record)) return at;
  }
  throw new Error("no such record in the lesson");
}

export function recordAt(ink: readonly NewRecord[], at: number): InkRecord {
  return decodeInk((ink[at] as NewRecord).value) as InkRecord;
}

export function changed(record: NewRecord, change: (ink: InkRecord) => InkRecord): NewRecord {
  return { ...record, value: encodeInk(change(decodeInk(record.value) as InkRecord)) };
}

export const isDots = (record: InkRecord) => record.body.kind === "dots" && record.body.batch.dotCount > 0;
export const isGap = (record: InkRecord) => record.body.kind === "gap";
