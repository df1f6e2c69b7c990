import { type EventLog, LogError, type NewRecord, type StoredRecord } from "@penlight/proto";
import { SystemClock } from "../../src/system-clock.ts";

const ROOMS = 12;
const OUTSTANDING_MAX = 16;

/** Writes numbered records of some rooms as a gateway does: in order, several outstanding, what failed again in order. */
export class SteadyWriter {
  acknowledged = 0;
  failures = 0;
  /** Longest time between two acknowledgements, ms. */
  silenceMsMax = 0;
  readonly #log: EventLog;
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;
  #error: unknown = null;
  readonly #clock = new SystemClock();

  constructor(log: EventLog) {
    this.#log = log;
    this.#running = this.#run();
    this.#running.catch((error: unknown) => {
      this.#error = error;
    });
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async until(count: number): Promise<void> {
    await this.untilTrue(() => this.acknowledged >= count);
  }

  /** @throws what writing ended with. */
  async untilTrue(done: () => boolean): Promise<void> {
    while (!done()) {
      if (this.#error !== null) throw this.#error;
      await this.#clock.sleep(5);
    }
  }

  async #run(): Promise<void> {
    let lastMs = this.#clock.nowMs();
    while (!this.#stop.signal.aborted) {
      const first = this.acknowledged;
      const outstanding = Array.from({ length: OUTSTANDING_MAX }, (_, i) => this.#log.append("ink", [recordOf(first + i)]));
      const results = await Promise.allSettled(outstanding);
      const failed = results.findIndex(({ status }) => status === "rejected");
      if (failed === -1) this.acknowledged += OUTSTANDING_MAX;
      else {
        const { reason } = results[failed] as PromiseRejectedResult;
        if (!(reason instanceof LogError && reason.canRetry)) throw reason;
        if (results.slice(failed).some(({ status }) => status === "fulfilled")) {
          throw new Error("[LOG-4] a later append was acknowledged though an earlier one failed");
        }
        this.failures++;
        this.acknowledged += failed;
      }
      const nowMs = this.#clock.nowMs();
      this.silenceMsMax = Math.max(this.silenceMsMax, nowMs - lastMs);
      lastMs = nowMs;
      await this.#clock.sleep(failed === -1 ? 2 : 100, this.#stop.signal);
    }
  }
}

function recordOf(number: number): NewRecord {
  const value = new TextEncoder().encode(String(number));
  return { key: `room-${number % ROOMS}`, value, timestampMs: 1_790_000_000_000 + number };
}

/** Collects what a consumer gets, and says what is wrong with it. */
export class Reader {
  readonly seen: StoredRecord[] = [];
  readonly generations: string[] = [];
  error: unknown = null;
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;

  constructor(log: EventLog, group: string | null) {
    this.#running = log.consume({
      topic: "ink",
      group,
      openPartition: ({ partition, startOffset, generation }) => {
        this.generations.push(`${partition}@${generation}`);
        return {
          onBatch: async (records) => {
            this.seen.push(...records);
            return (records.at(-1)?.offset ?? startOffset - 1n) + 1n;
          },
        };
      },
      signal: this.#stop.signal,
    });
    this.#running.catch((error: unknown) => {
      this.error = error;
    });
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  get numbers(): Set<number> {
    return new Set(this.seen.map(({ value }) => Number(new TextDecoder().decode(value))));
  }

  /** Numbers below `count` that did not come. */
  missing(count: number): number[] {
    const { numbers } = this;
    return Array.from({ length: count }, (_, number) => number).filter((number) => !numbers.has(number));
  }

  async until(count: number): Promise<void> {
    const clock = new SystemClock();
    for (let waitedMs = 0; this.missing(count).length > 0; waitedMs += 20) {
      if (waitedMs > 60_000) return;
      await clock.sleep(20);
    }
  }
}

/** Where the order of a room's records, as they lie in the log, is not that of writing, repeats aside. */
export function disorder(seen: readonly StoredRecord[]): string[] {
  const found: string[] = [];
  for (const records of byPartition(seen).values()) {
    const inLog = [...records.values()].sort((a, b) => (a.offset < b.offset ? -1 : 1));
    const highest = new Map<string, number>();
    for (const { key, value, offset, partition } of inLog) {
      const number = Number(new TextDecoder().decode(value));
      const before = highest.get(key) ?? -ROOMS;
      // The first telling of each number comes after that of every smaller one of its room.
      if (number > before + ROOMS && before >= 0)
        found.push(`${partition}@${offset}: ${key} jumps from ${before} to ${number}`);
      highest.set(key, Math.max(before, number));
    }
  }
  return found;
}

function byPartition(seen: readonly StoredRecord[]): Map<number, Map<bigint, StoredRecord>> {
  const groups = new Map<number, Map<bigint, StoredRecord>>();
  for (const record of seen) {
    const group = groups.get(record.partition) ?? new Map<bigint, StoredRecord>();
    group.set(record.offset, record);
    groups.set(record.partition, group);
  }
  return groups;
}
