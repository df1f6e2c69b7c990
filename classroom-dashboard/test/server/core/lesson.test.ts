import { describe, expect, it } from "vitest";
import { Lesson, Lessons, ROOM_LESSONS_MAX } from "../../../server/core/lesson.ts";
import { cellEvent, itemId, LESSON, ROOM, START_MS, studentId, UNDECIDED } from "../lesson-fixture.ts";

const answer = {
  room: ROOM,
  assignment: LESSON,
  student: studentId(1),
  item: itemId(1),
  atMs: 9,
  strokes: [],
  recognizer: "marks",
};

describe("Lesson", () => {
  it("[EVT-9] tells which cells an event changed, and nothing of an old one", () => {
    const lesson = new Lesson();
    expect(lesson.apply(cellEvent(3, 1, [{ item: itemId(1) }]))).toEqual({ kind: "cells", student: "s1", items: ["q1"] });
    const both = cellEvent(2, 1, [{ item: itemId(1), state: "wrong" }, { item: itemId(2) }]);
    expect(lesson.apply(both)).toEqual({ kind: "cells", student: "s1", items: ["q2"] });
    expect(lesson.apply(both)).toEqual({ kind: "cells", student: "s1", items: ["q2"] });
    expect(lesson.cellOf(studentId(1), itemId(1))?.state).toBe("right");
    expect(lesson.apply(cellEvent(1, 1, [{}, { item: itemId(2) }]))).toBeNull();
  });

  it("[EVT-9] of two owners the later one's word counts, in whatever order and with whatever revision they come", () => {
    const early = { ...cellEvent(9, 1, [{ state: "wrong" }]), generation: 4 };
    const late = { ...cellEvent(2, 1, [{ state: "right" }]), generation: 5 };
    for (const told of [
      [early, late],
      [late, early],
    ]) {
      const lesson = new Lesson();
      for (const event of told) lesson.apply(event);
      expect(lesson.cellOf(studentId(1), itemId(1))?.state).toBe("right");
    }
  });

  it("[LIVE-8] a mark counts for the answer version that it was given to", () => {
    const lesson = new Lesson();
    const mark = { ...answer, worksheetVersion: 1, state: "right" as const, maxPoints: 2, by: "machine", ...UNDECIDED };
    lesson.base([{ ...answer, version: 8, state: "right", answer: "A" }], [{ ...mark, answerVersion: 5, points: 0 }]);
    expect(lesson.cellOf(studentId(1), itemId(1))).toMatchObject({ state: "right", answer: "A", points: null });
    lesson.base([{ ...answer, version: 8, state: "right", answer: "A" }], [{ ...mark, answerVersion: 8, points: 2 }]);
    expect(lesson.cellOf(studentId(1), itemId(1))?.points).toBe(2);
  });

  it("[LIVE-8] [HIS-3] after a correction of the key the mark says what the answer is", () => {
    const lesson = new Lesson();
    const mark = { ...answer, worksheetVersion: 2, state: "wrong" as const, maxPoints: 2, by: "machine", ...UNDECIDED };
    lesson.base([{ ...answer, version: 8, state: "right", answer: "A" }], [{ ...mark, answerVersion: 8, points: 0 }]);
    expect(lesson.cellOf(studentId(1), itemId(1))).toMatchObject({ state: "wrong", answer: "A", points: 0 });
  });

  it("[LIVE-8] a mark of an answer that is not judged yet shows no points, as in the events", () => {
    const lesson = new Lesson();
    const mark = {
      ...answer,
      worksheetVersion: 1,
      state: "unsure" as const,
      points: 0,
      maxPoints: 2,
      by: "machine",
      ...UNDECIDED,
    };
    lesson.base([{ ...answer, version: 8, state: "unsure", answer: null }], [{ ...mark, answerVersion: 8 }]);
    expect(lesson.cellOf(studentId(1), itemId(1))).toMatchObject({ state: "unsure", points: null });
  });
});

describe("a teacher's mark in history", () => {
  const word = { by: "Ms Li", decision: 1, decidedBy: "Ms Li", decidedMs: START_MS };
  const mark = { ...answer, ...word, worksheetVersion: 1, state: "right" as const, points: 2, maxPoints: 2, answerVersion: 5 };

  it("[HIS-8] [LIVE-8] stands whatever was written since", () => {
    const lesson = new Lesson();
    lesson.base([{ ...answer, version: 8, state: "wrong", answer: "B" }], [mark]);
    expect(lesson.cellOf(studentId(1), itemId(1))).toMatchObject({ state: "right", answer: "B", points: 2 });
  });

  it("[HIS-3] [LIVE-8] of a cell without ink is there, and a withdrawn one is not", () => {
    const lesson = new Lesson();
    lesson.base([], [{ ...mark, answerVersion: 0 }]);
    expect(lesson.cellOf(studentId(1), itemId(1))).toMatchObject({ state: "right", answer: null, points: 2, version: 0 });
    const withdrawn = new Lesson();
    withdrawn.base([], [{ ...mark, by: "machine", state: "not-started", points: 0, answerVersion: 0, decision: 2 }]);
    expect(withdrawn.cellOf(studentId(1), itemId(1))).toBeNull();
  });
});

describe("Lessons", () => {
  it("[LIVE-9] remembers so many assignments, and always the one that is shown", () => {
    const lessons = new Lessons();
    const id = (n: number) => `a${n}` as typeof LESSON;
    const shown = lessons.open(id(0), id(0));
    for (let n = 1; n <= 2 * ROOM_LESSONS_MAX; n++) lessons.open(id(n), id(0));
    expect(lessons.open(id(0), id(0))).toBe(shown);
    expect(lessons.get(id(1))).toBeNull();
    expect(lessons.get(id(2 * ROOM_LESSONS_MAX))).not.toBeNull();
    expect([...Array(2 * ROOM_LESSONS_MAX + 1).keys()].filter((n) => lessons.get(id(n)) !== null)).toHaveLength(
      ROOM_LESSONS_MAX,
    );
  });
});
