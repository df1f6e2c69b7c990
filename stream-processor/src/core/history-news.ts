import type { HistoryDelay } from "@penlight/proto";

/** A row that waits longer for history is something to tell a teacher, ms. EVT-19. */
export const HISTORY_DELAYED_MS = 5000;
/** How often it is told while it lasts, ms. */
export const HISTORY_NEWS_MS = 1000;

/** When the rooms of a partition are told that history is behind, and that it no longer is. Pure. EVT-19. */
export class HistoryNews {
  #toldMs: number | null = null;

  /** `ageMs`: of the oldest row that waits, 0: none does. Null: nothing to tell now. */
  take({ ageMs, rows }: HistoryDelay, nowMs: number): HistoryDelay | null {
    if (ageMs < HISTORY_DELAYED_MS) {
      const isOver = this.#toldMs !== null;
      this.#toldMs = null;
      return isOver ? { ageMs: 0, rows: 0 } : null;
    }
    if (this.#toldMs !== null && nowMs - this.#toldMs < HISTORY_NEWS_MS) return null;
    this.#toldMs = nowMs;
    return { ageMs, rows };
  }
}
