import type { PenId } from "@penlight/proto";
import type { PenClockNote } from "./core/pen-clock.ts";
import type { PenBackground, PenFamily, PenSettings } from "./core/pen-settings.ts";

/** Port: what a gateway knows of its pens before it hears them, and what it keeps for its other lives. */
export interface PenNotes {
  /** The password that the pen's owner has stored; null: none. Asked again while the pen is locked. */
  passwordOf(pen: PenId): string | null;
  settings(): PenSettings;
  /** Absent: all are NeoLAB's. */
  familyOf?(pen: PenId): PenFamily;
  clockOf(pen: PenId): PenClockNote | null;
  /** Resolves when the note survives the process and a power cut. */
  keepClock(pen: PenId, note: PenClockNote): Promise<void>;
  /** The pen has another password from now on, null: none; `passwordOf` says so at once. Resolves as `keepClock` does. */
  keepPassword(pen: PenId, password: string | null): Promise<void>;
}

export function backgroundOf(notes: PenNotes, pen: PenId): PenBackground {
  const family = notes.familyOf?.(pen) ?? "neolab";
  return { password: notes.passwordOf(pen), settings: notes.settings(), clock: notes.clockOf(pen), family };
}
