import type { BoardAssignment, DotBatch, PageKey, StudentId } from "@penlight/proto";
import { InkBook } from "./ink-book.ts";

/** Recent ink of each student of a room, and when they last wrote in the assignment that is shown. */
export class RoomInk {
  readonly #books = new Map<StudentId, InkBook>();
  readonly #lastMs = new Map<StudentId, number>();

  bookOf(student: StudentId): InkBook | null {
    return this.#books.get(student) ?? null;
  }

  /** The page that got new dots, or null. */
  push(student: StudentId, batch: DotBatch): PageKey | null {
    let book = this.#books.get(student);
    if (book === undefined) {
      book = new InkBook();
      this.#books.set(student, book);
    }
    return book.push(batch);
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
