import type { AnswerValue } from "./cell.ts";
import type { AssignmentId, ClassId, ItemId, RoomId, StudentId, WorksheetId } from "./ids.ts";
import type { PenOrder } from "./pen-order.ts";
import type { Pen } from "./pens.ts";
import type { Box, LocalText, Worksheet, WorksheetPage } from "./worksheet.ts";

/** The control plane: documents of the compacted topic `setup`, key `kind/id`, value UTF-8 JSON of {@link SetupRecord}. EVT-20. */
export interface Room {
  readonly id: RoomId;
  readonly name: LocalText;
}
export interface Student {
  readonly id: StudentId;
  readonly name: LocalText;
  /** Seat number, 1-based: the board's default order. */
  readonly seat: number;
}
export interface SchoolClass {
  readonly id: ClassId;
  readonly name: LocalText;
  readonly students: readonly Student[];
  /** A printed sheet with a box for each student: whose box a pen marks, that student's it is. REG-4. */
  readonly list?: ClassList;
}
export interface ClassList {
  readonly page: WorksheetPage;
  readonly boxes: readonly ListBox[];
}
export interface ListBox extends Pick<Box, "xMm" | "yMm" | "widthMm" | "heightMm"> {
  readonly student: StudentId;
}
export interface Assignment {
  readonly id: AssignmentId;
  readonly room: RoomId;
  readonly class: ClassId;
  readonly worksheet: WorksheetId;
  readonly worksheetVersion: number;
  readonly kind: "lesson" | "homework" | "exam";
  readonly opensMs: number;
  /** Null while it is open. Ink with a pen-down time in [opensMs, closesMs) belongs to it. */
  readonly closesMs: number | null;
  /** The last correction of its keys; absent: none was made. SET-20. */
  readonly correction?: Correction;
  /** Its ink is to be read again; absent: what was read stays. ANS-96. */
  readonly reread?: RereadOrder;
}

/** Who wanted answers of before read again, and by which recognisers, e.g. `writing-nets/2`. */
export interface RereadOrder {
  readonly by: string;
  readonly atMs: number;
  readonly recognizers: readonly string[];
}

/** Who put another version of the worksheet in the place of which one. */
export interface Correction {
  readonly by: string;
  readonly atMs: number;
  /** Version of the worksheet before. */
  readonly from: number;
}

/**
 * What a teacher says of a cell. `right`: all points; `wrong`: none; `points`: so many, at most the item's; `answer`: this is
 * what was written, the key decides what it is worth. ANS-60.
 */
export type Verdict =
  | { readonly kind: "right" }
  | { readonly kind: "wrong" }
  | { readonly kind: "points"; readonly points: number }
  | { readonly kind: "answer"; readonly answer: AnswerValue };

/** A teacher's word on one cell: final until it is withdrawn. EVT-24. */
export interface TeacherMark {
  /** `assignment/student/item`. */
  readonly id: string;
  readonly assignment: AssignmentId;
  readonly student: StudentId;
  readonly item: ItemId;
  /** Null: withdrawn, the machine's mark counts again. */
  readonly verdict: Verdict | null;
  /** Who says it. */
  readonly by: string;
  /** When it was said, by the dashboard's clock, ms. */
  readonly atMs: number;
}

export interface SetupDocuments {
  readonly rooms: Room;
  readonly classes: SchoolClass;
  readonly pens: Pen;
  readonly worksheets: Worksheet;
  readonly assignments: Assignment;
  readonly marks: TeacherMark;
  readonly orders: PenOrder;
}
export type SetupKind = keyof SetupDocuments;
export const SETUP_KINDS = [
  "rooms",
  "classes",
  "pens",
  "worksheets",
  "assignments",
  "marks",
  "orders",
] as const satisfies readonly SetupKind[];

export type SetupRecord = {
  [Kind in SetupKind]: {
    readonly kind: Kind;
    readonly id: string;
    /** 1 for the first PUT of this id, then +1. */
    readonly version: number;
    readonly document: SetupDocuments[Kind];
  };
}[SetupKind];
