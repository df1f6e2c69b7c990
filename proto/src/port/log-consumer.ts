import type { Clock } from "./clock.ts";
import {
  CLOSE_MS_MAX,
  type ConsumeOptions,
  IDLE_BATCH_MS,
  type Offset,
  type PartitionHandler,
  type StoredRecord,
} from "./event-log.ts";

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

/** Runs one consumer over feeds that stay the same until the signal aborts. LOG-6, LOG-7. */
export async function consumeFeeds(feeds: readonly PartitionFeed[], options: ConsumeOptions, clock: Clock): Promise<void> {
  const consumer = new FeedConsumer(options, clock);
  for (const feed of feeds) consumer.add(feed);
  await consumer.ended();
}

/**
 * The consuming half of an EventLog: each partition is a loop of its own (read, `onBatch`, commit); one sleeper for all
 * of them makes the idle batches, so that a record costs no timer. Partitions may come and go. LOG-6, LOG-7.
 */
export class FeedConsumer {
  readonly #options: ConsumeOptions;
  readonly #clock: Clock;
  readonly #stop = new AbortController();
  readonly #failures: unknown[] = [];
  readonly #loops = new Map<number, { readonly loop: PartitionLoop; readonly done: Promise<void> }>();
  readonly #idle: Promise<void>;

  constructor(options: ConsumeOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
    if (options.signal.aborted) this.#stop.abort();
    options.signal.addEventListener("abort", this.#stopNow, { once: true });
    this.#idle = this.#runIdle();
  }

  /** Aborts with the signal of the options, and when a handler or {@link fail} ends everything. */
  get stopped(): AbortSignal {
    return this.#stop.signal;
  }

  /** The partitions that are open; not those that are being closed. */
  get partitions(): readonly number[] {
    return [...this.#loops].flatMap(([partition, { loop }]) => (loop.ended.aborted ? [] : [partition]));
  }

  /** Opens a partition, once its loop of before has ended; one that is open already stays as it is. */
  add(feed: PartitionFeed): void {
    if (this.#stop.signal.aborted) return;
    const open = this.#loops.get(feed.partition);
    if (open !== undefined) {
      if (open.loop.ended.aborted) void open.done.then(() => this.add(feed));
      return;
    }
    const loop = new PartitionLoop(feed, this.#options, this.#clock);
    const done = loop
      .run()
      .catch((error: unknown) => this.fail(error))
      .finally(() => this.#loops.delete(feed.partition));
    this.#loops.set(feed.partition, { loop, done });
  }

  /** Takes a partition away: its batch under way ends, its handler closes. Resolves when it has, or had CLOSE_MS_MAX to. */
  async remove(partition: number): Promise<void> {
    const open = this.#loops.get(partition);
    open?.loop.end();
    await open?.done;
  }

  /** Ends every partition; `error` is what {@link ended} throws, if it is the first. */
  fail(error: unknown): void {
    this.#failures.push(error);
    this.#stopNow();
  }

  /** Resolves once it has stopped and every partition is closed. @throws the first error of a handler. */
  async ended(): Promise<void> {
    await this.#idle;
    while (this.#loops.size > 0) await Promise.all([...this.#loops.values()].map(({ done }) => done));
    this.#options.signal.removeEventListener("abort", this.#stopNow);
    if (this.#failures.length > 0) throw this.#failures[0];
  }

  readonly #stopNow = (): void => {
    this.#stop.abort();
    for (const { loop } of this.#loops.values()) loop.end();
  };

  async #runIdle(): Promise<void> {
    const stopped = this.#stop.signal;
    while (!stopped.aborted) {
      const nowMs = this.#clock.nowMs();
      let nextMs = nowMs + IDLE_BATCH_MS;
      for (const { loop } of this.#loops.values()) {
        const dueMs = loop.idleSinceMs + IDLE_BATCH_MS;
        if (dueMs <= nowMs) loop.wake("idle");
        else nextMs = Math.min(nextMs, dueMs);
      }
      await this.#clock.sleep(nextMs - nowMs, stopped);
    }
  }
}

type Wakening = "records" | "idle" | "ended";

class PartitionLoop {
  /** Since when this partition has waited for records; Infinity while it has something to do. */
  idleSinceMs = Number.POSITIVE_INFINITY;
  readonly #feed: PartitionFeed;
  readonly #options: ConsumeOptions;
  readonly #clock: Clock;
  readonly #visibility: Visibility;
  readonly #end = new AbortController();
  #missed = false;
  #waiting: ((why: Wakening) => void) | null = null;
  #lastCommit: Offset | undefined;
  #generation = 0;
  /** It had its time to close: what it does from now on is not waited for, and not committed. */
  #isGivenUp = false;

  constructor(feed: PartitionFeed, options: ConsumeOptions, clock: Clock) {
    this.#feed = feed;
    this.#options = options;
    this.#clock = clock;
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

  get ended(): AbortSignal {
    return this.#end.signal;
  }

  end(): void {
    this.#end.abort();
    this.wake("ended");
  }

  async run(): Promise<void> {
    if (this.ended.aborted) return;
    const { group, openPartition } = this.#options;
    // First of all: from here on no earlier owner commits anything.
    if (group !== null) this.#generation = await this.#feed.takeOver(group);
    const startOffset = await this.#startOffset();
    if (this.ended.aborted) return;
    const { end } = this.#feed.bounds(this.#visibility);
    const handler = await openPartition({
      partition: this.#feed.partition,
      startOffset,
      endOffset: end > startOffset ? end : startOffset,
      generation: this.#generation,
      signal: this.ended,
    });
    const done = new AbortController();
    const work = this.#work(handler, startOffset);
    const first = Promise.race([work, this.#outOfTime(done.signal)]);
    const stopWaiting = () => done.abort();
    work.then(stopWaiting, stopWaiting);
    await first;
  }

  /** Resolves when the handler has had its time to close. */
  async #outOfTime(done: AbortSignal): Promise<void> {
    if (!this.ended.aborted) await new Promise((resolve) => this.ended.addEventListener("abort", resolve, { once: true }));
    await this.#clock.sleep(CLOSE_MS_MAX, done);
    this.#isGivenUp = true;
  }

  async #work(handler: PartitionHandler, start: Offset): Promise<void> {
    const unwatch = this.#feed.watch(this.#visibility, () => this.wake("records"));
    try {
      await this.#deliver(handler, start);
      if (handler.close !== undefined) this.#commit(await handler.close());
    } catch (error) {
      // What could be tried again, and was given up because it was told to end, is no failure.
      const isGivenUp = this.ended.aborted && (error as { readonly canRetry?: unknown } | null)?.canRetry === true;
      this.end();
      // Its state cannot be trusted any more: it may release what it holds, but what it says is not committed.
      await handler.close?.().catch(() => undefined);
      if (!isGivenUp) throw error;
    } finally {
      unwatch();
    }
  }

  async #deliver(handler: PartitionHandler, start: Offset): Promise<void> {
    let position = start;
    while (!this.ended.aborted) {
      this.#missed = false;
      const read = this.#feed.read(position, this.#visibility);
      const records = read instanceof Promise ? await read : read;
      const last = records[records.length - 1];
      if (last === undefined) {
        if ((await this.#wait()) !== "idle") continue;
      } else {
        position = last.offset + 1n;
      }
      if (this.ended.aborted) return;
      this.#commit(await handler.onBatch(records));
    }
  }

  #wait(): Promise<Wakening> {
    if (this.#missed) return Promise.resolve("records");
    if (this.ended.aborted) return Promise.resolve("ended");
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
    if (group === null || offset === this.#lastCommit || this.#isGivenUp) return;
    this.#lastCommit = offset;
    this.#feed.commit(group, offset, this.#generation);
  }
}

function clamp(offset: Offset, low: Offset, high: Offset): Offset {
  if (offset < low) return low;
  return offset > high ? high : offset;
}
