import { holderAt, type PenId, type RoomId, type SetupState, schoolOf } from "@penlight/proto";
import { printOf } from "./sequence.ts";

/** A gateway whose room is not a pen's leaves it to the one whose room it is for at least so long, ms. REG-8. */
export const ROAM_MS = 5000;

/**
 * Which gateway connects a pen that several hear, decided by each alone from topic `setup`: that of the room where its pupil
 * has a lesson now at once, the others after ROAM_MS of hearing it go on without one, each by a time of its own. A pen that
 * is connected advertises no more, so that the first one is the only one. Pure. REG-8.
 */
export class PenClaims {
  readonly #setup: SetupState;
  readonly #room: RoomId;

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
    const home = holder === null ? undefined : schoolOf(this.#setup).homesAt(nowMs).get(holder);
    if (home === this.#room) return 0;
    const own = turnOf(pen, this.#room);
    return home === undefined ? own : ROAM_MS + own;
  }
}

/** 0 to ROAM_MS: another one for each room, and for each pen another room comes first. */
function turnOf(pen: PenId, room: RoomId): number {
  const text = new TextEncoder().encode(`${pen} ${room}`);
  return (printOf(text, 0, text.length) >>> 0) % ROAM_MS;
}
