import { randomUUID } from "node:crypto";
import { mkdir, open, rm } from "node:fs/promises";
import path from "node:path";
import { Fault } from "./fault.ts";

/** Rows of one INSERT, as they came. */
export const ROWS_BYTES_MAX = 4 * 1024 ** 3;
/** Bytes that are written at once. */
const WRITE_BYTES = 1024 ** 2;

/**
 * Rows on their way into the engine, a file each. The engine takes text beside a statement only, and all of it in memory;
 * from a file it reads any format and compression, and as much as there is.
 */
export class Spool {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Whatever an earlier process left there belongs to statements that nobody waits for any more. */
  static async open(folder: string): Promise<Spool> {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return new Spool(folder);
  }

  /** Runs the task with the file that holds the rows. @throws Fault */
  async with<T>(first: Buffer, rest: AsyncIterable<Buffer>, task: (file: string, bytes: number) => Promise<T>): Promise<T> {
    const file = path.join(this.#folder, randomUUID());
    try {
      const bytes = await fill(file, first, rest);
      return await task(file, bytes);
    } finally {
      await rm(file, { force: true });
    }
  }
}

async function fill(file: string, first: Buffer, rest: AsyncIterable<Buffer>): Promise<number> {
  const out = await open(file, "wx", 0o600);
  try {
    let waiting: Buffer[] = first.length > 0 ? [first] : [];
    let waitingBytes = first.length;
    let bytes = first.length;
    const write = async (): Promise<void> => {
      if (waitingBytes === 0) return;
      await out.writev(waiting);
      waiting = [];
      waitingBytes = 0;
    };
    for await (const chunk of rest) {
      bytes += chunk.length;
      if (bytes > ROWS_BYTES_MAX) {
        throw new Fault(229, "QUERY_IS_TOO_LARGE", `The rows of one INSERT may have ${ROWS_BYTES_MAX} bytes: send it in parts`);
      }
      waiting.push(chunk);
      waitingBytes += chunk.length;
      if (waitingBytes >= WRITE_BYTES) await write();
    }
    await write();
    return bytes;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code !== "ENOSPC" && code !== "EDQUOT") throw error;
    throw new Fault(243, "NOT_ENOUGH_SPACE", "There is no space left on the disk of the history", { cause: error });
  } finally {
    await out.close();
  }
}
