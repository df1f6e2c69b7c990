import type { AnswerValue, CellState, Insight } from "../cell.ts";
import type { AssignmentId, BoxId, ItemId, PageAddress, PenId, RoomId, StrokeId, StudentId } from "../ids.ts";

/** One stroke as researchers read it: its dots without loss, and the scalars computed when it was written. HIS-1. */
export interface StrokeRow {
  readonly stroke: StrokeId;
  /** Dot count: the longer copy of a stroke is its newer version. EVT-3. */
  readonly version: number;
  /** `SetupState.revision` by which it was placed: what a later setup said of a stroke counts. HIS-7. */
  readonly placement: number;
  /** True: no stroke, but word that this one is not (any more) under this assignment and student. Readers never get it. HIS-7. */
  readonly gone: boolean;
  readonly room: RoomId;
  readonly pen: PenId;
  readonly page: PageAddress | null;
  /** Pen clock, ms: with pen and page the identity. */
  readonly downMs: number;
  readonly upMs: number;
  readonly clockOffsetMs: number;
  /** Null: nobody's pen. */
  readonly student: StudentId | null;
  readonly assignment: AssignmentId | null;
  readonly item: ItemId | null;
  readonly box: BoxId | null;
  readonly tip: "pen" | "eraser";
  readonly color: number;
  readonly maxForce: number;
  readonly source: "live" | "memory";
  readonly syntheticStart: boolean;
  readonly syntheticEnd: boolean;
  readonly lostDots: number;
  /** Gateway time at which the last of its dots was received, ms; absent: nobody knows. HIS-17. */
  readonly receivedMs?: number;
  /** DOT_STRIDE numbers a dot, see dots.ts. */
  readonly dots: Int32Array;
}

/** One version of an answer; nothing is updated in place. HIS-2. */
export interface AnswerRow {
  readonly room: RoomId;
  readonly assignment: AssignmentId;
  readonly student: StudentId;
  readonly item: ItemId;
  /** EVT-12. */
  readonly version: number;
  readonly state: CellState;
  readonly answer: AnswerValue;
  /** Host time of the last ink that counts, ms; for a blank: when the assignment closed. */
  readonly atMs: number;
  readonly strokes: readonly StrokeId[];
  readonly recognizer: string;
  /** Gateway time at which the last of this ink was received, ms; absent: there is none, or nobody knows. HIS-17. */
  readonly receivedMs?: number;
  /** Absent: no writing was read. */
  readonly insight?: Insight;
}

/** What an answer version is worth, by machine or by a teacher. HIS-3. */
export interface MarkRow {
  readonly room: RoomId;
  readonly assignment: AssignmentId;
  readonly student: StudentId;
  readonly item: ItemId;
  readonly answerVersion: number;
  readonly worksheetVersion: number;
  readonly state: CellState;
  readonly points: number;
  readonly maxPoints: number;
  /** "machine", or the teacher whose word it is. */
  readonly by: string;
  /** For the machine's: host time of the last ink that counts; for a teacher's: when it was said. ms. */
  readonly atMs: number;
  /** Teachers' words about this cell that were known; 0: none. The last one decides. HIS-8. */
  readonly decision: number;
  /** Whose word that was, also when it withdrew the one before; null: none. */
  readonly decidedBy: string | null;
  /** When, ms; 0: none. */
  readonly decidedMs: number;
}

/** Ink that was made and cannot be had: a gap is data. HIS-4. */
export interface GapRow {
  readonly room: RoomId;
  readonly pen: PenId;
  readonly student: StudentId | null;
  readonly atMs: number;
  readonly lostEvents: number;
  readonly reason: string;
  /** Room, pen, time and reason as the record says them: its identity, also when the record was appended twice. */
  readonly cause: string;
}

/** What the record says, not where it stands: an append that is repeated after it succeeded is the same gap. HIS-4. */
export function gapCause(room: RoomId, pen: PenId, atMs: number, reason: string): string {
  return `${room}/${pen}/${atMs}/${reason}`;
}

export interface HistoryBatch {
  readonly strokes: readonly StrokeRow[];
  readonly answers: readonly AnswerRow[];
  readonly marks: readonly MarkRow[];
  readonly gaps: readonly GapRow[];
}

/** A batch's limits: 2,000 strokes or 1 s. HIS-5. */
export const HISTORY_BATCH_STROKES_MAX = 2000;
export const HISTORY_BATCH_AGE_MS_MAX = 1000;

export interface HistoryWriter {
  /**
   * Resolves once the batch can be read. Writing the same rows again, in whole or in part, changes nothing that a
   * reader of this port sees. The caller repeats a failed batch unchanged. HIS-6.
   * @throws HistoryError
   */
  write(batch: HistoryBatch): Promise<void>;
}

export interface HistoryReader {
  /** Every stroke of an assignment, the row of each that counts, ordered by host time of pen-down, then id. HIS-7. */
  strokesOfAssignment(assignment: AssignmentId): Promise<StrokeRow[]>;
  /** The same for one student and page. */
  strokesOfPage(assignment: AssignmentId, student: StudentId, page: PageAddress): Promise<StrokeRow[]>;
  /**
   * Every stroke of a room that is in no assignment and that began at host time `sinceMs` or later, the row of each that
   * counts, in the same order. HIS-13.
   */
  strokesWithoutAssignment(room: RoomId, sinceMs: number): Promise<StrokeRow[]>;
  /** The latest version of each answer of an assignment. HIS-8. */
  answersOfAssignment(assignment: AssignmentId): Promise<AnswerRow[]>;
  /** The latest mark of each student and item of an assignment. HIS-8. */
  marksOfAssignment(assignment: AssignmentId): Promise<MarkRow[]>;
  /** Gaps of a room from gateway time `sinceMs` on, each cause once, by time, then cause. HIS-4. */
  gapsOfRoom(room: RoomId, sinceMs: number): Promise<GapRow[]>;
}

export interface History extends HistoryWriter, HistoryReader {
  close(): Promise<void>;
}

export const HISTORY_ERROR_CODES = {
  "history.unavailable": { canRetry: true, text: "the history database does not answer" },
  "history.full": { canRetry: true, text: "the disk that holds the history is full" },
  "history.refused": { canRetry: false, text: "the history database refused a batch" },
  "history.denied": { canRetry: false, text: "the history database does not let this user in, or not do this" },
  "history.locked": { canRetry: false, text: "another Penlight uses this data folder" },
  "history.no-engine": {
    canRetry: false,
    text: "there is no embedded ClickHouse for this platform; set PENLIGHT_CLICKHOUSE_URL to a server",
  },
  "history.migration": { canRetry: false, text: "a migration of the history database failed" },
} as const;
export type HistoryErrorCode = keyof typeof HISTORY_ERROR_CODES;

export class HistoryError extends Error {
  readonly code: HistoryErrorCode;
  constructor(code: HistoryErrorCode, detail?: string, options?: ErrorOptions) {
    super(detail === undefined ? HISTORY_ERROR_CODES[code].text : `${HISTORY_ERROR_CODES[code].text}: ${detail}`, options);
    this.name = "HistoryError";
    this.code = code;
  }
  get canRetry(): boolean {
    return HISTORY_ERROR_CODES[this.code].canRetry;
  }
}
