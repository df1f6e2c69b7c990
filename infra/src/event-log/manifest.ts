import path from "node:path";
import { LogError, type TopicName } from "@penlight/proto";
import { type LogFiles, replaceFile } from "./log-files.ts";
import type { SealedEntry } from "./sealed-file.ts";

/** The state of a folder up to its first journal that is still needed. Replaced as a whole, never edited. */
export interface Manifest {
  readonly format: 1;
  /** Topics by their number in frames. Only ever grows. */
  readonly topics: readonly TopicName[];
  /** Journals with a smaller number are spare: their records are in sealed files. */
  readonly firstJournal: number;
  /** crc of the last frame of the journal before `firstJournal`; 0 for the first. */
  readonly previousCrc: number;
  readonly lastTimestampMs: number;
  /** `group/topic/partition` -> committed offset; `group/topic/partition/owner` -> generation of its last owner. LOG-13. */
  readonly committed: Readonly<Record<string, number>>;
  /** `topic/partition` -> one past its last sealed offset, also where retention left no file. */
  readonly ends: Readonly<Record<string, number>>;
  /** Oldest first. */
  readonly sealed: readonly SealedEntry[];
}

export const MANIFEST_FILE = "manifest.json";

export function emptyManifest(topics: readonly TopicName[]): Manifest {
  return { format: 1, topics, firstJournal: 1, previousCrc: 0, lastTimestampMs: 0, committed: {}, ends: {}, sealed: [] };
}

/** Null in a folder that has none yet. @throws LogError when it is there and cannot be understood. */
export async function readManifest(files: LogFiles, folder: string): Promise<Manifest | null> {
  const file = path.join(folder, MANIFEST_FILE);
  const bytes = await files.readAll(file);
  if (bytes === null) return null;
  let parsed: Manifest;
  try {
    parsed = JSON.parse(new TextDecoder().decode(bytes)) as Manifest;
  } catch (cause) {
    throw new LogError("log.io", `${file} is damaged`, { cause });
  }
  if (parsed.format !== 1) throw new LogError("log.io", `${file} was written by another version of Penlight`);
  return parsed;
}

export async function writeManifest(files: LogFiles, folder: string, manifest: Manifest): Promise<void> {
  await replaceFile(files, path.join(folder, MANIFEST_FILE), Buffer.from(JSON.stringify(manifest)));
}
