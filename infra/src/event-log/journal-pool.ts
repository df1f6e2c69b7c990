import path from "node:path";
import type { Journal } from "./journal.ts";
import type { LogLimits } from "./limits.ts";
import type { LogFile } from "./log-files.ts";
import type { LogFolder } from "./log-folder.ts";

const ZEROS = new Uint8Array(2 ** 18);

/** Journal files of full size, made before they are needed and used again afterwards. */
export class JournalPool {
  readonly #folder: LogFolder;
  readonly #limits: LogLimits;
  #preparing: Promise<void> | null = null;

  constructor(folder: LogFolder, limits: LogLimits) {
    this.#folder = folder;
    this.#limits = limits;
  }

  /** Called as the current journal fills: makes the next one in the background once it is half full. */
  prepare(position: number): void {
    if (position >= this.#limits.journalBytes / 2) this.#prepare();
  }

  /** Before the first append, in a folder that has no journal: makes one now. */
  async ready(): Promise<void> {
    if (this.#folder.journals.length > 0) return;
    this.#prepare();
    await this.#preparing;
  }

  #prepare(): void {
    if (this.#folder.spares.length > 0 || this.#preparing !== null) return;
    this.#preparing = this.#allocate()
      .then((file) => void this.#folder.spares.push(file))
      // Not yet needed: whoever needs it tries again and reports.
      .catch(() => undefined)
      .finally(() => {
        this.#preparing = null;
      });
  }

  /** A file to write, from the spares or fresh. */
  async take(): Promise<{ readonly path: string; readonly file: LogFile }> {
    await this.#preparing;
    const file = this.#folder.spares.pop() ?? (await this.#allocate());
    return { path: file, file: await this.#folder.files.open(file, "durable") };
  }

  /** Its records are sealed: to be used again, or removed where there are enough. */
  async giveBack(journal: Journal): Promise<void> {
    await journal.unread();
    await journal.file.close();
    if (this.#folder.spares.length < this.#limits.spareJournals) this.#folder.spares.push(journal.path);
    else await this.#folder.files.remove(journal.path);
  }

  async settled(): Promise<void> {
    await this.#preparing;
  }

  async #allocate(): Promise<string> {
    const { files, path: folder } = this.#folder;
    const file = path.join(folder, `${await this.#freeName()}.journal`);
    try {
      const handle = await files.open(file, "create");
      try {
        for (let at = 0; at < this.#limits.journalBytes; at += ZEROS.length) {
          await handle.write(ZEROS.subarray(0, Math.min(ZEROS.length, this.#limits.journalBytes - at)), at);
          // Piece by piece: a single sync of everything would stand in the way of the journal that is being written.
          await handle.sync();
        }
      } finally {
        await handle.close();
      }
      await files.syncFolder(folder);
      return file;
    } catch (error) {
      await files.remove(file).catch(() => undefined);
      throw error;
    }
  }

  async #freeName(): Promise<string> {
    const taken = new Set(await this.#folder.files.list(this.#folder.path));
    let n = 0;
    while (taken.has(`${String(n).padStart(4, "0")}.journal`)) n++;
    return String(n).padStart(4, "0");
  }
}
