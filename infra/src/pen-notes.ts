import { statSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import type { PenClockNote, PenFamily, PenNotes, PenSettings } from "@penlight/pen-gateway";
import type { Clock, PenId } from "@penlight/proto";
import { NO_PEN_FILE, type PenFile, readPenFile } from "./config/pen-file.ts";
import { nodeFiles, replaceFile } from "./event-log/log-files.ts";

/** The school's file is looked at for a change so often, ms: a person has written down a password. */
const LOOK_MS = 2000;
const OPTION = "--pen-file";

export interface PenNotesOptions {
  /** Where notes are kept. */
  readonly directory: string;
  readonly room: string;
  /** What the school says of its pens; null: nothing. */
  readonly file: string | null;
  readonly clock: Clock;
}

/**
 * Pen notes on the disk of the gateway's machine: clocks in a file a room, replaced as a whole; the school's own file is
 * only read. Clocks that cannot be read are forgotten: all it can cost is the time of ink from before a clock was set. PEN-10.
 * @throws ConfigError the school's file is not right
 */
export async function openPenNotes(options: PenNotesOptions): Promise<PenNotes> {
  const { directory, room, file } = options;
  await mkdir(directory, { recursive: true });
  const store = path.join(directory, `pen-clocks-${room}.json`);
  const school = file === null ? NO_PEN_FILE : readPenFile(file, OPTION);
  return new StoredPenNotes(options, store, await readClocks(store), school);
}

async function readClocks(store: string): Promise<Map<PenId, PenClockNote>> {
  try {
    return new Map(Object.entries(JSON.parse(await readFile(store, "utf8")) as Record<PenId, PenClockNote>)) as Map<
      PenId,
      PenClockNote
    >;
  } catch {
    return new Map();
  }
}

class StoredPenNotes implements PenNotes {
  readonly #options: PenNotesOptions;
  readonly #store: string;
  readonly #clocks: Map<PenId, PenClockNote>;
  #school: PenFile;
  #changedMs: number;
  #lookedMs = 0;
  #writing: Promise<void> = Promise.resolve();
  /** The write that waits behind the one under way: it takes along whatever is noted by then. */
  #next: Promise<void> | null = null;

  constructor(options: PenNotesOptions, store: string, clocks: Map<PenId, PenClockNote>, school: PenFile) {
    this.#options = options;
    this.#store = store;
    this.#clocks = clocks;
    this.#school = school;
    this.#changedMs = changeOf(options.file);
  }

  passwordOf(pen: PenId): string | null {
    this.#look();
    return this.#school.passwords.get(pen)?.reveal() ?? null;
  }

  settings(): PenSettings {
    this.#look();
    return this.#school.settings;
  }

  familyOf(pen: PenId): PenFamily {
    return this.#school.wacom.has(pen) ? "wacom" : "neolab";
  }

  clockOf(pen: PenId): PenClockNote | null {
    return this.#clocks.get(pen) ?? null;
  }

  keepClock(pen: PenId, note: PenClockNote): Promise<void> {
    this.#clocks.set(pen, note);
    this.#next ??= this.#writing
      .catch(() => {})
      .then(() => {
        this.#next = null;
        this.#writing = replaceFile(nodeFiles, this.#store, Buffer.from(JSON.stringify(Object.fromEntries(this.#clocks))));
        return this.#writing;
      });
    return this.#next;
  }

  /** A file that is not right any more changes nothing: a lesson goes on with what was there. */
  #look(): void {
    const { file, clock } = this.#options;
    const nowMs = clock.nowMs();
    if (file === null || nowMs < this.#lookedMs + LOOK_MS) return;
    this.#lookedMs = nowMs;
    const changedMs = changeOf(file);
    if (changedMs === this.#changedMs) return;
    this.#changedMs = changedMs;
    try {
      this.#school = readPenFile(file, OPTION);
    } catch {
      // Half written, perhaps: the next change is looked at again.
    }
  }
}

/** When a file was written, ms; 0: it is not there. */
function changeOf(file: string | null): number {
  return file === null ? 0 : (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0);
}
