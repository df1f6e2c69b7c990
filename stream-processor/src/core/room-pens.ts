import { addTo, type PenId, type PenState, type StudentId } from "@penlight/proto";
import type { Lesson, SignalOf, StudentSignal } from "./lesson.ts";
import { PEN_STATE_STALE_MS, PenDesk } from "./pen-desk.ts";
import type { RoomSetup } from "./room-setup.ts";
import type { RoomStroke } from "./room-stroke.ts";

const NO_SIGNAL: StudentSignal = { connected: false, pen: null };

/** The pens of a room, whose they are, and whether they can be heard. ANS-51. */
export class RoomPens {
  readonly #desks = new Map<PenId, PenDesk>();
  readonly #desksOf = new Map<StudentId, PenDesk[]>();
  readonly #lessons: ReadonlyMap<unknown, Lesson>;
  #setup: RoomSetup;
  /** Room time by which pens are seated, and when the next of them changes hands by itself. */
  #roomMs = 0;
  #turnMs: number;

  constructor(setup: RoomSetup, lessons: ReadonlyMap<unknown, Lesson>) {
    this.#setup = setup;
    this.#turnMs = setup.nextTurnMs(this.#roomMs);
    this.#lessons = lessons;
  }

  deskOf(pen: PenId): PenDesk {
    const known = this.#desks.get(pen);
    if (known !== undefined) return known;
    const desk = new PenDesk(pen);
    this.#desks.set(pen, desk);
    this.#seat(desk);
    return desk;
  }

  /** The stroke that a pen's batches came of last. */
  lastOf(pen: PenId): RoomStroke | null {
    return this.#desks.get(pen)?.last ?? null;
  }

  #seat(desk: PenDesk): void {
    desk.student = this.#setup.studentAt(desk.pen, this.#roomMs);
    if (desk.student !== null) addTo(this.#desksOf, desk.student, desk);
  }

  /** Pens can belong to others now; nobody writes in the cells of before, unless the cells are the same (`keepsCells`). */
  adopt(setup: RoomSetup, keepsCells: boolean): void {
    this.#setup = setup;
    this.#turnMs = setup.nextTurnMs(this.#roomMs);
    this.#desksOf.clear();
    for (const desk of this.#desks.values()) {
      if (!keepsCells) desk.writeIn(null, null);
      this.#seat(desk);
    }
  }

  /** Room time goes on: a pen that was lent is its owner's again, or a loan begins. REG-3. */
  pass(roomMs: number): void {
    this.#roomMs = roomMs;
    if (roomMs < this.#turnMs) return;
    this.#turnMs = this.#setup.nextTurnMs(roomMs);
    const before = new Map([...this.#desks.values()].map((desk) => [desk, desk.student]));
    this.#desksOf.clear();
    for (const desk of this.#desks.values()) this.#seat(desk);
    for (const [desk, student] of before) {
      if (desk.student === student) continue;
      for (const lesson of this.#lessons.values()) {
        for (const each of [student, desk.student]) if (each !== null) lesson.signalChanged(each);
      }
    }
  }

  readonly signalOf: SignalOf = (student, ofMs) => {
    const desks = ofMs === undefined ? this.#desksOf.get(student) : this.#desksAt(student, ofMs);
    const best = desks?.find((desk) => desk.connected) ?? desks?.[0];
    return best === undefined ? NO_SIGNAL : { connected: best.connected, pen: best.state };
  };

  /** Of the pens that were the student's at `atMs`, by what had been said by then. ANS-52. */
  #desksAt(student: StudentId, atMs: number): PenDesk[] {
    const isOwn = (pen: PenId) => this.#setup.studentAt(pen, atMs) === student && this.#setup.saidMs(pen, atMs) <= atMs;
    return [...this.#desks.values()].filter((desk) => isOwn(desk.pen));
  }

  /** Takes a pen's state. Answers its stroke that has ended with the link, if one was open. ANS-4. */
  note(state: PenState, receivedMs: number): RoomStroke | null {
    const desk = this.deskOf(state.pen);
    const before = desk.state;
    // Of two gateways, one of which passes through another room and so comes late, the one that heard the pen last is right.
    const heardBeforeMs = before?.heardMs ?? 0;
    if (state.heardMs < heardBeforeMs) return null;
    // A record that comes again, or late, is no news.
    if (receivedMs < desk.stateMs && (before === null || state.heardMs === heardBeforeMs)) return null;
    desk.state = state;
    desk.stateMs = Math.max(desk.stateMs, receivedMs);
    const changed =
      before === null ||
      before.link !== state.link ||
      before.batteryPercent !== state.batteryPercent ||
      before.charging !== state.charging ||
      before.lostDots !== state.lostDots ||
      String(before.troubles) !== String(state.troubles);
    this.#setConnected(desk, state.link === "connected", changed);
    return state.link !== "connected" && desk.open !== null && desk.open.heardMs <= receivedMs ? desk.open : null;
  }

  /** Live ink is a sign of life, too, until the pen's own state is heard. */
  noteInk(desk: PenDesk, receivedMs: number): void {
    // A state that is too old is none, as for a processor that has just begun.
    if (desk.state !== null && desk.stateMs + PEN_STATE_STALE_MS >= receivedMs) return;
    desk.stateMs = Math.max(desk.stateMs, receivedMs);
    this.#setConnected(desk, true, true);
  }

  /** Pens of which no state came for too long are not connected any more. */
  expire(roomMs: number): void {
    for (const desk of this.#desks.values()) {
      if (desk.connected && desk.stateMs + PEN_STATE_STALE_MS < roomMs) this.#setConnected(desk, false, true);
    }
  }

  #setConnected(desk: PenDesk, connected: boolean, changed: boolean): void {
    const turned = desk.connected !== connected;
    desk.connected = connected;
    if (desk.student === null || !(turned || changed)) return;
    for (const lesson of this.#lessons.values()) {
      const tally = lesson.tallyOf(desk.student);
      if (turned) lesson.signalChanged(desk.student);
      else if (tally !== undefined) lesson.touchStudent(tally);
    }
  }
}
