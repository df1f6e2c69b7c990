import {
  type Assignment,
  type BoardAssignment,
  type Item,
  type ItemId,
  type LocalText,
  type PageKey,
  type PenId,
  pageKeyOf,
  type RoomId,
  type SetupState,
  type Student,
  type StudentId,
  type Worksheet,
} from "@penlight/proto";
import type { InkWindow } from "./ink-parts.ts";

/**
 * What setup says about a room right now: which assignment its board shows, who sits in it with which pens, which
 * items are asked on which pages. A value: a new one is made when setup changes or an assignment opens.
 */
export interface Seating {
  readonly roomName: LocalText;
  readonly assignment: BoardAssignment | null;
  readonly worksheet: Worksheet | null;
  /** In order of seat. */
  readonly students: readonly Student[];
  readonly rowOf: ReadonlyMap<StudentId, number>;
  readonly items: readonly Item[];
  readonly columnOf: ReadonlyMap<ItemId, number>;
  readonly studentOf: ReadonlyMap<PenId, StudentId>;
  readonly pensOf: ReadonlyMap<StudentId, readonly PenId[]>;
  readonly pages: ReadonlyMap<PageKey, InkWindow>;
}

/** The newest assignment that has opened; before the first one opens, the next to open. LIVE-1. */
export function currentAssignment(setup: SetupState, room: RoomId, nowMs: number): Assignment | null {
  const newestFirst = setup.assignmentsOf(room);
  const opened = newestFirst.find((assignment) => assignment.opensMs <= nowMs);
  return opened ?? newestFirst[newestFirst.length - 1] ?? null;
}

export function seatingOf(setup: SetupState, room: RoomId, nowMs: number): Seating {
  const assignment = currentAssignment(setup, room, nowMs);
  const worksheet = assignment === null ? null : setup.worksheetOf(assignment);
  const complete = assignment !== null && worksheet !== null;
  const students = complete ? [...setup.studentsOf(assignment)].sort(bySeat) : [];
  const items = complete ? worksheet.items : [];
  const studentOf = new Map<PenId, StudentId>();
  const pensOf = new Map<StudentId, PenId[]>();
  for (const pen of setup.pens.values()) {
    studentOf.set(pen.id, pen.student);
    const pens = pensOf.get(pen.student);
    if (pens === undefined) pensOf.set(pen.student, [pen.id]);
    else pens.push(pen.id);
  }
  return {
    roomName: setup.rooms.get(room)?.name ?? { zh: room, en: room },
    assignment: complete ? describe(setup, assignment, worksheet) : null,
    worksheet: complete ? worksheet : null,
    students,
    rowOf: new Map(students.map((student, row) => [student.id, row])),
    items,
    columnOf: new Map(items.map((item, column) => [item.id, column])),
    studentOf,
    pensOf,
    pages: complete ? windowsOf(assignment, worksheet) : new Map(),
  };
}

function describe(setup: SetupState, assignment: Assignment, worksheet: Worksheet): BoardAssignment {
  const { id, kind, opensMs, closesMs, worksheetVersion } = assignment;
  return {
    id,
    kind,
    opensMs,
    closesMs,
    class: assignment.class,
    className: setup.classes.get(assignment.class)?.name ?? { zh: assignment.class, en: assignment.class },
    worksheet: worksheet.id,
    worksheetVersion,
    title: worksheet.title,
  };
}

function windowsOf(assignment: Assignment, worksheet: Worksheet): Map<PageKey, InkWindow> {
  const untilMs = assignment.closesMs ?? Number.POSITIVE_INFINITY;
  return new Map(
    worksheet.pages.map(({ address, originMm }) => [pageKeyOf(address), { sinceMs: assignment.opensMs, untilMs, originMm }]),
  );
}

function bySeat(a: Student, b: Student): number {
  return a.seat - b.seat || (a.id < b.id ? -1 : 1);
}

/**
 * Whether two seatings ask for the same grid. If not, viewers get a snapshot instead of a delta. Lists are compared
 * by content: a setup record that was put again unchanged disturbs nobody.
 */
export function sameGrid(a: Seating, b: Seating): boolean {
  return (
    JSON.stringify([a.roomName, a.assignment, a.students]) === JSON.stringify([b.roomName, b.assignment, b.students]) &&
    (a.worksheet === b.worksheet || JSON.stringify(a.worksheet) === JSON.stringify(b.worksheet))
  );
}
