import type { AssignmentId, BoxId, ItemId, PenId, StudentId } from "@penlight/proto";
import { describe, expect, it } from "vitest";
import { Lesson } from "../../src/core/lesson.ts";
import { RoomSetup, type Sheet } from "../../src/core/room-setup.ts";
import { RoomStroke } from "../../src/core/room-stroke.ts";
import { RoomStrokes } from "../../src/core/room-strokes.ts";
import { type RoomRows, StrokePlacer } from "../../src/core/stroke-placer.ts";
import { Watermark } from "../../src/core/watermark.ts";
import { NO_METRICS } from "../../src/metrics.ts";
import { ASSIGNMENT, OPENS_MS, penOf, ROOM, setupOf, studentOf, worksheetOf } from "../fixtures/classroom.ts";
import type { Glyph } from "../fixtures/glyphs.ts";
import { CLOCK_OFFSET_MS, glyphStroke, type PenStroke, penStroke, upMsOf } from "../fixtures/ink.ts";
import { strokeOf, TICK } from "../fixtures/marks.ts";

const worksheet = worksheetOf(3);
const STUDENT = studentOf(0);

function bench() {
  const counted: unknown[] = [];
  const metrics = { ...NO_METRICS, count: (...args: unknown[]) => counted.push(args) };
  const sheet = new RoomSetup(setupOf(1, 3), ROOM).sheets[0] as Sheet;
  const rows: RoomRows = { strokes: [], answers: [], marks: [], gaps: [], holds: [] };
  const lesson = new Lesson(ROOM, sheet, rows, () => ({ connected: true, pen: null }));
  const lessons = new Map<AssignmentId, Lesson>([[ASSIGNMENT, lesson]]);
  const strokes = new RoomStrokes(metrics);
  const watermark = new Watermark(0n);
  let now = 5;
  const revision = () => now;
  /** The setup that strokes are placed by is another one. */
  const setup = (to: number) => {
    now = to;
  };
  const placer = new StrokePlacer({
    room: ROOM,
    strokes,
    rows,
    lessons,
    watermark,
    metrics,
    revision,
  });
  const trace = (drawn: PenStroke, on: Sheet | null = sheet) => {
    watermark.read(watermark.next, 0);
    const made = new RoomStroke(strokeOf(drawn), watermark.hold());
    made.placeOn(on);
    strokes.add(made);
    return made;
  };
  const cells = () => [...lesson.cells].flat().map((cell) => [cell.judged, cell.strokes.length, cell.version] as const);
  return {
    counted,
    sheet,
    rows,
    lesson,
    strokes,
    watermark,
    placer,
    setup,
    trace,
    cells,
  };
}
const drawn = (box: string, downMs = OPENS_MS, glyph: Glyph = TICK, pen: PenId = penOf(0)) =>
  glyphStroke(pen, downMs, worksheet, box, glyph);
const inMargin = (downMs = OPENS_MS) =>
  penStroke(
    penOf(0),
    downMs,
    Array.from({ length: 20 }, (_, i) => [150 + i, 150 + i] as const),
  );
const NONE = [null, 0, 0] as const;

describe("StrokePlacer", () => {
  it("[ANS-10] puts a stroke into the cell of its box, and its answer waits for history", () => {
    const { placer, trace, cells, rows, strokes, lesson } = bench();
    const stroke = trace(drawn("i1-B"));
    placer.place(stroke, STUDENT);
    expect(cells()).toEqual([NONE, ["right", 1, TICK.length], NONE]);
    expect(rows.answers).toMatchObject([{ item: "i1", state: "right", answer: "B", strokes: [stroke.stroke.id] }]);
    expect(strokes.unplaced).toBe(0);
    const firstInkMs = OPENS_MS + CLOCK_OFFSET_MS;
    const lastInkMs = upMsOf(drawn("i1-B")) + CLOCK_OFFSET_MS;
    expect(lesson.tallyOf(STUDENT)).toMatchObject({ firstInkMs, lastInkMs, inked: 1 });
  });

  it("[ANS-10] ink in the margin is in no cell, but is its student's ink", () => {
    const { placer, trace, cells, strokes, lesson, rows } = bench();
    const stroke = trace(inMargin());
    placer.place(stroke, STUDENT);
    expect([cells(), strokes.unplaced, rows.answers]).toEqual([[NONE, NONE, NONE], 1, []]);
    expect(lesson.tallyOf(STUDENT)).toMatchObject({ lastInkMs: OPENS_MS + CLOCK_OFFSET_MS + 190, inked: 0 });
  });

  it("[EVT-12] a longer telling that lies elsewhere takes the stroke out of the one cell and into the other", () => {
    const { placer, trace, cells, rows, lesson } = bench();
    const stroke = trace(drawn("i0-B"));
    placer.place(stroke, STUDENT);
    const longer = drawn("i1-A", OPENS_MS, [...TICK, [0.9, 0.1]]);
    const copy = stroke.stroke.addCopy({ ...stroke.stroke.best.facts, source: "memory" });
    copy.accept(0, longer.dots, { upMs: upMsOf(longer), synthetic: false, lostDots: 0 });
    placer.place(stroke, STUDENT);
    expect(cells()).toEqual([[null, 0, TICK.length + 1], ["wrong", 1, TICK.length + 1], NONE]);
    expect(rows.answers.map((row) => [row.item, row.state, row.version])).toEqual([
      ["i0", "right", TICK.length],
      ["i0", "not-started", TICK.length + 1],
      ["i1", "wrong", TICK.length + 1],
    ]);
    expect(lesson.tallyOf(STUDENT)?.inked).toBe(1);
  });

  it("[STAT-4] items with ink are counted, not strokes", () => {
    const { placer, trace, lesson } = bench();
    for (const [i, box] of ["i0-A", "i0-B", "i2-A"].entries()) placer.place(trace(drawn(box, OPENS_MS + i * 1000)), STUDENT);
    expect(lesson.tallyOf(STUDENT)?.inked).toBe(2);
  });

  it("[ANS-5] every stroke is a row, placed or not, of whoever's pen, and holds its records until history has it", () => {
    const { placer, trace, rows, watermark } = bench();
    const all = [
      [trace(drawn("i0-B")), STUDENT],
      [trace(inMargin(OPENS_MS + 1000)), STUDENT],
      [trace(drawn("i0-B", OPENS_MS, TICK, penOf(7)), null), null],
    ] as const;
    for (const [stroke, student] of all) {
      placer.place(stroke, student);
      placer.writeRow(stroke, student);
    }
    expect(rows.strokes.map(({ row }) => [row.pen, row.student, row.assignment, row.item, row.box, row.version])).toEqual([
      [penOf(0), "s0", "lesson-1", "i0", "i0-B", TICK.length],
      [penOf(0), "s0", "lesson-1", null, null, 20],
      [penOf(7), null, null, null, null, TICK.length],
    ]);
    expect([watermark.lowWater(), watermark.held]).toEqual([0n, 3]);
    for (const { hold } of rows.strokes) watermark.release(hold);
    expect(watermark.lowWater()).toBe(3n);
    // Written anew, when history has let its records go: it holds again.
    placer.writeRow(all[0][0], STUDENT);
    expect(watermark.lowWater()).toBe(2n);
  });

  it("[ANS-12] [HIS-7] placed anew at the same place it is no new row, elsewhere it is, and gone from where it was", () => {
    const { placer, trace, rows, sheet, setup } = bench();
    const stroke = trace(drawn("i0-B"));
    placer.place(stroke, STUDENT);
    placer.writeRow(stroke, STUDENT);
    placer.placeAnew(stroke, STUDENT);
    expect(rows.strokes.length).toBe(1);
    setup(6);
    stroke.placeOn(null);
    placer.placeAnew(stroke, null);
    setup(7);
    stroke.placeOn(sheet);
    placer.placeAnew(stroke, STUDENT);
    const told = rows.strokes.map(({ row }) => [row.placement, row.student, row.assignment, row.box, row.gone, row.version]);
    const count = TICK.length;
    expect(told).toEqual([
      [5, "s0", "lesson-1", "i0-B", false, count],
      [6, null, null, null, false, count],
      [6, "s0", "lesson-1", null, true, count],
      [7, "s0", "lesson-1", "i0-B", false, count],
      [7, null, null, null, true, count],
    ]);
  });

  it("[HIS-7] what history has of a stroke in two places is gone from the one where it is not", () => {
    const { placer, trace, rows, setup } = bench();
    const stroke = trace(drawn("i0-B"));
    setup(9);
    placer.place(stroke, STUDENT);
    stroke.noteRow({
      student: null,
      assignment: null,
      item: null,
      box: null,
      placement: 6,
    });
    stroke.noteRow({
      student: STUDENT,
      assignment: ASSIGNMENT,
      item: "i0" as ItemId,
      box: "i0-B" as BoxId,
      placement: 7,
    });
    placer.placeAnew(stroke, STUDENT);
    expect(rows.strokes.map(({ row }) => [row.placement, row.student, row.gone])).toEqual([
      [9, "s0", false],
      [9, null, true],
    ]);
    placer.placeAnew(stroke, STUDENT);
    expect(rows.strokes.length).toBe(2);
  });

  it("[HIS-7] a stroke that history was told of by a later setup than ours stays where that put it", () => {
    const { placer, trace, rows } = bench();
    const stroke = trace(drawn("i0-B"));
    stroke.noteRow({
      student: "s9" as StudentId,
      assignment: ASSIGNMENT,
      item: null,
      box: null,
      placement: 8,
    });
    placer.placeAnew(stroke, STUDENT);
    expect(rows.strokes.map(({ row }) => [row.placement, row.student, row.gone])).toEqual([[8, "s9", false]]);
  });

  it("[ANS-12] another box of the same item is another place, too", () => {
    const { placer, trace, rows } = bench();
    const stroke = trace(drawn("i0-B"));
    placer.place(stroke, STUDENT);
    placer.writeRow(stroke, STUDENT);
    // A worksheet in which the options A and B have changed places on the paper.
    const swapped = { A: "B", B: "A" } as Record<string, string>;
    const boxes = worksheet.boxes.map((box) => {
      const [item, option = ""] = box.id.split("-");
      const there = worksheet.boxes.find((each) => each.id === `${item}-${swapped[option] ?? option}`);
      return { ...box, xMm: there?.xMm ?? box.xMm };
    });
    const state = setupOf(1, 3);
    state.apply({ kind: "worksheets", id: "sheet@1", version: 2, document: { ...worksheet, boxes } });
    stroke.placeOn(new RoomSetup(state, ROOM).sheets[0] as Sheet);
    placer.placeAnew(stroke, STUDENT);
    expect(rows.strokes.map(({ row }) => row.box)).toEqual(["i0-B", "i0-A"]);
  });

  it("[ANS-2] dots that never came are counted once", () => {
    const { placer, trace, counted } = bench();
    const stroke = trace(drawn("i0-B"));
    const { best } = stroke.stroke;
    best.accept(best.next + 4, new Int32Array(7), null);
    best.giveUpHoles();
    placer.countHoles(stroke);
    placer.countHoles(stroke);
    best.accept(best.next + 2, new Int32Array(7), null);
    best.giveUpHoles();
    placer.countHoles(stroke);
    expect(counted).toEqual([
      ["dots-missing", 4, "hole"],
      ["dots-missing", 2, "hole"],
    ]);
  });
});
