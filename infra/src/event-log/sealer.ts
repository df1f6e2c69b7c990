import path from "node:path";
import type { Clock, TopicName } from "@penlight/proto";
import type { Journal } from "./journal.ts";
import type { JournalPool } from "./journal-pool.ts";
import { logErrorOf } from "./log-files.ts";
import type { LogFolder } from "./log-folder.ts";
import { type Manifest, writeManifest } from "./manifest.ts";
import type { SealedFile } from "./sealed-file.ts";
import { SealedWriter } from "./sealed-writer.ts";
import type { StoredPartition } from "./stored-partition.ts";

/** A compacted topic is rewritten when this share of its sealed bytes is newer than its last rewriting. */
const DIRTY_SHARE = 0.5;

/**
 * Moves what full journals hold into sealed files, one per topic, and keeps each topic within its retention. In the
 * background, one job at a time, in small steps. The manifest is replaced when the new files are durable and before the
 * old ones go, so that a death at any moment leaves one whole state and perhaps files that nobody names. LOG-10, LOG-11.
 */
export class Sealer {
  readonly #folder: LogFolder;
  readonly #pool: JournalPool;
  readonly #clock: Clock;
  #running: Promise<void> | null = null;
  #again = false;
  #stopped = false;
  #named = 0;
  /** What the last round ended with; null: nothing wrong. */
  failure: Error | null = null;

  constructor(options: { folder: LogFolder; pool: JournalPool; clock: Clock }) {
    this.#folder = options.folder;
    this.#pool = options.pool;
    this.#clock = options.clock;
  }

  /** Does what there is to do; resolves when nothing is left or something failed (which the next round tries again). */
  run(): Promise<void> {
    this.#again = true;
    this.#running ??= this.#rounds();
    return this.#running;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  async #rounds(): Promise<void> {
    while (this.#again && !this.#stopped) {
      this.#again = false;
      try {
        await this.#sealAll();
        await this.#compactAll();
        await this.#retain();
        this.failure = null;
      } catch (error) {
        // The journals keep everything meanwhile; a full disk shows where it matters, at the next journal.
        this.failure = logErrorOf(error, this.#folder.path);
      }
    }
    this.#running = null;
  }

  async #sealAll(): Promise<void> {
    const { journals } = this.#folder;
    // The last journal is being written to: its turn comes when there is a newer one.
    for (let first = journals[0]; journals.length > 1 && first !== undefined && !this.#stopped; first = journals[0]) {
      await this.#seal(first);
    }
  }

  async #seal(journal: Journal): Promise<void> {
    const { journals, partitions } = this.#folder;
    const bytes = Buffer.allocUnsafe(journal.position);
    await journal.read(bytes, 0);
    const holders = [...partitions].filter((partition) => partition.runs[0]?.journal === journal);
    const written: SealedFile[] = [];
    try {
      for (const topic of new Set(holders.map((partition) => partition.topic))) {
        const sealed = await this.#sealTopic(topic, holders, journal, bytes);
        if (sealed !== null) written.push(sealed);
      }
      const { manifest } = this.#folder;
      await this.#publish({
        firstJournal: journal.number + 1,
        previousCrc: journal.lastCrc,
        sealed: [...manifest.sealed, ...written.map((file) => file.entry)],
      });
    } catch (error) {
      for (const file of written) await this.#folder.files.remove(file.path).catch(() => undefined);
      throw error;
    }
    for (const partition of holders) {
      partition.runs.shift();
      const file = written.find((each) => each.entry.topic === partition.topic);
      if (file !== undefined) partition.sealed.push(file);
    }
    journals.shift();
    await this.#pool.giveBack(journal);
  }

  async #sealTopic(
    topic: TopicName,
    holders: readonly StoredPartition[],
    journal: Journal,
    bytes: Buffer,
  ): Promise<SealedFile | null> {
    const writer = await this.#writer(topic, journal.number);
    try {
      for (const partition of holders.filter((each) => each.topic === topic)) {
        for (const frame of partition.runs[0]?.frames ?? []) {
          await writer.frame(partition.partition, frame, bytes, frame.position);
        }
      }
      return await writer.finish();
    } catch (error) {
      await writer.discard();
      throw error;
    }
  }

  #writer(topic: TopicName, number: number): Promise<SealedWriter> {
    const { files, path: folder } = this.#folder;
    const name = `${topic}-${String(number).padStart(8, "0")}-${this.#named++}.sealed`;
    return SealedWriter.open({ files, folder, topic, name });
  }

  async #compactAll(): Promise<void> {
    for (const [topic, { retention }] of Object.entries(this.#folder.topics)) {
      if (retention.kind === "compact" && !this.#stopped) await this.#compact(topic as TopicName);
    }
  }

  /** Keeps the last record of each key among the sealed ones; offsets stay. LOG-10. */
  async #compact(topic: TopicName): Promise<void> {
    const { manifest, files } = this.#folder;
    const entries = manifest.sealed.filter((entry) => entry.topic === topic);
    const total = entries.reduce((sum, entry) => sum + entry.bytes, 0);
    if (entries.length < 2 || total - (entries[0]?.bytes ?? 0) < total * DIRTY_SHARE) return;
    const holders = [...this.#folder.partitions].filter((partition) => partition.topic === topic);
    const writer = await this.#writer(topic, manifest.firstJournal);
    let merged: SealedFile | null;
    try {
      for (const partition of holders) await copyLatest(partition, writer);
      merged = await writer.finish();
      if (merged === null) return;
      const others = manifest.sealed.filter((entry) => entry.topic !== topic);
      await this.#publish({ sealed: [merged.entry, ...others] });
    } catch (error) {
      await writer.discard();
      throw error;
    }
    for (const partition of holders) {
      const has = merged.partRange(partition.partition) !== undefined;
      partition.sealed.splice(0, partition.sealed.length, ...(has ? [merged] : []));
    }
    for (const entry of entries) await files.remove(path.join(this.#folder.path, entry.file));
  }

  /** Drops the oldest files of each topic that are too old, or too much. Whole files, so what stays may be a little more. LOG-10. */
  async #retain(): Promise<void> {
    const { manifest, files, topics } = this.#folder;
    const dropped = new Set<string>();
    for (const [topic, { retention }] of Object.entries(topics)) {
      if (retention.kind !== "delete") continue;
      const entries = manifest.sealed.filter((entry) => entry.topic === topic);
      let total = entries.reduce((sum, entry) => sum + entry.bytes, 0);
      for (const entry of entries) {
        if (total <= retention.maxBytes && entry.maxMs >= this.#clock.nowMs() - retention.maxAgeMs) break;
        total -= entry.bytes;
        dropped.add(entry.file);
      }
    }
    if (dropped.size === 0) return;
    await this.#publish({ sealed: manifest.sealed.filter((entry) => !dropped.has(entry.file)) });
    for (const partition of this.#folder.partitions) {
      while (partition.sealed[0] !== undefined && dropped.has(partition.sealed[0].entry.file)) partition.sealed.shift();
    }
    for (const file of dropped) await files.remove(path.join(this.#folder.path, file));
  }

  async #publish(changes: Partial<Manifest>): Promise<void> {
    const folder = this.#folder;
    const manifest: Manifest = {
      ...folder.manifest,
      lastTimestampMs: folder.lastTimestampMs,
      committed: Object.fromEntries(folder.committed),
      ...changes,
    };
    const ends = { ...manifest.ends };
    for (const { topic, parts } of manifest.sealed) {
      for (const { partition, next } of parts) {
        const name = `${topic}/${partition}`;
        ends[name] = Math.max(ends[name] ?? 0, next);
      }
    }
    const next = { ...manifest, ends };
    await writeManifest(folder.files, folder.path, next);
    folder.manifest = next;
  }
}

/** The sealed records of a partition without those that a later sealed one of the same key replaces. */
async function copyLatest(partition: StoredPartition, writer: SealedWriter): Promise<void> {
  const end = partition.sealed.at(-1)?.partRange(partition.partition)?.next ?? 0;
  const latest = new Map<string, bigint>();
  await eachRecord(partition, end, async ({ key, offset }) => void latest.set(key, offset));
  await eachRecord(partition, end, async (record) => {
    if (latest.get(record.key) === record.offset) await writer.record(record);
  });
}

async function eachRecord(
  partition: StoredPartition,
  end: number,
  visit: (record: Awaited<ReturnType<StoredPartition["read"]>>[number]) => Promise<void>,
): Promise<void> {
  let from = partition.sealed[0]?.partRange(partition.partition)?.first ?? end;
  while (from < end) {
    const records = await partition.read(from, "durable");
    for (const record of records) {
      if (Number(record.offset) >= end) return;
      await visit(record);
      from = Number(record.offset) + 1;
    }
    if (records.length === 0) return;
  }
}
