import type { AssignmentId, ClassId, ItemId, PenId, RoomId, StudentId } from "./ids.ts";
import type { Pen } from "./pens.ts";
import {
  type Assignment,
  type Room,
  type SchoolClass,
  SETUP_KINDS,
  type SetupKind,
  type SetupRecord,
  type Student,
  type TeacherMark,
} from "./setup.ts";
import type { Worksheet } from "./worksheet.ts";

const decoder = new TextDecoder("utf-8", { fatal: true });
const encoder = new TextEncoder();

export function setupKeyOf(kind: SetupKind, id: string): string {
  return `${kind}/${id}`;
}

export function encodeSetup(record: SetupRecord): Uint8Array {
  return encoder.encode(JSON.stringify(record));
}

/** Null when the bytes are not a setup record. Documents are validated where they enter (the HTTP API), not here. */
export function decodeSetup(bytes: Uint8Array): SetupRecord | null {
  try {
    const value = JSON.parse(decoder.decode(bytes)) as SetupRecord;
    const valid = SETUP_KINDS.includes(value.kind) && typeof value.id === "string" && Number.isInteger(value.version);
    return valid && typeof value.document === "object" && value.document !== null ? value : null;
  } catch {
    return null;
  }
}

/** A teacher's word with its version: 1 for the first about a cell, then +1. */
export interface StoredMark {
  readonly mark: TeacherMark;
  readonly version: number;
}

export interface AssignmentMarks {
  readonly revision: number;
  /** By {@link markId}. */
  readonly byCell: Map<string, StoredMark>;
}

const NO_MARKS: AssignmentMarks = { revision: 0, byCell: new Map() };

/** Ids have no slash, so this is one cell's alone. */
export function markId(assignment: AssignmentId, student: StudentId, item: ItemId): string {
  return `${assignment}/${student}/${item}`;
}

/** The fold of topic `setup`: who sits where, which pen is whose, what was assigned when. Pure; everybody folds the same. EVT-20. */
export class SetupState {
  readonly rooms = new Map<RoomId, Room>();
  readonly classes = new Map<ClassId, SchoolClass>();
  readonly pens = new Map<PenId, Pen>();
  readonly assignments = new Map<AssignmentId, Assignment>();
  /** Every version that was ever put, key `id@version`: an assignment keeps the version that it was given with. */
  readonly worksheets = new Map<string, Worksheet>();
  /** Every word of a teacher, withdrawn ones too, by its id. EVT-24. */
  readonly marks = new Map<string, TeacherMark>();
  readonly versions = new Map<string, number>();
  /**
   * Sum of the versions of everything but marks and orders, which place no ink: grows with every record that changed something, and is
   * the same for all who have read as far.
   */
  revision = 0;
  /** The same of marks. */
  marksRevision = 0;
  /** Host time at which it was said whose a pen is, ms; none: so long ago that nobody knows. ANS-52. */
  readonly owned = new Map<PenId, number>();
  readonly #marksOf = new Map<AssignmentId, AssignmentMarks>();

  /**
   * False when the record is older than what is known (a duplicate or a replay).
   * @param atMs host time at which it was put, for those who decide by it; 0: from the beginning.
   */
  apply(record: SetupRecord, atMs = 0): boolean {
    const key = setupKeyOf(record.kind, record.id);
    const known = this.versions.get(key) ?? 0;
    if (known >= record.version) return false;
    this.versions.set(key, record.version);
    if (record.kind === "marks") this.marksRevision += record.version - known;
    else if (record.kind !== "orders") this.revision += record.version - known;
    switch (record.kind) {
      case "rooms":
        this.rooms.set(record.document.id, record.document);
        break;
      case "classes":
        this.classes.set(record.document.id, record.document);
        break;
      case "pens":
        this.#noteOwner(record.document, record.version, atMs);
        this.pens.set(record.document.id, record.document);
        break;
      case "worksheets":
        this.worksheets.set(worksheetKey(record.document.id, record.document.version), record.document);
        break;
      case "assignments":
        this.assignments.set(record.document.id, record.document);
        break;
      case "marks":
        this.marks.set(record.document.id, record.document);
        this.#noteMark(record.document, record.version, record.version - known);
        break;
      case "orders":
        // For a gateway, which reads it as it comes.
        break;
    }
    return true;
  }

  /** Where compaction took the records before this one, its owner may have been that for long. */
  #noteOwner({ id, student }: Pen, version: number, atMs: number): void {
    const before = this.pens.get(id);
    if (before === undefined ? version === 1 : before.student !== student) this.owned.set(id, atMs);
  }

  #noteMark(mark: TeacherMark, version: number, grown: number): void {
    const own = this.#marksOf.get(mark.assignment) ?? { revision: 0, byCell: new Map() };
    this.#marksOf.set(mark.assignment, { revision: own.revision + grown, byCell: own.byCell.set(mark.id, { mark, version }) });
  }

  /** What teachers said of an assignment's cells; its revision grows with every word. */
  marksOf(assignment: AssignmentId): AssignmentMarks {
    return this.#marksOf.get(assignment) ?? NO_MARKS;
  }

  /** Null: no teacher has ever said anything of this cell. */
  markOf(assignment: AssignmentId, student: StudentId, item: ItemId): StoredMark | null {
    return this.#marksOf.get(assignment)?.byCell.get(markId(assignment, student, item)) ?? null;
  }

  worksheetOf(assignment: Assignment): Worksheet | null {
    return this.worksheets.get(worksheetKey(assignment.worksheet, assignment.worksheetVersion)) ?? null;
  }

  studentsOf(assignment: Assignment): readonly Student[] {
    return this.classes.get(assignment.class)?.students ?? [];
  }

  /** Assignments of a room, the newest first. */
  assignmentsOf(room: RoomId): Assignment[] {
    const own = [...this.assignments.values()].filter((assignment) => assignment.room === room);
    return own.sort((a, b) => b.opensMs - a.opensMs || (a.id < b.id ? -1 : 1));
  }
}

/** The key carries no version on the topic, so compaction would drop old worksheets: each version has its own id there. */
export function worksheetKey(id: string, version: number): string {
  return `${id}@${version}`;
}
