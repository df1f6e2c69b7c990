import {
  type Clock,
  DOT_STRIDE,
  HISTORY_BATCH_STROKES_MAX,
  type HistoryBatch,
  HistoryError,
  type HistoryErrorCode,
} from "@penlight/proto";
import type { HistoryConnection } from "./connection.ts";
import { TABLES, type TableText } from "./row-text.ts";
import { TextWriter } from "./text-writer.ts";

/** What the history reports of itself; every hook is optional and must not throw. */
export interface HistoryMetrics {
  /** One INSERT ended well; `latencyMs` from the moment it was begun, without the waiting before. */
  inserted?(table: keyof HistoryBatch, rows: number, bytes: number, latencyMs: number): void;
  /** One INSERT failed; the caller of `write` decides by `canRetry` whether it comes again. */
  failed?(table: keyof HistoryBatch, code: HistoryErrorCode): void;
}

export interface HistoryInserterOptions {
  readonly metrics?: HistoryMetrics;
  /** Instead of HISTORY_GROUP_MS_MIN, for who measures or breaks inserts. */
  readonly groupMsMin?: number;
}

interface WaitingBatch {
  readonly batch: HistoryBatch;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Dots whose text is made before the event loop gets a turn: about half a millisecond. */
const TEXT_DOTS = 1024;

/**
 * From the beginning of a group of INSERTs to that of the next, at least, ms. What an INSERT costs hardly depends on its
 * rows: with eight partitions of 500 pens a group followed the other four to five times a second, and the engine's parts,
 * syncs and merges took the processor and the disk from the log. HIS-5.
 */
export const HISTORY_GROUP_MS_MIN = 1000;

/** Strokes, answers, marks, gaps: what an answer names is there before the answer. */
const ORDER = ["strokes", "answers", "marks", "gaps"] as const satisfies readonly (keyof HistoryBatch)[];

/**
 * One INSERT in flight. What comes meanwhile waits and goes together, up to `HISTORY_BATCH_STROKES_MAX` strokes, so that
 * many small batches do not become many small parts. The first batch after a pause goes at once, then one group every
 * `HISTORY_GROUP_MS_MIN`, or when that many strokes wait. A group that is refused is tried again batch by batch: one bad
 * row must not take its neighbours along. HIS-5.
 */
export class HistoryInserter {
  readonly #connection: HistoryConnection;
  readonly #clock: Clock;
  readonly #metrics: HistoryMetrics;
  readonly #groupMsMin: number;
  /** Ends the pause before a group. */
  #hurry: AbortController | null = null;
  #groupMs = Number.NEGATIVE_INFINITY;
  #strokes = 0;
  #waiting: WaitingBatch[] = [];
  #isRunning = false;
  #run: Promise<void> = Promise.resolve();

  constructor(
    connection: HistoryConnection,
    clock: Clock,
    { metrics = {}, groupMsMin = HISTORY_GROUP_MS_MIN }: HistoryInserterOptions,
  ) {
    this.#connection = connection;
    this.#clock = clock;
    this.#metrics = metrics;
    this.#groupMsMin = groupMsMin;
  }

  /** @throws HistoryError */
  write(batch: HistoryBatch): Promise<void> {
    const written = new Promise<void>((resolve, reject) => this.#waiting.push({ batch, resolve, reject }));
    this.#strokes += batch.strokes.length;
    if (this.#strokes >= HISTORY_BATCH_STROKES_MAX) this.#hurry?.abort();
    if (!this.#isRunning) this.#run = this.#insertAll();
    return written;
  }

  /** Inserts what waits without a pause. */
  async close(): Promise<void> {
    this.#groupMs = Number.NEGATIVE_INFINITY;
    this.#hurry?.abort();
    await this.#run;
  }

  async #insertAll(): Promise<void> {
    this.#isRunning = true;
    while (this.#waiting.length > 0) {
      await this.#pause();
      const group = this.#takeGroup();
      try {
        await this.#insert(group.map((each) => each.batch));
        for (const each of group) each.resolve();
      } catch (error) {
        await this.#fail(group, error);
      }
    }
    // In the same turn as the look at what waits: a batch that comes a microtask later must find nobody running.
    this.#isRunning = false;
  }

  async #pause(): Promise<void> {
    const waitMs = this.#groupMs + this.#groupMsMin - this.#clock.nowMs();
    if (waitMs > 0 && this.#strokes < HISTORY_BATCH_STROKES_MAX) {
      this.#hurry = new AbortController();
      await this.#clock.sleep(waitMs, this.#hurry.signal);
      this.#hurry = null;
    }
    this.#groupMs = this.#clock.nowMs();
  }

  #takeGroup(): WaitingBatch[] {
    let strokes = 0;
    let count = 0;
    for (const { batch } of this.#waiting) {
      if (count > 0 && strokes + batch.strokes.length > HISTORY_BATCH_STROKES_MAX) break;
      strokes += batch.strokes.length;
      count++;
    }
    this.#strokes -= strokes;
    return this.#waiting.splice(0, count);
  }

  async #fail(group: readonly WaitingBatch[], error: unknown): Promise<void> {
    if (group.length === 1 || !(error instanceof HistoryError) || error.canRetry) {
      for (const each of group) each.reject(error);
      return;
    }
    for (const each of group) await this.#insert([each.batch]).then(each.resolve, each.reject);
  }

  async #insert(batches: readonly HistoryBatch[]): Promise<void> {
    for (const name of ORDER) await this.#insertTable(TABLES[name] as TableText<unknown>, batches);
  }

  async #insertTable(table: TableText<unknown>, batches: readonly HistoryBatch[]): Promise<void> {
    const rows: unknown[] = batches.flatMap((batch): readonly unknown[] => batch[table.name]);
    if (rows.length === 0) return;
    const bytes = await bytesOf(table, rows);
    const startMs = this.#clock.nowMs();
    try {
      await this.#connection.insert({ table: table.name, columns: table.columns, rows: bytes });
    } catch (error) {
      if (error instanceof HistoryError) this.#metrics.failed?.(table.name, error.code);
      throw error;
    }
    this.#metrics.inserted?.(table.name, rows.length, bytes.length, this.#clock.nowMs() - startMs);
  }
}

async function bytesOf(table: TableText<unknown>, rows: readonly unknown[]): Promise<Buffer> {
  const out = new TextWriter();
  let dots = 0;
  for (const row of rows) {
    table.write(row, out);
    dots += dotsOf(row);
    if (dots < TEXT_DOTS) continue;
    dots = 0;
    await new Promise((resolve) => setImmediate(resolve));
  }
  return out.finish();
}

/** What a row's text costs, in dots. */
function dotsOf(row: unknown): number {
  const dots = typeof row === "object" && row !== null && "dots" in row ? row.dots : null;
  return 8 + (dots instanceof Int32Array ? dots.length / DOT_STRIDE : 0);
}
