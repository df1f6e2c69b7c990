import type { RadioPen } from "@penlight/proto";
import type { LinkEvent } from "./link-event.ts";

/** What the bytes of a pen tell of its way to the gateway. */
export type LinkAir = Omit<RadioPen, "adapter" | "signalDbm">;

/** Drops, delay and what waits in the memory of one pen. Pure. EVT-23. */
export class PenAir {
  #drops = 0;
  #latencyMs: number | null = null;
  /** Of the note that is being fetched; null until the pen has said what it holds. */
  #waitingBytes: number | null = null;

  /** The link is gone. */
  dropped(): void {
    this.#drops++;
  }

  /** @param clockOffsetMs gateway clock minus pen clock, of the quickest delivery that is remembered (PEN-10) */
  note(event: LinkEvent, nowMs: number, clockOffsetMs: number): void {
    if (event.kind === "stroke-end") {
      if (event.synthetic || clockOffsetMs === 0) return;
      this.#latencyMs = Math.max(this.#latencyMs ?? 0, nowMs - (event.upMs + clockOffsetMs));
    } else if (event.kind === "memory-chunk") {
      if (event.chunk.position === "last") this.#waitingBytes = 0;
    } else if (event.kind === "reply") {
      if (event.packet.kind === "offlineStart") this.#waitingBytes = event.packet.bytes;
      else if (event.packet.kind === "offlineNotes" && event.packet.notes.length === 0) this.#waitingBytes = 0;
    }
  }

  /** The latency begins anew with each call. */
  take(): Pick<LinkAir, "drops" | "latencyMs" | "waitingBytes"> {
    const latencyMs = this.#latencyMs;
    this.#latencyMs = null;
    return { drops: this.#drops, latencyMs, waitingBytes: this.#waitingBytes };
  }
}
