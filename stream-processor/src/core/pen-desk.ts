import type { PenId, PenState, StudentId } from "@penlight/proto";
import type { CellRecord } from "./cell-record.ts";
import type { Lesson } from "./lesson.ts";
import type { RoomStroke } from "./room-stroke.ts";

/** A state older than this is no news of a pen any more, ms: three of the ticks that carry all pens. ANS-51. */
export const PEN_STATE_STALE_MS = 3500;

/** What a room knows of one pen. */
export class PenDesk {
  readonly pen: PenId;
  /** Null: nobody's pen. */
  student: StudentId | null = null;
  state: PenState | null = null;
  /** Room time of that state, or of live ink, ms. */
  stateMs = 0;
  connected = false;
  /** What another room, where its pupil has a lesson, was told of it last; null: nothing. ANS-15. */
  toldHome: string | null = null;
  /** The live stroke that is open. */
  open: RoomStroke | null = null;
  /** The live stroke that batches came of last. */
  last: RoomStroke | null = null;
  /** The cell it writes in. */
  writing: { readonly lesson: Lesson; readonly cell: CellRecord } | null = null;
  /** Host time at which the writing counts as finished when no ink follows, ms. ANS-54. */
  restMs = 0;

  constructor(pen: PenId) {
    this.pen = pen;
  }

  /** Moves the pen to a cell, or away from all. */
  writeIn(lesson: Lesson | null, cell: CellRecord | null): void {
    if (this.writing?.cell === (cell ?? undefined)) return;
    if (this.writing !== null) {
      this.writing.cell.writers--;
      this.writing.lesson.touch(this.writing.cell);
    }
    this.writing = lesson === null || cell === null ? null : { lesson, cell };
    if (this.writing === null) return;
    this.writing.cell.writers++;
    this.writing.lesson.touch(this.writing.cell);
  }
}
