import {
  batchEnd,
  type Clock,
  type ConsumeOptions,
  type Delivery,
  type EventLog,
  LogError,
  type NewRecord,
  type TopicName,
} from "@penlight/proto";
import { type LogFiles, nodeFiles } from "./log-files.ts";
import { type Entry, settle, takeGroup, weigh } from "./outbox-entry.ts";
import { OUTBOX_LIMITS, type OutboxLogLimits } from "./outbox-limits.ts";
import { Patience } from "./outbox-patience.ts";
import { type OutboxRead, OutboxStore } from "./outbox-store.ts";

export interface OutboxLogOptions {
  /** The log that records are for. */
  readonly log: EventLog;
  /** Made when it is not there. Nobody else may write in it. */
  readonly directory: string;
  readonly clock: Clock;
  /** The clock of the records' times, where that is another one. */
  readonly inkClock?: Clock;
  readonly limits?: Partial<OutboxLogLimits>;
  readonly files?: LogFiles;
  /** Told the error with which the disk refuses records, and null when it takes them again or is not needed any more. OUT-5. */
  readonly onDisk?: (error: unknown) => void;
  /** Aborted when the caller is asked to end: from then on the log is waited for hardly at all. OUT-6. */
  readonly ending?: AbortSignal;
}

export interface OutboxLog extends EventLog {
  /** For the ticks and for metrics: what waits on the disk; null: nothing, and nothing was given up. EVT-16. */
  delivery(): Delivery | null;
  /** What keeps records from being delivered, or stored; null: nothing. */
  failure(): string | null;
}

/**
 * A log that goes on while the one behind it cannot be reached: topic `ink` is stored on disk meanwhile and delivered in
 * order afterwards. What an earlier process left is delivered first. The other topics are none of its business. OUT rules.
 * @throws LogError "log.locked", "log.full", "log.io"
 */
export async function openOutboxLog(options: OutboxLogOptions): Promise<OutboxLog> {
  const { directory, files = nodeFiles } = options;
  const limits = { ...OUTBOX_LIMITS, ...options.limits };
  if (limits.bytesMax < 4 * limits.segmentBytes) throw new RangeError("an outbox must hold four segments at least");
  const { bytesMax, segmentBytes } = limits;
  const store = await OutboxStore.open({ directory, files, bytesMax, segmentBytes });
  return new StoringLog(options, limits, store);
}

class StoringLog implements OutboxLog {
  readonly #log: EventLog;
  readonly #clock: Clock;
  readonly #inkClock: Clock;
  readonly #limits: OutboxLogLimits;
  readonly #store: OutboxStore;
  readonly #stop = new AbortController();
  readonly #patience: Patience;
  /** "direct": appends go to the log behind. "storing": to the disk, from where they are delivered. */
  #mode: "direct" | "storing" = "direct";
  /** Given to the log behind, directly, and not answered. */
  #outstanding: Entry[] = [];
  /** To be stored. */
  #pending: Entry[] = [];
  #isWriting = false;
  #written: Promise<void> = Promise.resolve();
  /** What is left to deliver is little: what comes now waits for it in memory, not longer than the patience. */
  #handover = false;
  #handoverMs = 0;
  #timing = false;
  #draining: Promise<void> = Promise.resolve();
  #watching = false;
  #failure: unknown = null;
  readonly #onDisk: (error: unknown) => void;
  #diskRefuses = false;
  /** The log behind refuses for good. */
  #fatal: LogError | null = null;

  constructor(options: OutboxLogOptions, limits: OutboxLogLimits, store: OutboxStore) {
    this.#log = options.log;
    this.#clock = options.clock;
    this.#inkClock = options.inkClock ?? options.clock;
    this.#limits = limits;
    this.#store = store;
    this.#onDisk = options.onDisk ?? (() => {});
    this.#patience = new Patience({ clock: options.clock, limits, ending: options.ending, stopped: this.#stop.signal });
    if (store.bytes > 0) this.#beginStoring();
  }

  append(topic: TopicName, records: readonly NewRecord[]): Promise<void> {
    if (topic !== "ink") return this.#log.append(topic, records);
    if (this.#stop.signal.aborted) return Promise.reject(new LogError("log.closed"));
    if (this.#fatal !== null) return Promise.reject(this.#fatal);
    const { bytes, tooLarge } = weigh(records);
    if (tooLarge !== null) return Promise.reject(tooLarge);
    if (records.length === 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const entry = { records, bytes, sentMs: 0, resolve, reject, settled: false };
      if (this.#mode === "direct") this.#send(entry);
      else {
        this.#pending.push(entry);
        this.#write();
      }
    });
  }

  consume(options: ConsumeOptions): Promise<void> {
    return this.#log.consume(options);
  }

  delivery(): Delivery | null {
    const { bytes, oldestMs, shed } = this.#store;
    if (oldestMs === null && shed.ticks + shed.ink === 0) return null;
    const ageMs = oldestMs === null ? 0 : Math.max(0, this.#inkClock.nowMs() - oldestMs);
    return { ageMs, bytes, bytesMax: this.#limits.bytesMax, shedTicks: shed.ticks, shedInk: shed.ink };
  }

  failure(): string | null {
    return this.#failure instanceof Error ? this.#failure.message : null;
  }

  /** What is on the disk stays there for the next process; so does what the log has not answered. OUT-6. */
  async close(): Promise<void> {
    if (this.#stop.signal.aborted) return;
    this.#stop.abort();
    this.#storeUnanswered();
    await this.#written;
    await this.#log.close();
    await this.#draining;
    await this.#store.close();
  }

  #send(entry: Entry): void {
    entry.sentMs = this.#clock.nowMs();
    this.#outstanding.push(entry);
    this.#log.append("ink", entry.records).then(
      () => {
        this.#forget(entry);
        if (this.#mode === "direct") this.#failure = null;
        settle(entry, null);
      },
      (error: unknown) => {
        if (error instanceof LogError && error.canRetry) {
          this.#failure = error;
          // One that is stored by now fails late: that says nothing new.
          if (this.#mode === "direct" && !entry.settled) this.#beginStoring();
        } else {
          this.#forget(entry);
          settle(entry, error);
        }
      },
    );
    if (!this.#watching) void this.#watch();
  }

  #forget(entry: Entry): void {
    const at = this.#outstanding.indexOf(entry);
    if (at >= 0) this.#outstanding.splice(at, 1);
  }

  /** A log that neither takes nor refuses is as good as one that refuses. OUT-1. */
  async #watch(): Promise<void> {
    this.#watching = true;
    for (let oldest = this.#outstanding[0]; oldest !== undefined; oldest = this.#outstanding[0]) {
      const patienceMs = this.#patience.ms;
      const waitMs = oldest.sentMs + patienceMs - this.#clock.nowMs();
      if (waitMs <= 0) {
        this.#failure = new Error(`the event log has not answered for ${patienceMs} ms`);
        this.#beginStoring();
      } else await this.#patience.wait(waitMs);
      if (this.#stop.signal.aborted) break;
    }
    this.#watching = false;
  }

  #beginStoring(): void {
    this.#storeUnanswered();
    this.#draining = this.#drain();
  }

  /** Everything that is not answered is stored, in order, before what comes after it. */
  #storeUnanswered(): void {
    this.#mode = "storing";
    this.#pending = [...this.#outstanding, ...this.#pending];
    this.#outstanding = [];
    this.#endHandover();
  }

  #write(): void {
    if (this.#isWriting || this.#handover || this.#pending.length === 0) return;
    this.#isWriting = true;
    this.#written = this.#writeAll();
  }

  async #writeAll(): Promise<void> {
    for (let group = this.#nextGroup(); group.length > 0; group = this.#nextGroup()) {
      try {
        await this.#store.append(group.flatMap((entry) => entry.records));
        for (const entry of group) settle(entry, null);
        this.#tellDisk(null);
      } catch (error) {
        this.#failure = error;
        this.#tellDisk(error);
        // Whoever repeats them keeps the order only when all of them fail. LOG-4.
        for (const entry of [...group, ...this.#pending.splice(0)]) settle(entry, error);
      }
    }
    // Nothing is awaited between the last look at what is pending and this: who comes later begins anew.
    this.#isWriting = false;
  }

  #tellDisk(error: unknown): void {
    if (error === null && !this.#diskRefuses) return;
    this.#diskRefuses = error !== null;
    this.#onDisk(error);
  }

  #nextGroup(): Entry[] {
    return this.#handover ? [] : takeGroup(this.#pending, this.#limits.writeBytes);
  }

  /** Delivers what is stored, oldest first, until nothing is; then appends go to the log again. OUT-3. */
  async #drain(): Promise<void> {
    let read: OutboxRead | null = null;
    let sent = 0;
    let pauseMs = this.#limits.retryMsMin;
    while (!this.#stop.signal.aborted) {
      try {
        read ??= await this.#store.next();
        if (read === null) {
          if (await this.#resumeDirect()) return;
          continue;
        }
        if (read.isLast && read.records.length <= this.#limits.handoverRecords) this.#beginHandover();
        while (sent < read.records.length) {
          const end = batchEnd(read.records, sent, read.records.length);
          await this.#log.append("ink", read.records.slice(sent, end));
          sent = end;
        }
        await this.#store.delivered(read);
        [read, sent, pauseMs] = [null, 0, this.#limits.retryMsMin];
        this.#failure = null;
      } catch (error) {
        if (this.#isFatal(error)) return;
        this.#failure = error;
        this.#endHandover();
        await this.#clock.sleep(pauseMs, this.#stop.signal);
        pauseMs = Math.min(this.#limits.retryMsMax, 2 * pauseMs);
      }
    }
  }

  /** False: something is being stored; it has to be delivered first. */
  async #resumeDirect(): Promise<boolean> {
    this.#beginHandover();
    if (this.#isWriting) {
      await this.#written;
      return false;
    }
    this.#handover = false;
    this.#mode = "direct";
    this.#tellDisk(null);
    for (const entry of this.#pending.splice(0)) if (!entry.settled) this.#send(entry);
    return true;
  }

  #beginHandover(): void {
    if (this.#handover || this.#stop.signal.aborted) return;
    this.#handover = true;
    this.#handoverMs = this.#clock.nowMs();
    if (!this.#timing) void this.#timeHandover();
  }

  async #timeHandover(): Promise<void> {
    this.#timing = true;
    while (this.#handover) {
      const waitMs = this.#handoverMs + this.#patience.ms - this.#clock.nowMs();
      if (waitMs <= 0) this.#endHandover();
      else await this.#patience.wait(waitMs);
    }
    this.#timing = false;
  }

  #endHandover(): void {
    this.#handover = false;
    this.#write();
  }

  #isFatal(error: unknown): boolean {
    if (!(error instanceof LogError) || error.canRetry) return false;
    this.#failure = error;
    this.#fatal = error;
    this.#handover = false;
    for (const entry of this.#pending.splice(0)) settle(entry, error);
    return true;
  }
}
