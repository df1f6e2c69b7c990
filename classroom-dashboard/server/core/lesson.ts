import type {
  AnswerRow,
  AssignmentId,
  Cell,
  CellState,
  EventRecord,
  ItemId,
  ItemStats,
  MarkRow,
  StudentId,
  StudentStats,
} from "@penlight/proto";

/** States in which a cell shows points; a mark of `unsure` is worth nothing yet. */
const JUDGED: ReadonlySet<CellState> = new Set(["right", "partial", "wrong", "blank", "withdrawn"]);

/** What history told is older than any event. */
const BASE: Decided = { generation: -1, revision: -1 };

type Decided = Pick<EventRecord, "generation" | "revision">;

interface Versioned<T> extends Decided {
  readonly value: T;
}

/** What an event changed. */
export type Touched =
  | { readonly kind: "cells"; readonly student: StudentId; readonly items: readonly ItemId[] }
  | { readonly kind: "items"; readonly items: readonly ItemId[] }
  | { readonly kind: "student"; readonly student: StudentId };

/**
 * The fold of one assignment's events: the last owner's last revision of each cell, column and row wins, in whatever
 * order and however often they come. EVT-9.
 */
export class Lesson {
  readonly #cells = new Map<StudentId, Map<ItemId, Versioned<Cell>>>();
  readonly #items = new Map<ItemId, Versioned<ItemStats>>();
  readonly #students = new Map<StudentId, Versioned<StudentStats>>();

  cellOf(student: StudentId, item: ItemId): Cell | null {
    return this.#cells.get(student)?.get(item)?.value ?? null;
  }

  itemStatsOf(item: ItemId): ItemStats | null {
    return this.#items.get(item)?.value ?? null;
  }

  studentStatsOf(student: StudentId): StudentStats | null {
    return this.#students.get(student)?.value ?? null;
  }

  /** Null: all of it was old. */
  apply(event: EventRecord): Touched | null {
    const { body } = event;
    switch (body.kind) {
      case "cells": {
        const cells = this.#cellsOf(body.student);
        const items = body.cells.filter((cell) => putIfNewer(cells, cell.item, event, cell)).map((cell) => cell.item);
        return items.length === 0 ? null : { kind: "cells", student: body.student, items };
      }
      case "item-stats": {
        const items = body.items.filter((stats) => putIfNewer(this.#items, stats.item, event, stats));
        return items.length === 0 ? null : { kind: "items", items: items.map((stats) => stats.item) };
      }
      case "history":
        return null;
      case "student": {
        const { stats } = body;
        return putIfNewer(this.#students, stats.student, event, stats) ? { kind: "student", student: stats.student } : null;
      }
    }
  }

  /** What history knows, under whatever events there are: for a log that has forgotten the beginning. LIVE-8. */
  base(answers: readonly AnswerRow[], marks: readonly MarkRow[]): void {
    const markOf = new Map(marks.map((mark) => [cellKey(mark), mark]));
    for (const answer of answers) {
      const { item, version } = answer;
      const mark = markOf.get(cellKey(answer));
      markOf.delete(cellKey(answer));
      // A key that was corrected since is in the mark of this version; a teacher's mark stands whatever was written since.
      const worth = mark?.answerVersion === version || isTeachers(mark) ? mark : undefined;
      const { atMs: inkMs, receivedMs = 0 } = answer;
      const told = { item, answer: answer.answer, version, inkMs, receivedMs, lateInkMs: 0 };
      this.#putBase(answer, told, worth?.state ?? answer.state, worth);
    }
    // A teacher's mark of a cell without ink.
    for (const mark of markOf.values()) {
      const nothing = { item: mark.item, answer: null, version: mark.answerVersion, inkMs: 0, receivedMs: 0, lateInkMs: 0 };
      if (isTeachers(mark)) this.#putBase(mark, nothing, mark.state, mark);
    }
  }

  #putBase({ student }: CellName, told: Omit<Cell, "state" | "points">, state: CellState, mark: MarkRow | undefined): void {
    const points = JUDGED.has(state) ? (mark?.points ?? null) : null;
    putIfNewer(this.#cellsOf(student), told.item, BASE, { ...told, state, points });
  }

  #cellsOf(student: StudentId): Map<ItemId, Versioned<Cell>> {
    let cells = this.#cells.get(student);
    if (cells === undefined) {
      cells = new Map();
      this.#cells.set(student, cells);
    }
    return cells;
  }
}

/** Assignments of one room whose events are remembered; the oldest heard of goes first. LIVE-9. */
export const ROOM_LESSONS_MAX = 32;

/** The lessons of one room: events of another assignment than the one that is shown may be of the next. */
export class Lessons {
  readonly #byAssignment = new Map<AssignmentId, Lesson>();
  /** Of the latest owner that was heard. */
  generation = 0;

  /** False: a later owner of the room's partition has spoken. EVT-9. */
  listensTo({ generation }: EventRecord): boolean {
    this.generation = Math.max(this.generation, generation);
    return generation === this.generation;
  }

  get(assignment: AssignmentId): Lesson | null {
    return this.#byAssignment.get(assignment) ?? null;
  }

  /** `shown` is never forgotten. */
  open(assignment: AssignmentId, shown: AssignmentId | null): Lesson {
    const known = this.#byAssignment.get(assignment);
    if (known !== undefined) return known;
    const lesson = new Lesson();
    this.#byAssignment.set(assignment, lesson);
    for (const oldest of this.#byAssignment.keys()) {
      if (this.#byAssignment.size <= ROOM_LESSONS_MAX) break;
      if (oldest !== assignment && oldest !== shown) this.#byAssignment.delete(oldest);
    }
    return lesson;
  }
}

/** A later owner's word counts whatever its revision; of one owner only a smaller revision is old, an equal one is told again. */
function putIfNewer<K, T>(map: Map<K, Versioned<T>>, key: K, { generation, revision }: Decided, value: T): boolean {
  const held = map.get(key);
  const isOld = held !== undefined && (held.generation - generation || held.revision - revision) > 0;
  if (!isOld) map.set(key, { generation, revision, value });
  return !isOld;
}

type CellName = Pick<MarkRow, "student" | "item">;

function cellKey({ student, item }: CellName): string {
  return JSON.stringify([student, item]);
}

function isTeachers(mark: MarkRow | undefined): mark is MarkRow {
  return mark !== undefined && mark.by !== "machine";
}
