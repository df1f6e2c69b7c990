import type { ClassId, PenId, RoomId, StudentId } from "./ids.ts";
import type { PenLinkState } from "./pen-state.ts";
import type { LocalText } from "./worksheet.ts";

/** A time during which a pen is somebody else's than its owner's. REG-1. */
export interface PenSpan {
  readonly student: StudentId;
  /** Host time, ms; null: from the beginning. */
  readonly fromMs: number | null;
  /** Host time, ms, exclusive. One that lies ahead: the pen is lent until then. */
  readonly untilMs: number;
}

/** Whose pen it is: now, and at other times. REG-1. */
export interface Pen {
  readonly id: PenId;
  /** Its owner; null: the school's, for whoever needs one. */
  readonly student: StudentId | null;
  /** The first one that contains a moment says whose it was then; at all other times it is the owner's. */
  readonly held?: readonly PenSpan[];
  /** Its pupil has another pen, too, and a teacher said that this is meant. REG-2. */
  readonly extra?: boolean;
}

/** Whose pen it is at a host time; null: nobody's. REG-1. */
export function holderAt({ student, held = [] }: Pen, atMs: number): StudentId | null {
  return held.find((span) => isIn(span, atMs))?.student ?? student;
}

/** The loan that a pen is on at a host time, or null. */
export function loanAt({ held = [] }: Pen, atMs: number): PenSpan | null {
  return held.find((span) => isIn(span, atMs)) ?? null;
}

/** Everybody who ever had it, or has. */
export function holdersOf({ student, held = [] }: Pen): StudentId[] {
  const all = new Set(held.map((span) => span.student));
  if (student !== null) all.add(student);
  return [...all];
}

/** The next host time at which it changes hands by itself; Infinity: never. */
export function nextTurnMs({ held = [] }: Pen, afterMs: number): number {
  const turns = held.flatMap(({ fromMs, untilMs }) => (fromMs === null ? [untilMs] : [fromMs, untilMs]));
  return Math.min(Number.POSITIVE_INFINITY, ...turns.filter((ms) => ms > afterMs));
}

function isIn({ fromMs, untilMs }: PenSpan, atMs: number): boolean {
  return atMs < untilMs && (fromMs === null || atMs >= fromMs);
}

/** What a person wants of a pen. REG-2, REG-3. */
export interface PenChange {
  readonly pen: PenId;
  /** Who gets it; null: it goes back, from a loan to its owner, else to the school. */
  readonly student: StudentId | null;
  /** Lent until this host time, ms; absent: for good. */
  readonly untilMs?: number;
  /** Answers `two-pupils`: who has it now, and gives it away. */
  readonly from?: StudentId;
  /** Answers `two-pens`: the pupil keeps both, or this one and the others go back to the school. */
  readonly keeps?: "both" | "this";
}

/** What only a person can decide; nothing is changed before it is answered. REG-2. */
export type PenQuestion =
  | { readonly kind: "two-pupils"; readonly pen: PenId; readonly holder: StudentId; readonly wanted: StudentId }
  | { readonly kind: "two-pens"; readonly student: StudentId; readonly pens: readonly PenId[]; readonly wanted: PenId };

/** A mark of a pen in a box of a class list. REG-4. */
export interface PenTap {
  readonly pen: PenId;
  readonly student: StudentId;
  /** Gateway time at which it was heard, ms. */
  readonly atMs: number;
}

/** The pens of a class: `GET /api/v1/classes/{class}/pens`. */
export interface ClassPens {
  readonly class: ClassId;
  readonly name: LocalText;
  /** Time of the server, ms. */
  readonly nowMs: number;
  readonly students: readonly {
    readonly student: StudentId;
    readonly name: LocalText;
    readonly seat: number;
    readonly pens: readonly HeldPen[];
  }[];
  /** Pens that nobody has: of the school, or heard somewhere and not registered. */
  readonly free: readonly FreePen[];
  /** The last mark of each pen, the latest first. */
  readonly taps: readonly PenTap[];
  /** The class has a printed list. */
  readonly hasList: boolean;
}

export interface HeldPen extends PenHeard {
  /** Null: it is the student's own. */
  readonly lentUntilMs: number | null;
  readonly extra: boolean;
}

export interface FreePen extends PenHeard {
  /** False: it is in no document of setup. */
  readonly isRegistered: boolean;
}

/** Where a pen was heard last; nulls: nowhere. */
export interface PenHeard {
  readonly pen: PenId;
  readonly room: RoomId | null;
  readonly link: PenLinkState | null;
  /** Host time, ms; 0: never. */
  readonly heardMs: number;
  readonly signalDbm: number | null;
}
