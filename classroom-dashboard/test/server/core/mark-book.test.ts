import { markId, type SetupState, type Verdict } from "@penlight/proto";
import { describe, expect, it } from "vitest";
import { MarkBook } from "../../../server/core/mark-book.ts";
import { itemId, LESSON, START_MS, setupOf, setupRecords, studentId } from "../lesson-fixture.ts";

function say(setup: SetupState, student: number, version: number, verdict: Verdict | null): void {
  const id = markId(LESSON, studentId(student), itemId(1));
  const cell = { assignment: LESSON, student: studentId(student), item: itemId(1) };
  setup.apply({ kind: "marks", id, version, document: { id, ...cell, verdict, by: "Ms Li", atMs: START_MS + version } });
}

describe("MarkBook", () => {
  it("[LIVE-30] says which cells changed, and what stands; a withdrawn word is none", () => {
    const setup = setupOf(setupRecords(2, 1));
    const book = new MarkBook();
    expect(book.take(setup, LESSON)).toEqual([]);
    say(setup, 1, 1, { kind: "right" });
    say(setup, 2, 1, { kind: "wrong" });
    expect(book.take(setup, LESSON).map((cell) => cell.student)).toEqual(["s1", "s2"]);
    say(setup, 2, 2, null);
    expect(book.take(setup, LESSON).map((cell) => cell.student)).toEqual(["s2"]);
    expect(book.take(setup, LESSON)).toEqual([]);
    expect(book.of(studentId(1), itemId(1))).toEqual({
      verdict: { kind: "right" },
      by: "Ms Li",
      atMs: START_MS + 1,
      version: 1,
    });
    expect(book.of(studentId(2), itemId(1))).toBeNull();
  });

  it("[LIVE-30] what a teacher typed is the answer, but not while the pen is in the cell", () => {
    const setup = setupOf(setupRecords(1, 1));
    say(setup, 1, 1, { kind: "answer", answer: "B" });
    const book = new MarkBook();
    book.take(setup, LESSON);
    const cell = { student: studentId(1), item: itemId(1), answer: null, points: null };
    expect(book.cellOf({ ...cell, state: "wrong" }).answer).toBe("B");
    expect(book.cellOf({ ...cell, state: "writing" })).toMatchObject({ answer: null, mark: { version: 1 } });
  });

  it("[LIVE-30] another assignment has marks of its own", () => {
    const setup = setupOf(setupRecords(1, 1));
    say(setup, 1, 1, { kind: "right" });
    const book = new MarkBook();
    book.take(setup, LESSON);
    book.take(setup, null);
    expect(book.of(studentId(1), itemId(1))).toBeNull();
    expect(book.take(setup, LESSON)).toHaveLength(1);
  });
});
