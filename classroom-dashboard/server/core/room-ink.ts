import type { BoardAssignment, DotBatch, PageKey, PenId, StudentId } from "@penlight/proto";
import { InkBook } from "./ink-book.ts";
import { ROOM_PENS_MAX } from "./pen-roll.ts";

/** Whose a pen was at a host time; undefined: nobody's. */
type OwnerAt = (pen: PenId, atMs: number) => StudentId | undefined;

/**
 * Recent ink of a room: a book for each student, and one for each pen that is nobody's and may be given out later; and when
 * students last wrote in the assignment that is shown. LIVE-9.
 */
export class RoomInk {
  readonly #books = new Map<StudentId | PenId, InkBook>();
  readonly #lastMs = new Map<StudentId, number>();

  bookOf(student: StudentId): InkBook | null {
    return this.#books.get(student) ?? null;
  }

  /** `owner` at its pen-down; undefined: nobody's pen. Returns the page that changed, or null. */
  push(batch: DotBatch, owner: StudentId | undefined): PageKey | null {
    const isStranger = owner === undefined && !this.#books.has(batch.pen);
    if (isStranger && this.#books.size >= ROOM_PENS_MAX) return null;
    return this.#open(owner ?? batch.pen).push(batch);
  }

  /** Ink of these pens goes to whoever had them when it was written. False: all of it is there. REG-1. */
  move(pens: readonly PenId[], ownerAt: OwnerAt): boolean {
    let isMoved = false;
    for (const pen of pens) {
      const ownerOf = (downMs: number) => ownerAt(pen, downMs) ?? pen;
      for (const [from, book] of [...this.#books]) {
        for (const to of new Set(book.timesOf(pen).map(ownerOf))) {
          if (to === from) continue;
          book.moveTo(this.#open(to), (stroke) => stroke.pen === pen && ownerOf(stroke.downMs) === to);
          isMoved = true;
        }
      }
    }
    return isMoved;
  }

  #open(owner: StudentId | PenId): InkBook {
    const known = this.#books.get(owner);
    if (known !== undefined) return known;
    const book = new InkBook();
    this.#books.set(owner, book);
    return book;
  }

  /** Room time of the student's last live ink in the assignment that is shown, ms; 0: none. */
  lastMs(student: StudentId): number {
    return this.#lastMs.get(student) ?? 0;
  }

  /** True: the student has written later than was known. */
  noteTime(student: StudentId, batch: DotBatch, assignment: BoardAssignment, roomMs: number): boolean {
    const downMs = batch.downMs + batch.clockOffsetMs;
    if (batch.source !== "live" || downMs < assignment.opensMs) return false;
    if (assignment.closesMs !== null && downMs >= assignment.closesMs) return false;
    if (roomMs <= this.lastMs(student)) return false;
    this.#lastMs.set(student, roomMs);
    return true;
  }

  /** Another assignment is shown. */
  forgetTimes(): void {
    this.#lastMs.clear();
  }
}
