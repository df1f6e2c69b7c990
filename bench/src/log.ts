import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import path from "node:path";
import { monitorEventLoopDelay, performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { bareAppend } from "./log-candidates/bare-append.ts";
import type { LogCandidate, NamedCandidate } from "./log-candidates/candidate.ts";
import { embedded } from "./log-candidates/embedded.ts";
import { lmdb } from "./log-candidates/lmdb.ts";
import { sqlite } from "./log-candidates/sqlite.ts";
import { timeWrites, WRITE_WAYS, type WriteWay } from "./log-candidates/write-ways.ts";
import { type BenchOptions, type BenchResult, medianOf, quantileOf, RUNS } from "./result.ts";

/** The yardstick first: every other figure is held against it. */
const CANDIDATES: readonly NamedCandidate[] = [bareAppend, embedded, lmdb, sqlite];
const RECORD_BYTES = 300;
const PACED_PER_SECOND = 10_000;
const OUTSTANDING = 1000;

interface Sizes {
  readonly runs: number;
  readonly pacedSeconds: number;
  readonly records: number;
}

interface Measured {
  readonly ackP50: number;
  readonly ackP99: number;
  readonly stallMax: number;
  readonly appendRate: number;
  readonly readRate: number;
}

const CASES: readonly { readonly key: keyof Measured; readonly name: string; readonly unit: string }[] = [
  { key: "ackP50", name: "paced 10 k/s, append to acknowledgement, p50", unit: "ms" },
  { key: "ackP99", name: "paced 10 k/s, append to acknowledgement, p99", unit: "ms" },
  { key: "stallMax", name: "paced 10 k/s, longest stall of the event loop", unit: "ms" },
  { key: "appendRate", name: `append, ${OUTSTANDING} outstanding`, unit: "records/s" },
  { key: "readRate", name: "consume from the start", unit: "records/s" },
];

/**
 * Records of 300 bytes, one a call, acknowledged when they would survive a power cut: our journal beside LMDB and SQLite
 * and a bare append. The candidates take turns in each run; all must give back the same bytes in the same order.
 */
export async function run({ smoke }: BenchOptions): Promise<BenchResult[]> {
  const sizes = smoke ? { runs: 1, pacedSeconds: 0.3, records: 5000 } : { runs: RUNS, pacedSeconds: 4, records: 300_000 };
  const measured = new Map<string, Measured[]>(CANDIDATES.map(({ name }) => [name, []]));
  const hashes = new Set<string>();
  for (let i = 0; i < sizes.runs; i++) {
    for (let turn = 0; turn < CANDIDATES.length; turn++) {
      const candidate = CANDIDATES[(turn + i) % CANDIDATES.length] as NamedCandidate;
      const result = await measure(candidate, sizes);
      measured.get(candidate.name)?.push(result.measured);
      hashes.add(result.hash);
    }
  }
  const [hash, other] = [...hashes];
  if (hash === undefined || other !== undefined) throw new Error("the candidates gave back different records");
  const writes = await measureWrites(sizes.runs, smoke ? 20 : 500);
  return [...CASES.flatMap((each) => linesOf(each, measured, hash)), ...writes];
}

/** The ways to make one small write durable, in turns. */
async function measureWrites(runs: number, count: number): Promise<BenchResult[]> {
  const ways = Object.keys(WRITE_WAYS) as WriteWay[];
  const medians = new Map<WriteWay, number[]>(ways.map((way) => [way, []]));
  for (let i = 0; i < runs; i++) {
    for (const way of ways) {
      medians.get(way)?.push(medianOf(await withFolder((folder) => timeWrites(folder, way, count))));
    }
  }
  const [yardstick] = ways as [WriteWay];
  const beside = { name: yardstick, median: medianOf(medians.get(yardstick) ?? []) };
  return ways.map((way) => {
    const all = medians.get(way) ?? [];
    const line = { bench: "log", case: `3 kB, p50: ${way}`, unit: "ms", median: medianOf(all), runs: all };
    return way === yardstick ? line : { ...line, beside, ratio: line.median / beside.median };
  });
}

function linesOf(
  each: (typeof CASES)[number],
  measured: ReadonlyMap<string, readonly Measured[]>,
  hash: string,
): BenchResult[] {
  const bare = medianOf((measured.get(bareAppend.name) ?? []).map((one) => one[each.key]));
  return [...measured].map(([name, all]) => {
    const runs = all.map((one) => one[each.key]);
    const median = medianOf(runs);
    const line = { bench: "log", case: `${each.name}: ${name}`, unit: each.unit, median, runs, hash };
    return name === bareAppend.name ? line : { ...line, beside: { name: bareAppend.name, median: bare }, ratio: median / bare };
  });
}

async function measure(
  candidate: NamedCandidate,
  sizes: Sizes,
): Promise<{ readonly measured: Measured; readonly hash: string }> {
  const paced = await inFolder(candidate, (log) => appendPaced(log, sizes.pacedSeconds));
  return inFolder(candidate, async (log) => {
    const appendRate = await appendFull(log, sizes.records);
    const digest = createHash("sha256");
    const startMs = performance.now();
    let count = 0;
    await log.readAll((value) => {
      digest.update(value);
      count++;
    });
    const readRate = count / ((performance.now() - startMs) / 1000);
    return { measured: { ...paced, appendRate, readRate }, hash: digest.digest("hex").slice(0, 16) };
  });
}

function inFolder<Result>(candidate: NamedCandidate, work: (log: LogCandidate) => Promise<Result>): Promise<Result> {
  return withFolder(async (folder) => {
    const log = await candidate.open(folder);
    try {
      return await work(log);
    } finally {
      await log.close();
    }
  });
}

/** Beside the repository's other output, not in the system's temporary folder: that may be memory. */
async function withFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  await mkdir("artifacts", { recursive: true });
  const folder = await mkdtemp(path.resolve("artifacts", "bench-log-"));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** As many records as are due, every millisecond, each an append of its own. */
async function appendPaced(log: LogCandidate, seconds: number): Promise<Pick<Measured, "ackP50" | "ackP99" | "stallMax">> {
  const latencies: number[] = [];
  const appends: Promise<void>[] = [];
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const total = seconds * PACED_PER_SECOND;
  const startMs = performance.now();
  delay.enable();
  for (let sent = 0; sent < total; ) {
    const due = Math.min(total, ((performance.now() - startMs) / 1000) * PACED_PER_SECOND);
    for (; sent < due; sent++) appends.push(timed(log, recordOf(sent), latencies));
    await sleep(1);
  }
  await Promise.all(appends);
  delay.disable();
  return { ackP50: quantileOf(latencies, 0.5), ackP99: quantileOf(latencies, 0.99), stallMax: delay.max / 1e6 };
}

async function timed(log: LogCandidate, value: Uint8Array, latencies: number[]): Promise<void> {
  const startMs = performance.now();
  await log.append(value);
  latencies.push(performance.now() - startMs);
}

/** Always so many outstanding: when half of them are acknowledged as many follow. */
async function appendFull(log: LogCandidate, records: number): Promise<number> {
  const startMs = performance.now();
  let before: Promise<unknown> = Promise.resolve();
  for (let sent = 0; sent < records; ) {
    const half: Promise<void>[] = [];
    for (let i = 0; i < OUTSTANDING / 2 && sent < records; i++, sent++) half.push(log.append(recordOf(sent)));
    await before;
    before = Promise.all(half);
  }
  await before;
  return records / ((performance.now() - startMs) / 1000);
}

/** Different records of one size; the same ones in every run. */
function recordOf(n: number): Uint8Array {
  const value = Buffer.alloc(RECORD_BYTES, n & 0xff);
  value.writeUInt32LE(n);
  return value;
}
