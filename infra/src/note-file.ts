import { open, readFile, rename, rm } from "node:fs/promises";
import path from "node:path";
import type { PenId } from "@penlight/proto";
import { nodeFiles } from "./event-log/log-files.ts";

/** Nobody else on the machine may read it. */
const PRIVATE = 0o600;

/** A note about each pen in one JSON file, replaced as a whole: a reader finds the old or the new one, also after a power cut. */
export class NoteFile<Note> {
  readonly #file: string;
  readonly #notes: Map<PenId, Note>;
  #writing: Promise<void> = Promise.resolve();
  /** The write that waits behind the one under way: it takes along whatever is noted by then. */
  #next: Promise<void> | null = null;

  private constructor(file: string, notes: Map<PenId, Note>) {
    this.#file = file;
    this.#notes = notes;
  }

  /** One that is not there, or cannot be read, is empty. */
  static async open<Note>(file: string): Promise<NoteFile<Note>> {
    try {
      const notes = JSON.parse(await readFile(file, "utf8")) as Record<PenId, Note>;
      return new NoteFile(file, new Map(Object.entries(notes) as [PenId, Note][]));
    } catch {
      return new NoteFile<Note>(file, new Map());
    }
  }

  get(pen: PenId): Note | undefined {
    return this.#notes.get(pen);
  }

  /** `get` says so at once; resolves when it is on disk. */
  keep(pen: PenId, note: Note): Promise<void> {
    this.#notes.set(pen, note);
    this.#next ??= this.#writing
      .catch(() => {})
      .then(() => {
        this.#next = null;
        this.#writing = this.#write();
        return this.#writing;
      });
    return this.#next;
  }

  async #write(): Promise<void> {
    const fresh = `${this.#file}.new`;
    // One that a crash has left behind may have other rights.
    await rm(fresh, { force: true });
    const handle = await open(fresh, "wx", PRIVATE);
    try {
      await handle.writeFile(JSON.stringify(Object.fromEntries(this.#notes)));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(fresh, this.#file);
    await nodeFiles.syncFolder(path.dirname(this.#file));
  }
}
