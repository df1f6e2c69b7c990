import {
  type BoardAssignment,
  type BoardGap,
  type GapBody,
  type GapRow,
  gapCause,
  type PenId,
  type RoomId,
} from "@penlight/proto";

/** Losses of one room that are remembered; the oldest are forgotten, history has them. LIVE-15. */
export const ROOM_GAPS_MAX = 10_000;

export type Loss = Pick<GapRow, "pen" | "atMs" | "lostEvents" | "reason" | "cause">;

/** Ink of one room that is known to be lost, each loss once, whether the log or history told it. LIVE-15. */
export class GapBook {
  readonly #causes = new Map<string, PenId>();
  readonly #byPen = new Map<PenId, Loss[]>();

  /** False: it was known. */
  push(loss: Loss): boolean {
    if (this.#causes.has(loss.cause)) return false;
    this.#causes.set(loss.cause, loss.pen);
    const losses = this.#byPen.get(loss.pen);
    if (losses === undefined) this.#byPen.set(loss.pen, [loss]);
    else losses.push(loss);
    if (this.#causes.size > ROOM_GAPS_MAX) this.#forgetOldest();
    return true;
  }

  /** A gap record of the log. False: it was known. */
  fold(room: RoomId, { pen, lostEvents, reason }: GapBody, atMs: number): boolean {
    return this.push({ pen, lostEvents, reason, atMs, cause: gapCause(room, pen, atMs, reason) });
  }

  /**
   * What these pens lost within the assignment's window, gateway time, by reason. @param isOf whether a pen was the
   * student's at a time
   */
  of(
    pens: readonly PenId[],
    assignment: Pick<BoardAssignment, "opensMs" | "closesMs"> | null,
    isOf: (pen: PenId, atMs: number) => boolean,
  ): BoardGap[] {
    const sums = new Map<string, BoardGap>();
    for (const pen of pens) {
      for (const { atMs, reason, lostEvents } of this.#byPen.get(pen) ?? []) {
        if (assignment === null || atMs < assignment.opensMs || atMs >= (assignment.closesMs ?? Infinity)) continue;
        if (!isOf(pen, atMs)) continue;
        const sum = sums.get(reason) ?? { reason, lostEvents: 0, lastMs: 0 };
        sums.set(reason, { reason, lostEvents: sum.lostEvents + lostEvents, lastMs: Math.max(sum.lastMs, atMs) });
      }
    }
    return [...sums.values()].sort((a, b) => (a.reason < b.reason ? -1 : 1));
  }

  #forgetOldest(): void {
    for (const [cause, pen] of this.#causes) {
      this.#causes.delete(cause);
      this.#byPen.set(
        pen,
        (this.#byPen.get(pen) ?? []).filter((loss) => loss.cause !== cause),
      );
      return;
    }
  }
}
