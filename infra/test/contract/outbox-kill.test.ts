import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Random } from "@penlight/proto";
import { MemoryLog, MemoryStore } from "@penlight/proto/memory-log";
import { expect, test } from "vitest";
import { openOutboxLog } from "../../src/event-log/outbox-log.ts";
import { SystemClock } from "../../src/system-clock.ts";
import { inkIn, seqsOf } from "../event-log/outbox-records.ts";

const CHILD = fileURLToPath(new URL("outbox-kill-child.ts", import.meta.url));
const LIVES = 3;

/** Lets a process fill the outbox from record `first` on, and kills it after `acks`. Resolves to what it acknowledged last. */
async function fillUntilKilled(directory: string, first: number, acks: number): Promise<number> {
  const child = spawn(process.execPath, ["--import", "tsx", CHILD, directory, String(first)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let count = 0;
  let last = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    last = Number(line);
    if (++count === acks) child.kill("SIGKILL");
  }
  expect(count).toBeGreaterThanOrEqual(acks);
  return last;
}

test("[OUT-2] kill -9 of three lives in a row while the log is away: the fourth delivers all that was acknowledged, in order", async () => {
  const directory = await mkdtemp(path.join(os.tmpdir(), "penlight-outbox-"));
  const random = new Random("outbox kill");
  let acknowledged = 0;
  // The next life goes on behind what was acknowledged: what more was stored comes again, as after a gateway's repeat.
  for (let life = 0; life < LIVES; life++) {
    acknowledged = await fillUntilKilled(directory, acknowledged + 1, random.integer(50, 400));
  }
  const clock = new SystemClock();
  const store = new MemoryStore();
  const outbox = await openOutboxLog({ log: new MemoryLog({ clock, store }), directory, clock });
  while (outbox.delivery() !== null) await clock.sleep(5);
  await outbox.close();
  const seqs = seqsOf(inkIn(store));
  expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, i) => i + 1));
  expect(seqs.length).toBeGreaterThanOrEqual(acknowledged);
  await rm(directory, { recursive: true });
});
