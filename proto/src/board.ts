import type { AnswerCount } from "./answer-counts.ts";
import type { AnswerValue, CellLate, CellState } from "./cell.ts";
import type { HistoryDelay } from "./events.ts";
import type { AssignmentId, ClassId, ItemId, PageKey, RoomId, StrokeId, StudentId, WorksheetId } from "./ids.ts";
import type { Delivery } from "./ink.ts";
import type { PenLinkState, PenTrouble } from "./pen-state.ts";
import type { Assignment, Correction, Verdict } from "./setup.ts";
import type { ItemKind, LocalText, Worksheet } from "./worksheet.ts";

/** The board of a room as JSON: `GET /api/v1/rooms/{room}/board` and the body of a LIVE snapshot. LIVE-2. */
export interface Board {
  readonly room: RoomId;
  readonly roomName: LocalText;
  /** Null: nothing was ever assigned in this room; then the lists are empty. */
  readonly assignment: BoardAssignment | null;
  /** Number of the last delta that is contained. LIVE-3. */
  readonly seq: number;
  /** Room time: gateway time of the youngest record of this room, ms; 0: none yet. LIVE-6. */
  readonly dataMs: number;
  readonly students: readonly BoardStudent[];
  readonly items: readonly BoardItem[];
  readonly cells: readonly BoardCell[];
  readonly delays: BoardDelays;
}

/** What is late; nothing of it is lost. LIVE-14. */
export interface BoardDelays {
  /** Null: what the gateways heard has reached the log. */
  readonly delivery: Delivery | null;
  /** Null: history keeps up. */
  readonly history: HistoryDelay | null;
}

/** Ink of a student that is known to be lost, by reason. LIVE-15. */
export interface BoardGap {
  /** EVT-7, EVT-17. */
  readonly reason: string;
  /** Pen events, about as many as dots. */
  readonly lostEvents: number;
  /** Gateway time of the last of these losses, ms. */
  readonly lastMs: number;
}

export interface BoardAssignment extends Pick<Assignment, "id" | "kind" | "opensMs" | "closesMs"> {
  readonly id: AssignmentId;
  readonly class: ClassId;
  readonly className: LocalText;
  readonly worksheet: WorksheetId;
  readonly worksheetVersion: number;
  readonly title: LocalText;
  /** The last correction of keys, and what it changed; null: none was made. SET-20. */
  readonly correction: BoardCorrection | null;
}

export interface BoardCorrection extends Correction {
  readonly items: readonly { readonly item: ItemId; readonly before: ItemKey; readonly after: ItemKey }[];
}

/** What a teacher may correct of an item. */
export interface ItemKey {
  /** As an answer is shown. */
  readonly answer: AnswerValue;
  /** As the worksheet has it; null: an open item has none. */
  readonly key: unknown;
  readonly points: number;
  readonly partialCredit: string | null;
}

export interface BoardPen {
  readonly id: string;
  readonly link: PenLinkState;
  readonly batteryPercent: number | null;
  readonly charging: boolean;
  readonly heardMs: number;
  readonly lostDots: number;
  /** Strokes that its memory brought home, since its gateway began. EVT-23. */
  readonly recoveredStrokes: number;
  /** EVT-25. */
  readonly troubles: readonly PenTrouble[];
}

export interface BoardStudent {
  readonly student: StudentId;
  readonly name: LocalText;
  readonly seat: number;
  /** Null: no pen was given to this student. */
  readonly pen: BoardPen | null;
  readonly done: number;
  readonly right: number;
  readonly points: number;
  /** Host time of the last ink, ms; 0: none. Idle time = dataMs - lastInkMs. */
  readonly lastInkMs: number;
  readonly idle: boolean;
  /** Known losses within the assignment's window, in order of reason. */
  readonly gaps: readonly BoardGap[];
}

export interface BoardItem {
  readonly item: ItemId;
  readonly number: string;
  readonly kind: ItemKind;
  readonly stem: LocalText;
  readonly points: number;
  readonly key: AnswerValue;
  readonly right: number;
  readonly partial: number;
  readonly wrong: number;
  /** right + partial + wrong. */
  readonly judged: number;
  readonly unsure: number;
  readonly blank: number;
  readonly withdrawn: number;
  readonly writing: number;
  readonly notStarted: number;
  readonly noSignal: number;
  readonly classSize: number;
  readonly pointsSum: number;
  readonly wilson: readonly [number, number];
  /** Options chosen, or the most common answers. STAT-1, STAT-5. */
  readonly options: readonly AnswerCount[];
}

export interface BoardCell {
  readonly student: StudentId;
  readonly item: ItemId;
  readonly state: CellState;
  readonly answer: AnswerValue;
  readonly points: number | null;
  /** A teacher's word that stands; null: the machine's mark counts. LIVE-30. */
  readonly mark: BoardMark | null;
  /** Absent: nothing of it is late. LIVE-31. */
  readonly late?: CellLate;
}

export interface BoardMark {
  readonly verdict: Verdict;
  readonly by: string;
  readonly atMs: number;
  /** Of the words about this cell, which one: whoever overwrites it says which one was seen. SET-10. */
  readonly version: number;
}

/** Dots of one stroke, page millimetres. `points` is flat: x, y, pressure 0..1 for each dot. LIVE-5. */
export interface InkStroke {
  readonly stroke: StrokeId;
  readonly page: PageKey;
  /** Index of the first dot in `points`; 0 starts the stroke anew. */
  readonly firstDot: number;
  readonly points: readonly number[];
  readonly ended: boolean;
  /** Host time of pen-down, ms. */
  readonly downMs: number;
}

/** `GET /api/v1/rooms/{room}/students/{student}/ink?page=` */
export interface InkPage {
  readonly student: StudentId;
  readonly page: PageKey;
  readonly strokes: readonly InkStroke[];
}

export type ServerMessage =
  /** `worksheet` is what the page draws; `pages` addresses are the keys of {@link InkStroke.page}. */
  | { readonly type: "snapshot"; readonly board: Board; readonly worksheet: Worksheet | null; readonly serverMs: number }
  | {
      readonly type: "delta";
      /** Exactly one more than the message before; else the client asks for a snapshot. LIVE-3. */
      readonly seq: number;
      readonly dataMs: number;
      readonly cells?: readonly BoardCell[];
      readonly items?: readonly BoardItem[];
      readonly students?: readonly BoardStudent[];
      readonly delays?: BoardDelays;
    }
  /** Ink of a watched student. `reset`: forget this student's page first. Outside the delta numbering. LIVE-5. */
  | { readonly type: "ink"; readonly student: StudentId; readonly reset: boolean; readonly strokes: readonly InkStroke[] }
  /** Once a second, also when nothing happens. LIVE-6. */
  | { readonly type: "alive"; readonly serverMs: number; readonly dataMs: number; readonly seq: number }
  | {
      readonly type: "error";
      readonly code: "bad-message" | "unknown-student" | "unknown-room" | "too-many-watched";
      readonly detail: string;
    };

export type ClientMessage =
  /** Ask for a snapshot. LIVE-4. */
  | { readonly type: "resync" }
  /** Replaces the list of students whose ink is sent, at most WATCHED_MAX. LIVE-5. */
  | { readonly type: "watch"; readonly students: readonly { readonly student: StudentId; readonly page: PageKey }[] };

/** Pupils whose ink one viewer can follow at a time. */
export const WATCHED_MAX = 4;
