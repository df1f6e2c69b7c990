import { DOT_STRIDE, type PageAddress } from "@penlight/proto";
import { encodeMemoryChunk, type MemoryStroke, memoryStrokeBytes } from "@penlight/proto/pen";

export type StoredStroke = Omit<MemoryStroke, "badDots">;

export interface NoteAddress {
  readonly section: number;
  readonly owner: number;
  readonly note: number;
}

/** Strokes that a chunk holds at most; about 8 were seen from real pens (NeoLAB protocol 2.x). */
const CHUNK_STROKES_MAX = 8;
const CHUNK_BYTES_MAX = 16 * 1024;
/** Lists are cut here from protocol 2.15 on. */
export const NOTES_LISTED_MAX = 64;
export const PAGES_LISTED_MAX = 128;

interface Transfer {
  readonly note: NoteAddress;
  readonly chunks: readonly (readonly StoredStroke[])[];
  readonly compress: boolean;
  readonly deletes: boolean;
  /** Chunk that waits for its acknowledgement. */
  at: number;
}

/** Ink that a pen kept while nobody heard it, and its transfer. Newest last; when it is full it keeps what it has. */
export class PenMemory {
  readonly #strokesMax: number;
  #strokes: StoredStroke[] = [];
  #transfer: Transfer | null = null;
  /** Strokes that did not fit. */
  refused = 0;

  constructor(strokesMax: number) {
    this.#strokesMax = strokesMax;
  }

  get strokes(): readonly StoredStroke[] {
    return this.#strokes;
  }

  get isTransferring(): boolean {
    return this.#transfer !== null;
  }

  get usedPercent(): number {
    return Math.floor((100 * this.#strokes.length) / this.#strokesMax);
  }

  store(stroke: StoredStroke): void {
    if (this.#strokes.length < this.#strokesMax) this.#strokes.push(stroke);
    else this.refused++;
  }

  wipe(): void {
    this.#strokes = [];
    this.#transfer = null;
  }

  stopTransfer(): void {
    this.#transfer = null;
  }

  notes(of: Pick<NoteAddress, "section" | "owner"> | null): NoteAddress[] {
    const found = new Map<string, NoteAddress>();
    for (const { page } of this.#strokes) {
      if (of !== null && (page.section !== of.section || page.owner !== of.owner)) continue;
      const { section, owner, note } = page;
      found.set(`${section}.${owner}.${note}`, { section, owner, note });
    }
    return [...found.values()].slice(0, NOTES_LISTED_MAX);
  }

  pages(note: NoteAddress): number[] {
    const found = new Set(this.#strokes.filter((stroke) => isOf(stroke.page, note)).map((stroke) => stroke.page.page));
    return [...found].slice(0, PAGES_LISTED_MAX);
  }

  /** Begins to hand over a note; the first chunk is {@link chunk}. */
  startTransfer(note: NoteAddress, pages: readonly number[], compress: boolean, deletes: boolean) {
    const strokes = this.#strokes.filter(
      (stroke) => isOf(stroke.page, note) && (pages.length === 0 || pages.includes(stroke.page.page)),
    );
    const bytes = strokes.reduce((sum, stroke) => sum + memoryStrokeBytes(stroke.dots.length / DOT_STRIDE), 0);
    this.#transfer = strokes.length === 0 ? null : { note, chunks: chunksOf(strokes), compress, deletes, at: 0 };
    return { strokes: strokes.length, bytes };
  }

  /** The frame of the chunk that waits to be acknowledged; null when there is none. */
  chunk(): Uint8Array | null {
    const transfer = this.#transfer;
    const strokes = transfer?.chunks[transfer.at];
    if (transfer === null || strokes === undefined) return null;
    const last = transfer.at === transfer.chunks.length - 1;
    return encodeMemoryChunk({
      ...transfer.note,
      packetId: transfer.at,
      compressed: transfer.compress,
      position: last ? "last" : transfer.at === 0 ? "first" : "middle",
      strokes,
    });
  }

  /** The host's answer to a chunk; the next frame to send, or null. An answer with another id is ignored. */
  acknowledge(packetId: number, stored: boolean, more: boolean): Uint8Array | null {
    const transfer = this.#transfer;
    if (transfer === null || packetId !== transfer.at) return null;
    if (!stored) return this.chunk();
    transfer.at++;
    if (transfer.at === transfer.chunks.length) {
      this.#transfer = null;
      if (transfer.deletes) this.#remove(new Set(transfer.chunks.flat()));
      return null;
    }
    if (!more) this.#transfer = null;
    return this.chunk();
  }

  /** Forgets the notes of an owner; answers the notes that it had. */
  deleteNotes(of: Pick<NoteAddress, "section" | "owner">, notes: readonly number[]): number[] {
    return notes.filter((note) => this.#removeWhere((page) => isOf(page, { ...of, note })));
  }

  deletePages(of: NoteAddress, pages: readonly number[]): number[] {
    return pages.filter((number) => this.#removeWhere((page) => isOf(page, of) && page.page === number));
  }

  #removeWhere(matches: (page: PageAddress) => boolean): boolean {
    const gone = new Set(this.#strokes.filter((stroke) => matches(stroke.page)));
    this.#remove(gone);
    return gone.size > 0;
  }

  #remove(gone: ReadonlySet<StoredStroke>): void {
    this.#strokes = this.#strokes.filter((stroke) => !gone.has(stroke));
  }
}

function isOf(page: PageAddress, note: NoteAddress): boolean {
  return page.note === note.note && page.owner === note.owner && page.section === note.section;
}

function chunksOf(strokes: readonly StoredStroke[]): StoredStroke[][] {
  const chunks: StoredStroke[][] = [];
  let chunk: StoredStroke[] = [];
  let bytes = 0;
  for (const stroke of strokes) {
    const size = memoryStrokeBytes(stroke.dots.length / DOT_STRIDE);
    if (chunk.length === CHUNK_STROKES_MAX || (chunk.length > 0 && bytes + size > CHUNK_BYTES_MAX)) {
      chunks.push(chunk);
      chunk = [];
      bytes = 0;
    }
    chunk.push(stroke);
    bytes += size;
  }
  if (chunk.length > 0) chunks.push(chunk);
  return chunks;
}
