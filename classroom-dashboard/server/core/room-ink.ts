import type { DotBatch, PageKey, PenId, StudentId } from "@penlight/proto";
import { InkBook } from "./ink-book.ts";
import { ROOM_PENS_MAX } from "./pen-roll.ts";

type Owners = ReadonlyMap<PenId, StudentId>;

/** Recent ink of a room: a book for each student, and one for each pen that is nobody's and may be given out later. LIVE-9. */
export class RoomInk {
  readonly #books = new Map<StudentId | PenId, InkBook>();

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
}
