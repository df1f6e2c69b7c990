import {
  type Assignment,
  type HistoryReader,
  type InkPage,
  type InkStroke,
  type PageKey,
  pageKeyOf,
  type SetupState,
  type StrokeRow,
  type StudentId,
} from "@penlight/proto";
import { LiveRoom } from "./core/live-room.ts";
import { joinInk, pastOf, splitStroke } from "./core/past-ink.ts";
import { ownerAt } from "./core/seating.ts";

/** Ink that history has of the pages of a room. */
export class PastReader {
  readonly #history: HistoryReader;

  constructor(history: HistoryReader) {
    this.#history = history;
  }

  /** An assignment that is over, as history has it. @throws HistoryError */
  async room(setup: SetupState, assignment: Assignment, nowMs: number): Promise<LiveRoom> {
    const { id, room } = assignment;
    const answers = await this.#history.answersOfAssignment(id);
    const marks = await this.#history.marksOfAssignment(id);
    const past = new LiveRoom(room, setup, nowMs, assignment);
    past.base(id, answers, marks, []);
    past.takeDelta("all");
    return past;
  }

  /** What the live book does not have, in runs that fit into messages. @throws HistoryError */
  async missing(live: LiveRoom, student: StudentId, page: PageKey): Promise<InkStroke[]> {
    const rows = await this.#rows(live, student, page);
    const window = live.windowOf(page);
    return window === null ? [] : pastOf(rows, page, window, live.bookOf(student)).flatMap(splitStroke);
  }

  /** History and live ink of one page, default the first; null: no such student or page. @throws HistoryError */
  async page(live: LiveRoom, student: StudentId, page: PageKey | null): Promise<InkPage | null> {
    const first = live.worksheet?.pages[0]?.address;
    const key = page ?? (first === undefined ? null : pageKeyOf(first));
    if (key === null || !live.hasStudent(student)) return null;
    const rows = await this.#rows(live, student, key);
    const window = live.windowOf(key);
    if (window === null) return null;
    const strokes = joinInk(pastOf(rows, key, window, null), live.bookOf(student)?.strokes(key, window) ?? []);
    return { student, page: key, strokes };
  }

  async #rows(live: LiveRoom, student: StudentId, page: PageKey): Promise<readonly StrokeRow[]> {
    const address = live.worksheet?.pages.find((each) => pageKeyOf(each.address) === page)?.address;
    const { assignment } = live;
    if (assignment === null || address === undefined) return [];
    const rows = await this.#history.strokesOfPage(assignment, student, address);
    const isOf = ({ pen, downMs, clockOffsetMs }: StrokeRow) => ownerAt(live.seating, pen, downMs + clockOffsetMs) === student;
    // History learns a little later that a piece is a part of a stroke, and that a pen is somebody else's.
    return rows.filter((row) => !live.bookOf(student)?.isPart(page, row.stroke) && isOf(row));
  }
}
