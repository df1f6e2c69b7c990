import { type PageKey, pageKeyOf, type RoomId, type StudentId } from "./ids.ts";
import { addTo } from "./multi-map.ts";
import type { Assignment, SchoolClass } from "./setup.ts";
import type { SetupState } from "./setup-state.ts";
import type { Worksheet } from "./worksheet.ts";

interface Lesson {
  readonly assignment: Assignment;
  readonly members: ReadonlySet<StudentId>;
}

/**
 * Who was assigned what, where and when, in all rooms of the school, as one revision of the setup has it. A value: whatever
 * room asks where ink belongs, the answer is the same. ANS-12, ANS-14.
 */
export class School {
  readonly revision: number;
  /** The newest first. */
  readonly #lessons: readonly Lesson[];
  readonly #byPage = new Map<PageKey, Lesson[]>();
  /** Between two moments at which something opens or closes. */
  #homes: { readonly fromMs: number; readonly untilMs: number; readonly rooms: ReadonlyMap<StudentId, RoomId> } | null = null;

  constructor(setup: SetupState) {
    this.revision = setup.revision;
    const newestFirst = [...setup.assignments.values()].sort((a, b) => b.opensMs - a.opensMs || (a.id < b.id ? -1 : 1));
    this.#lessons = newestFirst.map((assignment) => {
      const lesson = { assignment, members: membersOf(setup.classes.get(assignment.class)) };
      for (const page of pagesOf(setup.worksheetOf(assignment))) addTo(this.#byPage, page, lesson);
      return lesson;
    });
  }

  /** Where a student's ink of `page`, begun at host time `atMs`, belongs: the newest assignment that is open then. Null: to none. */
  assignmentAt(student: StudentId, page: PageKey, atMs: number): Assignment | null {
    const found = this.#byPage.get(page)?.find(({ assignment, members }) => isOpenAt(assignment, atMs) && members.has(student));
    return found?.assignment ?? null;
  }

  /** Of ink of no open assignment: the newest one of its page that was over by then. Null: there is none. ANS-55. */
  assignmentBefore(student: StudentId, page: PageKey, atMs: number): Assignment | null {
    const isOver = ({ closesMs }: Assignment) => closesMs !== null && closesMs <= atMs;
    const found = this.#byPage.get(page)?.find(({ assignment, members }) => isOver(assignment) && members.has(student));
    return found?.assignment ?? null;
  }

  /** Assignments of these pages that any of these students has. */
  assignmentsOf(students: Iterable<StudentId>, pages: Iterable<PageKey>): Set<Assignment> {
    const all = [...students];
    const lessons = new Set([...pages].flatMap((page) => this.#byPage.get(page) ?? []));
    const shared = [...lessons].filter(({ members }) => all.some((student) => members.has(student)));
    return new Set(shared.map(({ assignment }) => assignment));
  }

  /** The room where each student has a lesson at host time `atMs`: of several that are open, of the one that opened last. REG-8. */
  homesAt(atMs: number): ReadonlyMap<StudentId, RoomId> {
    const known = this.#homes;
    if (known !== null && atMs >= known.fromMs && atMs < known.untilMs) return known.rooms;
    let [fromMs, untilMs] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    const rooms = new Map<StudentId, RoomId>();
    for (const { assignment, members } of this.#lessons) {
      for (const turnMs of [assignment.opensMs, assignment.closesMs ?? Number.POSITIVE_INFINITY]) {
        if (turnMs <= atMs) fromMs = Math.max(fromMs, turnMs);
        else untilMs = Math.min(untilMs, turnMs);
      }
      if (!isOpenAt(assignment, atMs)) continue;
      for (const student of members) if (!rooms.has(student)) rooms.set(student, assignment.room);
    }
    this.#homes = { fromMs, untilMs, rooms };
    return rooms;
  }
}

const schools = new WeakMap<SetupState, School>();

/** Of the setup as it is now; all who ask before it changes share one. */
export function schoolOf(setup: SetupState): School {
  const known = schools.get(setup);
  if (known?.revision === setup.revision) return known;
  const school = new School(setup);
  schools.set(setup, school);
  return school;
}

function isOpenAt({ opensMs, closesMs }: Assignment, atMs: number): boolean {
  return opensMs <= atMs && (closesMs === null || atMs < closesMs);
}

const members = new WeakMap<SchoolClass, ReadonlySet<StudentId>>();
const NOBODY: ReadonlySet<StudentId> = new Set();

function membersOf(schoolClass: SchoolClass | undefined): ReadonlySet<StudentId> {
  if (schoolClass === undefined) return NOBODY;
  const known = members.get(schoolClass);
  if (known !== undefined) return known;
  const own = new Set(schoolClass.students.map((student) => student.id));
  members.set(schoolClass, own);
  return own;
}

const pages = new WeakMap<Worksheet, readonly PageKey[]>();

function pagesOf(worksheet: Worksheet | null): readonly PageKey[] {
  if (worksheet === null) return [];
  const known = pages.get(worksheet);
  if (known !== undefined) return known;
  const own = worksheet.pages.map((page) => pageKeyOf(page.address));
  pages.set(worksheet, own);
  return own;
}
