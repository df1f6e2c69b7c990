import { describe, expect, it } from "vitest";
import {
  type AnswerRow,
  type AssignmentId,
  DOT_STRIDE,
  type GapRow,
  type HistoryBatch,
  type ItemId,
  type MarkRow,
  type PenId,
  type RoomId,
  type StrokeRow,
  type StudentId,
  strokeIdOf,
} from "../../src/index.ts";
import { MemoryHistory } from "../../src/port/memory-history.ts";

const PEN = "9c7bd251f41f" as PenId;
const A = "a" as AssignmentId;
const S = "s1" as StudentId;
const PAGE = { section: 3, owner: 27, note: 603, page: 1 };

function stroke(downMs: number, version: number, over: Partial<StrokeRow> = {}): StrokeRow {
  return {
    ...{
      stroke: strokeIdOf(PEN, PAGE, downMs),
      version,
      placement: 1,
      gone: false,
      room: "r" as RoomId,
      pen: PEN,
      page: PAGE,
      downMs,
      upMs: downMs + 100,
    },
    ...{
      clockOffsetMs: 0,
      student: S,
      assignment: A,
      item: null,
      box: null,
      tip: "pen",
      color: 0,
      maxForce: 852,
      source: "live",
    },
    ...{ syntheticStart: false, syntheticEnd: false, lostDots: 0, dots: new Int32Array(version * DOT_STRIDE) },
    ...over,
  };
}

function answer(version: number, over: Partial<AnswerRow> = {}): AnswerRow {
  const key = { room: "r" as RoomId, assignment: A, student: S, item: "q1" as ItemId };
  return { ...key, version, state: "right", answer: "B", atMs: version, strokes: [], recognizer: "marks-1", ...over };
}

function mark(answerVersion: number, over: Partial<MarkRow> = {}): MarkRow {
  const key = { room: "r" as RoomId, assignment: A, student: S, item: "q1" as ItemId };
  const worth = { state: "right", points: 2, maxPoints: 2, by: "machine", atMs: answerVersion } as const;
  const word = { decision: 0, decidedBy: null, decidedMs: 0 };
  return { ...key, answerVersion, worksheetVersion: 1, ...worth, ...word, ...over };
}

const batch = (over: Partial<HistoryBatch>): HistoryBatch => ({ strokes: [], answers: [], marks: [], gaps: [], ...over });

/** All orders of a list. */
function ordersOf<T>(list: readonly T[]): T[][] {
  if (list.length < 2) return [[...list]];
  return list.flatMap((first, i) => ordersOf(list.filter((_, k) => k !== i)).map((rest) => [first, ...rest]));
}

describe("MemoryHistory", () => {
  it("[HIS-6] rows written again change nothing", async () => {
    const history = new MemoryHistory();
    const gap: GapRow = { room: "r" as RoomId, pen: PEN, student: S, atMs: 5, lostEvents: 2, reason: "counter", cause: "0/17" };
    const rows = batch({ strokes: [stroke(1, 3), stroke(2, 4)], answers: [answer(1)], marks: [mark(1)], gaps: [gap] });
    await history.write(rows);
    await history.write(rows);
    expect(history.strokes()).toEqual(rows.strokes);
    expect(history.gaps()).toEqual([gap]);
    expect(await history.answersOfAssignment(A)).toEqual(rows.answers);
    expect(await history.marksOfAssignment(A)).toEqual(rows.marks);
  });

  it("[HIS-7] the same copy counts in every order of arrival", async () => {
    const copies = [
      stroke(1, 3),
      stroke(1, 9, { syntheticEnd: true }),
      stroke(1, 9, { syntheticStart: true }),
      stroke(1, 9, { source: "memory" }),
      stroke(1, 9, { lostDots: 4 }),
    ];
    for (const order of ordersOf(copies)) {
      const history = new MemoryHistory();
      for (const copy of order) await history.write(batch({ strokes: [copy] }));
      expect(history.strokes()).toEqual([copies[3]]);
    }
  });

  it("[HIS-7] strokes come by host time of pen-down, then id", async () => {
    const history = new MemoryHistory();
    const rows = [stroke(900, 1, { clockOffsetMs: -800 }), stroke(200, 1), stroke(150, 1, { clockOffsetMs: 50, page: null })];
    const last = { ...(rows[2] as StrokeRow), stroke: strokeIdOf(PEN, null, 150) };
    await history.write(batch({ strokes: [last, rows[1] as StrokeRow, rows[0] as StrokeRow] }));
    expect((await history.strokesOfAssignment(A)).map((row) => row.downMs)).toEqual([900, 200, 150]);
    expect((await history.strokesOfPage(A, S, PAGE)).map((row) => row.downMs)).toEqual([900, 200]);
  });

  it("[HIS-7] a stroke that was placed elsewhere is one stroke, in every order of arrival", async () => {
    const there = { assignment: "b" as AssignmentId, placement: 2 };
    const rows = [stroke(5, 9), stroke(5, 7, there), stroke(5, 7, { gone: true, placement: 2, dots: new Int32Array(0) })];
    for (const order of ordersOf([0, 1, 2])) {
      const history = new MemoryHistory();
      for (const i of order) await history.write(batch({ strokes: rows.slice(i, i + 1) }));
      expect(history.strokes()).toEqual([rows[1]]);
    }
  });

  it("[HIS-8] the latest answer and mark count in every order of arrival", async () => {
    const answers = [answer(1), answer(7, { atMs: 3 }), answer(7, { atMs: 4, answer: "C" })];
    const marks = [
      mark(7, { worksheetVersion: 9 }),
      mark(3, { by: "t-1", points: 1, decision: 2 }),
      mark(9, { by: "t-1", decision: 1 }),
      mark(7, { worksheetVersion: 0, by: "t-2", decision: 1 }),
    ];
    for (const order of ordersOf([0, 1, 2, 3])) {
      const history = new MemoryHistory();
      for (const i of order) await history.write(batch({ answers: answers.slice(i, i + 1), marks: marks.slice(i, i + 1) }));
      expect(await history.answersOfAssignment(A)).toEqual([answers[2]]);
      expect(await history.marksOfAssignment(A)).toEqual([marks[1]]);
    }
  });
});
