import {
  type Assignment,
  addTo,
  type BoardAssignment,
  type BoardCorrection,
  holderAt,
  holdersOf,
  type Item,
  type ItemId,
  type ItemKey,
  keyAnswerOf,
  type LocalText,
  nextTurnMs,
  type PageKey,
  type Pen,
  type PenId,
  pageKeyOf,
  type RoomId,
  type SetupState,
  type Student,
  type StudentId,
  type Worksheet,
  worksheetKey,
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
  readonly pens: ReadonlyMap<PenId, Pen>;
  /** Whose the pens are now, and the other way round. */
  readonly studentOf: ReadonlyMap<PenId, StudentId>;
  readonly pensOf: ReadonlyMap<StudentId, readonly PenId[]>;
  /** Every pen that a student has or had. */
  readonly pensEver: ReadonlyMap<StudentId, readonly PenId[]>;
  /** Host time at which the next pen changes hands by itself. REG-3. */
  readonly turnMs: number;
  readonly pages: ReadonlyMap<PageKey, InkWindow>;
}

/** The newest assignment that has opened; before the first one opens, the next to open. LIVE-1. */
export function currentAssignment(setup: SetupState, room: RoomId, nowMs: number): Assignment | null {
  const newestFirst = setup.assignmentsOf(room);
  const opened = newestFirst.find((assignment) => assignment.opensMs <= nowMs);
  return opened ?? newestFirst[newestFirst.length - 1] ?? null;
}

/** @param assignment the assignment that is looked at; default: the current one. */
export function seatingOf(
  setup: SetupState,
  room: RoomId,
  nowMs: number,
  assignment: Assignment | null = currentAssignment(setup, room, nowMs),
): Seating {
  const worksheet = assignment === null ? null : setup.worksheetOf(assignment);
  const complete = assignment !== null && worksheet !== null;
  const students = complete ? [...setup.studentsOf(assignment)].sort(bySeat) : [];
  const items = complete ? worksheet.items : [];
  return {
    roomName: setup.rooms.get(room)?.name ?? { zh: room, en: room },
    assignment: complete ? describe(setup, assignment, worksheet) : null,
    worksheet: complete ? worksheet : null,
    students,
    rowOf: new Map(students.map((student, row) => [student.id, row])),
    items,
    columnOf: new Map(items.map((item, column) => [item.id, column])),
    ...pensIn(setup, nowMs),
    pages: complete ? windowsOf(assignment, worksheet) : new Map(),
  };
}

function pensIn(setup: SetupState, nowMs: number) {
  const studentOf = new Map<PenId, StudentId>();
  const pensOf = new Map<StudentId, PenId[]>();
  const pensEver = new Map<StudentId, PenId[]>();
  let turnMs = Number.POSITIVE_INFINITY;
  for (const pen of setup.pens.values()) {
    const student = holderAt(pen, nowMs);
    if (student !== null) {
      studentOf.set(pen.id, student);
      addTo(pensOf, student, pen.id);
    }
    for (const each of holdersOf(pen)) addTo(pensEver, each, pen.id);
    if (pen.held !== undefined) turnMs = Math.min(turnMs, nextTurnMs(pen, nowMs));
  }
  return { pens: new Map(setup.pens), studentOf, pensOf, pensEver, turnMs };
}

/** Whose a pen was at a host time; undefined: nobody's. REG-1. */
export function ownerAt({ pens }: Seating, pen: PenId, atMs: number): StudentId | undefined {
  const known = pens.get(pen);
  return known === undefined ? undefined : (holderAt(known, atMs) ?? undefined);
}

/** Pens whose ownership is not the same in both. */
export function repennedBetween(a: Seating, b: Seating): PenId[] {
  return [...new Set([...a.pens.keys(), ...b.pens.keys()])].filter((pen) => a.pens.get(pen) !== b.pens.get(pen));
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
    correction: correctionOf(setup, assignment, worksheet),
  };
}

/** What the last correction changed: items whose key or points are others than in the version before. SET-20. */
function correctionOf(setup: SetupState, { correction }: Assignment, after: Worksheet): BoardCorrection | null {
  if (correction === undefined) return null;
  const before = setup.worksheets.get(worksheetKey(after.id, correction.from));
  const items = after.items.flatMap((item) => {
    const old = before?.items.find((each) => each.id === item.id);
    if (old === undefined) return [];
    const [from, to] = [keyOf(old), keyOf(item)];
    return JSON.stringify(from) === JSON.stringify(to) ? [] : [{ item: item.id, before: from, after: to }];
  });
  return { ...correction, items };
}

function keyOf(item: Item): ItemKey {
  const key = "key" in item ? item.key : null;
  const partialCredit = "partialCredit" in item ? (item.partialCredit ?? null) : null;
  return { answer: keyAnswerOf(item), key, points: item.points, partialCredit };
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
