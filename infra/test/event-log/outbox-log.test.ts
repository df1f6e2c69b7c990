import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { type Clock, type EventLog, LogError, type NewRecord } from "@penlight/proto";
import { type AppendFault, MemoryLog, MemoryStore } from "@penlight/proto/memory-log";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type OutboxLog, type OutboxLogOptions, openOutboxLog } from "../../src/event-log/outbox-log.ts";
import { SystemClock } from "../../src/system-clock.ts";
import { type DiskFault, FaultyFiles } from "./faulty-files.ts";
import { inkIn, numberedInk, seqsOf, upTo } from "./outbox-records.ts";

const clock = new SystemClock();
const TINY = { segmentBytes: 2048, bytesMax: 2 ** 20, patienceMs: 50, retryMsMin: 1, retryMsMax: 4 };

let directory: string;
let store: MemoryStore;
/** What the log behind does to the next append. */
let fault: () => AppendFault;
beforeEach(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), "penlight-outbox-"));
  store = new MemoryStore();
  fault = () => "none";
});
const opened: OutboxLog[] = [];
afterEach(async () => {
  for (const outbox of opened.splice(0)) await outbox.close();
  await rm(directory, { recursive: true });
});

async function open(options: Partial<OutboxLogOptions> = {}): Promise<OutboxLog> {
  const log = new MemoryLog({ clock, store, fault: () => fault() });
  const outbox = await openOutboxLog({ log, directory, clock, limits: TINY, ...options });
  opened.push(outbox);
  return outbox;
}

/** Waits until everything is in the log behind. */
async function delivered(outbox: OutboxLog): Promise<void> {
  while (outbox.delivery() !== null) await clock.sleep(1);
}

function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}

async function appendAll(log: EventLog, seqs: readonly number[]): Promise<void> {
  await Promise.all(seqs.map((seq) => log.append("ink", [numberedInk(seq)])));
}

describe("a log with an outbox", () => {
  test("[OUT-1] while the log takes records nothing is on the disk; other topics pass by", async () => {
    const outbox = await open();
    await appendAll(outbox, upTo(20));
    await outbox.append("setup", [{ key: "room/1", value: new Uint8Array(3), timestampMs: 1 }]);
    expect(outbox.delivery()).toBeNull();
    expect(seqsOf(inkIn(store))).toEqual(upTo(20));
    fault = () => "lost";
    await expect(outbox.append("setup", [{ key: "a", value: new Uint8Array(), timestampMs: 1 }])).rejects.toThrow(LogError);
    await outbox.close();
  });

  test("[OUT-1] [OUT-3] what the log refuses is acknowledged once it is on the disk, and delivered in order later", async () => {
    const outbox = await open();
    await appendAll(outbox, [1, 2, 3]);
    fault = () => "lost";
    await appendAll(outbox, [4, 5, 6, 7]);
    await appendAll(outbox, [8, 9]);
    expect(seqsOf(inkIn(store))).toEqual([1, 2, 3]);
    expect(outbox.delivery()).toMatchObject({ bytesMax: TINY.bytesMax, shedTicks: 0, shedInk: 0 });
    expect(outbox.delivery()?.bytes).toBeGreaterThan(0);
    expect(outbox.failure()).toContain("could not be written");
    fault = () => "none";
    await delivered(outbox);
    await appendAll(outbox, [10, 11]);
    // What came while the last of it was handed over may have gone to the disk first.
    await delivered(outbox);
    expect(seqsOf(inkIn(store))).toEqual(upTo(11));
    expect([outbox.delivery(), outbox.failure()]).toEqual([null, null]);
    await outbox.close();
  });

  test("[OUT-1] a log that does not answer at all is not waited for", async () => {
    const held: (() => void)[] = [];
    const behind = new MemoryLog({ clock, store });
    let hangs = true;
    const log: EventLog = {
      append: async (topic, records) => {
        if (hangs) await new Promise<void>((resolve) => held.push(resolve));
        return behind.append(topic, records);
      },
      consume: (options) => behind.consume(options),
      close: () => behind.close(),
    };
    const outbox = await open({ log });
    await appendAll(outbox, [1, 2, 3]);
    expect(outbox.failure()).toContain("has not answered");
    expect(inkIn(store)).toEqual([]);
    hangs = false;
    for (const answer of held.splice(0)) answer();
    await delivered(outbox);
    await appendAll(outbox, [4]);
    await delivered(outbox);
    expect(seqsOf(inkIn(store))).toEqual([1, 2, 3, 4]);
    await outbox.close();
  });

  test("[OUT-2] what one life could not deliver the next one delivers first", async () => {
    fault = () => "lost";
    let outbox = await open();
    await appendAll(outbox, upTo(30));
    await outbox.close();
    fault = () => "none";
    outbox = await open();
    await appendAll(outbox, [31, 32]);
    await delivered(outbox);
    expect(seqsOf(inkIn(store))).toEqual(upTo(32));
    await outbox.close();
  });

  /** An outbox with records 1 to 3 of an earlier life, over a log that answers when `release` is called. */
  async function openHeld(options: Partial<OutboxLogOptions> = {}) {
    fault = () => "lost";
    const before = await open();
    await appendAll(before, [1, 2, 3]);
    await before.close();
    const behind = new MemoryLog({ clock, store });
    const answers = gate();
    const asked = gate();
    const log: EventLog = {
      append: async (topic, records) => {
        asked.open();
        await answers.opened;
        return behind.append(topic, records);
      },
      consume: (how) => behind.consume(how),
      close: () => behind.close(),
    };
    const outbox = await open({ log, ...options });
    await asked.opened;
    return { outbox, release: answers.open };
  }
  /** As they came, with their repeats. */
  const taken = () => inkIn(store).map((each) => each.origin?.seq);

  test("[OUT-3] what waited for a handover longer than the patience goes to the log once, whichever of timer and delivery is late", async () => {
    let nowMs = 1000;
    // Timers that never come to their turn: the process is starved.
    const starved: Clock = {
      nowMs: () => nowMs,
      sleep: (_, signal) => new Promise((resolve) => signal?.addEventListener("abort", () => resolve(), { once: true })),
    };
    const { outbox, release } = await openHeld({ clock: starved });
    const waiting = Promise.all([4, 5, 6].map((seq) => outbox.append("ink", [numberedInk(seq)])));
    nowMs += 10 * TINY.patienceMs;
    release();
    await waiting;
    await appendAll(outbox, [7]);
    await delivered(outbox);
    expect(taken()).toEqual(upTo(7));
    expect(outbox.failure()).toBeNull();
    await outbox.close();
  });

  test("[OUT-1] [OUT-3] a delivery that takes longer than the patience keeps nobody waiting: the disk takes what came, and its turn comes", async () => {
    const { outbox, release } = await openHeld();
    await appendAll(outbox, [4, 5]);
    expect(taken()).toEqual([]);
    release();
    await delivered(outbox);
    await appendAll(outbox, [6]);
    await delivered(outbox);
    expect(taken()).toEqual(upTo(6));
    await outbox.close();
  });

  /** A log that takes nothing and refuses nothing until it is closed. */
  function silent(): EventLog {
    const closed = gate();
    return {
      append: () => closed.opened.then(() => Promise.reject(new LogError("log.closed"))),
      consume: () => Promise.resolve(),
      close: async () => closed.open(),
    };
  }
  const PATIENT = { ...TINY, patienceMs: 3_600_000, endingPatienceMs: 1 };

  test("[OUT-6] who is asked to end does not wait for a log that does not answer: the disk has it at once, the next life delivers it", async () => {
    const ending = new AbortController();
    const outbox = await open({ log: silent(), limits: PATIENT, ending: ending.signal });
    const waiting = appendAll(outbox, [1, 2, 3]);
    ending.abort();
    await waiting;
    await appendAll(outbox, [4, 5]);
    await outbox.close();
    const next = await open();
    await delivered(next);
    expect(taken()).toEqual(upTo(5));
  });

  test("[OUT-6] what waits for a handover waits no longer, either", async () => {
    const ending = new AbortController();
    const { outbox, release } = await openHeld({ limits: PATIENT, ending: ending.signal });
    const waiting = appendAll(outbox, [4, 5]);
    ending.abort();
    await waiting;
    expect(taken()).toEqual([]);
    release();
    await outbox.close();
    fault = () => "none";
    const next = await open();
    await delivered(next);
    expect(seqsOf(inkIn(store))).toEqual(upTo(5));
  });

  test("[OUT-6] while the log answers, who is asked to end leaves nothing in the folder", async () => {
    const outbox = await open({ limits: { ...PATIENT, endingPatienceMs: 60_000 }, ending: AbortSignal.abort() });
    await appendAll(outbox, upTo(20));
    expect(outbox.delivery()).toBeNull();
    expect(taken()).toEqual(upTo(20));
  });

  test("[OUT-6] what is unanswered when it is closed goes to the disk", async () => {
    const outbox = await open({ log: silent(), limits: PATIENT });
    const waiting = appendAll(outbox, [1, 2, 3]);
    await outbox.close();
    await waiting;
    const next = await open();
    await delivered(next);
    expect(taken()).toEqual([1, 2, 3]);
  });

  test("[OUT-3] under a steady stream it catches up and goes back to the log itself", async () => {
    fault = () => "lost";
    const outbox = await open();
    await appendAll(outbox, upTo(500));
    fault = () => "none";
    for (let seq = 501; outbox.delivery() !== null; seq++) await outbox.append("ink", [numberedInk(seq)]);
    const seqs = seqsOf(inkIn(store));
    expect(seqs).toEqual(upTo(seqs.length));
    expect(seqs.length).toBeGreaterThan(500);
    await outbox.close();
    // Some hundred syncs, on whatever disk.
  }, 60_000);

  test("[OUT-3] an error that stays an error is the caller's, and what is stored stays for the next life", async () => {
    const behind = new MemoryLog({ clock, store });
    let code: "log.io" | "log.closed" = "log.io";
    const log: EventLog = {
      append: () => Promise.reject(new LogError(code)),
      consume: (options) => behind.consume(options),
      close: () => behind.close(),
    };
    let outbox = await open({ log });
    await appendAll(outbox, [1, 2]);
    code = "log.closed";
    const refused = async () => {
      for (let seq = 3; ; seq++) await outbox.append("ink", [numberedInk(seq)]);
    };
    await expect(refused()).rejects.toMatchObject({ code: "log.closed" });
    await outbox.close();
    outbox = await open();
    await delivered(outbox);
    const seqs = seqsOf(inkIn(store));
    expect(seqs.slice(0, 2)).toEqual([1, 2]);
    expect(seqs).toEqual(upTo(seqs.length));
    await outbox.close();
  });

  test("[OUT-1] a record that no log takes is refused alone, at once", async () => {
    fault = () => "lost";
    const outbox = await open();
    const huge: NewRecord = { key: "room-1", value: new Uint8Array(1_000_001), timestampMs: 1 };
    await appendAll(outbox, [1]);
    await expect(outbox.append("ink", [huge])).rejects.toMatchObject({ code: "log.too-large" });
    fault = () => "none";
    await delivered(outbox);
    expect(seqsOf(inkIn(store))).toEqual([1]);
    await outbox.close();
    await expect(outbox.append("ink", [numberedInk(2)])).rejects.toMatchObject({ code: "log.closed" });
  });

  test("[OUT-5] with the disk full nothing is acknowledged, the order stays, and all is well when there is room", async () => {
    let full = false;
    const files = new FaultyFiles(
      (change): DiskFault => (full && change.kind === "write" ? { code: "ENOSPC", writtenShare: 0.5 } : null),
    );
    fault = () => "lost";
    const told: unknown[] = [];
    const onDisk = (error: unknown) => void told.push(error);
    const outbox = await open({ files, onDisk });
    await appendAll(outbox, [1, 2, 3]);
    expect(told).toEqual([]);
    full = true;
    const refused = await Promise.allSettled([4, 5].map((seq) => outbox.append("ink", [numberedInk(seq)])));
    expect(refused.map((each) => each.status)).toEqual(["rejected", "rejected"]);
    expect(outbox.failure()).toMatch(/full|could not be written/);
    expect(told[0]).toMatchObject({ code: "log.full" });
    full = false;
    await appendAll(outbox, [4, 5, 6]);
    expect(told.at(-1)).toBeNull();
    fault = () => "none";
    await delivered(outbox);
    expect(seqsOf(inkIn(store))).toEqual(upTo(6));
    await outbox.close();
  });

  test("[OUT-5] with the disk full and the log back, records go to the log", async () => {
    const files = new FaultyFiles(
      (change): DiskFault => (change.kind === "write" ? { code: "ENOSPC", writtenShare: 0 } : null),
    );
    fault = () => "lost";
    const outbox = await open({ files });
    await expect(outbox.append("ink", [numberedInk(1)])).rejects.toMatchObject({ code: "log.full", canRetry: true });
    fault = () => "none";
    while (
      !(await outbox.append("ink", [numberedInk(1)]).then(
        () => true,
        () => false,
      ))
    );
    expect(seqsOf(inkIn(store))).toEqual([1]);
    await outbox.close();
  });

  test("[OUT-1] [OUT-2] [OUT-3] whatever log, disk and process do: what was acknowledged is in the log, in order, seed 1", async () => {
    const action = fc.oneof(
      { weight: 6, arbitrary: fc.constant("append" as const) },
      {
        weight: 1,
        arbitrary: fc.constantFrom("log down" as const, "log up" as const, "disk fails" as const, "disk works" as const),
      },
      { weight: 1, arbitrary: fc.constantFrom("reopen" as const, "wait" as const) },
    );
    const script = fc.array(action, { maxLength: 80 });
    const answers = fc.infiniteStream(fc.constantFrom<AppendFault>("lost", "kept"));
    await fc.assert(
      fc.asyncProperty(script, answers, async (actions, down) => {
        const folder = await mkdtemp(path.join(directory, "run-"));
        const run = new ModelRun(folder, down);
        for (const each of actions) await run.take(each);
        await run.end();
        expect(run.firsts()).toEqual(run.acknowledged);
      }),
      { seed: 1, numRuns: 60 },
    );
  });
});

type Action = "append" | "log down" | "log up" | "disk fails" | "disk works" | "reopen" | "wait";

/** A caller as the gateway is one: repeats what failed, in order, before anything new. */
class ModelRun {
  readonly acknowledged: number[] = [];
  readonly #store = new MemoryStore();
  readonly #folder: string;
  readonly #down: Iterator<AppendFault>;
  #isDown = false;
  #diskFails = false;
  #log: OutboxLog | null = null;
  #seq = 0;

  constructor(folder: string, down: Iterator<AppendFault>) {
    this.#folder = folder;
    this.#down = down;
  }

  async take(action: Action): Promise<void> {
    if (action === "log down" || action === "log up") this.#isDown = action === "log down";
    else if (action === "disk fails" || action === "disk works") this.#diskFails = action === "disk fails";
    else if (action === "wait") await clock.sleep(2);
    else if (action === "reopen") await this.#close();
    else await this.#append();
  }

  /** Everything works again: what waits is delivered. */
  async end(): Promise<void> {
    this.#isDown = false;
    this.#diskFails = false;
    await this.#append();
    await delivered(await this.#open());
    await this.#close();
  }

  firsts(): number[] {
    return seqsOf(inkIn(this.#store));
  }

  async #append(): Promise<void> {
    const seqs = [1, 2, 3].map((i) => this.#seq + i);
    for (let tries = 0; ; tries++) {
      const log = await this.#open();
      const results = await Promise.allSettled(seqs.map((seq) => log.append("ink", [numberedInk(seq)])));
      const refused = results.findIndex((each) => each.status === "rejected");
      if (refused === -1) break;
      // The gateway would wait; here the disk is mended after a while.
      if (tries > 3) this.#diskFails = false;
    }
    this.#seq += seqs.length;
    this.acknowledged.push(...seqs);
  }

  async #open(): Promise<OutboxLog> {
    const files = new FaultyFiles(
      (change): DiskFault => (this.#diskFails && change.kind === "write" ? { code: "EIO", writtenShare: 0.7 } : null),
    );
    const fault = () => (this.#isDown ? (this.#down.next().value as AppendFault) : "none");
    const log = new MemoryLog({ clock, store: this.#store, fault });
    this.#log ??= await openOutboxLog({ log, directory: this.#folder, clock, files, limits: TINY });
    return this.#log;
  }

  async #close(): Promise<void> {
    await this.#log?.close();
    this.#log = null;
  }
}
