import type { BoardAssignment, DotBatch, PageKey, PenId, StudentId } from "@penlight/proto";
import { InkBook } from "./ink-book.ts";
import { ROOM_PENS_MAX } from "./pen-roll.ts";

type Owners = ReadonlyMap<PenId, StudentId>;

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

  /** `owner` undefined: nobody's pen. Returns the page that changed, or null. */
  push(batch: DotBatch, owner: StudentId | undefined): PageKey | null {
    const isStranger = owner === undefined && !this.#books.has(batch.pen);
    if (isStranger && this.#books.size >= ROOM_PENS_MAX) return null;
    return this.#open(owner ?? batch.pen).push(batch);
  }

  /** Ink goes with its pen. False: none had to. */
  move(before: Owners, now: Owners): boolean {
    let isMoved = false;
    for (const pen of new Set([...before.keys(), ...now.keys()])) {
      const [from, to] = [before.get(pen) ?? pen, now.get(pen) ?? pen];
      const book = from === to ? undefined : this.#books.get(from);
      if (book === undefined) continue;
      book.moveTo(this.#open(to), pen);
      isMoved = true;
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
