import type { AnswerRow, MarkRow } from "@penlight/proto";
import { describe, expect, it } from "vitest";
import type { CellRecord } from "../../src/core/cell-record.ts";
import { Lesson } from "../../src/core/lesson.ts";
import { carryOver, foldTold, foldVersions, settle } from "../../src/core/lesson-fold.ts";
import { RoomSetup, type Sheet } from "../../src/core/room-setup.ts";
import { ASSIGNMENT, LESSON, OPENS_MS, penOf, ROOM, setupOf, studentOf, worksheetOf } from "../fixtures/classroom.ts";
import type { Glyph } from "../fixtures/glyphs.ts";
import { glyphInBox, placedOn, STRIKE, TICK } from "../fixtures/marks.ts";

const worksheet = worksheetOf(3);

function bench(closesMs: number | null = null) {
  const sheet = new RoomSetup(setupOf(1, 3, { ...LESSON, closesMs }), ROOM).sheets[0] as Sheet;
  const rows = { answers: [] as AnswerRow[], marks: [] as MarkRow[] };
  const lesson = new Lesson(ROOM, sheet, rows, () => ({ connected: true, pen: null }));
  const cellOf = (item: number) => lesson.cellOf(studentOf(0), item) as CellRecord;
  const placed = (box: string, atMs: number, glyph: Glyph = TICK) =>
    placedOn(sheet, glyphInBox(penOf(0), OPENS_MS + atMs, worksheet, box, glyph));
  /** A stroke that history has: put, and nobody is told. */
  const put = (box: string, atMs: number, glyph?: Glyph) => {
    const stroke = placed(box, atMs, glyph);
    cellOf(stroke.itemIndex).put(stroke);
    return stroke;
  };
  const told = () =>
    lesson.flush(true).flatMap((body) => (body.kind === "cells" ? body.cells.map((cell) => `${cell.item} ${cell.state}`) : []));
  return { lesson, rows, cellOf, put, placed, told };
}

function answerRow(item: string, version: number, rest: Partial<AnswerRow> = {}): AnswerRow {
  return {
    ...{ room: ROOM, assignment: ASSIGNMENT, student: studentOf(0), item: item as AnswerRow["item"], version },
    ...{ state: "right", answer: "B", atMs: OPENS_MS, strokes: [], recognizer: "marks-geometry/1" },
    ...rest,
  };
}
function markRow(item: string, answerVersion: number): MarkRow {
  return {
    ...{ room: ROOM, assignment: ASSIGNMENT, student: studentOf(0), item: item as MarkRow["item"], answerVersion },
    ...{ worksheetVersion: 1, state: "right", points: 2, maxPoints: 2, by: "machine", atMs: OPENS_MS },
    ...{ decision: 0, decidedBy: null, decidedMs: 0 },
  };
}

describe("foldTold", () => {
  it("[HIS-2] [HIS-3] versions that history has are not written again; a later one is", () => {
    const { lesson, rows, cellOf, put, placed } = bench();
    foldTold(lesson, [answerRow("i0", TICK.length)], [markRow("i0", TICK.length)]);
    put("i0-B", 1000);
    lesson.judged(cellOf(0));
    expect([rows.answers, rows.marks]).toEqual([[], []]);
    cellOf(0).put(placed("i0-B", 2000, STRIKE));
    lesson.judged(cellOf(0));
    const version = TICK.length + STRIKE.length;
    expect([rows.answers, rows.marks]).toMatchObject([[{ version }], [{ answerVersion: version }]]);
  });

  it("[HIS-3] an answer whose mark did not get to history is marked again", () => {
    const { lesson, rows, cellOf, put } = bench();
    foldTold(lesson, [answerRow("i0", TICK.length)], []);
    put("i0-B", 1000);
    lesson.judged(cellOf(0));
    expect([rows.answers.length, rows.marks.map((row) => row.answerVersion)]).toEqual([0, [TICK.length]]);
  });

  it("[ANS-52] what was decided at closing stays decided; rows of items and students that are gone say nothing", () => {
    const { lesson, rows, told } = bench(OPENS_MS + 1000);
    const gone = [answerRow("i9", 3), answerRow("i0", 3, { student: studentOf(9) })];
    foldTold(lesson, [answerRow("i1", 0, { state: "no-signal", answer: null }), ...gone], [markRow("i9", 3)]);
    lesson.close();
    expect(told()).toEqual(["i0 blank", "i1 no-signal", "i2 blank"]);
    expect(rows.answers.map((row) => row.item)).toEqual(["i0", "i2"]);
  });
});

describe("foldVersions", () => {
  it("[EVT-12] goes on from the version that history has when a stroke that went elsewhere had raised it", () => {
    const { lesson, cellOf, put, placed } = bench();
    const { stroke } = put("i0-B", 1000);
    foldTold(lesson, [answerRow("i0", 500, { strokes: [stroke.id] })], []);
    foldVersions(lesson);
    expect(cellOf(0).version).toBe(500);
    cellOf(0).put(placed("i0-B", 2000, STRIKE));
    expect(cellOf(0).version).toBe(500 + STRIKE.length);
  });

  it("[EVT-12] leaves the version alone where history knows strokes that the replay will bring", () => {
    const { lesson, cellOf, put } = bench();
    const { stroke } = put("i0-B", 1000);
    const later = placedOn(lesson.sheet, glyphInBox(penOf(0), OPENS_MS + 2000, worksheet, "i0-B", STRIKE));
    const version = TICK.length + STRIKE.length;
    foldTold(lesson, [answerRow("i0", version, { strokes: [stroke.id, later.stroke.id] })], []);
    foldVersions(lesson);
    expect(cellOf(0).version).toBe(TICK.length);
    cellOf(0).put(later);
    expect(cellOf(0).version).toBe(version);
  });

  it("[EVT-12] a smaller version of history changes nothing", () => {
    const { lesson, cellOf, put } = bench();
    const { stroke } = put("i0-B", 1000);
    foldTold(lesson, [answerRow("i0", 1, { strokes: [stroke.id] })], []);
    foldVersions(lesson);
    expect(cellOf(0).version).toBe(TICK.length);
  });
});

describe("carryOver and settle", () => {
  /** A lesson in which i0 was answered and told, and the same lesson after a change of the setup. */
  function changed(closesMs: number | null, nextClosesMs: number | null, roomMs: number) {
    const old = bench(closesMs);
    const { stroke } = old.put("i0-B", 1000);
    old.lesson.judged(old.cellOf(0));
    old.told();
    const next = bench(nextClosesMs);
    return { old, next, stroke, carry: () => carryOver(old.lesson, next.lesson, roomMs) };
  }

  it("[ANS-12] the same strokes again are neither written nor told again", () => {
    const { next, carry } = changed(null, null, OPENS_MS);
    carry();
    next.put("i0-B", 1000);
    next.lesson.judged(next.cellOf(0));
    settle(next.lesson);
    expect([next.rows.answers, next.rows.marks, next.told()]).toEqual([[], [], []]);
  });

  it("[EVT-12] [ANS-12] a cell that lost its ink gets a version above the last one told, and the board is told", () => {
    const { next, carry } = changed(null, null, OPENS_MS);
    carry();
    settle(next.lesson);
    const shared = { item: "i0", state: "not-started" };
    expect(next.rows.answers).toMatchObject([{ ...shared, version: TICK.length + 1, answer: null, strokes: [] }]);
    expect(next.rows.marks).toMatchObject([{ ...shared, answerVersion: TICK.length + 1, points: 0 }]);
    expect(next.told()).toEqual(["i0 not-started"]);
    settle(next.lesson);
    expect(next.rows.answers.length).toBe(1);
  });

  it("[EVT-12] [ANS-12] other strokes with as many dots are another version, too", () => {
    const { next, carry } = changed(null, null, OPENS_MS);
    carry();
    next.put("i0-A", 2000);
    next.lesson.judged(next.cellOf(0));
    expect(next.rows.answers).toEqual([]);
    settle(next.lesson);
    expect(next.rows.answers).toMatchObject([{ state: "wrong", answer: "A", version: TICK.length + 1 }]);
    settle(next.lesson);
    expect(next.rows.answers.length).toBe(1);
  });

  it("[ANS-52] stays closed, with its decisions, while it is over", () => {
    const { old, next, carry } = changed(OPENS_MS + 5000, OPENS_MS + 5000, OPENS_MS + 9000);
    old.lesson.close();
    carry();
    expect([next.lesson.closed, next.cellOf(1).closing]).toEqual([true, "blank"]);
  });

  it("[ANS-52] an assignment that is opened again has no decided cells", () => {
    for (const nextClosesMs of [null, OPENS_MS + 99_000]) {
      const { old, next, carry } = changed(OPENS_MS + 5000, nextClosesMs, OPENS_MS + 9000);
      old.lesson.close();
      carry();
      expect([next.lesson.closed, next.cellOf(1).closing]).toEqual([false, null]);
    }
  });
});
