import {
  type Assignment,
  type AssignmentId,
  type BoxId,
  boxIdsOf,
  holderAt,
  holdersOf,
  loanAt,
  nextTurnMs,
  type PageKey,
  type Pen,
  type PenId,
  pageKeyOf,
  type RoomId,
  type School,
  type SetupState,
  type Student,
  type StudentId,
  schoolOf,
  setupKeyOf,
  type Worksheet,
  worksheetKey,
} from "@penlight/proto";
import { PageMap } from "./worksheet-map.ts";

/** A worksheet made ready for looking things up. */
export class WorksheetIndex {
  readonly worksheet: Worksheet;
  readonly pages = new Map<PageKey, PageMap>();
  /** Index of the item that a box belongs to. */
  readonly itemOfBox = new Map<BoxId, number>();

  constructor(worksheet: Worksheet) {
    this.worksheet = worksheet;
    worksheet.pages.forEach((page, index) => {
      this.pages.set(pageKeyOf(page.address), new PageMap(worksheet, index));
    });
    worksheet.items.forEach((item, index) => {
      for (const box of boxIdsOf(item)) this.itemOfBox.set(box, index);
    });
  }
}

/** An assignment with everything that its ink is read by. */
export interface Sheet {
  readonly assignment: Assignment;
  readonly index: WorksheetIndex;
  readonly students: readonly Student[];
}

export interface StrokeOwner {
  readonly student: StudentId | null;
  readonly sheet: Sheet | null;
  /** Of ink of no assignment here: the one of its page that was over when it was written. ANS-55. */
  readonly late: Sheet | null;
  /** The other room where it belongs, or would if it were not late; null: here, or nowhere. ANS-14. */
  readonly home: RoomId | null;
}

const indexes = new WeakMap<Worksheet, WorksheetIndex>();

function indexOf(worksheet: Worksheet): WorksheetIndex {
  const known = indexes.get(worksheet);
  if (known !== undefined) return known;
  const index = new WorksheetIndex(worksheet);
  indexes.set(worksheet, index);
  return index;
}

/** Topic `setup` as one room needs it; made anew when the setup changes. */
export class RoomSetup {
  /** The newest first. */
  readonly sheets: readonly Sheet[];
  /** Equal fingerprints: nothing changed that this room's answers depend on. */
  readonly fingerprint: string;
  /** Equal as well, whatever keys and points were corrected: no ink has another place or another reading. SET-5. */
  readonly paper: string;
  readonly #room: RoomId;
  readonly #school: School;
  readonly #sheetOf: ReadonlyMap<AssignmentId, Sheet>;
  readonly #pens: ReadonlyMap<PenId, Pen>;
  readonly #owned: ReadonlyMap<PenId, number>;

  constructor(setup: SetupState, room: RoomId) {
    const sheets: Sheet[] = [];
    const marks: string[] = [];
    const papers: string[] = [];
    const members = new Set<StudentId>();
    const version = (kind: "assignments" | "classes", id: string) => setup.versions.get(setupKeyOf(kind, id)) ?? 0;
    for (const assignment of setup.assignmentsOf(room)) {
      const worksheet = setup.worksheetOf(assignment);
      const { id, opensMs, closesMs } = assignment;
      const klass = `${assignment.class}@${version("classes", assignment.class)}`;
      marks.push(
        `${assignment.id}@${version("assignments", assignment.id)}`,
        klass,
        `${worksheetKey(assignment.worksheet, assignment.worksheetVersion)}:${worksheet !== null}`,
      );
      papers.push([id, opensMs, closesMs, klass, assignment.worksheet, worksheet !== null].join("/"));
      if (worksheet === null) continue;
      const students = setup.studentsOf(assignment);
      for (const { id: student } of students) members.add(student);
      sheets.push({ assignment, index: indexOf(worksheet), students });
    }
    const pens: string[] = [];
    for (const pen of setup.pens.values()) {
      if (!holdersOf(pen).some((student) => members.has(student))) continue;
      pens.push(`${pen.id}=${pen.student}${JSON.stringify(pen.held ?? [])}`);
    }
    const school = schoolOf(setup);
    // The same page for the same pupil in another room: which of the two has the ink is for both to know.
    const own = new Set(sheets.flatMap(({ index }) => [...index.pages.keys()]));
    for (const { id, room: other, opensMs, closesMs, class: klass } of school.assignmentsOf(members, own)) {
      if (other !== room) papers.push([other, id, opensMs, closesMs, `${klass}@${version("classes", klass)}`].join("/"));
    }
    this.sheets = sheets;
    this.#room = room;
    this.#school = school;
    this.#sheetOf = new Map(sheets.map((sheet) => [sheet.assignment.id, sheet]));
    this.#pens = new Map(setup.pens);
    this.#owned = new Map(setup.owned);
    pens.sort();
    this.paper = [...papers, ...pens].join("|");
    this.fingerprint = [...marks, this.paper].join("|");
  }

  /** Whose pen it was, or is, at a host time; null: nobody's. REG-1. */
  studentAt(pen: PenId, atMs: number): StudentId | null {
    const known = this.#pens.get(pen);
    return known === undefined ? null : holderAt(known, atMs);
  }

  /** Host time at which it was said whose pen it is at `atMs`, ms; 0: so long ago that nobody knows. ANS-52. */
  saidMs(pen: PenId, atMs: number): number {
    const known = this.#pens.get(pen);
    return known === undefined || loanAt(known, atMs) !== null ? 0 : (this.#owned.get(pen) ?? 0);
  }

  /** Whose ink on a page is that a pen began at a host time, and for which assignment, here or in another room. REG-1, ANS-12, ANS-14. */
  ownerOf({ pen, pageKey }: { readonly pen: PenId; readonly pageKey: PageKey | null }, atMs: number): StrokeOwner {
    const student = this.studentAt(pen, atMs);
    const nowhere = { student, sheet: null, late: null, home: null };
    if (student === null || pageKey === null) return nowhere;
    const open = this.#school.assignmentAt(student, pageKey, atMs);
    const assignment = open ?? this.#school.assignmentBefore(student, pageKey, atMs);
    if (assignment === null) return nowhere;
    if (assignment.room !== this.#room) return { ...nowhere, home: assignment.room };
    const sheet = this.#sheetOf.get(assignment.id) ?? null;
    return open === null ? { ...nowhere, late: sheet } : { ...nowhere, sheet };
  }

  /** The other room where whoever had the pen at a host time had a lesson then; null: here, or nowhere. REG-8, ANS-15. */
  homeOf(pen: PenId, atMs: number): RoomId | null {
    const student = this.studentAt(pen, atMs);
    const home = student === null ? undefined : this.#school.homesAt(atMs).get(student);
    return home === undefined || home === this.#room ? null : home;
  }

  /** The next host time at which a pen changes hands by itself; Infinity: none does. */
  nextTurnMs(afterMs: number): number {
    let next = Number.POSITIVE_INFINITY;
    for (const pen of this.#pens.values()) if (pen.held !== undefined) next = Math.min(next, nextTurnMs(pen, afterMs));
    return next;
  }

  /** Assignments whose board is kept up to date without ink: those not yet closed, and the newest. */
  relevantAt(roomMs: number): readonly Sheet[] {
    return this.sheets.filter(({ assignment: { closesMs } }, i) => i === 0 || closesMs === null || closesMs > roomMs);
  }
}
