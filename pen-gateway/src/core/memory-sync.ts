import type { HostPacket, PenPacketOf } from "@penlight/proto/pen";
import type { LinkEvent } from "./link-event.ts";

/** A pen that is connected is asked so often whether it has kept ink. */
export const MEMORY_POLL_MS = 20_000;
/** No answer, or no further chunk, for so long: given up until the next poll. Android waits as long. */
export const MEMORY_REPLY_MS_MAX = 20_000;

type Note = Pick<PenPacketOf<"offlineNotes">["notes"][number], "section" | "owner" | "note">;

/**
 * Fetches what a pen kept in its memory while nobody heard it: list of notes, then one note after the other, compressed.
 * The pen may forget a stroke only with the acknowledgement of its chunk, and that is sent once the stroke is durable; so
 * deleting is left to the transfer itself ("delete"): a command of its own could hit ink that came in between. PEN-13.
 */
export class MemorySync {
  readonly #request: (packet: HostPacket) => void;
  #step: "off" | "waiting" | "listing" | "transferring" = "off";
  /** Next poll while waiting, else the deadline. */
  #dueMs = 0;
  #notes: Note[] = [];
  /** The chunk that ends the transfer; null while it has not come. */
  #lastChunk: number | null = null;
  #fetched = false;

  constructor(request: (packet: HostPacket) => void) {
    this.#request = request;
  }

  /** The link is new or gone. */
  reset(): void {
    this.#step = "off";
    this.#notes = [];
  }

  take(event: LinkEvent, nowMs: number): void {
    switch (event.kind) {
      case "ready":
        this.#list(nowMs);
        break;
      case "memory-chunk":
        if (this.#step !== "transferring") break;
        this.#dueMs = nowMs + MEMORY_REPLY_MS_MAX;
        this.#fetched = true;
        if (event.chunk.position === "last") this.#lastChunk = event.chunk.packetId;
        break;
      case "memory-refused":
        this.#dueMs = nowMs + MEMORY_REPLY_MS_MAX;
        break;
      case "memory-abandoned":
        if (this.#step === "transferring") this.#next(nowMs);
        break;
      case "reply":
        this.#takeReply(event.packet, nowMs);
    }
  }

  /** The strokes of a chunk are durable and the pen was told so. */
  stored(packetId: number, nowMs: number): void {
    if (this.#step === "transferring" && packetId === this.#lastChunk) this.#next(nowMs);
  }

  /** @param writing the tip is down: then nothing new is begun, for one poll; a pen-up that was lost looks the same. */
  tick(nowMs: number, writing: boolean): void {
    if (this.#step === "off" || nowMs < this.#dueMs) return;
    if (this.#step !== "waiting") this.#wait(nowMs);
    else if (!writing || nowMs >= this.#dueMs + MEMORY_POLL_MS) this.#list(nowMs);
  }

  #takeReply(packet: Extract<LinkEvent, { readonly kind: "reply" }>["packet"], nowMs: number): void {
    if (packet.kind === "offlineNotes" && this.#step === "listing") {
      this.#notes = [...packet.notes];
      this.#fetched = false;
      this.#next(nowMs);
    } else if (packet.kind === "offlineStart" && this.#step === "transferring") {
      if (packet.strokes === 0) this.#next(nowMs);
    } else if (packet.kind === "refused" && (packet.of === "offlineNotes" || packet.of === "offlineStart")) {
      if (this.#step === "transferring") this.#next(nowMs);
      else if (this.#step === "listing") this.#wait(nowMs);
    }
  }

  #list(nowMs: number): void {
    this.#step = "listing";
    this.#dueMs = nowMs + MEMORY_REPLY_MS_MAX;
    this.#request({ kind: "offlineNoteListAll" });
  }

  /** The next note; after the last one the list again, since it may have been cut or have grown. */
  #next(nowMs: number): void {
    this.#lastChunk = null;
    const note = this.#notes.shift();
    if (note === undefined) {
      if (this.#fetched) this.#list(nowMs);
      else this.#wait(nowMs);
      return;
    }
    this.#step = "transferring";
    this.#dueMs = nowMs + MEMORY_REPLY_MS_MAX;
    const { section, owner, note: number } = note;
    this.#request({ kind: "offlineData", mode: "delete", compress: true, section, owner, note: number, pages: [] });
  }

  #wait(nowMs: number): void {
    this.#step = "waiting";
    this.#dueMs = nowMs + MEMORY_POLL_MS;
    this.#notes = [];
  }
}
