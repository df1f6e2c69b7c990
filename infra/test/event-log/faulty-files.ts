import fs from "node:fs";
import { type LogFile, type LogFiles, nodeFiles } from "../../src/event-log/log-files.ts";

/** A change of the disk, as a test may refuse it. */
export interface DiskChange {
  readonly kind: "write" | "sync" | "rename" | "remove" | "syncFolder" | "create";
  readonly file: string;
  readonly bytes: number;
}

/** What becomes of a change: it happens; it fails with this code after a part of its bytes is written. */
export type DiskFault = null | { readonly code: "ENOSPC" | "EIO"; readonly writtenShare: number };

export function diskError(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: a test's disk`), { code });
}

/**
 * The real files with faults before them. `powerCut` ends it: nothing changes any more, and what was not synced is
 * taken back as far as a file system may: content of files that grew, and names.
 */
export class FaultyFiles implements LogFiles {
  readonly #decide: (change: DiskChange) => DiskFault;
  readonly #unsynced = new Map<string, number>();
  #renames: { readonly to: string; readonly before: Uint8Array | null }[] = [];
  #cut = false;

  constructor(decide: (change: DiskChange) => DiskFault) {
    this.#decide = decide;
  }

  powerCut(): void {
    if (this.#cut) return;
    this.#cut = true;
    for (const [file, synced] of this.#unsynced) {
      if (fs.existsSync(file)) fs.truncateSync(file, Math.min(synced, fs.statSync(file).size));
    }
    for (const { to, before } of this.#renames.reverse()) {
      if (before === null) fs.rmSync(to, { force: true });
      else fs.writeFileSync(to, before);
    }
  }

  async #change(change: DiskChange, partly?: (share: number) => Promise<void>): Promise<void> {
    if (this.#cut) throw diskError("EIO");
    const fault = this.#decide(change);
    if (this.#cut) throw diskError("EIO");
    if (fault === null) return;
    if (partly !== undefined && fault.writtenShare > 0) await partly(fault.writtenShare);
    throw diskError(fault.code);
  }

  async open(file: string, mode: "read" | "create" | "durable"): Promise<LogFile> {
    if (mode === "create") await this.#change({ kind: "create", file, bytes: 0 });
    const real = await nodeFiles.open(file, mode);
    if (mode === "create") this.#unsynced.set(file, 0);
    return {
      read: (into, position) => real.read(into, position),
      write: async (bytes, position) => {
        await this.#change({ kind: "write", file, bytes: bytes.length }, (share) =>
          real.write(bytes.subarray(0, Math.floor(bytes.length * share)), position),
        );
        await real.write(bytes, position);
      },
      sync: async () => {
        await this.#change({ kind: "sync", file, bytes: 0 });
        await real.sync();
        if (!this.#cut) this.#unsynced.delete(file);
      },
      close: () => real.close(),
    };
  }

  async rename(from: string, to: string): Promise<void> {
    await this.#change({ kind: "rename", file: to, bytes: 0 });
    this.#renames.push({ to, before: await nodeFiles.readAll(to) });
    await nodeFiles.rename(from, to);
  }

  async remove(file: string): Promise<void> {
    await this.#change({ kind: "remove", file, bytes: 0 });
    await nodeFiles.remove(file);
  }

  async syncFolder(folder: string): Promise<void> {
    await this.#change({ kind: "syncFolder", file: folder, bytes: 0 });
    await nodeFiles.syncFolder(folder);
    this.#renames = [];
  }

  makeFolder = nodeFiles.makeFolder;
  list = nodeFiles.list;
  readAll = nodeFiles.readAll;
  lock = nodeFiles.lock;
}
