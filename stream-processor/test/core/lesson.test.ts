import type { AnswerRow, MarkRow, StudentStats } from "@penlight/proto";
import { describe, expect, it } from "vitest";
import type { CellRecord } from "../../src/core/cell-record.ts";
import { Lesson } from "../../src/core/lesson.ts";
import { RoomSetup, type Sheet } from "../../src/core/room-setup.ts";
import type { StudentTally } from "../../src/core/student-tally.ts";
import { LESSON, OPENS_MS, penOf, ROOM, setupOf, studentOf, worksheetOf } from "../fixtures/classroom.ts";
import type { Glyph } from "../fixtures/glyphs.ts";
import { CLOCK_OFFSET_MS } from "../fixtures/ink.ts";
import { glyphInBox, placedOn, SHORT, STRIKE, TICK } from "../fixtures/marks.ts";

const ITEMS = 3;
const worksheet = worksheetOf(ITEMS);
const CLOSES_MS = OPENS_MS + 600_000;

/** A lesson of students s0, s1, ...; those in `connected` have a pen that is. */
function bench(students: number, ...connected: number[]) {
  const sheet = new RoomSetup(setupOf(students, ITEMS, { ...LESSON, closesMs: CLOSES_MS }), ROOM).sheets[0] as Sheet;
  const rows = { answers: [] as AnswerRow[], marks: [] as MarkRow[] };
  const signals = new Set(connected.map(studentOf));
  const lesson = new Lesson(ROOM, sheet, rows, (student) => ({ connected: signals.has(student), pen: null }));
  const cellOf = (student: number, item: number) => lesson.cellOf(studentOf(student), item) as CellRecord;
  const tallyOf = (student: number) => lesson.tallyOf(studentOf(student)) as StudentTally;
  /** A student draws in a box, `atMs` after the opening. */
  const draw = (student: number, box: string, atMs: number, glyph: Glyph = TICK) => {
    const placed = placedOn(sheet, glyphInBox(penOf(student), OPENS_MS + atMs, worksheet, box, glyph));
    const cell = cellOf(student, placed.itemIndex);
    cell.put(placed);
    lesson.judged(cell);
    return placed;
  };
  const told = (pensKnown = true) => {
    const bodies = lesson.flush(pensKnown);
    const cells = bodies.flatMap((body) =>
      body.kind === "cells" ? body.cells.map((cell) => `${body.student} ${cell.item} ${cell.state}`) : [],
    );
    const items = bodies.flatMap((body) => (body.kind === "item-stats" ? body.items : []));
    const stats = new Map<string, StudentStats>(
      bodies.flatMap((body) => (body.kind === "student" ? [[body.stats.student, body.stats]] : [])),
    );
    return { bodies, cells, items, stats };
  };
  return { lesson, rows, signals, cellOf, tallyOf, draw, told };
}
const dotsOf = (glyph: Glyph) => glyph.length;

describe("Lesson", () => {
  it("[ANS-50] tells everything once at first, and then only what changed", () => {
    const { told, draw, lesson } = bench(2, 0);
    const first = told();
    expect(first.cells).toEqual(
      [0, 1].flatMap((s) => [0, 1, 2].map((i) => `s${s} i${i} ${s === 0 ? "not-started" : "no-signal"}`)),
    );
    expect([first.items.map((item) => item.item), [...first.stats.keys()]]).toEqual([
      ["i0", "i1", "i2"],
      ["s0", "s1"],
    ]);
    expect(told().bodies).toEqual([]);
    draw(0, "i1-B", 1000);
    const next = told();
    expect(next.bodies).toEqual([
      {
        kind: "cells",
        student: "s0",
        cells: [
          {
            item: "i1",
            state: "right",
            answer: "B",
            points: 2,
            version: dotsOf(TICK),
            inkMs: OPENS_MS + 1000 + CLOCK_OFFSET_MS + (dotsOf(TICK) - 1) * 10,
            receivedMs: 0,
            lateInkMs: 0,
          },
        ],
      },
      {
        kind: "item-stats",
        items: [expect.objectContaining({ item: "i1", judged: 1, classSize: 2, pointsSum: 2 })],
      },
      { kind: "student", stats: expect.objectContaining({ student: "s0", done: 1, right: 1, points: 2 }) },
    ]);
    lesson.publishAll();
    const again = told();
    expect([again.cells.length, again.items.length, again.stats.size]).toEqual([6, 3, 2]);
  });

  it("[ANS-43] an unsure cell has neither an answer nor points, and no guess is counted", () => {
    const { told, draw, rows } = bench(2, 0, 1);
    draw(0, "i0-A", 1000);
    draw(0, "i0-B", 2000, SHORT);
    draw(1, "i0-B", 1000);
    const { bodies, items, stats } = told();
    const [cells] = bodies;
    expect(cells).toMatchObject({
      student: "s0",
      cells: [{ item: "i0", state: "unsure", answer: null, points: null }, {}, {}],
    });
    expect(items[0]).toMatchObject({
      judged: 1,
      pointsSum: 2,
      states: { unsure: 1, right: 1, wrong: 0 },
      options: [
        { option: "A", count: 0 },
        { option: "B", count: 1 },
        { option: "C", count: 0 },
        { option: "D", count: 0 },
      ],
    });
    expect(stats.get("s0")).toMatchObject({ done: 1, right: 0, points: 0 });
    expect(rows.answers.filter((row) => row.student === studentOf(0)).map((row) => [row.state, row.answer])).toEqual([
      ["wrong", "A"],
      ["unsure", null],
    ]);
  });

  it("[ANS-50] [STAT-3] a student's figures follow their cells through every state", () => {
    const { lesson, told, draw, cellOf } = bench(1, 0);
    const figures = () => {
      const { done, right, points } = told().stats.get("s0") ?? {};
      return [done, right, points];
    };
    expect(figures()).toEqual([0, 0, 0]);
    draw(0, "i0-B", 1000);
    draw(0, "i2-A", 2000);
    expect(figures()).toEqual([2, 1, 3]);
    // A pen is in i0 again: the cell is writing, not done, and its answer is not counted meanwhile.
    cellOf(0, 0).writers = 1;
    lesson.touch(cellOf(0, 0));
    expect(figures()).toEqual([1, 0, 1]);
    draw(0, "i0-B", 3000, STRIKE);
    cellOf(0, 0).writers = 0;
    lesson.touch(cellOf(0, 0));
    expect(figures()).toEqual([2, 0, 1]);
    lesson.close();
    expect(figures()).toEqual([3, 0, 1]);
  });

  it("[EVT-12] [HIS-2] [HIS-3] each version is a row of answers and one of marks, once", () => {
    const { lesson, draw, rows, cellOf } = bench(1, 0);
    const mark = draw(0, "i1-B", 1000);
    lesson.judged(cellOf(0, 1));
    const strike = draw(0, "i1-B", 2000, STRIKE);
    lesson.judged(cellOf(0, 1));
    const { assignment } = lesson.sheet;
    const shared = { room: ROOM, assignment: assignment.id, student: "s0", item: "i1" };
    const total = dotsOf(TICK) + dotsOf(STRIKE);
    expect(rows.answers).toEqual([
      {
        ...shared,
        ...{ version: dotsOf(TICK), state: "right", answer: "B", atMs: mark.lastMs },
        strokes: [mark.stroke.id],
        recognizer: "marks-geometry/1",
      },
      {
        ...shared,
        ...{ version: total, state: "withdrawn", answer: null, atMs: strike.lastMs },
        strokes: [mark.stroke.id, strike.stroke.id],
        recognizer: "marks-geometry/1",
      },
    ]);
    const worth = { ...shared, worksheetVersion: 1, maxPoints: 2, by: "machine", decision: 0, decidedBy: null, decidedMs: 0 };
    expect(rows.marks).toEqual([
      { ...worth, answerVersion: dotsOf(TICK), state: "right", points: 2, atMs: mark.lastMs },
      { ...worth, answerVersion: total, state: "withdrawn", points: 0, atMs: strike.lastMs },
    ]);
  });

  it("[HIS-2] a cell that only rests and slips were made in has no row", () => {
    const { draw, rows, told } = bench(1, 0);
    draw(0, "i1-B", 1000, [[0.5, 0.5]]);
    expect([rows.answers, rows.marks]).toEqual([[], []]);
    expect(told().cells).toContain("s0 i1 not-started");
  });

  it("[ANS-54] while somebody writes, versions come and go unseen", () => {
    const { lesson, draw, told, cellOf } = bench(1, 0);
    const cell = cellOf(0, 0);
    told();
    cell.writers = 1;
    lesson.touch(cell);
    expect(told().cells).toEqual(["s0 i0 writing"]);
    draw(0, "i0-A", 1000);
    draw(0, "i0-B", 2000);
    expect(told().cells).toEqual([]);
    cell.writers = 0;
    lesson.touch(cell);
    expect(told().cells).toEqual(["s0 i0 right"]);
  });

  it("[ANS-53] while the pens are not known only cells with ink are told, and no statistics; the rest follows", () => {
    const { draw, told } = bench(2, 1);
    draw(0, "i0-B", 1000);
    const first = told(false);
    expect([first.cells, first.bodies.length]).toEqual([["s0 i0 right"], 1]);
    expect(told(false).bodies).toEqual([]);
    const rest = told(true);
    expect(rest.cells).toEqual(["s0 i1 no-signal", "s0 i2 no-signal", ...[0, 1, 2].map((i) => `s1 i${i} not-started`)]);
    expect(rest.items.map((item) => item.judged)).toEqual([1, 0, 0]);
    expect([...rest.stats.keys()].sort()).toEqual(["s0", "s1"]);
  });

  it("[ANS-51] a pen that comes or goes changes the cells without an answer", () => {
    const { lesson, signals, draw, told } = bench(1);
    draw(0, "i0-B", 1000);
    told();
    signals.add(studentOf(0));
    lesson.signalChanged(studentOf(0));
    expect(told().cells).toEqual(["s0 i1 not-started", "s0 i2 not-started"]);
    signals.clear();
    lesson.signalChanged(studentOf(0));
    expect(told().cells).toEqual(["s0 i1 no-signal", "s0 i2 no-signal"]);
    lesson.signalChanged(studentOf(7));
    expect(told().bodies).toEqual([]);
  });

  it("[ANS-52] closing decides each cell without an answer, for good; ink of before that comes later replaces it", () => {
    const { lesson, signals, draw, told, rows } = bench(2, 0);
    draw(0, "i0-B", 1000);
    rows.answers.length = 0;
    rows.marks.length = 0;
    lesson.close();
    const blanks = ["s0 i1 blank", "s0 i2 blank"];
    const silent = ["s1 i0 no-signal", "s1 i1 no-signal", "s1 i2 no-signal"];
    expect(told().cells).toEqual(["s0 i0 right", ...blanks, ...silent]);
    expect(rows.answers.map((row) => [row.student, row.item, row.state, row.version, row.atMs])).toEqual([
      ...["i1", "i2"].map((item) => ["s0", item, "blank", 0, CLOSES_MS]),
      ...["i0", "i1", "i2"].map((item) => ["s1", item, "no-signal", 0, CLOSES_MS]),
    ]);
    expect(rows.marks.map((row) => [row.student, row.item, row.state, row.points])).toEqual([
      ["s0", "i1", "blank", 0],
      ["s0", "i2", "blank", 0],
    ]);
    // The pens change places; what was decided stays.
    signals.clear();
    signals.add(studentOf(1));
    for (const student of [0, 1]) lesson.signalChanged(studentOf(student));
    lesson.close();
    expect([told().cells, rows.answers.length]).toEqual([[], 5]);
    draw(1, "i1-B", 5000);
    expect(told().cells).toEqual(["s1 i1 right"]);
    expect([rows.answers.at(-1), rows.marks.at(-1)]).toMatchObject([{ state: "right" }, { state: "right", points: 2 }]);
  });

  it("[STAT-4] idle is who has a pen, work left, and was silent for longer than 45 s of an open assignment", () => {
    const { lesson, tallyOf, draw, told } = bench(4, 0, 1, 2);
    const idleAt = (ms: number) => {
      lesson.updateIdle(OPENS_MS + ms);
      return [0, 1, 2, 3].filter((student) => tallyOf(student).idle);
    };
    // s1 is done, s2 wrote at 20 s, s3 has no pen.
    ["i0-B", "i1-B", "i2-A"].forEach((box, i) => {
      draw(1, box, 1000 + i * 1000);
    });
    tallyOf(2).inkAt(OPENS_MS + 19_000, OPENS_MS + 20_000);
    told();
    expect(idleAt(45_000)).toEqual([]);
    expect(idleAt(45_001)).toEqual([0]);
    expect([...told().stats.values()].map((stats) => [stats.student, stats.idle])).toEqual([["s0", true]]);
    expect(idleAt(65_000)).toEqual([0]);
    expect(told().bodies).toEqual([]);
    expect(idleAt(65_001)).toEqual([0, 2]);
    tallyOf(0).inkAt(OPENS_MS + 65_000, OPENS_MS + 66_000);
    expect(idleAt(66_000)).toEqual([2]);
    expect(idleAt(599_999)).toEqual([0, 2]);
    expect(idleAt(600_000)).toEqual([]);
    expect(idleAt(-1)).toEqual([]);
  });

  it("[STAT-4] where the class takes its time, twice its habit is the limit", () => {
    const { lesson, tallyOf } = bench(4, 0, 1, 2, 3);
    // Habits of 20, 40 and 300 s: the median is 40 s, the limit 80 s.
    [20_000, 40_000, 300_000].forEach((gap, student) => {
      tallyOf(student).inkAt(OPENS_MS + 1000, OPENS_MS + 1000 + gap);
      tallyOf(student).inked = 2;
    });
    lesson.updateIdle(OPENS_MS + 80_000);
    expect(tallyOf(3).idle).toBe(false);
    lesson.updateIdle(OPENS_MS + 80_001);
    expect([0, 1, 2, 3].map((student) => tallyOf(student).idle)).toEqual([false, false, false, true]);
  });
});
