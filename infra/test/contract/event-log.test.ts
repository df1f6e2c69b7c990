import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { MemoryLog, MemoryStore } from "@penlight/proto/memory-log";
import { SimulatedClock } from "@penlight/proto/simulated-clock";
import { openEmbeddedLog } from "../../src/event-log/embedded-log.ts";
import type { LogLimits } from "../../src/event-log/limits.ts";
import { SystemClock } from "../../src/system-clock.ts";
import { eventLogContract, type LogUnderTest } from "./event-log-suite.ts";

async function openMemory(syncMs: number): Promise<LogUnderTest> {
  const clock = new SimulatedClock(1_790_000_000_000);
  const store = new MemoryStore();
  const open = () => new MemoryLog({ clock, store, syncMs: () => syncMs });
  let log = open();
  const pump = new AbortController();
  // Appends that a test awaits need time too, so time passes by itself.
  const running = (async () => {
    while (!pump.signal.aborted) await clock.run(clock.nowMs() + 1);
  })();
  return {
    log,
    reopen: async () => {
      await log.close();
      log = open();
      return log;
    },
    pass: (ms) => clock.sleep(ms),
    nowMs: () => clock.nowMs(),
    dispose: async () => {
      await log.close();
      pump.abort();
      await running;
    },
  };
}

async function openOnDisk(limits: Partial<LogLimits>): Promise<LogUnderTest> {
  const directory = await mkdtemp(path.join(os.tmpdir(), "penlight-log-"));
  const clock = new SystemClock();
  const open = () => openEmbeddedLog({ directory, clock, limits });
  let log = await open();
  return {
    log,
    reopen: async () => {
      await log.close();
      log = await open();
      return log;
    },
    pass: (ms) => clock.sleep(ms),
    nowMs: () => clock.nowMs(),
    dispose: async () => {
      await log.close();
      await rm(directory, { recursive: true });
    },
  };
}

eventLogContract("in memory", () => openMemory(0));
eventLogContract("in memory, with a slow sync", () => openMemory(3));
eventLogContract("embedded", () => openOnDisk({ journalBytes: 4 * 2 ** 20 }));
// So small that every few records roll a journal: sealing, compaction and reading back are in every test.
eventLogContract("embedded, tiny journals", () =>
  openOnDisk({ journalBytes: 2 ** 21, groupBytes: 16 * 1024, commitIntervalMs: 5 }),
);
