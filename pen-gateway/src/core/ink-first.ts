import type { LinkEvent } from "./link-event.ts";

/** While the tip is down an acknowledgement waits, so that the pen sends ink and no further chunk; at most so long, ms. PEN-13. */
export const YIELD_MS_MAX = 4000;
/** A tip that is down says some 80 dots a second. One that said nothing for so long, ms, is up, and its pen-up was lost. PEN-13. */
export const TIP_SILENT_MS_MAX = 1000;

const LIVE: ReadonlySet<LinkEvent["kind"]> = new Set(["stroke-start", "page", "dots", "gap", "optical-error"]);

/** Live ink goes before ink of the memory: whether somebody writes, and the acknowledgement that waits meanwhile. PEN-13. */
export class InkFirst {
  #liveMs = Number.NEGATIVE_INFINITY;
  #waiting: { readonly packetId: number; readonly untilMs: number } | null = null;

  /** The link is new. */
  reset(): void {
    this.#waiting = null;
  }

  take(event: LinkEvent, nowMs: number): void {
    if (LIVE.has(event.kind)) this.#liveMs = nowMs;
  }

  /** @param isOpen the last stroke has no end yet */
  isWriting(isOpen: boolean, nowMs: number): boolean {
    return isOpen && nowMs - this.#liveMs < TIP_SILENT_MS_MAX;
  }

  /** This chunk may be acknowledged when live ink allows it. */
  wait(packetId: number, nowMs: number): void {
    this.#waiting = { packetId, untilMs: nowMs + YIELD_MS_MAX };
  }

  /** The chunk whose time has come, null: none. It waits no longer. */
  takeDue(isWriting: boolean, nowMs: number): number | null {
    const waiting = this.#waiting;
    if (waiting === null || (isWriting && nowMs < waiting.untilMs)) return null;
    this.#waiting = null;
    return waiting.packetId;
  }
}
