import {
  type Clock,
  decodeSetup,
  type EventLog,
  type History,
  HistoryError,
  LogError,
  logSchemaOf,
  type Offset,
  type OwnedPartition,
  type PartitionHandler,
  SetupState,
  type StoredRecord,
} from "@penlight/proto";
import { NO_METRICS, type ProcessorMetrics } from "./metrics.ts";
import { RoomPartition } from "./room-partition.ts";

export const PROCESSOR_GROUP = "processor";

export interface ProcessorOptions {
  readonly log: EventLog;
  readonly history: History;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly metrics?: ProcessorMetrics;
  /** Called once, when the setup is known and ink is about to be read. */
  readonly ready?: () => void;
  /** Default HISTORY_WAITING_ROWS_MAX; tests make it small. */
  readonly waitingRowsMax?: number;
}

/**
 * Ink in; events and history out, until the signal aborts. Ink is judged only after the setup that was there at the
 * start is known; later changes of the setup apply as they come.
 * @throws LogError | HistoryError that repeating cannot mend.
 */
export async function runProcessor(options: ProcessorOptions): Promise<void> {
  const { log, history, clock, signal, metrics = NO_METRICS, waitingRowsMax } = options;
  const ended = new AbortController();
  const both = AbortSignal.any([signal, ended.signal]);
  const setup = new SetupState();
  const known = latch();
  const partitions = new Set<RoomPartition>();
  const changed = () => {
    for (const partition of partitions) partition.wake();
  };
  const followSetup = log.consume({
    topic: "setup",
    group: null,
    from: "start",
    openPartition: (owned) => new SetupReader({ setup, owned, known: known.resolve, changed }),
    signal: both,
  });
  const readInk = async () => {
    await Promise.race([known.promise, followSetup, aborted(both)]);
    if (both.aborted) return;
    options.ready?.();
    await log.consume({
      topic: "ink",
      group: PROCESSOR_GROUP,
      visibility: "durable",
      openPartition: (owned) => {
        const partition = new RoomPartition({ owned, log, history, clock, setup, metrics, waitingRowsMax });
        partitions.add(partition);
        owned.signal.addEventListener("abort", () => partitions.delete(partition), { once: true });
        return partition;
      },
      signal: both,
    });
  };
  // Whichever ends first ends the other; the first error is the one that is thrown.
  const ending = async (part: Promise<void>) => {
    try {
      await part;
    } finally {
      ended.abort();
    }
  };
  const results = await Promise.allSettled([ending(followSetup), ending(readInk())]);
  for (const result of results)
    if (result.status === "rejected" && !(signal.aborted && canRetry(result.reason))) throw result.reason;
}

interface SetupReaderOptions {
  readonly setup: SetupState;
  readonly owned: OwnedPartition;
  /** The end that was there at the start is reached. */
  readonly known: () => void;
  readonly changed: () => void;
}

/** Folds topic `setup`. */
class SetupReader implements PartitionHandler {
  readonly #options: SetupReaderOptions;
  #next: Offset;

  constructor(options: SetupReaderOptions) {
    const { startOffset, endOffset } = options.owned;
    this.#options = options;
    this.#next = startOffset;
    if (startOffset >= endOffset) options.known();
  }

  async onBatch(records: readonly StoredRecord[]): Promise<Offset> {
    const { setup, owned, known, changed } = this.#options;
    let isChanged = false;
    for (const record of records) {
      const document = logSchemaOf(record) === null ? decodeSetup(record.value) : null;
      if (document !== null && setup.apply(document, record.timestampMs)) isChanged = true;
      this.#next = record.offset + 1n;
    }
    // Nothing else says so: a log that is slow hands over empty batches too. Compaction never takes the last record.
    if (this.#next >= owned.endOffset) known();
    if (isChanged) changed();
    return this.#next;
  }
}

/** A promise that is resolved from outside. */
function latch(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

/** What was given up because of the abort, and comes back by replay. */
function canRetry(error: unknown): boolean {
  return (error instanceof LogError || error instanceof HistoryError) && error.canRetry;
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
