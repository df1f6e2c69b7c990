import type { InkStroke, PageKey, RoomId, StudentId } from "@penlight/proto";
import { MESSAGE_DOTS_MAX } from "./ink-book.ts";

/** Messages a viewer may send at once, and how many a second after that; over it the socket is closed with 1008. LIVE-10. */
export const CLIENT_MESSAGES_BURST = 40;
export const CLIENT_MESSAGES_PER_SECOND = 10;

/** A page that a viewer follows. */
export interface Watch {
  readonly student: StudentId;
  readonly page: PageKey;
  /** Place in the page's log up to which everything was sent. */
  cursor: number;
  /** The next message must begin the page anew. */
  reset: boolean;
  /** Strokes from history that are still to be sent; null: not asked for yet, or not there. */
  past: InkStroke[];
}

/**
 * What one socket has and still needs. A viewer in step gets each delta; one that missed something is `behind` and gets a
 * snapshot as soon as its socket takes bytes again; a `blocked` socket is sent nothing until it drains. LIVE-7.
 */
export class Viewer {
  readonly room: RoomId;
  behind = true;
  blocked = false;
  watches: Watch[] = [];
  #allowance = CLIENT_MESSAGES_BURST;
  #allowanceMs: number;

  constructor(room: RoomId, nowMs: number) {
    this.room = room;
    this.#allowanceMs = nowMs;
  }

  /** The transport refused the bytes: nothing was sent, the viewer will be told when it drains. */
  block(): void {
    this.blocked = true;
  }

  drain(): void {
    this.blocked = false;
  }

  /** A delta goes out: may it go to this viewer? If not, the viewer is behind from now on. */
  takesDelta(): boolean {
    if (this.blocked) this.behind = true;
    return !this.behind;
  }

  /** The new list; pages that were followed already go on where they are. Returns those that are new. LIVE-5. */
  watch(wanted: readonly { readonly student: StudentId; readonly page: PageKey }[]): Watch[] {
    const before = this.watches;
    const added: Watch[] = [];
    const seen = new Set<string>();
    this.watches = [];
    for (const { student, page } of wanted) {
      const key = JSON.stringify([student, page]);
      if (seen.has(key)) continue;
      seen.add(key);
      const known = before.find((each) => each.student === student && each.page === page);
      const watch = known ?? newWatch(student, page);
      if (known === undefined) added.push(watch);
      this.watches.push(watch);
    }
    return added;
  }

  /** The room shows another lesson: pages begin anew, those that are gone are dropped. Returns what is left. */
  rewatch(isThere: (watch: Watch) => boolean): Watch[] {
    this.watches = this.watches.filter(isThere).map(({ student, page }) => newWatch(student, page));
    return this.watches;
  }

  /** False: more messages than anyone sends by hand. LIVE-10. */
  mayTalk(nowMs: number): boolean {
    const earned = ((nowMs - this.#allowanceMs) / 1000) * CLIENT_MESSAGES_PER_SECOND;
    this.#allowance = Math.min(this.#allowance + Math.max(earned, 0), CLIENT_MESSAGES_BURST);
    this.#allowanceMs = nowMs;
    if (this.#allowance < 1) return false;
    this.#allowance--;
    return true;
  }
}

function newWatch(student: StudentId, page: PageKey): Watch {
  return { student, page, cursor: 0, reset: true, past: [] };
}

/** The next message's worth of strokes, taken from the front of the list. One stroke at least. LIVE-9. */
export function nextPast(past: readonly InkStroke[]): readonly InkStroke[] {
  let dots = 0;
  let count = 0;
  for (const stroke of past) {
    dots += stroke.points.length / 3;
    if (count > 0 && dots > MESSAGE_DOTS_MAX) break;
    count++;
  }
  return past.slice(0, count);
}
