import type { BoardGap, BoardStudent } from "@penlight/proto";
import { type PenMark, penMarkOf } from "./pen-mark.ts";

/** A loss of ink is worth a look for this long, ms of room time; its mark at the pupil stays. */
export const LOSS_FRESH_MS = 60_000;

/** That strokes came home from a pen's memory is told for so long, ms of room time. */
export const RECOVERED_FRESH_MS = 60_000;

/** Why a student is worth a look. `sinceMs`: room time. */
export interface Concern {
  readonly student: BoardStudent;
  readonly mark: PenMark;
  readonly kind: "help" | "pen" | "idle" | "loss" | "recovered";
  readonly sinceMs: number;
}

/** What the board knows of a student beside its row. */
export interface ConcernFacts {
  readonly lostAtMs: (student: BoardStudent) => number | null;
  readonly handOf: (student: BoardStudent) => "help" | "submit" | null;
  readonly recoveredAtMs: (student: BoardStudent) => number | null;
}

/**
 * Hands that are raised, pens that are silent, ink that was just lost or came home, students who rest, apart: a lost pen is never
 * called idle, nor who handed in. Hands first, then the longest waiting.
 */
export function concernsOf(students: readonly BoardStudent[], facts: ConcernFacts, nowMs: number): Concern[] {
  const found = students.flatMap((student): Concern[] => {
    const mark = penMarkOf(student.pen, facts.lostAtMs(student), nowMs);
    const hand = facts.handOf(student);
    if (hand === "help") return [{ student, mark, kind: "help", sinceMs: student.lastInkMs }];
    if (mark === "lost" || mark === "off" || mark === "locked")
      return [{ student, mark, kind: "pen", sinceMs: student.pen?.heardMs ?? 0 }];
    const lossMs = Math.max(0, ...student.gaps.map((gap) => gap.lastMs));
    if (lossMs > 0 && nowMs - lossMs < LOSS_FRESH_MS) return [{ student, mark, kind: "loss", sinceMs: lossMs }];
    const homeMs = facts.recoveredAtMs(student);
    if (homeMs !== null && nowMs - homeMs < RECOVERED_FRESH_MS) return [{ student, mark, kind: "recovered", sinceMs: homeMs }];
    return student.idle && hand === null ? [{ student, mark, kind: "idle", sinceMs: student.lastInkMs }] : [];
  });
  const calls = ({ kind }: Concern) => Number(kind === "help");
  return found.sort((a, b) => calls(b) - calls(a) || a.sinceMs - b.sinceMs);
}

/** Pen events, about as many as dots. */
export function lostIn(gaps: readonly BoardGap[]): number {
  return gaps.reduce((sum, gap) => sum + gap.lostEvents, 0);
}
