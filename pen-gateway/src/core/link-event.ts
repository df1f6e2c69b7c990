import type { PageAddress } from "@penlight/proto";
import type { ChunkDamage, MemoryChunk, PenFault, PenPacket, PenPacketOf, Refusal } from "@penlight/proto/pen";
import type { Wish } from "./pen-settings.ts";

/** What the pen counted for a stroke; the legacy family does not say. */
export interface UpCounts {
  readonly count: number;
  readonly dots: number;
  readonly totalImages: number;
  readonly processedImages: number;
  readonly okImages: number;
  readonly sentImages: number;
}

/** What a link makes of a pen's bytes, in order. */
export type LinkEvent =
  /** Handshake done: notes are registered, live ink may come. */
  | { readonly kind: "ready" }
  /** The pen wants a password that only a person may give (`PenLink.unlock`). */
  | { readonly kind: "locked"; readonly usedTries: number; readonly maxTries: number }
  /** A password was to be given, changed or taken away; "unknown": the answer was lost. */
  | { readonly kind: "password-set"; readonly outcome: "done" | "refused" | "unknown" }
  /** The school's settings are with the pen; by its own word it did not take those that are `ignored`. */
  | { readonly kind: "settings"; readonly ignored: readonly Wish[] }
  | { readonly kind: "version"; readonly version: PenPacketOf<"version"> }
  | { readonly kind: "status"; readonly status: PenPacketOf<"status"> }
  | { readonly kind: "low-battery"; readonly percent: number }
  /** The pen is switching off; the link drops right after. */
  | { readonly kind: "power-off"; readonly reason: PenPacketOf<"powerOff">["reason"] }
  /** A pen-down (`synthetic`: its time is reckoned). `downMs` is pen clock. The page follows as its own event. */
  | {
      readonly kind: "stroke-start";
      readonly downMs: number;
      readonly tip: "pen" | "eraser";
      readonly color: number;
      readonly synthetic: boolean;
      readonly count: number | null;
      /** What the pen said, where that is no time: then `downMs` is reckoned. */
      readonly invalidMs?: number;
    }
  /** The open stroke is on this page (or, with no stroke open, the pen is over it). At most one for each stroke. */
  | { readonly kind: "page"; readonly page: PageAddress }
  /** Dots [from, to) of `PenLink.dots`, DOT_STRIDE numbers each, times relative to the open stroke's downMs. */
  | { readonly kind: "dots"; readonly from: number; readonly to: number }
  /** A dot of the open stroke was dropped, as nobody knows its page; its time, ms, has passed all the same. */
  | { readonly kind: "dot-dropped"; readonly dt: number }
  /**
   * `upMs` is pen clock; `synthetic`: the pen-up was not heard, or said no time (`invalidMs`). `dots`: dots of this stroke; 0 is a tap. `lostDots`: dots
   * that the pen made in it and that are not here. `counts`: what the pen said about it, null where it said nothing.
   */
  | {
      readonly kind: "stroke-end";
      readonly upMs: number;
      readonly synthetic: boolean;
      readonly dots: number;
      readonly lostDots: number;
      readonly counts: UpCounts | null;
      readonly invalidMs?: number;
    }
  /** Events [from, to] of the counter were lost. */
  | { readonly kind: "gap"; readonly from: number; readonly to: number; readonly lost: number }
  /** The tip is over the paper; x and y in hundredths of an Ncode unit. */
  | { readonly kind: "hover"; readonly dt: number; readonly x: number; readonly y: number }
  | { readonly kind: "optical-error"; readonly error: PenPacketOf<"opticalError"> | PenPacketOf<"legacyOpticalError"> }
  /** Strokes out of the pen's memory. Say `memoryStored(packetId)` once they are durable: only then is the chunk acknowledged. */
  | { readonly kind: "memory-chunk"; readonly chunk: MemoryChunk }
  /** A chunk was asked for again; `chunk` is what could be read of it. Nothing of it may be stored yet. */
  | { readonly kind: "memory-refused"; readonly packetId: number; readonly chunk: MemoryChunk | null }
  /** A chunk was bad too often, and in another way each time; the transfer has to be asked for anew. */
  | { readonly kind: "memory-abandoned"; readonly packetId: number }
  /** A chunk was bad too often, with the same bytes each time: they are to be kept. Say `memoryStored(packetId)` once they are. */
  | { readonly kind: "memory-damaged"; readonly packet: PenPacketOf<"offlineChunk">; readonly damage: ChunkDamage }
  /** The clock is about to be set: keep `PenLink.clockNote` and say `clockRemembered`. */
  | { readonly kind: "clock-note" }
  /** Every other packet, and every response with an error code. */
  | { readonly kind: "reply"; readonly packet: PenPacket | Refusal }
  | { readonly kind: "fault"; readonly fault: PenFault };

/** The events of one call, in a list that is reused; runs of dots share one event. */
export class EventList {
  readonly events: LinkEvent[] = [];
  readonly #runs: { kind: "dots"; from: number; to: number }[] = [];
  #runsUsed = 0;
  #run: { kind: "dots"; from: number; to: number } | null = null;

  clear(): void {
    this.events.length = 0;
    this.#runsUsed = 0;
    this.#run = null;
  }

  push(event: LinkEvent): void {
    this.events.push(event);
    this.#run = null;
  }

  /** Dot `index` follows; no object is made where the dot before it was the last event. */
  dot(index: number): void {
    if (this.#run !== null) {
      this.#run.to = index + 1;
      return;
    }
    let run = this.#runs[this.#runsUsed];
    if (run === undefined) {
      run = { kind: "dots", from: 0, to: 0 };
      this.#runs.push(run);
    }
    this.#runsUsed++;
    run.from = index;
    run.to = index + 1;
    this.#run = run;
    this.events.push(run);
  }
}
