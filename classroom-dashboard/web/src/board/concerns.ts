import type { BoardGap, BoardStudent } from "@penlight/proto";
import { type PenMark, penMarkOf } from "./pen-mark.ts";

/** A loss of ink is worth a look for this long, ms of room time; its mark at the pupil stays. */
export const LOSS_FRESH_MS = 60_000;

/** Why a student is worth a look. `sinceMs`: room time. */
export interface Concern {
  readonly student: BoardStudent;
  readonly mark: PenMark;
  readonly kind: "pen" | "idle" | "loss";
  readonly sinceMs: number;
}

/** Pens that are silent, students who rest, ink that was just lost, apart: a lost pen is never called idle. Longest first. */
export function concernsOf(
  students: readonly BoardStudent[],
  lostAtMs: (student: BoardStudent) => number | null,
  nowMs: number,
): Concern[] {
  const found = students.flatMap((student): Concern[] => {
    const mark = penMarkOf(student.pen, lostAtMs(student), nowMs);
    if (mark === "lost" || mark === "off" || mark === "locked")
      return [{ student, mark, kind: "pen", sinceMs: student.pen?.heardMs ?? 0 }];
    const lossMs = Math.max(0, ...student.gaps.map((gap) => gap.lastMs));
    if (lossMs > 0 && nowMs - lossMs < LOSS_FRESH_MS) return [{ student, mark, kind: "loss", sinceMs: lossMs }];
    return student.idle ? [{ student, mark, kind: "idle", sinceMs: student.lastInkMs }] : [];
  });
  return found.sort((a, b) => a.sinceMs - b.sinceMs);
}

/** Pen events, about as many as dots. */
export function lostIn(gaps: readonly BoardGap[]): number {
  return gaps.reduce((sum, gap) => sum + gap.lostEvents, 0);
}
