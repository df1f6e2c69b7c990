import type { CellState, PenState, StudentId, StudentStats } from "@penlight/proto";
import type { CountedCell } from "./item-stats.ts";
import { POINTS_PER_UNIT } from "./score.ts";

/** Cells that count as done. STAT-3. */
export function isDone(state: CellState): boolean {
  return state !== "no-signal" && state !== "not-started" && state !== "writing";
}

/** Running figures of one student in one assignment. STAT-3. */
export class StudentTally {
  readonly student: StudentId;
  done = 0;
  right = 0;
  milliPoints = 0;
  /** Host time of the first and the last ink, ms; 0: none. */
  firstInkMs = 0;
  lastInkMs = 0;
  /** Items with ink of this student. */
  inked = 0;
  idle = false;

  constructor(student: StudentId) {
    this.student = student;
  }

  add(cell: CountedCell): void {
    this.#count(cell, 1);
  }

  remove(cell: CountedCell): void {
    this.#count(cell, -1);
  }

  #count(cell: CountedCell, by: 1 | -1): void {
    if (isDone(cell.state)) this.done += by;
    if (cell.state === "right") this.right += by;
    this.milliPoints += by * (cell.milliPoints ?? 0);
  }

  inkAt(firstMs: number, lastMs: number): void {
    if (this.firstInkMs === 0 || firstMs < this.firstInkMs) this.firstInkMs = firstMs;
    if (lastMs > this.lastInkMs) this.lastInkMs = lastMs;
  }

  /** Mean time from one item to the next, ms; null before the second. STAT-4. */
  get gapMs(): number | null {
    return this.inked < 2 ? null : (this.lastInkMs - this.firstInkMs) / (this.inked - 1);
  }

  statsWith(pen: PenState | null): StudentStats {
    const { student, done, right, lastInkMs, idle } = this;
    return { student, done, right, points: this.milliPoints / POINTS_PER_UNIT, lastInkMs, idle, pen };
  }
}
