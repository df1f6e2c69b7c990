import type { Lesson } from "./lesson.ts";
import { PEN_WINDOW_MS, PenWindow } from "./pen-window.ts";
import type { RoomPens } from "./room-pens.ts";
import type { Hold, Watermark } from "./watermark.ts";

/** After closing the pens' states of that time are complete within this time, ms. ANS-52. */
export const PEN_STATES_WAIT_MS = 1500;
/** Without any news of pens, those that were not heard of count as lost after this time, ms. ANS-53. */
export const PENS_KNOWN_MS_MAX = 2000;

export interface ClosingOptions {
  readonly lessons: ReadonlyMap<unknown, Lesson>;
  readonly pens: RoomPens;
  readonly watermark: Watermark;
  /** Holds that are released once the rows of the room are in history. */
  readonly holds: Hold[];
}

/**
 * When the assignments of a room are closed. By the records of the last PEN_WINDOW_MS alone, so that it is the same whoever
 * decides it: a processor that took over in the middle, or one that was there from the beginning. ANS-52.
 */
export class Closing {
  readonly #options: ClosingOptions;
  readonly #window: PenWindow;
  /** Since when records come without a silence, and the last one, ms. */
  #firstMs = 0;
  #lastMs = Number.NEGATIVE_INFINITY;

  constructor(options: ClosingOptions) {
    this.#options = options;
    this.#window = new PenWindow(options.watermark);
  }

  /** Pens of which nothing was heard by now are lost. ANS-53. */
  get pensKnown(): boolean {
    return this.#lastMs >= this.#firstMs + PENS_KNOWN_MS_MAX;
  }

  /** A record was received at `receivedMs`, later than all before. */
  pass(receivedMs: number): void {
    // After a silence nobody knows more of the pens than a processor that has just begun.
    if (receivedMs >= this.#lastMs + PEN_WINDOW_MS) this.#firstMs = receivedMs;
    this.#lastMs = receivedMs;
    let [isOpen, isClosed] = [false, false];
    for (const lesson of this.#options.lessons.values()) {
      if (lesson.closed || receivedMs < lesson.sheet.assignment.opensMs - PEN_WINDOW_MS) continue;
      if (receivedMs < this.#dueMs(lesson)) isOpen = true;
      else {
        this.#options.pens.expire(receivedMs);
        lesson.close();
        isClosed = true;
      }
    }
    const hold = isClosed ? this.#window.give() : null;
    if (hold !== null) this.#options.holds.push(hold);
    if (isOpen) this.#window.slide(receivedMs);
    else this.#window.release();
  }

  #dueMs({ sheet }: Lesson): number {
    const { closesMs } = sheet.assignment;
    return closesMs === null
      ? Number.POSITIVE_INFINITY
      : Math.max(closesMs + PEN_STATES_WAIT_MS, this.#firstMs + PENS_KNOWN_MS_MAX);
  }

  /** No record came for long, while others did: what is held for this room keeps nobody back. */
  rest(): void {
    this.#window.release();
  }
}
