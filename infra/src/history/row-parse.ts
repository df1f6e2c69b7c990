import {
  type AnswerRow,
  type AnswerValue,
  type AssignmentId,
  type BoxId,
  type CellState,
  DOT_STRIDE,
  type GapRow,
  type ItemId,
  type MarkRow,
  type PageAddress,
  type PenId,
  type RoomId,
  type StrokeId,
  type StrokeRow,
  type StudentId,
  strokeIdOf,
} from "@penlight/proto";
import { decodeStroke } from "./stroke-codec.ts";

/** Columns that {@link parseStroke} expects, in this order. */
export const STROKE_COLUMNS = [
  ...["room", "assignment", "student", "page", "pen", "item", "box", "pen_down_ms", "pen_up_ms", "clock_offset_ms"],
  ...["version", "placement", "gone"],
  ...["tip", "source", "color", "max_force", "synthetic_start", "synthetic_end", "lost_dots", "received_ms"],
  "[first_t, first_x, first_y, first_force, first_tilt_x, first_tilt_y, first_twist]",
  ...["`low.t`", "`low.x`", "`low.y`", "`low.force`", "`low.tilt_x`", "`low.tilt_y`", "`low.twist`"],
  ...["`high.t`", "`high.x`", "`high.y`", "`high.force`", "`high.tilt_x`", "`high.tilt_y`", "`high.twist`"],
].join(", ");

type StrokeFields = [
  ...[room: string, assignment: string, student: string, page: string, pen: string, item: string, box: string],
  ...[penDownMs: number, penUpMs: number, clockOffsetMs: number],
  ...[version: number, placement: number, gone: boolean],
  ...[tip: "pen" | "eraser", source: "live" | "memory", color: number, maxForce: number],
  ...[syntheticStart: boolean, syntheticEnd: boolean, lostDots: number, receivedMs: number],
  first: number[],
  ...ink: number[][],
];

/** One line of JSONCompactEachRow. */
export function parseStroke(line: string): StrokeRow {
  const fields = JSON.parse(line) as StrokeFields;
  const [room, assignment, student, pageText, pen, item, box, downMs, upMs, clockOffsetMs] = fields;
  const [, , , , , , , , , , version, placement, gone, tip, source, color, maxForce, ...rest] = fields;
  const [syntheticStart, syntheticEnd, lostDots, receivedMs, first, ...ink] = rest;
  const page = parsePage(pageText);
  return {
    stroke: strokeIdOf(pen as PenId, page, downMs),
    version,
    placement,
    gone,
    room: room as RoomId,
    pen: pen as PenId,
    page,
    downMs,
    upMs,
    clockOffsetMs,
    student: orNull<StudentId>(student),
    assignment: orNull<AssignmentId>(assignment),
    item: orNull<ItemId>(item),
    box: orNull<BoxId>(box),
    tip,
    color,
    maxForce,
    source,
    syntheticStart,
    syntheticEnd,
    lostDots,
    ...(receivedMs > 0 && { receivedMs }),
    dots: decodeStroke(first, ink.slice(0, DOT_STRIDE), ink.slice(DOT_STRIDE)),
  };
}

export const ANSWER_COLUMNS =
  "room, assignment, student, item, version, state, answer, at_ms, strokes, recognizer, alphabet, guess, confidence, runner_up, received_ms";

type AnswerFields = [
  ...[room: string, assignment: string, student: string, item: string, version: number, state: CellState],
  ...[answer: string, atMs: number, strokes: string[], recognizer: string],
  ...[alphabet: string, guess: string, confidence: number, runnerUp: string, receivedMs: number],
];

export function parseAnswer(line: string): AnswerRow {
  const fields = JSON.parse(line) as AnswerFields;
  const [room, assignment, student, item, version, state, answer, atMs, strokes, recognizer, ...read] = fields;
  const [alphabet, guess, confidence, runnerUp, receivedMs] = read;
  return {
    room: room as RoomId,
    assignment: assignment as AssignmentId,
    student: student as StudentId,
    item: item as ItemId,
    version,
    state,
    answer: JSON.parse(answer) as AnswerValue,
    atMs,
    strokes: strokes as StrokeId[],
    recognizer,
    ...(receivedMs > 0 && { receivedMs }),
    ...(alphabet !== "" && { insight: { alphabet, guess, confidence, runnerUp } }),
  };
}

export const MARK_COLUMNS =
  "room, assignment, student, item, answer_version, worksheet_version, state, points, max_points, `by`, at_ms, " +
  "decision, decided_by, decided_ms";

export function parseMark(line: string): MarkRow {
  const fields = JSON.parse(line) as [
    ...[room: string, assignment: string, student: string, item: string],
    ...[answerVersion: number, worksheetVersion: number, state: CellState, points: number, maxPoints: number],
    ...[by: string, atMs: number, decision: number, decidedBy: string, decidedMs: number],
  ];
  const [room, assignment, student, item, answerVersion, worksheetVersion, state, points, maxPoints, by, atMs] = fields;
  const [, , , , , , , , , , , decision, decidedBy, decidedMs] = fields;
  return {
    room: room as RoomId,
    assignment: assignment as AssignmentId,
    student: student as StudentId,
    item: item as ItemId,
    answerVersion,
    worksheetVersion,
    state,
    points,
    maxPoints,
    by,
    atMs,
    decision,
    decidedBy: orNull(decidedBy),
    decidedMs,
  };
}

export const GAP_COLUMNS = "room, pen, student, at_ms, lost_events, reason, cause";

export function parseGap(line: string): GapRow {
  const fields = JSON.parse(line) as [string, string, string, number, number, string, string];
  const [room, pen, student, atMs, lostEvents, reason, cause] = fields;
  return { room: room as RoomId, pen: pen as PenId, student: orNull<StudentId>(student), atMs, lostEvents, reason, cause };
}

function orNull<Id extends string>(text: string): Id | null {
  return text === "" ? null : (text as Id);
}

/** The reverse of pageKeyOf; '' is a place that is not known. */
function parsePage(text: string): PageAddress | null {
  if (text === "") return null;
  const [section = 0, owner = 0, note = 0, page = 0] = text.split(".").map(Number);
  return { section, owner, note, page };
}
