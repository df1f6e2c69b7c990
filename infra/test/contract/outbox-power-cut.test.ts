import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { decodeInk, type InkRecord, LogError } from "@penlight/proto";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type LogFiles, nodeFiles } from "../../src/event-log/log-files.ts";
import { OutboxStore } from "../../src/event-log/outbox-store.ts";
import { FaultyFiles } from "../event-log/faulty-files.ts";
import { drain, goneSeqs, numberedInk, seqsOf, upTo } from "../event-log/outbox-records.ts";

const SEGMENT_BYTES = 2048;

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), "penlight-outbox-"));
});
afterEach(() => rm(directory, { recursive: true }));

const open = (files: LogFiles, bytesMax = 2 ** 20) =>
  OutboxStore.open({ directory, files, bytesMax, segmentBytes: SEGMENT_BYTES });

async function drainFolder(): Promise<InkRecord[]> {
  const store = await open(nodeFiles);
  return drain(store).finally(() => store.close());
}

test("[OUT-2] power cut at any change of the disk: what was acknowledged comes out, in order", async () => {
  let everAlive = true;
  for (let cutAt = 1; everAlive; cutAt++) {
    await rm(directory, { recursive: true });
    let changes = 0;
    const files: FaultyFiles = new FaultyFiles((change) => {
      changes++;
      if (changes < cutAt) return null;
      if (changes === cutAt && change.kind === "write") return { code: "EIO", writtenShare: (cutAt % 5) / 5 };
      files.powerCut();
      return null;
    });
    const { stored, taken } = await useUntilDeath(files);
    everAlive = changes >= cutAt;
    files.powerCut();
    const found = await drainFolder();
    const have = seqsOf(found);
    const known = new Set([...have, ...goneSeqs(found), ...seqsOf(taken), ...goneSeqs(taken)]);
    expect({ cutAt, lost: upTo(stored).filter((seq) => !known.has(seq)) }).toEqual({ cutAt, lost: [] });
    expect({ cutAt, have }).toEqual({ cutAt, have: [...have].sort((a, b) => a - b) });
  }
}, 120_000);

/** Fills an outbox over its limit and takes some out, until the disk dies. */
async function useUntilDeath(files: FaultyFiles): Promise<{ stored: number; taken: readonly InkRecord[] }> {
  const store = await open(files, 4 * SEGMENT_BYTES).catch(() => null);
  let stored = 0;
  const taken: InkRecord[] = [];
  if (store === null) return { stored, taken };
  try {
    for (let seq = 1; seq <= 120; seq += 4) {
      await store.append([0, 1, 2, 3].map((i) => numberedInk(seq + i)));
      stored = seq + 3;
      if (seq % 24 !== 1) continue;
      const read = await store.next();
      if (read === null) continue;
      taken.push(...read.records.map(({ value }) => decodeInk(value) as InkRecord));
      await store.delivered(read);
    }
  } catch (error) {
    expect(error).toBeInstanceOf(LogError);
  }
  files.powerCut();
  await store.close();
  return { stored, taken };
}
