import {
  type AnswerRow,
  type Clock,
  HistoryError,
  type HistoryReader,
  type MarkRow,
  type RoomId,
  type SetupState,
  type StrokeRow,
} from "@penlight/proto";
import type { Lesson } from "./core/lesson.ts";
import { foldTold, foldVersions, settle } from "./core/lesson-fold.ts";
import { Room } from "./core/room.ts";
import type { Sheet } from "./core/room-setup.ts";
import { isUntold, lastSaidMs, SAID_LATE_MS } from "./core/said-late.ts";
import type { Watermark } from "./core/watermark.ts";
import type { ProcessorMetrics } from "./metrics.ts";
import { RETRY_MS_MAX, RETRY_MS_MIN } from "./publisher.ts";

/** Strokes of no assignment are read back at take-over from this long before room time on, ms: a school day. ANS-12. */
export const UNASSIGNED_INK_MS = 12 * 3_600_000;
/** So long after a room was taken over it is looked at again what history has of it, ms. OWN-4. */
export const LOOK_AGAIN_MS = [15_000, 120_000, 900_000] as const;

export interface RoomHistoryOptions {
  readonly history: HistoryReader;
  readonly clock: Clock;
  readonly setup: SetupState;
  readonly watermark: Watermark;
  readonly metrics: ProcessorMetrics;
  readonly signal: AbortSignal;
  /** What was there when the partition was opened is read: no stroke that history was told of is still to come. */
  readonly isCaughtUp: () => boolean;
}

/** What history had of a room when it was looked at again. */
interface Seen {
  readonly room: Room;
  /** Assignments that are over, and of which something was said that history lacks. */
  readonly late: readonly Sheet[];
  readonly told: readonly {
    readonly lesson: Lesson;
    readonly answers: readonly AnswerRow[];
    readonly marks: readonly MarkRow[];
  }[];
  readonly strokes: readonly StrokeRow[];
}

/** What history has of the rooms of a partition, on its way back: there is no other state than the log and this. */
export class RoomHistory {
  readonly #options: RoomHistoryOptions;
  /** By due time. */
  #looks: { readonly room: Room; readonly dueMs: number }[] = [];
  readonly #seen: Seen[] = [];
  #failure: unknown = null;

  constructor(options: RoomHistoryOptions) {
    this.#options = options;
  }

  /** A room that is not known here: what is open in it comes from history. */
  async takeOver(id: RoomId, roomMs: number): Promise<Room> {
    const { setup, watermark, metrics, clock } = this.#options;
    const room = new Room(id, setup, watermark, metrics);
    await this.fold(
      room,
      room.setup.relevantAt(roomMs).map((sheet) => room.addLesson(sheet)),
    );
    await this.#foldUnassigned(room, roomMs);
    const nowMs = clock.nowMs();
    for (const afterMs of LOOK_AGAIN_MS) this.#lookAt(room, nowMs + afterMs);
    return room;
  }

  /** Assignments that are over and not here, of which something was said a while ago at most: nobody may have been there to hear it. */
  async #saidLate(room: Room): Promise<Sheet[]> {
    const { history, clock } = this.#options;
    const late: Sheet[] = [];
    for (const sheet of room.setup.sheets) {
      const { id } = sheet.assignment;
      const words = room.words.of(id);
      if (room.lessons.has(id) || lastSaidMs(sheet, words) < clock.nowMs() - SAID_LATE_MS) continue;
      const told = { answers: await history.answersOfAssignment(id), marks: await history.marksOfAssignment(id) };
      if (isUntold(sheet, words, told)) late.push(sheet);
    }
    return late;
  }

  /** What history has of new lessons: first what it was told of their cells, so that nothing is told twice, then their strokes. */
  async fold(room: Room, lessons: readonly Lesson[], afterTold = () => {}): Promise<void> {
    const { history, isCaughtUp } = this.#options;
    for (const lesson of lessons) {
      const answers = await this.#patiently(() => history.answersOfAssignment(lesson.id));
      foldTold(lesson, answers, await this.#patiently(() => history.marksOfAssignment(lesson.id)));
    }
    afterTold();
    for (const { id } of lessons) await this.#foldStrokes(room, await this.#patiently(() => history.strokesOfAssignment(id)));
    for (const lesson of lessons) foldVersions(lesson);
    if (isCaughtUp()) for (const lesson of lessons) settle(lesson);
  }

  /**
   * The room, if any, of which it is known by now what a former owner wrote after it was folded, by an older setup: that is
   * put right by telling it anew. History is read beside the live road, which does not wait for it. OWN-4.
   */
  async lookAgain(): Promise<Room | null> {
    const { clock, isCaughtUp } = this.#options;
    if (this.#failure !== null) throw this.#failure;
    const [due] = this.#looks;
    if (due !== undefined && isCaughtUp() && clock.nowMs() >= due.dueMs) {
      this.#looks.shift();
      void this.#look(due.room);
    }
    const seen = this.#seen.shift();
    if (seen === undefined) return null;
    const { room, late, told, strokes } = seen;
    const here = room.setup.sheets;
    const fresh = late.filter((sheet) => here.includes(sheet) && !room.lessons.has(sheet.assignment.id));
    await this.fold(
      room,
      fresh.map((sheet) => room.addLesson(sheet)),
    );
    for (const { lesson, answers, marks } of told) foldTold(lesson, answers, marks);
    await this.#foldStrokes(
      room,
      strokes.filter((row) => !room.hasTold(row)),
    );
    for (const { lesson } of told) {
      foldVersions(lesson);
      settle(lesson);
    }
    return room;
  }

  async #look(room: Room): Promise<void> {
    const { history, metrics, clock } = this.#options;
    try {
      const late = await this.#saidLate(room);
      const told: Seen["told"][number][] = [];
      const strokes = await history.strokesWithoutAssignment(room.id, this.#unassignedSinceMs(room, room.roomMs));
      for (const lesson of room.lessons.values()) {
        const answers = await history.answersOfAssignment(lesson.id);
        told.push({ lesson, answers, marks: await history.marksOfAssignment(lesson.id) });
        for (const row of await history.strokesOfAssignment(lesson.id)) strokes.push(row);
      }
      // The setup has changed meanwhile: what was read is of lessons that are no more.
      if (told.some(({ lesson }) => room.lessons.get(lesson.id) !== lesson)) this.#lookAt(room, clock.nowMs());
      else this.#seen.push({ room, late, told, strokes });
    } catch (error) {
      if (!(error instanceof HistoryError) || !error.canRetry) this.#failure = error;
      else {
        metrics.count("history-retries", 1, error.code);
        this.#lookAt(room, clock.nowMs() + LOOK_AGAIN_MS[0]);
      }
    }
  }

  #lookAt(room: Room, dueMs: number): void {
    this.#looks.push({ room, dueMs });
    this.#looks.sort((a, b) => a.dueMs - b.dueMs);
  }

  /** Ink of no assignment: it may go on, or find its place once the setup says whose it is. HIS-13, ANS-12. */
  async #foldUnassigned(room: Room, roomMs: number): Promise<void> {
    const { history } = this.#options;
    const sinceMs = this.#unassignedSinceMs(room, roomMs);
    await this.#foldStrokes(room, await this.#patiently(() => history.strokesWithoutAssignment(room.id, sinceMs)));
  }

  #unassignedSinceMs(room: Room, roomMs: number): number {
    const opened = [...room.lessons.values()].map((lesson) => lesson.sheet.assignment.opensMs);
    return Math.min(roomMs - UNASSIGNED_INK_MS, ...opened);
  }

  /** The setup can have changed while nobody listened: the lessons that strokes belong to by now come first. */
  async #foldStrokes(room: Room, strokes: readonly StrokeRow[]): Promise<void> {
    for (const stroke of strokes) {
      const sheet = room.missingFor(stroke);
      if (sheet !== null) await this.fold(room, [room.addLesson(sheet)]);
    }
    room.foldStrokes(strokes);
  }

  /** Asks history until it answers: without what it has, an answer would be wrong. @throws HistoryError when asking again cannot help. */
  async #patiently<T>(ask: () => Promise<T>): Promise<T> {
    const { clock, metrics, signal } = this.#options;
    for (let waitMs = RETRY_MS_MIN; ; waitMs = Math.min(2 * waitMs, RETRY_MS_MAX)) {
      try {
        return await ask();
      } catch (error) {
        if (!(error instanceof HistoryError) || !error.canRetry || signal.aborted) throw error;
        metrics.count("history-retries", 1, error.code);
        await clock.sleep(waitMs, signal);
      }
    }
  }
}
