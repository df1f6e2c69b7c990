import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { Random } from "@penlight/proto";
import { openEmbeddedLog } from "../../src/event-log/embedded-log.ts";
import type { LogLimits } from "../../src/event-log/limits.ts";
import { openOutboxLog } from "../../src/event-log/outbox-log.ts";
import { SystemClock } from "../../src/system-clock.ts";
import { eventLogContract, type LogUnderTest } from "./event-log-suite.ts";
import { openMemory } from "./memory-rig.ts";

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

/** A log with an outbox before it that never was away. */
async function openWithOutbox(): Promise<LogUnderTest> {
  const behind = await openMemory(() => ({}));
  const directory = await mkdtemp(path.join(os.tmpdir(), "penlight-outbox-"));
  const clock = new SystemClock();
  let log = await openOutboxLog({ log: behind.log, directory, clock });
  return {
    ...behind,
    log,
    reopen: async () => {
      await log.close();
      log = await openOutboxLog({ log: await behind.reopen(), directory, clock });
      return log;
    },
    dispose: async () => {
      await log.close();
      await behind.dispose();
      await rm(directory, { recursive: true });
    },
  };
}

eventLogContract("in memory", () => openMemory(() => ({})));
eventLogContract("in memory, everything takes its time", () =>
  openMemory((clock) => {
    const random = new Random("contract");
    const upTo = (ms: number) => () => clock.sleep(ms * random.unit());
    return {
      delays: { order: upTo(1), sync: upTo(5), deliver: upTo(2) },
      batchRecordsMax: () => random.integer(1, 40),
    };
  }),
);
eventLogContract("in memory, behind an outbox", openWithOutbox);
eventLogContract("embedded", () => openOnDisk({ journalBytes: 4 * 2 ** 20 }));
// So small that every few records roll a journal: sealing, compaction and reading back are in every test.
eventLogContract("embedded, tiny journals", () =>
  openOnDisk({ journalBytes: 2 ** 21, groupBytes: 16 * 1024, commitIntervalMs: 5 }),
);
