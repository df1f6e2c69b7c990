import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { LogError, type NewRecord } from "@penlight/proto";
import { afterEach, beforeEach, expect, test } from "vitest";
import { dumpLog } from "../../src/event-log/dump-log.ts";
import { openEmbeddedLog } from "../../src/event-log/embedded-log.ts";
import type { LogFiles } from "../../src/event-log/log-files.ts";
import { SystemClock } from "../../src/system-clock.ts";
import { FaultyFiles } from "../event-log/faulty-files.ts";

/** Journals of a few records: rolling, sealing and compaction happen between any two cuts. */
const TINY = { journalBytes: 8 * 1024, groupBytes: 1024, recordBytes: 2000, commitIntervalMs: 0 };

let directory: string;
const clock = new SystemClock();
beforeEach(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), "penlight-log-"));
});
afterEach(() => rm(directory, { recursive: true }));

const open = (options: { files?: LogFiles } = {}) => openEmbeddedLog({ directory, clock, limits: TINY, ...options });
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i);
const numberOf = ({ value }: NewRecord) => Number.parseInt(new TextDecoder().decode(value), 10);

function numbered(n: number): NewRecord {
  return { key: "room", value: new TextEncoder().encode(`${n}`.padEnd(200, ".")), timestampMs: clock.nowMs() };
}

test("[LOG-1] [LOG-11] power cut at any change of the disk: what was acknowledged is there, in order", async () => {
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
    const acknowledged = await appendUntilDeath(files, 90);
    everAlive = changes >= cutAt;
    files.powerCut();
    const log = await open();
    await log.append("ink", [numbered(1000)]);
    await log.close();
    const found = (await dumpLog(directory)).topics.get("ink") ?? [];
    const numbers = found.map(numberOf);
    expect({ cutAt, found: numbers.slice(0, acknowledged.ink) }).toEqual({ cutAt, found: upTo(acknowledged.ink) });
    expect({ cutAt, offsets: found.map(({ offset }) => Number(offset)) }).toEqual({ cutAt, offsets: upTo(found.length) });
    expect(numbers.at(-1)).toBe(1000);
    const setup = new Map(((await dumpLog(directory)).topics.get("setup") ?? []).map((each) => [each.key, numberOf(each)]));
    for (const [key, n] of acknowledged.setup) expect(setup.get(key) ?? -1).toBeGreaterThanOrEqual(n);
  }
}, 120_000);

/** Appends to two topics, retries nothing, and ends at the first refusal. */
async function appendUntilDeath(files: FaultyFiles, count: number): Promise<{ ink: number; setup: Map<string, number> }> {
  const acknowledged = { ink: 0, setup: new Map<string, number>() };
  const log = await open({ files }).catch(() => null);
  if (log === null) return acknowledged;
  try {
    for (let n = 0; n < count; n++) {
      await log.append("ink", [numbered(n)]);
      acknowledged.ink = n + 1;
      if (n % 3 !== 0) continue;
      const key = `class/${n % 2}`;
      await log.append("setup", [{ ...numbered(n), key }]);
      acknowledged.setup.set(key, n);
      if (n % 30 === 0) await log.maintain();
    }
  } catch (error) {
    expect(error).toBeInstanceOf(LogError);
  }
  files.powerCut();
  await log.close();
  return acknowledged;
}
