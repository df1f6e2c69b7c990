import path from "node:path";
import { LogError, type TopicName, type TopicSpec } from "@penlight/proto";
import { COMMITS_TOPIC, decodeFrame, firstOffset, readFrame } from "./frame.ts";
import { JOURNAL_HEADER_BYTES, Journal, type JournalHeader, readJournalHeader } from "./journal.ts";
import { type LogFiles, logErrorOf } from "./log-files.ts";
import { emptyManifest, MANIFEST_FILE, type Manifest, readManifest, writeManifest } from "./manifest.ts";
import { SealedFile } from "./sealed-file.ts";
import { StoredPartition } from "./stored-partition.ts";

export type TopicTable = Readonly<Record<TopicName, TopicSpec>>;

/** An open folder: everything that the log knows about its files. Its owner changes it; nothing here runs by itself. */
export class LogFolder {
  readonly files: LogFiles;
  readonly path: string;
  readonly topics: TopicTable;
  manifest: Manifest;
  /** Oldest first; the last one is written to. Empty before the first write to a fresh folder. */
  readonly journals: Journal[] = [];
  readonly spares: string[] = [];
  readonly committed = new Map<string, number>();
  lastTimestampMs: number;
  readonly #partitions = new Map<string, StoredPartition>();

  constructor(options: { files: LogFiles; path: string; topics: TopicTable; manifest: Manifest }) {
    this.files = options.files;
    this.path = options.path;
    this.topics = options.topics;
    this.manifest = options.manifest;
    this.lastTimestampMs = options.manifest.lastTimestampMs;
    for (const [key, offset] of Object.entries(options.manifest.committed)) this.committed.set(key, offset);
  }

  partition(topic: TopicName, partition: number): StoredPartition {
    const name = `${topic}/${partition}`;
    let found = this.#partitions.get(name);
    if (found === undefined) {
      found = new StoredPartition(topic, partition);
      this.#partitions.set(name, found);
    }
    return found;
  }

  get partitions(): Iterable<StoredPartition> {
    return this.#partitions.values();
  }

  topicNumber(topic: TopicName): number {
    return this.manifest.topics.indexOf(topic);
  }
}

/**
 * Reads the state of a folder: the manifest, then the journals that it does not cover. The time this takes depends on
 * what is not sealed yet (two or three journals at most), not on how much the folder holds. LOG-11.
 */
export async function readFolder(options: {
  readonly files: LogFiles;
  readonly folder: string;
  readonly topics: TopicTable;
  readonly nowMs: number;
  /** "read": nothing in the folder is changed; for a look at the folder of a process that died. */
  readonly mode: "write" | "read";
}): Promise<LogFolder> {
  const { files, folder, topics, mode } = options;
  try {
    const names = await files.list(folder);
    let manifest = await readManifest(files, folder);
    const known = manifest?.topics ?? [];
    const fresh = (Object.keys(topics) as TopicName[]).filter((topic) => !known.includes(topic));
    if (manifest === null || fresh.length > 0) {
      manifest = { ...(manifest ?? emptyManifest([])), topics: [...known, ...fresh] };
      if (mode === "write") await writeManifest(files, folder, manifest);
    }
    const state = new LogFolder({ files, path: folder, topics, manifest });
    const sealed = new Set(manifest.sealed.map((entry) => entry.file));
    for (const entry of manifest.sealed) adopt(state, new SealedFile(files, folder, entry));
    const ends = new Map(Object.entries(manifest.ends));
    for (const [name, end] of ends) partitionOfName(state, name).recovered(end);
    await recoverJournals(state, names, options);
    if (mode === "write") {
      const garbage = names.filter(
        (name) => (name.endsWith(".sealed") && !sealed.has(name)) || name === `${MANIFEST_FILE}.new`,
      );
      for (const name of garbage) await files.remove(path.join(folder, name));
    }
    return state;
  } catch (error) {
    throw logErrorOf(error, folder);
  }
}

function adopt(state: LogFolder, file: SealedFile): void {
  for (const part of file.entry.parts) state.partition(file.entry.topic, part.partition).sealed.push(file);
}

function partitionOfName(state: LogFolder, name: string): StoredPartition {
  const slash = name.lastIndexOf("/");
  return state.partition(name.slice(0, slash) as TopicName, Number(name.slice(slash + 1)));
}

async function recoverJournals(
  state: LogFolder,
  names: readonly string[],
  options: { readonly nowMs: number; readonly mode: "write" | "read" },
): Promise<void> {
  const { files, manifest } = state;
  const found: { header: JournalHeader; file: string }[] = [];
  for (const name of names.filter((each) => each.endsWith(".journal"))) {
    const file = path.join(state.path, name);
    const header = await readHeader(files, file);
    if (header !== null && header.number >= manifest.firstJournal) found.push({ header, file });
    else if (options.mode === "write") state.spares.push(file);
  }
  found.sort((a, b) => a.header.number - b.header.number);
  let number = manifest.firstJournal;
  let lastCrc = manifest.previousCrc;
  for (const { header, file } of found) {
    if (header.number !== number || header.previousCrc !== lastCrc) {
      throw new LogError("log.io", `the end of journal ${header.number - 1} is damaged or missing in ${state.path}`);
    }
    const journal = await recoverJournal(state, file, header, options);
    lastCrc = journal.lastCrc;
    number++;
  }
}

async function readHeader(files: LogFiles, path: string): Promise<JournalHeader | null> {
  const file = await files.open(path, "read");
  try {
    const bytes = Buffer.alloc(JOURNAL_HEADER_BYTES);
    await file.read(bytes, 0);
    return readJournalHeader(bytes);
  } finally {
    await file.close();
  }
}

async function recoverJournal(
  state: LogFolder,
  file: string,
  header: JournalHeader,
  options: { readonly nowMs: number; readonly mode: "write" | "read" },
): Promise<Journal> {
  const bytes = Buffer.from((await state.files.readAll(file)) ?? []);
  const handle = await state.files.open(file, options.mode === "write" ? "durable" : "read");
  const journal = new Journal({
    number: header.number,
    path: file,
    file: handle,
    position: JOURNAL_HEADER_BYTES,
    lastCrc: header.crc,
    bornMs: options.nowMs,
  });
  state.journals.push(journal);
  for (;;) {
    const frame = readFrame(bytes, journal.position);
    if (frame === null || frame.previousCrc !== journal.lastCrc) break;
    recoverFrame(state, journal, bytes, frame);
    journal.position += frame.length;
    journal.lastCrc = frame.crc;
  }
  // What is whole may still be in the page cache only: durable is a promise, so it is made true first.
  if (options.mode === "write") await handle.sync();
  return journal;
}

function recoverFrame(
  state: LogFolder,
  journal: Journal,
  bytes: Buffer,
  frame: NonNullable<ReturnType<typeof readFrame>>,
): void {
  const at = journal.position;
  if (frame.topic === COMMITS_TOPIC) {
    const records: Parameters<typeof decodeFrame>[2]["into"] = [];
    decodeFrame(bytes, at, { from: 0, limit: frame.count, into: records });
    for (const { key, offset } of records) state.committed.set(key, Number(offset));
    return;
  }
  const topic = state.manifest.topics[frame.topic];
  if (topic === undefined) throw new LogError("log.io", `${journal.path} has records of an unknown topic`);
  const partition = state.partition(topic, frame.partition);
  const first = firstOffset(bytes, at);
  const next = first + frame.count;
  partition.addFrame(journal, { first, next, position: at, length: frame.length, maxMs: frame.maxTimestampMs });
  partition.recovered(next);
  state.lastTimestampMs = Math.max(state.lastTimestampMs, frame.maxTimestampMs);
}
