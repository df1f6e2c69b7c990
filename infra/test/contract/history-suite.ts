import {
  type AssignmentId,
  type BoxId,
  CELL_STATES,
  type CellState,
  type History,
  type ItemId,
  type PenId,
  type RoomId,
  type StrokeRow,
  type StudentId,
  strokeIdOf,
} from "@penlight/proto";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { answerRow, batchOf, gapRow, markRow, PAGE, PEN, strokeRow } from "./history-rows.ts";

/** The rules HIS-n that a caller of the port can see. `open` gives an empty history; it is called once. */
export function historyContract(name: string, open: () => Promise<History>): void {
  describe(`history contract: ${name}`, () => {
    let history: History;
    let assignments = 0;
    /** Tests share the history; each has its own assignment. */
    const fresh = (): AssignmentId => `assignment-${++assignments}` as AssignmentId;
    beforeAll(async () => {
      history = await open();
    });
    afterAll(() => history.close());

    identityRules(() => history, fresh);
    orderRules(() => history, fresh);
    losslessRules(() => history, fresh);
    nowhereRules(() => history, fresh);
  });
}

function identityRules(history: () => History, fresh: () => AssignmentId): void {
  it("[HIS-6] a batch written twice, and once more in parts, is read once", async () => {
    const assignment = fresh();
    const strokes = [1, 2, 3].map((i) => strokeRow(4 + i, { assignment, downMs: 1_700_000_000_000 + i * 500 }));
    const answers = [answerRow(5, { assignment }), answerRow(11, { assignment, answer: "C", state: "wrong" })];
    const marks = [markRow(5, { assignment }), markRow(11, { assignment, points: 0, state: "wrong" })];
    const batch = batchOf({ strokes, answers, marks });
    await history().write(batch);
    await history().write(batch);
    await history().write(batchOf({ strokes: strokes.slice(1), answers: answers.slice(0, 1) }));
    await history().write(batchOf({ strokes: strokes.slice(0, 1), marks: marks.slice(0, 1) }));
    expect(await history().strokesOfAssignment(assignment)).toEqual(strokes);
    expect(await history().strokesOfPage(assignment, "s01" as StudentId, PAGE)).toEqual(strokes);
    expect(await history().answersOfAssignment(assignment)).toEqual([answers[1]]);
    expect(await history().marksOfAssignment(assignment)).toEqual([marks[1]]);
  });

  it("[HIS-5] batches written at once are all there when their promises resolve", async () => {
    const assignment = fresh();
    const strokes = Array.from({ length: 40 }, (_, i) => strokeRow(3, { assignment, downMs: 1_700_000_000_000 + i * 100 }));
    await Promise.all(strokes.map((stroke) => history().write(batchOf({ strokes: [stroke] }))));
    expect(await history().strokesOfAssignment(assignment)).toEqual(strokes);
  });

  it("[HIS-6] an empty batch is no error", async () => {
    await expect(history().write(batchOf({}))).resolves.toBeUndefined();
  });

  it("[HIS-7] the longer copy of a stroke wins, whichever came first", async () => {
    const assignment = fresh();
    const [short, long] = [
      strokeRow(5, { assignment, syntheticEnd: true }),
      strokeRow(9, { assignment, item: "q2" as ItemId }),
    ];
    const other = { downMs: 1_700_000_001_000 };
    const [otherShort, otherLong] = [strokeRow(2, { assignment, ...other }), strokeRow(3, { assignment, ...other })];
    await history().write(batchOf({ strokes: [short, otherLong] }));
    await history().write(batchOf({ strokes: [long, otherShort] }));
    expect(await history().strokesOfAssignment(assignment)).toEqual([long, otherLong]);
  });

  it("[HIS-7] of two copies with equally many dots the one whose end was seen wins", async () => {
    const assignment = fresh();
    const seen = strokeRow(5, { assignment, source: "memory" });
    const guessed = strokeRow(5, { assignment, syntheticEnd: true });
    await history().write(batchOf({ strokes: [seen, guessed] }));
    await history().write(batchOf({ strokes: [guessed] }));
    expect(await history().strokesOfAssignment(assignment)).toEqual([seen]);
  });

  it("[HIS-7] a stroke that a later setup placed elsewhere, and back, is where it was placed last", async () => {
    const [assignment, other] = [fresh(), fresh()];
    const gone = { gone: true, item: null, box: null, dots: new Int32Array(0) };
    const [here, stays] = [strokeRow(5, { assignment }), strokeRow(4, { assignment, downMs: 1_700_000_000_500 })];
    const there = strokeRow(5, { assignment: other, student: "s02" as StudentId, placement: 2 });
    const word = { ...here, ...gone, placement: 2 };
    await history().write(batchOf({ strokes: [there, word] }));
    // A longer copy that was placed by the earlier setup changes nothing.
    await history().write(batchOf({ strokes: [here, strokeRow(7, { assignment }), stays] }));
    expect(await history().strokesOfAssignment(assignment)).toEqual([stays]);
    expect(await history().strokesOfPage(assignment, "s01" as StudentId, PAGE)).toEqual([stays]);
    expect(await history().strokesOfAssignment(other)).toEqual([there]);
    const back = strokeRow(5, { assignment, placement: 3 });
    await history().write(batchOf({ strokes: [back, { ...there, ...gone, placement: 3 }] }));
    expect(await history().strokesOfAssignment(assignment)).toEqual([back, stays]);
    expect(await history().strokesOfAssignment(other)).toEqual([]);
  });

  it("[HIS-7] a copy that was counted for another student hides nothing of the first one's page", async () => {
    const assignment = fresh();
    const [one, two] = [strokeRow(5, { assignment }), strokeRow(6, { assignment, student: "s02" as StudentId })];
    await history().write(batchOf({ strokes: [one, two] }));
    expect(await history().strokesOfPage(assignment, "s01" as StudentId, PAGE)).toEqual([one]);
    expect(await history().strokesOfPage(assignment, "s02" as StudentId, PAGE)).toEqual([two]);
  });

  it("[HIS-8] the latest version of an answer and of a mark is read, in whatever order they came", async () => {
    const assignment = fresh();
    const versions = [30, 10, 20].map((version) => answerRow(version, { assignment }));
    await history().write(batchOf({ answers: versions, marks: [markRow(30, { assignment }), markRow(10, { assignment })] }));
    await history().write(batchOf({ answers: [answerRow(25, { assignment })], marks: [markRow(29, { assignment })] }));
    expect(await history().answersOfAssignment(assignment)).toEqual([answerRow(30, { assignment })]);
    expect(await history().marksOfAssignment(assignment)).toEqual([markRow(30, { assignment })]);
  });

  it("[HIS-8] the later key counts; a teacher's word stays above later ink and keys until it is withdrawn", async () => {
    const assignment = fresh();
    const [q1, q2, q3] = ["q1" as ItemId, "q2" as ItemId, "q3" as ItemId];
    const newKey = markRow(7, { assignment, item: q1, worksheetVersion: 2, points: 0, state: "wrong" });
    const word = { decision: 1, decidedBy: "Ms Li", decidedMs: 1_700_000_000_500.5 };
    const teachers = { assignment, by: "Ms Li", points: 1, state: "partial" as const, atMs: 1, ...word };
    const teacher = markRow(7, { ...teachers, item: q2 });
    const withdrawn = markRow(7, { assignment, item: q3, decision: 2, decidedBy: "李老师", decidedMs: 2 });
    await history().write(batchOf({ marks: [newKey, teacher, withdrawn] }));
    const earlier = [markRow(7, { assignment, item: q1 }), markRow(7, { ...teachers, item: q3 })];
    const machines = [q2, q3].map((item) => markRow(9, { assignment, item, worksheetVersion: 3 }));
    await history().write(batchOf({ marks: [...earlier, ...machines] }));
    expect(await history().marksOfAssignment(assignment)).toEqual([newKey, teacher, withdrawn]);
  });
}

function orderRules(history: () => History, fresh: () => AssignmentId): void {
  it("[HIS-7] strokes come by host time of pen-down, then id; pens whose clocks differ too", async () => {
    const assignment = fresh();
    const late = "000000000001" as PenId;
    const rows = [
      strokeRow(2, { assignment, downMs: 5000.25, clockOffsetMs: 1_700_000_000_000 }),
      strokeRow(2, { assignment, downMs: 9_000_000_000_000, clockOffsetMs: -7_299_999_990_000, pen: late }),
      strokeRow(2, { assignment, downMs: 1_700_000_010_000, page: null }),
      strokeRow(2, { assignment, downMs: 1_700_000_010_000 }),
    ];
    await history().write(batchOf({ strokes: [...rows].reverse() }));
    const read = await history().strokesOfAssignment(assignment);
    expect(read.map((row) => row.stroke)).toEqual([
      `${PEN}.3.27.603.1.5000.25`,
      `${late}.3.27.603.1.9000000000000`,
      `${PEN}.3.27.603.1.1700000010000`,
      `${PEN}.unknown.1700000010000`,
    ]);
  });

  it("[HIS-8] answers and marks come by student, then item", async () => {
    const assignment = fresh();
    const cells = ["s02/q1", "s01/q2", "s02/q10", "s01/q1"].map((cell) => cell.split("/") as [StudentId, ItemId]);
    await history().write(batchOf({ answers: cells.map(([student, item]) => answerRow(1, { assignment, student, item })) }));
    await history().write(batchOf({ marks: cells.map(([student, item]) => markRow(1, { assignment, student, item })) }));
    const expected = ["s01/q1", "s01/q2", "s02/q1", "s02/q10"];
    const answers = await history().answersOfAssignment(assignment);
    expect(answers.map((row) => `${row.student}/${row.item}`)).toEqual(expected);
    const marks = await history().marksOfAssignment(assignment);
    expect(marks.map((row) => `${row.student}/${row.item}`)).toEqual(expected);
  });

  it("[HIS-4] gaps are read by room and time, each cause once, in order", async () => {
    const room = "room-of-gaps" as RoomId;
    const at = (atMs: number, reason = "gap") => gapRow(`${room}/${atMs}/${reason}`, { room, atMs, reason });
    const [early, first, second, third] = [at(1000), at(2000.5), at(2000.5, "missing-page"), at(3000)];
    await history().write(batchOf({ gaps: [third, second, early, gapRow("elsewhere", { atMs: 2500 })] }));
    await history().write(batchOf({ gaps: [third, first] }));
    expect(await history().gapsOfRoom(room, 2000)).toEqual([first, second, third]);
  });

  it("[HIS-7] what belongs to another assignment, student or page is not read", async () => {
    const [assignment, other] = [fresh(), fresh()];
    const mine = strokeRow(3, { assignment });
    const rows = [
      mine,
      strokeRow(3, { assignment: other, downMs: 1 }),
      strokeRow(3, { assignment: null, downMs: 2 }),
      strokeRow(3, { assignment, student: "s09" as StudentId, pen: "000000000009" as PenId }),
      strokeRow(3, { assignment, page: { ...PAGE, page: 2 }, downMs: 3 }),
    ];
    await history().write(batchOf({ strokes: rows, gaps: [gapRow("0/1")] }));
    expect(await history().strokesOfPage(assignment, "s01" as StudentId, PAGE)).toEqual([mine]);
    expect((await history().strokesOfAssignment(assignment)).length).toBe(3);
    expect(await history().strokesOfAssignment("nothing" as AssignmentId)).toEqual([]);
    expect(await history().answersOfAssignment("nothing" as AssignmentId)).toEqual([]);
  });
}

function nowhereRules(history: () => History, fresh: () => AssignmentId): void {
  it("[HIS-13] strokes of no assignment are read by room and time of pen-down, the longer copy of each, in order", async () => {
    const [room, sinceMs] = ["room-nowhere" as RoomId, 1_700_000_000_000];
    const nowhere = { assignment: null, item: null, box: null, room, student: null };
    const at = (downMs: number, over: Partial<StrokeRow> = {}) => strokeRow(4, { ...nowhere, downMs, ...over });
    const [short, long] = [at(sinceMs + 500, { syntheticEnd: true }), strokeRow(9, { ...nowhere, downMs: sinceMs + 500 })];
    const first = at(5000.25, { clockOffsetMs: sinceMs - 5000.25, page: null });
    const known = at(sinceMs + 700, { student: "s01" as StudentId, pen: "000000000001" as PenId });
    // The copy that counts began before, by its clock offset; the other one does not stand in for it.
    const early = [at(sinceMs + 50), strokeRow(9, { ...nowhere, downMs: sinceMs + 50, clockOffsetMs: -100 })];
    // Placed since: it is no stroke of no assignment any more.
    const placed = [
      at(sinceMs + 800),
      { ...at(sinceMs + 800), gone: true, placement: 2 },
      at(sinceMs + 800, { assignment: fresh(), placement: 2 }),
    ];
    const others = [
      ...placed,
      at(sinceMs - 1),
      at(sinceMs + 600, { assignment: fresh() }),
      at(sinceMs + 600, { room: "room-elsewhere" as RoomId }),
    ];
    await history().write(batchOf({ strokes: [known, long, ...early, ...others] }));
    await history().write(batchOf({ strokes: [short, first] }));
    expect(await history().strokesWithoutAssignment(room, sinceMs)).toEqual([first, long, known]);
    expect(await history().strokesWithoutAssignment(room, sinceMs + 701)).toEqual([]);
    expect(await history().strokesWithoutAssignment("it's nothing" as RoomId, 0)).toEqual([]);
  });
}

function losslessRules(history: () => History, fresh: () => AssignmentId): void {
  it("[HIS-1] [HIS-17] a stroke comes back as it was written, extreme values included", async () => {
    const strokes = fc.array(strokeArbitrary(), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(strokes, async (drawn) => {
        const assignment = fresh();
        const rows = drawn.map((row, i) => {
          const pen = i.toString(16).padStart(12, "0") as PenId;
          return { ...row, assignment, pen, stroke: strokeIdOf(pen, row.page, row.downMs) };
        });
        await history().write(batchOf({ strokes: rows }));
        const read = await history().strokesOfAssignment(assignment);
        const byPen = (a: StrokeRow, b: StrokeRow) => (a.pen < b.pen ? -1 : 1);
        expect([...read].sort(byPen)).toEqual([...rows].sort(byPen));
      }),
      { seed: 3, numRuns: 25 },
    );
  });

  it("[HIS-2] [HIS-3] [HIS-17] answers and marks come back as they were written, every state and kind of answer", async () => {
    const assignment = fresh();
    const values = ["A", 'it\'s; \\ "so"\n\t\r\0', [], ["A", "C"], true, false, null, "选项"] as const;
    const rows = CELL_STATES.flatMap((state, i) =>
      values.map((answer, k) =>
        answerRow(i, { assignment, student: `s${i}` as StudentId, item: `q${k}` as ItemId, state, answer }),
      ),
    );
    const insight = { alphabet: "number", guess: "2 1/3", confidence: 0.875, runnerUp: "21/3" };
    const read = answerRow(7, {
      assignment,
      student: "reader" as StudentId,
      state: "unsure",
      answer: null,
      insight,
      receivedMs: 1e12 + 0.25,
    });
    const long = answerRow(4294967295, {
      assignment,
      student: "z" as StudentId,
      atMs: 0.1 + 0.2,
      strokes: [strokeRow(1).stroke],
    });
    const marks = [Math.PI, 0, 1e-9, 1e15 + 0.125].map((points, i) =>
      markRow(i, { assignment, item: `q${i}` as ItemId, points, maxPoints: points * 2, by: "t'\\;" }),
    );
    await history().write(batchOf({ answers: [...rows, long, read], marks }));
    expect(await history().answersOfAssignment(assignment)).toEqual([read, ...rows, long]);
    expect(await history().marksOfAssignment(assignment)).toEqual(marks);
  });
}

function strokeArbitrary(): fc.Arbitrary<StrokeRow> {
  const int32 = fc.oneof(fc.integer(), fc.constantFrom(0, -1, 1, 2147483647, -2147483648));
  const uint32 = fc.oneof(fc.nat(), fc.constantFrom(0, 0xffffffff));
  const time = fc.oneof(
    fc.integer({ min: 0, max: 4e12 }),
    fc.double({ noNaN: true, min: 1e-3, max: 1e15 }),
    fc.double({ noNaN: true, min: -1e12, max: -1e-3 }),
  );
  const id = fc.oneof(
    fc.string({ minLength: 1, unit: "grapheme" }),
    fc.constantFrom("'", "\\", "\t;\n", "\\N", "{a:String}", "学生"),
  );
  const page = fc.option(fc.record({ section: fc.nat(255), owner: fc.nat(0xffffff), note: uint32, page: uint32 }));
  const states: fc.Arbitrary<CellState> = fc.constantFrom(...CELL_STATES);
  return fc
    .record({
      id,
      page,
      downMs: time,
      upMs: time,
      clockOffsetMs: time,
      numbers: fc.array(fc.tuple(int32, int32, int32, int32, int32, int32, int32), { maxLength: 20 }),
      uint32,
      flag: fc.boolean(),
      states,
    })
    .map(({ id, numbers, uint32, flag, states, ...rest }) => ({
      ...strokeRow(0),
      ...rest,
      version: numbers.length,
      room: id as RoomId,
      student: flag ? (id as StudentId) : null,
      item: flag ? null : (id as ItemId),
      box: flag ? (states as string as BoxId) : null,
      tip: flag ? "eraser" : "pen",
      color: uint32,
      maxForce: uint32,
      lostDots: uint32,
      ...(flag && uint32 > 0 && { receivedMs: uint32 }),
      source: flag ? "memory" : "live",
      syntheticStart: flag,
      syntheticEnd: !flag,
      dots: Int32Array.from(numbers.flat()),
    }));
}
