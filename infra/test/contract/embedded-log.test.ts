import { spawn } from "node:child_process";
import fs from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { type NewRecord, type OwnedPartition, type StoredRecord, TOPICS } from "@penlight/proto";
import { SimulatedClock } from "@penlight/proto/simulated-clock";
import { afterEach, beforeEach, expect, test } from "vitest";
import { dumpLog } from "../../src/event-log/dump-log.ts";
import { type EmbeddedLogOptions, openEmbeddedLog } from "../../src/event-log/embedded-log.ts";
import { SystemClock } from "../../src/system-clock.ts";
import { type DiskChange, type DiskFault, diskError, FaultyFiles } from "../event-log/faulty-files.ts";

/** Journals of a few records, so that everything that happens once in 16 MiB happens at once. */
const TINY = { journalBytes: 8 * 1024, groupBytes: 1024, recordBytes: 2000, commitIntervalMs: 0 };
const NOW_MS = 1_790_000_000_000;

let directory: string;
const clock = new SystemClock();
beforeEach(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), "penlight-log-"));
});
afterEach(() => rm(directory, { recursive: true }));

const open = (options: Partial<EmbeddedLogOptions> = {}) => openEmbeddedLog({ directory, clock, limits: TINY, ...options });

function numbered(n: number, timestampMs = clock.nowMs()): NewRecord {
  return { key: "room", value: new TextEncoder().encode(`${n}`.padEnd(200, ".")), timestampMs };
}

const numbersOf = (records: readonly StoredRecord[] | undefined) =>
  (records ?? []).map(({ value }) => Number.parseInt(new TextDecoder().decode(value), 10));
const stored = async (topic: keyof typeof TOPICS = "ink") => (await dumpLog(directory)).topics.get(topic) ?? [];
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i);
const journals = () => fs.readdirSync(directory).filter((name) => name.endsWith(".journal"));

test("[LOG-11] a last write that is cut or changed at any byte costs that write only", async () => {
  const log = await open({ limits: { ...TINY, journalBytes: 64 * 1024 } });
  for (let n = 0; n < 5; n++) await log.append("ink", [numbered(n)]);
  const before = log.stats().syncedBytes;
  await log.append("ink", [numbered(5)]);
  const length = log.stats().syncedBytes - before;
  await log.close();
  const file = path.join(directory, journals()[0] as string);
  const whole = fs.readFileSync(file);
  expect(length).toBeGreaterThan(200);
  for (let at = before; at < before + length; at++) {
    const cut = Buffer.from(whole);
    cut.fill(0, at, before + length);
    // A byte that is zero already is not a cut.
    if (!cut.equals(whole)) {
      fs.writeFileSync(file, cut);
      expect(numbersOf(await stored())).toEqual(upTo(5));
    }
    const changed = Buffer.from(whole);
    changed[at] = (changed[at] as number) ^ 0x40;
    fs.writeFileSync(file, changed);
    expect(numbersOf(await stored())).toEqual(upTo(5));
  }
  fs.writeFileSync(file, whole);
  expect(numbersOf(await stored())).toEqual(upTo(6));
});

test("[LOG-11] after a torn write the log goes on behind the last whole one, and nothing torn comes back to life", async () => {
  let log = await open();
  await log.append("ink", [numbered(0)]);
  const end = log.stats().syncedBytes;
  await log.append("ink", [numbered(1)]);
  const next = log.stats().syncedBytes;
  await log.append("ink", [numbered(2)]);
  await log.close();
  const file = path.join(directory, journals()[0] as string);
  const bytes = fs.readFileSync(file);
  // The first of two writes was lost on the way to the disk, the second was not.
  bytes.fill(0, end, next);
  fs.writeFileSync(file, bytes);
  log = await open();
  await log.append("ink", [numbered(7)]);
  await log.close();
  expect(numbersOf(await stored())).toEqual([0, 7]);
});

test("[LOG-4] on a full disk appends fail with log.full, and are taken again when there is room", async () => {
  let full = false;
  const refuse = ({ kind, file }: DiskChange): DiskFault =>
    full && kind === "write" && file.endsWith(".journal") ? { code: "ENOSPC", writtenShare: 0.5 } : null;
  const log = await open({ files: new FaultyFiles(refuse) });
  for (let n = 0; n < 3; n++) await log.append("ink", [numbered(n)]);
  full = true;
  const refused = [log.append("ink", [numbered(3)]), log.append("ink", [numbered(4)])];
  for (const append of refused) await expect(append).rejects.toMatchObject({ code: "log.full", canRetry: true });
  await expect(log.append("ink", [numbered(3)])).rejects.toMatchObject({ code: "log.full" });
  expect(log.endOffsets("ink").reduce((sum, end) => sum + end, 0n)).toBe(3n);
  full = false;
  // What was ordered when the disk was full comes first, then the repetition: nothing is lost, nothing is out of order.
  await log.append("ink", [numbered(3)]);
  await log.append("ink", [numbered(4)]);
  await log.close();
  expect(numbersOf(await stored())).toEqual([0, 1, 2, 3, 4, 3, 4]);
});

test("[LOG-4] what a failed append ordered is written before the log closes, if the disk allows it", async () => {
  let broken = false;
  const log = await open({
    files: new FaultyFiles(({ kind }) => (broken && kind === "write" ? { code: "EIO", writtenShare: 0.9 } : null)),
  });
  await log.append("ink", [numbered(0)]);
  broken = true;
  const refused = [log.append("ink", [numbered(1)]), sleepTurn().then(() => log.append("setup", [numbered(2)]))];
  for (const append of refused) await expect(append).rejects.toMatchObject({ code: "log.io" });
  broken = false;
  await log.close();
  expect([numbersOf(await stored()), numbersOf(await stored("setup"))]).toEqual([[0, 1], [2]]);
});

/** The write of the first append has begun, so that the second one waits for another. */
function sleepTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

test("[LOG-4] no room for the next journal: the same, and the background work goes on afterwards", async () => {
  let full = false;
  const refuse = ({ kind, file }: DiskChange): DiskFault =>
    full && (kind === "create" || (kind === "write" && file.endsWith(".sealed"))) ? { code: "ENOSPC", writtenShare: 0 } : null;
  const log = await open({ files: new FaultyFiles(refuse) });
  full = true;
  let taken = 0;
  let refusal: unknown = null;
  while (refusal === null) {
    await log.append("ink", [numbered(taken)]).then(
      () => void taken++,
      (error: unknown) => {
        refusal = error;
      },
    );
  }
  expect(refusal).toMatchObject({ code: "log.full" });
  full = false;
  for (let n = taken; n < 120; n++) await log.append("ink", [numbered(n)]);
  await log.maintain();
  expect(log.stats()).toMatchObject({ failure: null, journals: 1 });
  await log.close();
  expect([...new Set(numbersOf(await stored()))]).toEqual(upTo(120));
});

test("[LOG-5] what an appended consumer saw is not taken back by a failed write", async () => {
  let broken = false;
  const log = await open({
    files: new FaultyFiles(({ kind }) => (broken && kind === "write" ? { code: "EIO", writtenShare: 0.3 } : null)),
  });
  const seen: StoredRecord[] = [];
  const stop = new AbortController();
  const openPartition = () => ({
    onBatch: async (records: readonly StoredRecord[]) => {
      seen.push(...records);
      return 0n;
    },
  });
  const consuming = log.consume({ topic: "ink", group: null, visibility: "appended", openPartition, signal: stop.signal });
  await log.append("ink", [numbered(0)]);
  broken = true;
  await expect(log.append("ink", [numbered(1)])).rejects.toMatchObject({ code: "log.io", canRetry: true });
  broken = false;
  await log.append("ink", [numbered(2)]);
  while (seen.length < 3) await clock.sleep(1);
  stop.abort();
  await consuming;
  await log.close();
  expect(seen.map(({ offset }) => offset)).toEqual([0n, 1n, 2n]);
  expect(numbersOf(await stored())).toEqual(numbersOf(seen));
});

test("[LOG-5] an appended consumer is woken before the disk, a durable one after it", async () => {
  let release = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const files = new FaultyFiles(() => null);
  const opening = files.open.bind(files);
  files.open = async (file, mode) => {
    const real = await opening(file, mode);
    return mode === "durable" ? { ...real, write: (bytes, position) => gate.then(() => real.write(bytes, position)) } : real;
  };
  const log = await open({ files });
  const stop = new AbortController();
  const seen = { appended: 0, durable: 0 };
  const consuming = (["appended", "durable"] as const).map((visibility) =>
    log.consume({
      topic: "ink",
      group: null,
      visibility,
      openPartition: () => ({
        onBatch: async (records) => {
          seen[visibility] += records.length;
          return 0n;
        },
      }),
      signal: stop.signal,
    }),
  );
  const appending = log.append("ink", [numbered(0)]);
  while (seen.appended === 0) await clock.sleep(1);
  expect(seen).toEqual({ appended: 1, durable: 0 });
  release();
  await appending;
  while (seen.durable === 0) await clock.sleep(1);
  stop.abort();
  await Promise.all(consuming);
  await log.close();
  expect(seen).toEqual({ appended: 1, durable: 1 });
});

test("[LOG-8] more than may wait for the disk is refused until half of it is written", async () => {
  const limits = { ...TINY, pendingBytes: 2000 };
  const log = await open({ limits });
  const results = await Promise.allSettled(upTo(20).map((n) => log.append("ink", [numbered(n)])));
  const taken = results.filter(({ status }) => status === "fulfilled").length;
  expect(taken).toBe(8);
  expect(results.slice(0, taken).every(({ status }) => status === "fulfilled")).toBe(true);
  await log.append("ink", [numbered(8)]);
  await log.close();
  expect(numbersOf(await stored())).toEqual(upTo(9));
});

test("[LOG-10] retention by size and by age drops the oldest records; readers begin at what is left", async () => {
  const simulated = new SimulatedClock(NOW_MS);
  const keep = (maxAgeMs: number, maxBytes: number) => ({
    ...TOPICS,
    ink: { ...TOPICS.ink, retention: { kind: "delete" as const, maxAgeMs, maxBytes } },
  });
  const fill = async (topics: typeof TOPICS, from: number) => {
    const log = await openEmbeddedLog({ directory, clock: simulated, limits: TINY, topics });
    for (let n = from; n < from + 200; n += 4)
      await Promise.all(upTo(4).map((i) => log.append("ink", [numbered(n + i, NOW_MS + n + i)])));
    await log.maintain();
    await log.close();
    return numbersOf(await stored());
  };
  const bySize = await fill(keep(Number.MAX_SAFE_INTEGER, 20_000) as typeof TOPICS, 0);
  expect(bySize).toEqual(upTo(200).slice(-bySize.length));
  // 20,000 bytes are 86 records; what the journals hold and one sealed file may be there besides.
  expect(bySize.length).toBeGreaterThanOrEqual(60);
  expect(bySize.length).toBeLessThanOrEqual(86 + 3 * 36);
  await simulated.run(NOW_MS + 10_000);
  const byAge = await fill(keep(9_700, Number.MAX_SAFE_INTEGER) as typeof TOPICS, 200);
  expect(byAge[0]).toBeGreaterThanOrEqual(265);
  expect(byAge).toEqual(upTo(400).slice(byAge[0]));
  expect((await stored()).map(({ offset }) => Number(offset))).toEqual(byAge);
});

test("[LOG-10] a compacted topic keeps its size while one key changes a thousand times", async () => {
  const log = await open();
  await log.append("setup", [{ ...numbered(-1), key: "other" }]);
  for (let n = 0; n < 1000; n += 20) await Promise.all(upTo(20).map((i) => log.append("setup", [numbered(n + i)])));
  await log.maintain();
  await log.close();
  const records = await stored("setup");
  expect(records.length).toBeLessThan(150);
  expect(numbersOf(records).at(-1)).toBe(999);
  expect(records[0]).toMatchObject({ key: "other", offset: 0n });
});

test("[LOG-10] a quiet journal is sealed by age, so that retention reaches it", async () => {
  const simulated = new SimulatedClock(NOW_MS);
  const limits = { ...TINY, journalAgeMs: 60_000 };
  const log = await openEmbeddedLog({ directory, clock: simulated, limits });
  await log.append("ink", [numbered(0, NOW_MS)]);
  await simulated.run(NOW_MS + 8 * 86_400_000);
  await log.maintain();
  while (log.stats().journals > 1) await log.maintain();
  await log.maintain();
  await log.close();
  expect(await stored()).toEqual([]);
});

test("[LOG-12] the largest time ever stored is known after a start, also when its record is gone", async () => {
  let log = await open();
  await log.append("setup", [numbered(0, NOW_MS + 0.5)]);
  await log.append("setup", [numbered(1, NOW_MS - 5)]);
  expect(log.lastTimestampMs()).toBe(NOW_MS + 0.5);
  await log.close();
  log = await open();
  for (let n = 0; n < 200; n++) await log.append("setup", [numbered(n, NOW_MS - 9)]);
  await log.close();
  log = await open();
  expect(log.lastTimestampMs()).toBe(NOW_MS + 0.5);
  await log.close();
});

test("[LOG-11] a second one on the same folder is refused while the first lives, and not after it was killed", async () => {
  const log = await open();
  await expect(open()).rejects.toMatchObject({ name: "LogError", code: "log.locked", canRetry: false });
  const linked = `${directory}-link`;
  fs.symlinkSync(directory, linked);
  await expect(open({ directory: linked })).rejects.toMatchObject({ code: "log.locked" });
  fs.rmSync(linked);
  await log.close();

  const module = new URL("../../src/event-log/embedded-log.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, ["--import", import.meta.resolve("tsx"), "--input-type=module"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  child.stdin.end(`
    const { openEmbeddedLog } = await import(${JSON.stringify(module)});
    const clock = { nowMs: () => performance.now(), sleep: () => new Promise(() => {}) };
    const log = await openEmbeddedLog({ directory: ${JSON.stringify(directory)}, clock });
    await log.append("ink", [{ key: "room", value: new TextEncoder().encode("0"), timestampMs: 1 }]);
    process.stdout.write("open");
    setInterval(() => {}, 1000);
  `);
  await new Promise<void>((resolve, reject) => {
    child.stdout.once("data", () => resolve());
    child.once("exit", () => reject(new Error("the child ended early")));
  });
  await expect(open()).rejects.toMatchObject({ code: "log.locked" });
  child.removeAllListeners("exit");
  const exited = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await exited;
  const again = await open();
  expect(again.endOffsets("ink").reduce((sum, end) => sum + end, 0n)).toBe(1n);
  await again.close();
}, 30_000);

test("[LOG-11] a folder that cannot be used is refused with its name", async () => {
  const file = path.join(directory, "file");
  fs.writeFileSync(file, "");
  await expect(open({ directory: path.join(file, "log") })).rejects.toMatchObject({
    code: "log.io",
    message: expect.stringContaining(file),
  });
  const readOnly = new FaultyFiles(() => null);
  readOnly.open = () => Promise.reject(diskError("EACCES"));
  await expect(open({ files: readOnly })).rejects.toMatchObject({
    code: "log.io",
    message: expect.stringContaining(directory),
  });
  // The lock of the failed attempts is gone.
  await (await open()).close();
});

test("[LOG-11] acknowledged records that are damaged are not passed over in silence", async () => {
  const log = await open();
  for (let n = 0; n < 100; n++) await log.append("ink", [numbered(n)]);
  await log.maintain();
  await log.close();
  const sealed = fs.readdirSync(directory).find((name) => name.endsWith(".sealed")) as string;
  const bytes = fs.readFileSync(path.join(directory, sealed));
  bytes[100] = (bytes[100] as number) ^ 1;
  fs.writeFileSync(path.join(directory, sealed), bytes);
  await expect(stored()).rejects.toMatchObject({ code: "log.io", message: expect.stringContaining("damaged at byte 0") });
});

test("[LOG-13] a generation is on disk before its owner says anything, and grows also when the clock went back", async () => {
  const generationAt = async (nowMs: number) => {
    const disk = new FaultyFiles(() => null);
    const limits = { ...TINY, commitIntervalMs: 60_000 };
    const log = await open({ clock: new SimulatedClock(nowMs), limits, files: disk });
    const opened = new Map<number, number>();
    const stop = new AbortController();
    let consuming = Promise.resolve();
    await new Promise<void>((resolve) => {
      const openPartition = ({ partition, generation }: OwnedPartition) => {
        opened.set(partition, generation);
        if (opened.size === TOPICS.ink.partitions) resolve();
        return { onBatch: async () => 0n };
      };
      consuming = log.consume({ topic: "ink", group: "g", openPartition, signal: stop.signal });
    });
    disk.powerCut();
    stop.abort();
    await consuming;
    await log.close();
    return new Set(opened.values());
  };
  expect(await generationAt(NOW_MS)).toEqual(new Set([NOW_MS]));
  expect(await generationAt(NOW_MS - 3_600_000)).toEqual(new Set([NOW_MS + 1]));
  expect(await generationAt(NOW_MS + 10)).toEqual(new Set([NOW_MS + 10]));
});
