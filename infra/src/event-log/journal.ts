import zlib from "node:zlib";
import type { LogFile } from "./log-files.ts";

/*
  Journal => "PENLOG01" number previousCrc crc reserved *Frame        (little-endian)
    number      => FLOAT64   1 for the first journal of a folder, then one more each
    previousCrc => UINT32    crc of the last frame of the journal before it
    crc         => UINT32    CRC-32 of everything before it
  A journal has its full size from the start and is used again when its records are in sealed files, so that a write
  changes no metadata of the file system: half the time of a write that lets a file grow.
*/
export const JOURNAL_HEADER_BYTES = 32;
const MAGIC = Buffer.from("PENLOG01", "latin1");

export interface JournalHeader {
  readonly number: number;
  readonly previousCrc: number;
  readonly crc: number;
}

export function encodeJournalHeader(number: number, previousCrc: number): { readonly bytes: Buffer; readonly crc: number } {
  const bytes = Buffer.alloc(JOURNAL_HEADER_BYTES);
  MAGIC.copy(bytes);
  bytes.writeDoubleLE(number, 8);
  bytes.writeUInt32LE(previousCrc, 16);
  const crc = zlib.crc32(bytes.subarray(0, 20));
  bytes.writeUInt32LE(crc, 20);
  return { bytes, crc };
}

/** Null when this is not (any more) a journal. */
export function readJournalHeader(bytes: Buffer): JournalHeader | null {
  if (bytes.length < JOURNAL_HEADER_BYTES || !bytes.subarray(0, 8).equals(MAGIC)) return null;
  const crc = bytes.readUInt32LE(20);
  if (zlib.crc32(bytes.subarray(0, 20)) !== crc) return null;
  return { number: bytes.readDoubleLE(8), previousCrc: bytes.readUInt32LE(16), crc };
}

/** A journal file that is in use. */
export class Journal {
  readonly number: number;
  readonly path: string;
  readonly file: LogFile;
  /** Where the next frame goes. */
  position: number;
  /** crc of the last frame, or of the header. */
  lastCrc: number;
  /** Clock time of its first frame, ms: a journal is sealed by age too, so that retention reaches a quiet one. */
  readonly bornMs: number;
  #readers = 0;
  #release: (() => void) | null = null;

  constructor(options: {
    readonly number: number;
    readonly path: string;
    readonly file: LogFile;
    readonly position: number;
    readonly lastCrc: number;
    readonly bornMs: number;
  }) {
    this.number = options.number;
    this.path = options.path;
    this.file = options.file;
    this.position = options.position;
    this.lastCrc = options.lastCrc;
    this.bornMs = options.bornMs;
  }

  async read(into: Uint8Array, position: number): Promise<number> {
    this.#readers++;
    try {
      return await this.file.read(into, position);
    } finally {
      this.#readers--;
      if (this.#readers === 0) this.#release?.();
    }
  }

  /** Resolves when nobody reads it: only then may it be written anew. */
  unread(): Promise<void> {
    if (this.#readers === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#release = resolve;
    });
  }
}
