import fs from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { decodeInk, type InkRecord, LogError } from "@penlight/proto";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type LogFiles, nodeFiles } from "../../src/event-log/log-files.ts";
import { OutboxStore } from "../../src/event-log/outbox-store.ts";
import { type DiskFault, FaultyFiles } from "./faulty-files.ts";
import { drain, goneIn, goneSeqs, LIFE, numberedInk, penOf, seqsOf, seqsOfRuns, upTo } from "./outbox-records.ts";

const SEGMENT_BYTES = 2048;

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), "penlight-outbox-"));
});
afterEach(() => rm(directory, { recursive: true }));

const open = (files: LogFiles = nodeFiles, bytesMax = 2 ** 20) =>
  OutboxStore.open({ directory, files, bytesMax, segmentBytes: SEGMENT_BYTES });

async function fill(store: OutboxStore, seqs: readonly number[]): Promise<void> {
  for (const seq of seqs) await store.append([numberedInk(seq)]);
}

async function drainFolder(): Promise<InkRecord[]> {
  const store = await open();
  try {
    return await drain(store);
  } finally {
    await store.close();
  }
}

const names = () => fs.readdirSync(directory).sort();
const fileOf = (index: number) => path.join(directory, names()[index] as string);

describe("what the outbox holds on the disk", () => {
  test("[OUT-2] comes out in order, whatever is written meanwhile, and leaves an empty folder", async () => {
    const store = await open();
    await fill(store, upTo(80));
    expect(names().length).toBeGreaterThan(3);
    const first = await store.next();
    await fill(store, [81, 82]);
    expect(await store.next()).toEqual(first);
    expect(seqsOf(await drain(store))).toEqual(upTo(82));
    expect([store.bytes, store.oldestMs, names()]).toEqual([0, null, []]);
    await fill(store, [83]);
    expect(store.oldestMs).toBe(numberedInk(83).timestampMs);
    expect(seqsOf(await drain(store))).toEqual([83]);
    await store.close();
  });

  test("[OUT-2] a last write that is cut or changed at any byte costs that write only", async () => {
    const store = await open();
    await fill(store, [1, 2]);
    const before = fs.statSync(fileOf(0)).size;
    await fill(store, [3]);
    await store.close();
    const file = fileOf(0);
    const whole = fs.readFileSync(file);
    for (let at = before; at < whole.length; at += 7) {
      for (const damaged of [whole.subarray(0, at), changedAt(whole, at)]) {
        fs.writeFileSync(file, damaged);
        const again = await open();
        const read = await again.next();
        expect(seqsOf((read?.records ?? []).map(({ value }) => decodeInk(value) as InkRecord))).toEqual([1, 2]);
        await again.close();
      }
    }
    fs.writeFileSync(file, whole);
    expect(seqsOf(await drainFolder())).toEqual([1, 2, 3]);
  });

  test("[OUT-2] damage in what was acknowledged, or a file that is missing, is an error that names the file", async () => {
    const store = await open();
    await fill(store, upTo(80));
    await store.close();
    const [first, second] = [fileOf(0), fileOf(1)];
    const whole = fs.readFileSync(first);
    fs.writeFileSync(first, changedAt(whole, whole.length - 3));
    await expect(open()).rejects.toThrow(`${first} is damaged`);
    fs.writeFileSync(first, whole);
    fs.rmSync(second);
    await expect(open()).rejects.toThrow(`${second} is missing`);
    await expect(open()).rejects.toBeInstanceOf(LogError);
    fs.rmSync(first);
    expect(seqsOf(await drainFolder()).at(-1)).toBe(80);
  });

  test("[OUT-2] two processes never share an outbox", async () => {
    const store = await open();
    await expect(open()).rejects.toMatchObject({ code: "log.locked" });
    await store.close();
  });

  test("[OUT-5] a write that failed after all of it was on the disk is no damage to what follows", async () => {
    let fails = false;
    const files = new FaultyFiles(
      (change): DiskFault => (fails && change.kind === "write" ? { code: "EIO", writtenShare: 1 } : null),
    );
    const store = await open(files);
    for (let seq = 1; seq <= 60; seq++) {
      fails = true;
      await expect(store.append([numberedInk(seq)])).rejects.toMatchObject({ code: "log.io" });
      fails = false;
      // Not the same again: what failed may be given up by who wrote it, or come in another cut.
      await store.append([numberedInk(seq), numberedInk(100 + seq)]);
    }
    await store.close();
    expect(seqsOf(await drainFolder())).toEqual(upTo(60).flatMap((seq) => [seq, 100 + seq]));
  });
});

describe("an outbox at its limit", () => {
  test("[OUT-4] gives up the oldest ticks first, and the oldest ink only when no tick is left", async () => {
    const store = await open(nodeFiles, 6 * SEGMENT_BYTES);
    let seq = 0;
    while (store.shed.ticks === 0) await fill(store, [++seq]);
    expect(store.shed.ink).toBe(0);
    while (store.shed.ink === 0) await fill(store, [++seq]);
    // By then only the file that is delivered first and the one that is written have ticks.
    const ticks = upTo(seq).filter((each) => each % 4 === 0).length;
    expect(store.shed.ticks).toBeGreaterThan(ticks / 3);
    expect(store.bytes).toBeLessThanOrEqual(6 * SEGMENT_BYTES);
    await store.close();
  });

  test("[OUT-4] [EVT-17] everything that is missing is told by gap records: numbers, pens, dots, ticks; seed 5", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 150, max: 400 }), fc.integer({ min: 4, max: 6 }), async (turns, segments) => {
        const count = 4 * turns;
        const [segmentBytes, bytesMax] = [4 * SEGMENT_BYTES, segments * 4 * SEGMENT_BYTES];
        const folder = await mkdtemp(path.join(directory, "run-"));
        const store = await OutboxStore.open({ directory: folder, files: nodeFiles, bytesMax, segmentBytes });
        const found = await (async () => {
          for (let seq = 1; seq <= count; seq += 4) await store.append([0, 1, 2, 3].map((i) => numberedInk(seq + i)));
          return drain(store);
        })().finally(() => store.close());
        const { ticks, ink } = store.shed;
        const gaps = goneIn(found);
        const gone = goneSeqs(found);
        expect(ticks + ink).toBeGreaterThan(0);
        expect([...seqsOf(found), ...gone].sort((a, b) => a - b)).toEqual(upTo(count));
        expect(gone.filter((seq) => seq % 4 === 0).length).toBe(ticks);
        for (const { pen, reason, lostEvents, gone: numbers } of gaps) {
          const seqs = seqsOfRuns(numbers?.runs ?? []);
          expect(numbers?.life).toBe(LIFE);
          if (reason === "outbox-ticks") expect([pen, lostEvents]).toEqual(["000000000000", seqs.length]);
          else {
            expect([reason, lostEvents]).toEqual(["outbox-ink", 4 * seqs.length]);
            expect(new Set(seqs.map(penOf))).toEqual(new Set([pen]));
          }
        }
        const times = found.flatMap((each) => (each.body.kind === "gap" ? [each.receivedMs] : []));
        expect(new Set(times).size).toBe(times.length);
      }),
      { seed: 5, numRuns: 4 },
    );
  }, 60_000);

  test("[OUT-4] gap records of the pens themselves, and states of pens, are never given up", async () => {
    const store = await open(nodeFiles, 4 * SEGMENT_BYTES);
    const told = { key: "room-1", value: new Uint8Array(300), timestampMs: 1 };
    await expect(
      (async () => {
        for (;;) await store.append([told]);
      })(),
    ).rejects.toMatchObject({ code: "log.full", canRetry: true });
    expect(store.shed).toEqual({ ticks: 0, ink: 0 });
    await store.close();
  });

  test("[OUT-4] where a rewrite fails nothing is given up", async () => {
    let fails = false;
    const files = new FaultyFiles(
      (change): DiskFault => (fails && change.kind === "rename" ? { code: "ENOSPC", writtenShare: 0 } : null),
    );
    const store = await open(files, 6 * SEGMENT_BYTES);
    let seq = 0;
    fails = true;
    const filling = async () => {
      for (;;) {
        await fill(store, [seq + 1]);
        seq++;
      }
    };
    await expect(filling()).rejects.toMatchObject({ code: "log.full" });
    expect(store.shed).toEqual({ ticks: 0, ink: 0 });
    await store.close();
    expect(seqsOf(await drainFolder())).toEqual(upTo(seq));
  });
});

function changedAt(bytes: Buffer, at: number): Buffer {
  const changed = Buffer.from(bytes);
  changed[at] = (changed[at] as number) ^ 0x40;
  return changed;
}
