import type { HostPacket, PenPacketOf } from "@penlight/proto/pen";
import type { LinkEvent } from "./link-event.ts";

/** A pen that is connected is asked so often whether it has kept ink. */
export const MEMORY_POLL_MS = 20_000;
/** No answer, or no further chunk, for so long: given up until the next poll. Android waits as long. */
export const MEMORY_REPLY_MS_MAX = 20_000;
/** A list of pages that does not come is done without after this, ms. */
export const PAGES_REPLY_MS_MAX = 4000;
/** All that was announced is here, and no chunk said that it is the last: after this the transfer is over, ms. */
export const MORE_MS_MAX = 4000;
/** So often in one connection a page is fetched whole, with as many strokes each time; then the pen does not forget it. */
export const FETCHES_MAX = 3;

type Note = Pick<PenPacketOf<"offlineNotes">["notes"][number], "section" | "owner" | "note">;
type Reply = Extract<LinkEvent, { readonly kind: "reply" }>["packet"];

/** What is fetched at a time: a page of a note, or, from pens that list no pages, all of it. */
interface Errand extends Note {
  readonly pages: readonly number[];
}

export interface MemoryFaults {
  /** A transfer has ended, and so many strokes of it that the pen had announced never came. */
  readonly short: (strokes: number) => void;
  /** The pen offers what it gave and was acknowledged, again and again. */
  readonly kept: () => void;
}

/**
 * Fetches what a pen kept in its memory while nobody heard it: list of notes, of their pages, then one page after the other,
 * compressed. A link that is lost costs the page that was under way, no more. The pen may forget a stroke only with the
 * acknowledgement of its chunk, and that is sent once the stroke is durable; so deleting is left to the transfer itself
 * ("delete"), which deletes what it has transferred: a command of its own would hit ink that came in between. PEN-13.
 */
export class MemorySync {
  readonly #request: (packet: HostPacket) => void;
  readonly #told: MemoryFaults;
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
  /** What is under way, how many strokes the pen has announced of it, and how many of them have not come. */
  #errand: Errand | null = null;
  #announced = 0;
  #missing = 0;
  /** All of it is here and durable, but no chunk said that it is the last. */
  #isOver = false;
  /** What was fetched whole on this connection: with how many strokes, and how often with so many. */
  readonly #whole = new Map<string, { readonly strokes: number; readonly times: number }>();

  constructor(request: (packet: HostPacket) => void, told: MemoryFaults) {
    this.#request = request;
    this.#told = told;
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
    this.#whole.clear();
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
    if (this.#step !== "transferring") return;
    if (packetId === this.#lastChunk) this.#finish(nowMs);
    // Nobody knows what pens say of a chunk that is the only one.
    else if (this.#isWhole) {
      this.#isOver = true;
      this.#dueMs = nowMs + MORE_MS_MAX;
    }
  }

  /** @param writing the tip is down: then nothing new is begun, for one poll. */
  tick(nowMs: number, writing: boolean): void {
    if (this.#step === "off" || nowMs < this.#dueMs) return;
    if (this.#step === "paging") this.#withoutPages(nowMs);
    else if (this.#step === "transferring" && this.#isOver) this.#finish(nowMs);
    else if (this.#step !== "waiting") this.#wait(nowMs);
    else if (!writing || nowMs >= this.#dueMs + MEMORY_POLL_MS) this.#list(nowMs);
  }

  #takeChunk(packetId: number, position: string | number, strokes: number, nowMs: number): void {
    if (this.#step !== "transferring") return;
    this.#dueMs = nowMs + MEMORY_REPLY_MS_MAX;
    this.#isOver = false;
    this.#fetched = true;
    this.#missing -= strokes;
    if (position === "last") this.#lastChunk = packetId;
  }

  /** Every stroke that the pen announced has come. */
  get #isWhole(): boolean {
    return this.#announced > 0 && this.#missing === 0;
  }

  #finish(nowMs: number): void {
    if (this.#missing > 0) this.#told.short(this.#missing);
    if (this.#isWhole && this.#errand !== null) this.#note(this.#errand);
    this.#next(nowMs);
  }

  #note(errand: Errand): void {
    const key = keyOf(errand);
    const before = this.#whole.get(key);
    const times = before?.strokes === this.#announced ? before.times + 1 : 1;
    this.#whole.set(key, { strokes: this.#announced, times });
    if (times === FETCHES_MAX) this.#told.kept();
  }

  /** False: the pen has given this often enough on this connection, and offers it still. */
  #forgets(errand: Errand): boolean {
    return (this.#whole.get(keyOf(errand))?.times ?? 0) < FETCHES_MAX;
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
        if (packet.kind === "offlineStart") this.#announced = this.#missing = packet.strokes;
        if ((packet.kind === "offlineStart" && packet.strokes === 0) || refused === "offlineStart") this.#next(nowMs);
        break;
    }
  }

  #takePages({ section, owner, note, pages }: PenPacketOf<"offlinePages">, nowMs: number): void {
    const asked = this.#notes[0];
    if (asked === undefined || asked.section !== section || asked.owner !== owner || asked.note !== note) return;
    this.#notes.shift();
    this.#errands = pages.length === 0 ? [{ ...asked, pages }] : pages.map((page) => ({ ...asked, pages: [page] }));
    this.#errands = this.#errands.filter((errand) => this.#forgets(errand));
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
      const whole = { ...note, pages: [] };
      if (this.#forgets(whole)) this.#fetch(whole, nowMs);
      else this.#next(nowMs);
    } else {
      this.#step = "paging";
      this.#dueMs = nowMs + PAGES_REPLY_MS_MAX;
      this.#request({ kind: "offlinePageList", ...addressOf(note) });
    }
  }

  #fetch(errand: Errand, nowMs: number): void {
    this.#step = "transferring";
    this.#dueMs = nowMs + MEMORY_REPLY_MS_MAX;
    this.#errand = errand;
    this.#announced = 0;
    this.#missing = 0;
    this.#isOver = false;
    this.#request({ kind: "offlineData", mode: "delete", compress: true, ...addressOf(errand), pages: [...errand.pages] });
  }

  #wait(nowMs: number): void {
    this.#step = "waiting";
    this.#dueMs = nowMs + MEMORY_POLL_MS;
    this.#notes = [];
    this.#errands = [];
  }
}

function keyOf({ section, owner, note, pages }: Errand): string {
  return `${section}.${owner}.${note}.${pages.join()}`;
}

function addressOf({ section, owner, note }: Note): Note {
  return { section, owner, note };
}
