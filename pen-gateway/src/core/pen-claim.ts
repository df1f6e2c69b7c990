import { holderAt, type PenId, type RoomId, type SetupState, type StudentId } from "@penlight/proto";
import { printOf } from "./sequence.ts";

/** A gateway whose room is not a pen's leaves it to the one whose room it is for at least so long, ms. REG-8. */
export const ROAM_MS = 5000;
/** How long it is believed who has lessons where, ms. */
const HOMES_MS = 1000;

/**
 * Which gateway connects a pen that several hear, decided by each alone from topic `setup`: that of the room where its pupil
 * has a lesson now at once, the others after ROAM_MS of hearing it go on without one, each by a time of its own. A pen that
 * is connected advertises no more, so that the first one is the only one. Pure. REG-8.
 */
export class PenClaims {
  readonly #setup: SetupState;
  readonly #room: RoomId;
  #homes: ReadonlyMap<StudentId, RoomId> = new Map();
  #readMs = Number.NEGATIVE_INFINITY;
  #revision = -1;

  constructor(setup: SetupState, room: RoomId) {
    this.#setup = setup;
    this.#room = room;
  }

  /** So long a pen has to be heard before this gateway may connect it, ms. */
  delayMs(pen: PenId, nowMs: number): number {
    const { pens, rooms } = this.#setup;
    const known = pens.get(pen);
    if (known === undefined || rooms.size < 2) return 0;
    const holder = holderAt(known, nowMs);
    const home = holder === null ? undefined : this.#homesAt(nowMs).get(holder);
    if (home === this.#room) return 0;
    const own = turnOf(pen, this.#room);
    return home === undefined ? own : ROAM_MS + own;
  }

  #homesAt(nowMs: number): ReadonlyMap<StudentId, RoomId> {
    const { revision } = this.#setup;
    if (revision !== this.#revision || nowMs - this.#readMs >= HOMES_MS || nowMs < this.#readMs) {
      this.#homes = homesOf(this.#setup, nowMs);
      this.#readMs = nowMs;
      this.#revision = revision;
    }
    return this.#homes;
  }
}

/** Where each student has a lesson now: of several that are open, the one that opened last. */
export function homesOf(setup: SetupState, nowMs: number): Map<StudentId, RoomId> {
  const homes = new Map<StudentId, RoomId>();
  const open = [...setup.assignments.values()].filter(
    ({ opensMs, closesMs }) => opensMs <= nowMs && (closesMs === null || nowMs < closesMs),
  );
  for (const assignment of open.sort((a, b) => a.opensMs - b.opensMs || (a.id < b.id ? -1 : 1))) {
    for (const { id } of setup.studentsOf(assignment)) homes.set(id, assignment.room);
  }
  return homes;
}

/** 0 to ROAM_MS: another one for each room, and for each pen another room comes first. */
function turnOf(pen: PenId, room: RoomId): number {
  const text = new TextEncoder().encode(`${pen} ${room}`);
  return (printOf(text, 0, text.length) >>> 0) % ROAM_MS;
}
