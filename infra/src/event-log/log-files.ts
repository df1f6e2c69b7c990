import fs from "node:fs";
import path from "node:path";
import { LogError } from "@penlight/proto";
import { lockFolder } from "./folder-lock.ts";

/**
 * What the embedded log asks of a file system: positioned reads and writes on the thread pool, never on the event loop.
 * A port, so that a test can put a full disk or a torn write behind it.
 */
export interface LogFile {
  /** Fills `into` from `position`; resolves to the bytes read, fewer only at the end of the file. */
  read(into: Uint8Array, position: number): Promise<number>;
  /** Writes all of `bytes`. Of a file opened "durable": resolves when they are on the disk. */
  write(bytes: Uint8Array, position: number): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

export interface LogFiles {
  makeFolder(folder: string): Promise<void>;
  list(folder: string): Promise<string[]>;
  /** "create" and "durable" write, "create" to an emptied file; "durable" synchronises each write. */
  open(file: string, mode: "read" | "create" | "durable"): Promise<LogFile>;
  /** Null when there is none. */
  readAll(file: string): Promise<Uint8Array | null>;
  rename(from: string, to: string): Promise<void>;
  remove(file: string): Promise<void>;
  /** Makes created, renamed and removed names durable. */
  syncFolder(folder: string): Promise<void>;
  /** Holds a folder for this process until released, or until the process dies. @throws LogError "log.locked" */
  lock(folder: string): Promise<FolderLock>;
}

export interface FolderLock {
  release(): Promise<void>;
}

/** Where the platform has O_DSYNC a durable write is one trip to the thread pool, else a write and an fdatasync. */
const DSYNC = process.platform === "linux" ? fs.constants.O_DSYNC : 0;

class NodeFile implements LogFile {
  readonly #fd: number;
  readonly #syncsEachWrite: boolean;

  constructor(fd: number, syncsEachWrite: boolean) {
    this.#fd = fd;
    this.#syncsEachWrite = syncsEachWrite;
  }

  async read(into: Uint8Array, position: number): Promise<number> {
    let done = 0;
    while (done < into.length) {
      const bytes = await new Promise<number>((resolve, reject) =>
        fs.read(this.#fd, into, done, into.length - done, position + done, (error, n) => (error ? reject(error) : resolve(n))),
      );
      if (bytes === 0) break;
      done += bytes;
    }
    return done;
  }

  async write(bytes: Uint8Array, position: number): Promise<void> {
    let done = 0;
    while (done < bytes.length) {
      done += await new Promise<number>((resolve, reject) =>
        fs.write(this.#fd, bytes, done, bytes.length - done, position + done, (error, n) =>
          error ? reject(error) : resolve(n),
        ),
      );
    }
    if (this.#syncsEachWrite) await this.sync();
  }

  sync(): Promise<void> {
    return new Promise((resolve, reject) => fs.fdatasync(this.#fd, (error) => (error ? reject(error) : resolve())));
  }

  close(): Promise<void> {
    return new Promise((resolve, reject) => fs.close(this.#fd, (error) => (error ? reject(error) : resolve())));
  }
}

const { O_RDONLY, O_RDWR, O_CREAT, O_TRUNC } = fs.constants;
const FLAGS = { read: O_RDONLY, create: O_RDWR | O_CREAT | O_TRUNC, durable: O_RDWR | O_CREAT | DSYNC };

export const nodeFiles: LogFiles = {
  makeFolder: async (folder) => void (await fs.promises.mkdir(folder, { recursive: true })),
  list: (folder) => fs.promises.readdir(folder),
  open: (file, mode) =>
    new Promise((resolve, reject) =>
      fs.open(file, FLAGS[mode], 0o640, (error, fd) =>
        error ? reject(error) : resolve(new NodeFile(fd, mode === "durable" && DSYNC === 0)),
      ),
    ),
  readAll: (file) =>
    fs.promises.readFile(file).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return null;
      throw error;
    }),
  rename: (from, to) => fs.promises.rename(from, to),
  remove: (file) => fs.promises.rm(file, { force: true }),
  syncFolder: async (folder) => {
    // Windows cannot open a folder, and needs not: its journal orders names by itself.
    if (process.platform === "win32") return;
    const handle = await fs.promises.open(folder, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
  lock: lockFolder,
};

const FULL = new Set(["ENOSPC", "EDQUOT"]);

/** What went wrong with a file, in the words of the port. */
export function logErrorOf(error: unknown, what: string): LogError {
  if (error instanceof LogError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  const kind = code !== undefined && FULL.has(code) ? "log.full" : "log.io";
  return new LogError(kind, `${what}: ${message}`, { cause: error });
}

/** Writes a small file so that a reader finds the old or the new content, never a mixture, even after a power cut. */
export async function replaceFile(files: LogFiles, file: string, content: Uint8Array): Promise<void> {
  const fresh = `${file}.new`;
  const handle = await files.open(fresh, "create");
  try {
    await handle.write(content, 0);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await files.rename(fresh, file);
  await files.syncFolder(path.dirname(file));
}
