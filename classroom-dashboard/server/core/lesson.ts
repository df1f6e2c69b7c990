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

/** Revision of what history told: any event is newer. */
const BASE_REVISION = -1;

interface Versioned<T> {
  readonly revision: number;
  readonly value: T;
}

/** What an event changed. */
export type Touched =
  | { readonly kind: "cells"; readonly student: StudentId; readonly items: readonly ItemId[] }
  | { readonly kind: "items"; readonly items: readonly ItemId[] }
  | { readonly kind: "student"; readonly student: StudentId };

/**
 * The fold of one assignment's events: the last revision of each cell, column and row wins, in whatever order and
 * however often they come. EVT-9.
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
    const { body, revision } = event;
    switch (body.kind) {
      case "cells": {
        const cells = this.#cellsOf(body.student);
        const items = body.cells.filter((cell) => putIfNewer(cells, cell.item, revision, cell)).map((cell) => cell.item);
        return items.length === 0 ? null : { kind: "cells", student: body.student, items };
      }
      case "item-stats": {
        const items = body.items.filter((stats) => putIfNewer(this.#items, stats.item, revision, stats));
        return items.length === 0 ? null : { kind: "items", items: items.map((stats) => stats.item) };
      }
      case "student": {
        const { stats } = body;
        return putIfNewer(this.#students, stats.student, revision, stats) ? { kind: "student", student: stats.student } : null;
      }
    }
  }

  /** What history knows, under whatever events there are: for a log that has forgotten the beginning. LIVE-8. */
  base(answers: readonly AnswerRow[], marks: readonly MarkRow[]): void {
    const pointsOf = new Map(marks.map((mark) => [markKey(mark, mark.answerVersion), mark.points]));
    for (const answer of answers) {
      const { item, state, version } = answer;
      const points = JUDGED.has(state) ? (pointsOf.get(markKey(answer, version)) ?? null) : null;
      const cell = { item, state, answer: answer.answer, points, version, inkMs: answer.atMs };
      putIfNewer(this.#cellsOf(answer.student), item, BASE_REVISION, cell);
    }
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

/** Only a smaller revision is old; an equal one is the same decision, told again. */
function putIfNewer<K, T>(map: Map<K, Versioned<T>>, key: K, revision: number, value: T): boolean {
  const held = map.get(key);
  if (held !== undefined && held.revision > revision) return false;
  map.set(key, { revision, value });
  return true;
}

function markKey(row: { readonly student: StudentId; readonly item: ItemId }, version: number): string {
  return JSON.stringify([row.student, row.item, version]);
}
