import type { TopicName } from "../topic.ts";

/** Position in a partition; 0n is the first record ever written to it. LOG-3. */
export type Offset = bigint;

export interface NewRecord {
  /** Decides the partition (LOG-2); in a compacted topic also which record it replaces. */
  readonly key: string;
  readonly value: Uint8Array;
  readonly timestampMs: number;
}

export interface StoredRecord extends NewRecord {
  readonly partition: number;
  readonly offset: Offset;
}

/** What a consumer is told of a partition when it gets it. */
export interface OwnedPartition {
  readonly partition: number;
  /** The first offset that `onBatch` will get. */
  readonly startOffset: Offset;
  /** End of the partition at this moment. */
  readonly endOffset: Offset;
  /**
   * Of two owners of a partition in a group the later one has the larger generation, wherever they run; 0 without a group.
   * What an owner says carries it, so that what an earlier one still says can be told apart. LOG-13.
   */
  readonly generation: number;
  /** Aborts when the partition is taken away or the consumer ends: a batch under way should end soon. LOG-7. */
  readonly signal: AbortSignal;
}

/** A partition is the unit of state, exactly as in Kafka. */
export interface PartitionHandler {
  /**
   * Records in offset order, none skipped. Called with an empty batch when nothing came for `IDLE_BATCH_MS`, so that a
   * handler can flush. Resolves to its low-water mark: the offset below which nothing is needed any more. LOG-7.
   */
  onBatch(records: readonly StoredRecord[]): Promise<Offset>;
  /** The partition is taken away or the consumer ends. The returned low-water mark is committed once more. */
  close?(): Promise<Offset>;
}

/** So long the batch under way and `close` may take together once a partition is taken away, ms; then nobody waits. LOG-7. */
export const CLOSE_MS_MAX = 5000;

/** How long a consumer waits for records before it hands its handler an empty batch. LOG-7. */
export const IDLE_BATCH_MS = 250;

export interface ConsumeOptions {
  readonly topic: TopicName;
  /** Group whose committed offsets are read and written; null: read every partition, commit nothing. LOG-6. */
  readonly group: string | null;
  /** Where to begin when the group has no committed offset (or there is no group). Default "start". */
  readonly from?: "start" | "end" | { readonly sinceMs: number };
  /**
   * "durable" (default): only records that survive a power cut. "appended": also those not yet synced, as soon as
   * they are ordered; for what can be shown early but must not be decided on. An adapter may treat both alike. LOG-5.
   */
  readonly visibility?: "durable" | "appended";
  readonly openPartition: (owned: OwnedPartition) => PartitionHandler | Promise<PartitionHandler>;
  readonly signal: AbortSignal;
}

/**
 * The generation that follows `kept`, the last one that is remembered (null: none is). At least the time, so that it also
 * grows where a group was forgotten. LOG-13.
 */
export function nextGeneration(kept: number | null, nowMs: number): number {
  return Math.max((kept ?? 0) + 1, Math.floor(nowMs));
}

export interface EventLog {
  /**
   * Resolves once the records are durable. Several calls may be outstanding; they take effect in call order. When one
   * fails, every outstanding later one of this log fails too, so that a caller that repeats them keeps the order.
   * A failed append may still have happened: identity makes the repeat harmless. LOG-1, LOG-4.
   * @throws LogError
   */
  append(topic: TopicName, records: readonly NewRecord[]): Promise<void>;
  /** Runs until the signal aborts, then resolves. An error thrown by a handler ends it with that error. */
  consume(options: ConsumeOptions): Promise<void>;
  close(): Promise<void>;
}

export const LOG_ERROR_CODES = {
  "log.full": { canRetry: true, text: "the disk that holds the event log is full" },
  "log.io": { canRetry: true, text: "the event log could not be written" },
  "log.closed": { canRetry: false, text: "the event log is closed" },
  "log.locked": { canRetry: false, text: "another Penlight uses this data folder" },
  "log.unreachable": { canRetry: true, text: "the brokers of the event log cannot be reached" },
  "log.denied": { canRetry: false, text: "the brokers of the event log refuse this user or its encryption" },
  "log.topic": { canRetry: false, text: "a topic of the event log is not as it has to be" },
  "log.newer": { canRetry: false, text: "the event log was written by a newer Penlight" },
  "log.too-large": { canRetry: false, text: "a record is larger than the log's limit" },
} as const;
export type LogErrorCode = keyof typeof LOG_ERROR_CODES;

export class LogError extends Error {
  readonly code: LogErrorCode;
  constructor(code: LogErrorCode, detail?: string, options?: ErrorOptions) {
    super(detail === undefined ? LOG_ERROR_CODES[code].text : `${LOG_ERROR_CODES[code].text}: ${detail}`, options);
    this.name = "LogError";
    this.code = code;
  }
  get canRetry(): boolean {
    return LOG_ERROR_CODES[this.code].canRetry;
  }
}
