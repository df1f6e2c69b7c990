import type { Lesson } from "./lesson.ts";
import { carryOver, hear, rekey } from "./lesson-fold.ts";
import type { RoomSetup, Sheet } from "./room-setup.ts";
import type { RoomWords } from "./room-words.ts";

/** What a change of the setup did to a room. */
export interface Adopted {
  /** Lessons that are new and to be folded from history. */
  readonly fresh: readonly Lesson[];
  /** Every stroke has to be placed anew. ANS-12. */
  readonly isPlacedAnew: boolean;
}

export interface AdoptOptions {
  readonly setup: RoomSetup;
  readonly lessons: Map<Lesson["id"], Lesson>;
  readonly addLesson: (sheet: Sheet) => Lesson;
  readonly roomMs: number;
}

/**
 * Keys and points alone changed, or ink is to be read again: all of it keeps its place. A lesson that is not here is folded,
 * to be marked anew. SET-5, ANS-96.
 */
export function adoptKeys({ setup, lessons, addLesson }: AdoptOptions, before: RoomSetup): Lesson[] {
  const fresh: Lesson[] = [];
  for (const [index, sheet] of setup.sheets.entries()) {
    const old = before.sheets[index] as Sheet;
    const isSameKey = old.assignment.worksheetVersion === sheet.assignment.worksheetVersion;
    if (isSameKey && old.assignment.reread?.atMs === sheet.assignment.reread?.atMs) continue;
    const lesson = lessons.get(sheet.assignment.id);
    if (lesson === undefined) fresh.push(addLesson(sheet));
    else rekey(lesson, sheet);
  }
  return fresh;
}

/** Classes, windows or pens changed: new lessons, in which what history and the board were told is kept. ANS-12. */
export function adoptSheets({ setup, lessons, addLesson, roomMs }: AdoptOptions, unfolded: readonly Lesson[]): Lesson[] {
  const before = new Map(lessons);
  lessons.clear();
  const fresh: Lesson[] = [];
  for (const sheet of setup.sheets) {
    const old = before.get(sheet.assignment.id);
    if (old !== undefined && unfolded.includes(old)) fresh.push(addLesson(sheet));
    else if (old !== undefined) carryOver(old, addLesson(sheet), roomMs);
    else if (setup.relevantAt(roomMs).includes(sheet)) fresh.push(addLesson(sheet));
  }
  return fresh;
}

/** Teachers said something of these sheets' cells: what it changes is told at once. ANS-60. */
export function adoptWords({ setup, lessons, addLesson }: AdoptOptions, words: RoomWords): Lesson[] {
  const fresh: Lesson[] = [];
  for (const sheet of words.take(setup.sheets)) {
    const lesson = lessons.get(sheet.assignment.id);
    if (lesson === undefined) fresh.push(addLesson(sheet));
    else for (const cell of hear(lesson, words.of(lesson.id))) lesson.judged(cell);
  }
  return fresh;
}
