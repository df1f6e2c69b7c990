import type { BoardCell, BoardMark } from "./board.ts";
import type { AnswerValue, CellState, Insight } from "./cell.ts";
import type { AssignmentId, ClassId, ItemId, PageKey, StudentId } from "./ids.ts";
import type { Assignment, Verdict } from "./setup.ts";
import type { LocalText } from "./worksheet.ts";

/** Where on the sheet an item's ink is looked for: page millimetres from the top-left corner. SET-12. */
export interface InkRegion {
  readonly page: PageKey;
  readonly xMm: number;
  readonly yMm: number;
  readonly widthMm: number;
  readonly heightMm: number;
}

/** A cell with what was written in it. */
export interface InkCell extends BoardCell {
  /** Words of teachers about it so far: what a decision says it has seen. SET-11. */
  readonly seen: number;
  /** What the recogniser thinks of writing; null: no writing, or history has not got it yet. */
  readonly insight: Insight | null;
  /** Each stroke flat: x, y, pressure 0..1 for each dot, page mm. */
  readonly strokes: readonly (readonly number[])[];
}

/** Cells of one item that look the same, so that one decision serves all of them. */
export interface ReviewGroup {
  readonly item: ItemId;
  readonly cells: readonly InkCell[];
}

/** `GET /api/v1/rooms/{room}/review`: what waits for the teacher, what changes most on the board first. SET-12. */
export interface Review {
  readonly assignment: AssignmentId | null;
  /** Cells that wait; more than are in `groups` when there are very many. */
  readonly waiting: number;
  readonly regions: readonly { readonly item: ItemId; readonly region: InkRegion }[];
  readonly groups: readonly ReviewGroup[];
}

/** `GET /api/v1/rooms/{room}/assignments`: what was given in a room, for whoever looks at an earlier one. SET-13. */
export interface GivenAssignment extends Pick<Assignment, "id" | "opensMs" | "closesMs" | "worksheet" | "worksheetVersion"> {
  readonly class: ClassId;
  readonly className: LocalText;
  readonly title: LocalText;
}

/** `GET /api/v1/rooms/{room}/items/{item}/ink`: everybody's ink of one item, in order of seat. */
export interface ItemInk {
  readonly item: ItemId;
  readonly region: InkRegion;
  readonly cells: readonly InkCell[];
}

/** `POST /api/v1/assignments/{assignment}/keys/preview`: what a correction of keys would change. SET-20. */
export interface KeyPreview {
  readonly cells: readonly {
    readonly student: StudentId;
    readonly item: ItemId;
    readonly answer: AnswerValue;
    readonly from: { readonly state: CellState; readonly points: number | null };
    readonly to: { readonly state: CellState; readonly points: number };
  }[];
}

/** What somebody wants to say of a cell. SET-10. */
export interface WantedMark {
  readonly student: StudentId;
  readonly item: ItemId;
  /** Null: the word before is withdrawn. */
  readonly verdict: Verdict | null;
  /** Version of the word that was on the screen, 0: none; left out: whatever is there. */
  readonly seen?: number;
}

/** What became of it. SET-10. */
export interface SaidMark {
  readonly student: StudentId;
  readonly item: ItemId;
  /** `overwrote`: another word than the one that was seen; `outdated`: nothing was written, another one stands. */
  readonly outcome: "stored" | "overwrote" | "outdated";
  /** Of the word that stands now. */
  readonly version: number;
  /** The word that stood before; of `outdated` the one that stands. Null: none did. */
  readonly before: BoardMark | null;
}
