import { statSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import type { PenClockNote, PenFamily, PenNotes, PenSettings } from "@penlight/pen-gateway";
import type { Clock, PenId } from "@penlight/proto";
import { NO_PEN_FILE, type PenFile, readPenFile } from "./config/pen-file.ts";
import { NoteFile } from "./note-file.ts";

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
 * Pen notes on the disk of the gateway's machine: clocks and passwords that were set, in a file a room each, replaced as a
 * whole and nobody else's to read; the school's own file is only read. Notes that cannot be read are forgotten: all it can
 * cost is the time of ink from before a clock was set, and that a person has to give a password again. PEN-10, PEN-11.
 * @throws ConfigError the school's file is not right
 */
export async function openPenNotes(options: PenNotesOptions): Promise<PenNotes> {
  const { directory, room, file } = options;
  await mkdir(directory, { recursive: true });
  const school = file === null ? NO_PEN_FILE : readPenFile(file, OPTION);
  const clocks = await NoteFile.open<PenClockNote>(path.join(directory, `pen-clocks-${room}.json`));
  const passwords = await NoteFile.open<KeptPassword>(path.join(directory, `pen-passwords-${room}.json`));
  return new StoredPenNotes(options, clocks, passwords, school);
}

/** A password that was set by a person's order. */
interface KeptPassword {
  /** Null: the pen has none. */
  readonly password: string | null;
  /** When the school's file was changed last at that time: a later word of it about the pen counts. */
  readonly fileMs: number;
}

class StoredPenNotes implements PenNotes {
  readonly #options: PenNotesOptions;
  readonly #clocks: NoteFile<PenClockNote>;
  readonly #passwords: NoteFile<KeptPassword>;
  #school: PenFile;
  #changedMs: number;
  #lookedMs = 0;

  constructor(options: PenNotesOptions, clocks: NoteFile<PenClockNote>, passwords: NoteFile<KeptPassword>, school: PenFile) {
    this.#options = options;
    this.#clocks = clocks;
    this.#passwords = passwords;
    this.#school = school;
    this.#changedMs = changeOf(options.file);
  }

  passwordOf(pen: PenId): string | null {
    this.#look();
    const ofSchool = this.#school.passwords.get(pen);
    const kept = this.#passwords.get(pen);
    if (kept !== undefined && (ofSchool === undefined || kept.fileMs === this.#changedMs)) return kept.password;
    return ofSchool?.reveal() ?? null;
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
    return this.#clocks.keep(pen, note);
  }

  keepPassword(pen: PenId, password: string | null): Promise<void> {
    return this.#passwords.keep(pen, { password, fileMs: this.#changedMs });
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
