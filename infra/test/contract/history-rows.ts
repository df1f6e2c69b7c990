import {
  type AnswerRow,
  type AssignmentId,
  type BoxId,
  DOT_STRIDE,
  type GapRow,
  type HistoryBatch,
  type ItemId,
  type MarkRow,
  type PageAddress,
  type PenId,
  type RoomId,
  type StrokeRow,
  type StudentId,
  strokeIdOf,
} from "@penlight/proto";

export const PAGE: PageAddress = { section: 3, owner: 27, note: 603, page: 1 };
export const PEN = "9c7bd251f41f" as PenId;

/** A stroke of `count` dots, 10 ms apart, along a line; everything that a test cares about can be said. */
export function strokeRow(count: number, over: Partial<StrokeRow> = {}): StrokeRow {
  const dots = new Int32Array(count * DOT_STRIDE);
  for (let i = 0; i < count; i++) dots.set([i * 10, 1000 + i * 20, 2000 - i, 400, 90, 91, 180], i * DOT_STRIDE);
  const base = { pen: PEN, page: PAGE, downMs: 1_700_000_000_000, ...over };
  return {
    stroke: strokeIdOf(base.pen, base.page, base.downMs),
    version: count,
    placement: 1,
    gone: false,
    room: "room-1" as RoomId,
    upMs: base.downMs + count * 10,
    clockOffsetMs: 0,
    student: "s01" as StudentId,
    assignment: "a" as AssignmentId,
    item: "q1" as ItemId,
    box: "q1-a" as BoxId,
    tip: "pen",
    color: 0xff000000,
    maxForce: 852,
    source: "live",
    syntheticStart: false,
    syntheticEnd: false,
    lostDots: 0,
    dots,
    ...base,
  };
}

export function answerRow(version: number, over: Partial<AnswerRow> = {}): AnswerRow {
  return {
    room: "room-1" as RoomId,
    assignment: "a" as AssignmentId,
    student: "s01" as StudentId,
    item: "q1" as ItemId,
    version,
    state: "right",
    answer: "B",
    atMs: 1_700_000_000_000 + version,
    strokes: [],
    recognizer: "marks-1",
    ...over,
  };
}

export function markRow(answerVersion: number, over: Partial<MarkRow> = {}): MarkRow {
  return {
    room: "room-1" as RoomId,
    assignment: "a" as AssignmentId,
    student: "s01" as StudentId,
    item: "q1" as ItemId,
    answerVersion,
    worksheetVersion: 1,
    state: "right",
    points: 2,
    maxPoints: 2,
    by: "machine",
    atMs: 1_700_000_000_000 + answerVersion,
    decision: 0,
    decidedBy: null,
    decidedMs: 0,
    ...over,
  };
}

export function batchOf(over: Partial<HistoryBatch>): HistoryBatch {
  return { strokes: [], answers: [], marks: [], gaps: [], ...over };
}

export function gapRow(cause: string, over: Partial<GapRow> = {}): GapRow {
  const base = { room: "room-1" as RoomId, pen: PEN, student: null, atMs: 1_700_000_000_000 };
  return { ...base, lostEvents: 3, reason: "counter-gap", cause, ...over };
}
