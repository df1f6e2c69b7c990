import {
  type ClassId,
  type ClassPens,
  type FreePen,
  type HeldPen,
  holderAt,
  loanAt,
  type Pen,
  type PenHeard,
  type PenId,
  type PenTap,
  type RoomId,
  type SetupState,
} from "@penlight/proto";
import type { RadioBook } from "./radio-book.ts";

export interface ClassPensFacts {
  readonly setup: SetupState;
  /** Of every room. */
  readonly books: Iterable<readonly [RoomId, RadioBook]>;
  readonly taps: readonly PenTap[];
  readonly nowMs: number;
}

/** Pens and pupils of a class, one screen; null: there is no such class. Pure. REG-2. */
export function classPensOf(id: ClassId, facts: ClassPensFacts): ClassPens | null {
  const { setup, taps, nowMs } = facts;
  const schoolClass = setup.classes.get(id);
  if (schoolClass === undefined) return null;
  const heard = heardPens(facts.books);
  const held = new Map<string, Pen[]>();
  const free: FreePen[] = [];
  for (const pen of setup.pens.values()) {
    const holder = holderAt(pen, nowMs);
    if (holder === null) free.push({ ...heardOf(heard, pen.id), isRegistered: true });
    else held.set(holder, [...(held.get(holder) ?? []), pen]);
  }
  for (const each of heard.values()) if (!setup.pens.has(each.pen)) free.push({ ...each, isRegistered: false });
  const students = [...schoolClass.students].sort((a, b) => a.seat - b.seat);
  return {
    class: id,
    name: schoolClass.name,
    nowMs,
    students: students.map(({ id: student, name, seat }) => {
      const pens = (held.get(student) ?? []).map((pen) => heldPenOf(pen, heard, nowMs));
      return { student, name, seat, pens };
    }),
    // What is heard now is wanted first.
    free: free.sort((a, b) => b.heardMs - a.heardMs || (a.pen < b.pen ? -1 : 1)),
    taps,
    hasList: schoolClass.list !== undefined,
  };
}

function heldPenOf(pen: Pen, heard: ReadonlyMap<PenId, PenHeard>, nowMs: number): HeldPen {
  return { ...heardOf(heard, pen.id), lentUntilMs: loanAt(pen, nowMs)?.untilMs ?? null, extra: pen.extra ?? false };
}

function heardOf(heard: ReadonlyMap<PenId, PenHeard>, pen: PenId): PenHeard {
  return heard.get(pen) ?? { pen, room: null, link: null, heardMs: 0, signalDbm: null };
}

/** Where each pen was heard last: in a gateway's list of pens, or as one that is nobody's. */
function heardPens(books: ClassPensFacts["books"]): Map<PenId, PenHeard> {
  const heard = new Map<PenId, PenHeard>();
  const note = (each: PenHeard) => {
    if ((heard.get(each.pen)?.heardMs ?? -1) < each.heardMs) heard.set(each.pen, each);
  };
  for (const [room, book] of books) {
    for (const pen of book.pens) {
      const { link = null, heardMs = 0 } = book.stateOf(pen) ?? {};
      note({ pen, room, link, heardMs, signalDbm: book.airOf(pen)?.radio.signalDbm ?? null });
    }
    for (const { unknown } of book.gateways) {
      for (const { pen, heardMs, signalDbm } of unknown) note({ pen, room, link: null, heardMs, signalDbm });
    }
  }
  return heard;
}
