import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { openEmbeddedLog } from "../../src/event-log/embedded-log.ts";
import { SystemClock } from "../../src/system-clock.ts";

const HOPS_MAX = 12;

test("[LOG-1] an append is served whenever it comes, also some microtasks after the one before it has resolved", async () => {
  const directory = await mkdtemp(path.join(tmpdir(), "penlight-log-"));
  const log = await openEmbeddedLog({ directory, clock: new SystemClock() });
  try {
    const record = { key: "k", value: Uint8Array.of(1), timestampMs: 1 };
    for (let hops = 0; hops <= HOPS_MAX; hops++) {
      for (let i = 0; i < 3; i++) {
        await log.append("ink", [record]);
        for (let hop = 0; hop < hops; hop++) await Promise.resolve();
      }
    }
    const appended = log.endOffsets("ink").reduce((sum, end) => sum + end, 0n);
    expect(appended).toBe(BigInt(3 * (HOPS_MAX + 1)));
  } finally {
    await log.close();
    await rm(directory, { recursive: true });
  }
});
