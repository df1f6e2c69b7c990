import { mkdir, mkdtemp, rm } from "node:fs/promises";
import path from "node:path";
import { performance } from "node:perf_hooks";
import { type EmbeddedLog, openEmbeddedLog, SystemClock } from "@penlight/infra";
import { type BenchResult, hashOf, medianOf } from "./result.ts";

const RECORD_BYTES = 100;
const ROOMS = 20;
/** One append of the filling. */
const BATCH = 500;
/** Half of a journal. */
const TAIL_BYTES = 8 * 2 ** 20;
const STARTS = 15;

interface Filled {
  readonly records: number;
  readonly directory: string;
  readonly hash: string;
  readonly runs: number[];
}

/**
 * Time from opening the folder of an event log until it takes records, by how many records it holds. Every size is
 * left with a journal half full, which is what the start has to read.
 */
export async function measureLogStart({ smoke }: { readonly smoke: boolean }): Promise<BenchResult[]> {
  const sizes = smoke ? [2_000, 20_000] : [100_000, 1_000_000, 10_000_000];
  await mkdir("artifacts", { recursive: true });
  const folder = await mkdtemp(path.resolve("artifacts", "bench-growth-"));
  try {
    const filled: Filled[] = [];
    for (const records of sizes) {
      const directory = path.join(folder, String(records));
      filled.push({ records, directory, hash: await fill(directory, records), runs: [] });
    }
    // Sizes take turns, so that whatever changes on the machine changes for all of them.
    for (let i = 0; i < (smoke ? 1 : STARTS); i++) {
      for (const each of filled) each.runs.push(await timeStart(each.directory));
    }
    return resultsOf(filled);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function resultsOf(filled: readonly Filled[]): BenchResult[] {
  const smallest = filled[0];
  return filled.map(({ records, hash, runs }) => {
    const median = medianOf(runs);
    const line = { bench: "growth", case: `log start-up, ${records} records`, unit: "ms", median, runs, hash };
    if (smallest === undefined || smallest.records === records) return line;
    const beside = { name: `log start-up, ${smallest.records} records`, median: medianOf(smallest.runs) };
    return { ...line, beside, ratio: median / beside.median };
  });
}

async function fill(directory: string, records: number): Promise<string> {
  const clock = new SystemClock();
  let log = await openEmbeddedLog({ directory, clock });
  const append = (count: number, topic: "ink" | "dead.letters") =>
    log.append(
      topic,
      Array.from({ length: count }, (_, i) => ({
        key: `room-${i % ROOMS}`,
        value: new Uint8Array(RECORD_BYTES),
        timestampMs: clock.nowMs(),
      })),
    );
  let before: Promise<void> = Promise.resolve();
  for (let sent = 0; sent < records; sent += BATCH) {
    const next = append(Math.min(BATCH, records - sent), "ink");
    await before;
    before = next;
  }
  await before;
  await fillTail(log, () => append(BATCH, "dead.letters"));
  await log.close();
  log = await openEmbeddedLog({ directory, clock });
  const ends = log.endOffsets("ink").map(String);
  await log.close();
  return hashOf(ends);
}

/** Into a fresh journal, and up to half of it: what a start has to read is the same for every size. */
async function fillTail(log: EmbeddedLog, append: () => Promise<void>): Promise<void> {
  await log.maintain();
  const { sealedFiles } = log.stats();
  while (log.stats().sealedFiles === sealedFiles) {
    await append();
    await log.maintain();
  }
  const { syncedBytes } = log.stats();
  while (log.stats().syncedBytes - syncedBytes < TAIL_BYTES) await append();
}

async function timeStart(directory: string): Promise<number> {
  const clock = new SystemClock();
  const startMs = performance.now();
  const log = await openEmbeddedLog({ directory, clock });
  await log.append("events", [{ key: "room", value: new Uint8Array(1), timestampMs: clock.nowMs() }]);
  const ms = performance.now() - startMs;
  await log.close();
  return ms;
}
