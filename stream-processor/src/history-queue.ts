import {
  type AnswerRow,
  type Clock,
  HISTORY_BATCH_AGE_MS_MAX,
  HISTORY_BATCH_STROKES_MAX,
  type HistoryBatch,
  HistoryError,
  type HistoryWriter,
  type MarkRow,
} from "@penlight/proto";
import type { GapOut, RoomRows, StrokeOut } from "./core/stroke-placer.ts";
import type { Hold, Watermark } from "./core/watermark.ts";
import type { ProcessorMetrics } from "./metrics.ts";
import { RETRY_MS_MAX, RETRY_MS_MIN } from "./publisher.ts";

/** Rows that may wait for history; then reading waits, which slows consumption and loses nothing. HIS-5. */
export const HISTORY_WAITING_ROWS_MAX = 20_000;

interface FixedBatch {
  readonly sinceMs: number;
  readonly batch: HistoryBatch;
  readonly holds: readonly Hold[];
}

interface OpenBatch {
  strokes: StrokeOut[];
  answers: AnswerRow[];
  marks: MarkRow[];
  gaps: GapOut[];
  holds: Hold[];
  sinceMs: number;
}

export interface HistoryQueueOptions {
  readonly history: HistoryWriter;
  readonly clock: Clock;
  readonly watermark: Watermark;
  readonly metrics: ProcessorMetrics;
  readonly signal: AbortSignal;
  /** Tests make it small. */
  readonly waitingRowsMax?: number | undefined;
  /** A batch of one row that history refuses for good. */
  readonly refused: (batch: HistoryBatch, error: unknown) => Promise<void>;
}

/**
 * Rows on their way to history: fixed into batches before they are written, one write in flight, repeated unchanged for
 * ever while the error can be retried. HIS-5, HIS-6.
 */
export class HistoryQueue {
  readonly #options: HistoryQueueOptions;
  #open: OpenBatch | null = null;
  readonly #fixed: FixedBatch[] = [];
  #waiting = 0;
  #writing: Promise<void> | null = null;
  #failure: unknown = null;

  constructor(options: HistoryQueueOptions) {
    this.#options = options;
  }

  get waitingRows(): number {
    return this.#waiting;
  }

  /** How long the oldest row has waited, ms; 0: none does. */
  waitingMs(nowMs: number): number {
    const sinceMs = this.#fixed[0]?.sinceMs ?? this.#open?.sinceMs;
    return sinceMs === undefined ? 0 : Math.max(0, nowMs - sinceMs);
  }

  /** Takes the rows of a room; `rows` is left empty. */
  take(rows: RoomRows): void {
    const judged = rows.answers.length + rows.marks.length;
    if (rows.strokes.length + rows.gaps.length + judged === 0) {
      for (const hold of rows.holds.splice(0)) this.#options.watermark.release(hold);
      return;
    }
    this.#open ??= { strokes: [], answers: [], marks: [], gaps: [], holds: [], sinceMs: this.#options.clock.nowMs() };
    const open = this.#open;
    open.strokes.push(...rows.strokes.splice(0));
    open.answers.push(...rows.answers.splice(0));
    open.marks.push(...rows.marks.splice(0));
    open.gaps.push(...rows.gaps.splice(0));
    open.holds.push(...rows.holds.splice(0));
    if (judged > 0) open.holds.push(this.#options.watermark.hold());
    if (open.strokes.length >= HISTORY_BATCH_STROKES_MAX) this.#fix();
  }

  /**
   * Fixes a batch that is old enough, starts writing, and waits only when too much waits, which may be long: `full` is
   * called before. @throws what history cannot recover from.
   */
  async step(full: () => void): Promise<void> {
    const { waitingRowsMax = HISTORY_WAITING_ROWS_MAX, signal } = this.#options;
    const age = this.#open === null ? 0 : this.#options.clock.nowMs() - this.#open.sinceMs;
    if (this.#open !== null && age >= HISTORY_BATCH_AGE_MS_MAX) this.#fix();
    this.#start();
    if (this.#waiting > waitingRowsMax) full();
    while (this.#waiting > waitingRowsMax && this.#writing !== null && !signal.aborted) await this.#writing;
    if (this.#failure !== null) throw this.#failure;
  }

  /** Writes all that is there; gives up what cannot be written now when the signal has aborted. */
  async drain(): Promise<void> {
    if (this.#open !== null) this.#fix();
    this.#start();
    await this.#writing;
  }

  #fix(): void {
    const open = this.#open;
    if (open === null) return;
    this.#open = null;
    const { strokes, answers, marks, gaps, sinceMs } = open;
    const batch = { strokes: strokes.map((each) => each.row), answers, marks, gaps: gaps.map((each) => each.row) };
    this.#fixed.push({ sinceMs, batch, holds: [...strokes, ...gaps].map((each) => each.hold).concat(open.holds) });
    this.#waiting += rowsOf(batch);
  }

  #start(): void {
    if (this.#writing !== null || this.#fixed.length === 0 || this.#failure !== null) return;
    this.#writing = this.#writeAll().finally(() => {
      this.#writing = null;
    });
  }

  async #writeAll(): Promise<void> {
    try {
      for (let next = this.#fixed[0]; next !== undefined; next = this.#fixed[0]) {
        if (!(await this.#write(next.batch))) return;
        this.#fixed.shift();
        this.#waiting -= rowsOf(next.batch);
        for (const hold of next.holds) this.#options.watermark.release(hold);
      }
    } catch (error) {
      this.#failure = error;
    }
  }

  /** False when it was given up: the rows come back by replay. */
  async #write(batch: HistoryBatch): Promise<boolean> {
    const { history, clock, metrics, signal } = this.#options;
    for (let waitMs = RETRY_MS_MIN; ; waitMs = Math.min(2 * waitMs, RETRY_MS_MAX)) {
      const startMs = clock.nowMs();
      try {
        await history.write(batch);
        metrics.observe("history", clock.nowMs() - startMs);
        return true;
      } catch (error) {
        if (!(error instanceof HistoryError)) throw error;
        if (!error.canRetry) return this.#refused(batch, error);
        metrics.count("history-retries", 1, error.code);
        if (signal.aborted) return false;
        await clock.sleep(waitMs, signal);
        if (signal.aborted) return false;
      }
    }
  }

  /** Halves a refused batch until the row is found that history will not have; the others are written. */
  async #refused(batch: HistoryBatch, error: HistoryError): Promise<boolean> {
    if (error.code !== "history.refused") throw error;
    if (rowsOf(batch) > 1) {
      for (const half of halvesOf(batch)) if (!(await this.#write(half))) return false;
      return true;
    }
    this.#options.metrics.count("history-refused", 1, error.code);
    await this.#options.refused(batch, error);
    return true;
  }
}

function rowsOf({ strokes, answers, marks, gaps }: HistoryBatch): number {
  return strokes.length + answers.length + marks.length + gaps.length;
}

/** Two batches with at least one row each. */
function halvesOf(batch: HistoryBatch): HistoryBatch[] {
  const none: HistoryBatch = { strokes: [], answers: [], marks: [], gaps: [] };
  const kinds = (["strokes", "answers", "marks", "gaps"] as const).filter((kind) => batch[kind].length > 0);
  const first = kinds[0];
  if (first === undefined) return [];
  if (kinds.length > 1)
    return [
      { ...none, [first]: batch[first] },
      { ...batch, [first]: [] },
    ];
  const middle = batch[first].length >> 1;
  return [
    { ...none, [first]: batch[first].slice(0, middle) },
    { ...none, [first]: batch[first].slice(middle) },
  ];
}
