import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { type AnswerValue, CELL_STATES, type CellState } from "./cell.ts";
import { type EventRecord as EventRecordMessage, EventRecordSchema } from "./gen/penlight/v1/events_pb.js";
import type { AssignmentId, ItemId, StudentId } from "./ids.ts";
import { type PenState, parsePenState, penStateMessage } from "./pen-state.ts";

export interface Cell {
  readonly item: ItemId;
  readonly state: CellState;
  readonly answer: AnswerValue;
  /** Null while it is not judged. */
  readonly points: number | null;
  readonly version: number;
  /** Host time of the last ink of this answer, ms; 0: none. */
  readonly inkMs: number;
  /** Gateway time at which the last of its ink was received, ms; 0: it has none, or nobody knows. */
  readonly receivedMs: number;
  /** Host time of the last ink in its boxes that was written after the end of the assignment, ms; 0: none. ANS-55. */
  readonly lateInkMs: number;
}

export interface ItemStats {
  readonly item: ItemId;
  /** Students per state. */
  readonly states: Readonly<Record<CellState, number>>;
  /** right + partial + wrong. */
  readonly judged: number;
  readonly classSize: number;
  readonly pointsSum: number;
  /** Wilson 95 % interval of right / judged; [0, 1] while nothing is judged. */
  readonly wilson: readonly [number, number];
  readonly options: readonly { readonly option: string; readonly count: number }[];
}

export interface StudentStats {
  readonly student: StudentId;
  readonly done: number;
  readonly right: number;
  readonly points: number;
  readonly lastInkMs: number;
  readonly idle: boolean;
  readonly pen: PenState | null;
}

/** How far history is behind; 0 and 0: it has caught up. EVT-19. */
export interface HistoryDelay {
  /** Age of the oldest row that waits, ms. */
  readonly ageMs: number;
  readonly rows: number;
}

export type EventBody =
  | { readonly kind: "cells"; readonly student: StudentId; readonly cells: readonly Cell[] }
  | { readonly kind: "item-stats"; readonly items: readonly ItemStats[] }
  | { readonly kind: "student"; readonly stats: StudentStats }
  /** Of the room: the record's assignment is empty. */
  | { readonly kind: "history"; readonly delay: HistoryDelay };

export interface EventRecord {
  readonly atMs: number;
  /** Of the partition's owner who decided this. LOG-13. */
  readonly generation: number;
  readonly revision: number;
  readonly assignment: AssignmentId;
  readonly body: EventBody;
}

export function encodeEvent(record: EventRecord): Uint8Array {
  const { atMs, generation, revision, assignment } = record;
  const body = bodyMessage(record.body);
  return toBinary(EventRecordSchema, create(EventRecordSchema, { atMs, generation, revision, assignment, body }));
}

function bodyMessage(body: EventBody) {
  switch (body.kind) {
    case "cells":
      return { case: "cells" as const, value: { student: body.student, cells: body.cells.map(cellMessage) } };
    case "item-stats":
      return { case: "itemStats" as const, value: { items: body.items.map(itemStatsMessage) } };
    case "student": {
      const { pen, ...stats } = body.stats;
      return { case: "student" as const, value: { ...stats, ...(pen === null ? {} : { pen: penStateMessage(pen) }) } };
    }
    case "history":
      return { case: "history" as const, value: { ...body.delay } };
  }
}

function cellMessage(cell: Cell) {
  return {
    item: cell.item,
    state: CELL_STATES.indexOf(cell.state),
    answerJson: cell.answer === null ? "" : JSON.stringify(cell.answer),
    ...(cell.points === null ? {} : { points: cell.points }),
    version: cell.version,
    inkMs: cell.inkMs,
    receivedMs: cell.receivedMs,
    lateInkMs: cell.lateInkMs,
  };
}

function itemStatsMessage(stats: ItemStats) {
  return {
    item: stats.item,
    states: CELL_STATES.map((state) => stats.states[state]),
    judged: stats.judged,
    classSize: stats.classSize,
    pointsSum: stats.pointsSum,
    wilsonLow: stats.wilson[0],
    wilsonHigh: stats.wilson[1],
    options: stats.options.map((each) => ({ ...each })),
  };
}

/** Null when the bytes are not an event this version knows. */
export function decodeEvent(bytes: Uint8Array): EventRecord | null {
  try {
    const message = fromBinary(EventRecordSchema, bytes);
    const body = parseBody(message.body);
    if (body === null) return null;
    const { atMs, generation, revision } = message;
    return { atMs, generation, revision, assignment: message.assignment as AssignmentId, body };
  } catch {
    return null;
  }
}

function parseBody(body: EventRecordMessage["body"]): EventBody | null {
  switch (body.case) {
    case "cells":
      return {
        kind: "cells",
        student: body.value.student as StudentId,
        cells: body.value.cells.map((cell) => ({
          item: cell.item as ItemId,
          state: CELL_STATES[cell.state] ?? "unsure",
          answer: cell.answerJson === "" ? null : (JSON.parse(cell.answerJson) as AnswerValue),
          points: cell.points ?? null,
          version: cell.version,
          inkMs: cell.inkMs,
          receivedMs: cell.receivedMs,
          lateInkMs: cell.lateInkMs,
        })),
      };
    case "itemStats":
      return {
        kind: "item-stats",
        items: body.value.items.map((stats) => ({
          item: stats.item as ItemId,
          states: Object.fromEntries(CELL_STATES.map((state, i) => [state, stats.states[i] ?? 0])) as Record<CellState, number>,
          judged: stats.judged,
          classSize: stats.classSize,
          pointsSum: stats.pointsSum,
          wilson: [stats.wilsonLow, stats.wilsonHigh],
          options: stats.options.map(({ option, count }) => ({ option, count })),
        })),
      };
    case "student": {
      const { student, done, right, points, lastInkMs, idle, pen } = body.value;
      return {
        kind: "student",
        stats: {
          student: student as StudentId,
          done,
          right,
          points,
          lastInkMs,
          idle,
          pen: pen === undefined ? null : parsePenState(pen),
        },
      };
    }
    case "history":
      return { kind: "history", delay: { ageMs: body.value.ageMs, rows: body.value.rows } };
    default:
      return null;
  }
}
