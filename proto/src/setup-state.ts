import { type AssignmentId, type ClassId, type PageKey, type PenId, pageKeyOf, type RoomId, type StudentId } from "./ids.ts";
import type { Pen } from "./pens.ts";
import {
  type Assignment,
  type Room,
  type SchoolClass,
  SETUP_KINDS,
  type SetupKind,
  type SetupRecord,
  type Student,
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

/** The fold of topic `setup`: who sits where, which pen is whose, what was assigned when. Pure; everybody folds the same. EVT-20. */
export class SetupState {
  readonly rooms = new Map<RoomId, Room>();
  readonly classes = new Map<ClassId, SchoolClass>();
  readonly pens = new Map<PenId, Pen>();
  readonly assignments = new Map<AssignmentId, Assignment>();
  /** Every version that was ever put, key `id@version`: an assignment keeps the version that it was given with. */
  readonly worksheets = new Map<string, Worksheet>();
  readonly versions = new Map<string, number>();
  /** Sum of all versions: grows with every record that changed something, and is the same for all who have read as far. */
  revision = 0;

  /** False when the record is older than what is known (a duplicate or a replay). */
  apply(record: SetupRecord): boolean {
    const key = setupKeyOf(record.kind, record.id);
    const known = this.versions.get(key) ?? 0;
    if (known >= record.version) return false;
    this.versions.set(key, record.version);
    this.revision += record.version - known;
    switch (record.kind) {
      case "rooms":
        this.rooms.set(record.document.id, record.document);
        break;
      case "classes":
        this.classes.set(record.document.id, record.document);
        break;
      case "pens":
        this.pens.set(record.document.id, record.document);
        break;
      case "worksheets":
        this.worksheets.set(worksheetKey(record.document.id, record.document.version), record.document);
        break;
      case "assignments":
        this.assignments.set(record.document.id, record.document);
        break;
    }
    return true;
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

  /** Where a student's ink of `page` at host time `atMs` belongs in this room, or null: a page nobody assigned. */
  assignmentAt(room: RoomId, student: StudentId, page: PageKey, atMs: number): Assignment | null {
    for (const assignment of this.assignmentsOf(room)) {
      if (atMs < assignment.opensMs || (assignment.closesMs !== null && atMs >= assignment.closesMs)) continue;
      if (!this.studentsOf(assignment).some((each) => each.id === student)) continue;
      const worksheet = this.worksheetOf(assignment);
      if (worksheet?.pages.some((each) => pageKeyOf(each.address) === page)) return assignment;
    }
    return null;
  }
}

/** The key carries no version on the topic, so compaction would drop old worksheets: each version has its own id there. */
export function worksheetKey(id: string, version: number): string {
  return `${id}@${version}`;
}
