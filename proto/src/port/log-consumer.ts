import type { Clock } from "./clock.ts";
import { type ConsumeOptions, IDLE_BATCH_MS, type Offset, type PartitionHandler, type StoredRecord } from "./event-log.ts";

export type Visibility = NonNullable<ConsumeOptions["visibility"]>;

/** One partition as an adapter that keeps its own partitions offers it to {@link consumeFeeds}. */
export interface PartitionFeed {
  readonly partition: number;
  /** First offset that is still stored, and one past the last that is visible. */
  bounds(visibility: Visibility): { readonly start: Offset; readonly end: Offset };
  /** Offset of the first record at or after `sinceMs`; the end where there is none. */
  offsetSince(sinceMs: number, visibility: Visibility): Offset | Promise<Offset>;
  /** The next visible records with an offset of at least `from`, one batch; empty only when there is none. */
  read(from: Offset, visibility: Visibility): readonly StoredRecord[] | Promise<readonly StoredRecord[]>;
  /** Calls `listener`, synchronously, whenever more has become visible, until the returned function is called. */
  watch(visibility: Visibility, listener: () => void): () => void;
  /** Begins a generation of this group's owners and keeps it for good, before it resolves. LOG-13. */
  takeOver(group: string): number | Promise<number>;
  committed(group: string): Offset | undefined;
  /** Nothing happens when another owner has taken over since `generation`. */
  commit(group: string, offset: Offset, generation: number): void;
}

/**
 * The consuming half of an EventLog: each partition is a loop of its own (read, `onBatch`, commit); one sleeper for all
 * of them makes the idle batches, so that a record costs no timer. LOG-6, LOG-7.
 */
export async function consumeFeeds(feeds: readonly PartitionFeed[], options: ConsumeOptions, clock: Clock): Promise<void> {
  const stop = new AbortController();
  const failures: unknown[] = [];
  const loops = feeds.map((feed) => new PartitionLoop(feed, options, clock, stop.signal));
  const stopNow = () => {
    stop.abort();
    for (const loop of loops) loop.wake("stopped");
  };
  if (options.signal.aborted) stopNow();
  options.signal.addEventListener("abort", stopNow, { once: true });
  const idle = runIdle(loops, clock, stop.signal);
  await Promise.all(
    loops.map((loop) =>
      loop.run().catch((error: unknown) => {
        failures.push(error);
        stopNow();
      }),
    ),
  );
  stopNow();
  options.signal.removeEventListener("abort", stopNow);
  await idle;
  if (failures.length > 0) throw failures[0];
}

async function runIdle(loops: readonly PartitionLoop[], clock: Clock, stopped: AbortSignal): Promise<void> {
  while (!stopped.aborted) {
    const nowMs = clock.nowMs();
    let nextMs = nowMs + IDLE_BATCH_MS;
    for (const loop of loops) {
      const dueMs = loop.idleSinceMs + IDLE_BATCH_MS;
      if (dueMs <= nowMs) loop.wake("idle");
      else nextMs = Math.min(nextMs, dueMs);
    }
    await clock.sleep(nextMs - nowMs, stopped);
  }
}

type Wakening = "records" | "idle" | "stopped";

class PartitionLoop {
  /** Since when this partition has waited for records; Infinity while it has something to do. */
  idleSinceMs = Number.POSITIVE_INFINITY;
  readonly #feed: PartitionFeed;
  readonly #options: ConsumeOptions;
  readonly #clock: Clock;
  readonly #stopped: AbortSignal;
  readonly #visibility: Visibility;
  #missed = false;
  #waiting: ((why: Wakening) => void) | null = null;
  #lastCommit: Offset | undefined;
  #generation = 0;

  constructor(feed: PartitionFeed, options: ConsumeOptions, clock: Clock, stopped: AbortSignal) {
    this.#feed = feed;
    this.#options = options;
    this.#clock = clock;
    this.#stopped = stopped;
    this.#visibility = options.visibility ?? "durable";
  }

  wake(why: Wakening): void {
    const waiting = this.#waiting;
    if (waiting === null) {
      if (why === "records") this.#missed = true;
      return;
    }
    this.#waiting = null;
    this.idleSinceMs = Number.POSITIVE_INFINITY;
    waiting(why);
  }

  async run(): Promise<void> {
    if (this.#stopped.aborted) return;
    const { group, openPartition } = this.#options;
    // First of all: from here on no earlier owner commits anything.
    if (group !== null) this.#generation = await this.#feed.takeOver(group);
    const start = await this.#startOffset();
    const { end } = this.#feed.bounds(this.#visibility);
    const handler = await openPartition({
      partition: this.#feed.partition,
      startOffset: start,
      endOffset: end > start ? end : start,
      generation: this.#generation,
    });
    const unwatch = this.#feed.watch(this.#visibility, () => this.wake("records"));
    try {
      await this.#deliver(handler, start);
    } catch (error) {
      // Its state cannot be trusted any more: it may release what it holds, but what it says is not committed.
      await handler.close?.().catch(() => undefined);
      throw error;
    } finally {
      unwatch();
    }
    if (handler.close !== undefined) this.#commit(await handler.close());
  }

  async #deliver(handler: PartitionHandler, start: Offset): Promise<void> {
    let position = start;
    while (!this.#stopped.aborted) {
      this.#missed = false;
      const read = this.#feed.read(position, this.#visibility);
      const records = read instanceof Promise ? await read : read;
      const last = records[records.length - 1];
      if (last === undefined) {
        if ((await this.#wait()) !== "idle") continue;
      } else {
        position = last.offset + 1n;
      }
      if (this.#stopped.aborted) return;
      this.#commit(await handler.onBatch(records));
    }
  }

  #wait(): Promise<Wakening> {
    if (this.#missed) return Promise.resolve("records");
    if (this.#stopped.aborted) return Promise.resolve("stopped");
    this.idleSinceMs = this.#clock.nowMs();
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  async #startOffset(): Promise<Offset> {
    const { group, from } = this.#options;
    const { start, end } = this.#feed.bounds(this.#visibility);
    const committed = group === null ? undefined : this.#feed.committed(group);
    // A commit may be past the end after a power cut (it was of records that never became durable), or before what retention left.
    if (committed !== undefined) return clamp(committed, start, end);
    if (from === "end") return end;
    if (from === undefined || from === "start") return start;
    return clamp(await this.#feed.offsetSince(from.sinceMs, this.#visibility), start, end);
  }

  #commit(offset: Offset): void {
    const { group } = this.#options;
    if (group === null || offset === this.#lastCommit) return;
    this.#lastCommit = offset;
    this.#feed.commit(group, offset, this.#generation);
  }
}

function clamp(offset: Offset, low: Offset, high: Offset): Offset {
  if (offset < low) return low;
  return offset > high ? high : offset;
}
