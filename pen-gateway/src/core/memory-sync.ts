import type { HostPacket, PenPacketOf } from "@penlight/proto/pen";
import type { LinkEvent } from "./link-event.ts";

/** A pen that is connected is asked so often whether it has kept ink. */
export const MEMORY_POLL_MS = 20_000;
/** No answer, or no further chunk, for so long: given up until the next poll. Android waits as long. */
export const MEMORY_REPLY_MS_MAX = 20_000;
/** A list of pages that does not come is done without after this, ms. */
export const PAGES_REPLY_MS_MAX = 4000;

type Note = Pick<PenPacketOf<"offlineNotes">["notes"][number], "section" | "owner" | "note">;
type Reply = Extract<LinkEvent, { readonly kind: "reply" }>["packet"];

/** What is fetched at a time: a page of a note, or, from pens that list no pages, all of it. */
interface Errand extends Note {
  readonly pages: readonly number[];
}

/**
 * Fetches what a pen kept in its memory while nobody heard it: list of notes, of their pages, then one page after the other,
 * compressed. A link that is lost costs the page that was under way, no more. The pen may forget a stroke only with the
 * acknowledgement of its chunk, and that is sent once the stroke is durable; so deleting is left to the transfer itself
 * ("delete"), which deletes what it has transferred: a command of its own would hit ink that came in between. PEN-13.
 */
export class MemorySync {
  readonly #request: (packet: HostPacket) => void;
  readonly #short: (strokes: number) => void;
  #step: "off" | "waiting" | "listing" | "paging" | "transferring" = "off";
  /** Next poll while waiting, else the deadline. */
  #dueMs = 0;
  #notes: Note[] = [];
  #errands: Errand[] = [];
  /** This pen lists no pages. */
  #pageless = false;
  /** The chunk that ends the transfer; null while it has not come. */
  #lastChunk: number | null = null;
  #fetched = false;
  /** Strokes of the transfer that the pen has announced and that have not come. */
  #missing = 0;

  /** @param short a transfer has ended, and so many strokes of it that the pen had announced never came */
  constructor(request: (packet: HostPacket) => void, short: (strokes: number) => void) {
    this.#request = request;
    this.#short = short;
  }

  /** Chunks are expected. */
  get isTransferring(): boolean {
    return this.#step === "transferring";
  }

  /** The link is new or gone. */
  reset(): void {
    this.#step = "off";
    this.#notes = [];
    this.#errands = [];
    this.#pageless = false;
  }

  take(event: LinkEvent, nowMs: number): void {
    switch (event.kind) {
      case "ready":
        this.#list(nowMs);
        break;
      case "memory-chunk":
        this.#takeChunk(event.chunk.packetId, event.chunk.position, event.chunk.strokes.length, nowMs);
        break;
      case "memory-damaged":
        this.#takeChunk(event.packet.packetId, event.packet.position, event.packet.strokes, nowMs);
        break;
      case "memory-abandoned":
        if (this.#step === "transferring") this.#next(nowMs);
        break;
      case "memory-refused":
        this.#dueMs = nowMs + MEMORY_REPLY_MS_MAX;
        break;
      case "reply":
        this.#takeReply(event.packet, nowMs);
    }
  }

  /** The strokes of a chunk are durable and the pen was told so. */
  stored(packetId: number, nowMs: number): void {
    if (this.#step !== "transferring" || packetId !== this.#lastChunk) return;
    if (this.#missing > 0) this.#short(this.#missing);
    this.#next(nowMs);
  }

  /** @param writing the tip is down: then nothing new is begun, for one poll. */
  tick(nowMs: number, writing: boolean): void {
    if (this.#step === "off" || nowMs < this.#dueMs) return;
    if (this.#step === "paging") this.#withoutPages(nowMs);
    else if (this.#step !== "waiting") this.#wait(nowMs);
    else if (!writing || nowMs >= this.#dueMs + MEMORY_POLL_MS) this.#list(nowMs);
  }

  #takeChunk(packetId: number, position: string | number, strokes: number, nowMs: number): void {
    if (this.#step !== "transferring") return;
    this.#dueMs = nowMs + MEMORY_REPLY_MS_MAX;
    this.#fetched = true;
    this.#missing -= strokes;
    if (position === "last") this.#lastChunk = packetId;
  }

  #takeReply(packet: Reply, nowMs: number): void {
    const refused = packet.kind === "refused" ? packet.of : null;
    switch (this.#step) {
      case "listing":
        if (packet.kind === "offlineNotes") {
          this.#notes = [...packet.notes];
          this.#fetched = false;
          this.#next(nowMs);
        } else if (refused === "offlineNotes") this.#wait(nowMs);
        break;
      case "paging":
        if (packet.kind === "offlinePages") this.#takePages(packet, nowMs);
        else if (refused === "offlinePages") this.#withoutPages(nowMs);
        break;
      case "transferring":
        if (packet.kind === "offlineStart") this.#missing = packet.strokes;
        if ((packet.kind === "offlineStart" && packet.strokes === 0) || refused === "offlineStart") this.#next(nowMs);
        break;
    }
  }

  #takePages({ section, owner, note, pages }: PenPacketOf<"offlinePages">, nowMs: number): void {
    const asked = this.#notes[0];
    if (asked === undefined || asked.section !== section || asked.owner !== owner || asked.note !== note) return;
    this.#notes.shift();
    this.#errands = pages.length === 0 ? [{ ...asked, pages }] : pages.map((page) => ({ ...asked, pages: [page] }));
    this.#next(nowMs);
  }

  #list(nowMs: number): void {
    this.#step = "listing";
    this.#dueMs = nowMs + MEMORY_REPLY_MS_MAX;
    this.#request({ kind: "offlineNoteListAll" });
  }

  /** This pen does not say which pages it has: its notes are fetched whole. */
  #withoutPages(nowMs: number): void {
    this.#pageless = true;
    this.#next(nowMs);
  }

  /** The next page, or the next note's pages; after the last one the list again, since it may have been cut or have grown. */
  #next(nowMs: number): void {
    this.#lastChunk = null;
    const errand = this.#errands.shift();
    if (errand !== undefined) {
      this.#fetch(errand, nowMs);
      return;
    }
    const note = this.#notes[0];
    if (note === undefined) {
      if (this.#fetched) this.#list(nowMs);
      else this.#wait(nowMs);
    } else if (this.#pageless) {
      this.#notes.shift();
      this.#fetch({ ...note, pages: [] }, nowMs);
    } else {
      this.#step = "paging";
      this.#dueMs = nowMs + PAGES_REPLY_MS_MAX;
      this.#request({ kind: "offlinePageList", ...addressOf(note) });
    }
  }

  #fetch(errand: Errand, nowMs: number): void {
    this.#step = "transferring";
    this.#dueMs = nowMs + MEMORY_REPLY_MS_MAX;
    this.#missing = 0;
    this.#request({ kind: "offlineData", mode: "delete", compress: true, ...addressOf(errand), pages: [...errand.pages] });
  }

  #wait(nowMs: number): void {
    this.#step = "waiting";
    this.#dueMs = nowMs + MEMORY_POLL_MS;
    this.#notes = [];
    this.#errands = [];
  }
}

function addressOf({ section, owner, note }: Note): Note {
  return { section, owner, note };
}
