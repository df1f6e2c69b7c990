import path from "node:path";
import type { StoredRecord, TopicName } from "@penlight/proto";
import { FRAME_HEADER_BYTES, FrameWriter } from "./frame.ts";
import type { LogFile, LogFiles } from "./log-files.ts";
import { type IndexRow, type PartRange, SEALED_FRAME_BYTES, SealedFile } from "./sealed-file.ts";
import type { FrameRef } from "./stored-partition.ts";

/** Writes one sealed file, partition after partition, in steps of SEALED_FRAME_BYTES: the event loop gets its turns between. */
export class SealedWriter {
  readonly #files: LogFiles;
  readonly #folder: string;
  readonly #topic: TopicName;
  readonly #name: string;
  readonly #file: LogFile;
  readonly #writer = new FrameWriter(2 * SEALED_FRAME_BYTES);
  readonly #index: IndexRow[] = [];
  #position = 0;
  /** The frame that is being filled. */
  #open: { partition: number; first: number; next: number } | null = null;

  private constructor(files: LogFiles, folder: string, topic: TopicName, name: string, file: LogFile) {
    this.#files = files;
    this.#folder = folder;
    this.#topic = topic;
    this.#name = name;
    this.#file = file;
  }

  static async open(options: {
    readonly files: LogFiles;
    readonly folder: string;
    readonly topic: TopicName;
    readonly name: string;
  }): Promise<SealedWriter> {
    const { files, folder, topic, name } = options;
    return new SealedWriter(files, folder, topic, name, await files.open(path.join(folder, name), "create"));
  }

  /** A frame of a journal, as it lies at `at` in `bytes`. */
  async frame(partition: number, frame: FrameRef, bytes: Buffer, at: number): Promise<void> {
    await this.#reach(partition, frame.first);
    this.#writer.records(bytes.subarray(at + FRAME_HEADER_BYTES, at + frame.length), bytes.readUInt32LE(at + 16), frame.maxMs);
    if (this.#open !== null) this.#open.next = frame.next;
  }

  async record(record: StoredRecord): Promise<void> {
    const offset = Number(record.offset);
    await this.#reach(record.partition, offset);
    this.#writer.record(record.key, record.value, offset, record.timestampMs);
    if (this.#open !== null) this.#open.next = offset + 1;
  }

  async #reach(partition: number, first: number): Promise<void> {
    if (this.#open !== null && (this.#open.partition !== partition || this.#writer.length >= SEALED_FRAME_BYTES)) {
      await this.#endFrame();
    }
    if (this.#open !== null) return;
    this.#writer.reset();
    this.#writer.begin(0, partition, 0);
    this.#open = { partition, first, next: first };
  }

  async #endFrame(): Promise<void> {
    if (this.#open === null) return;
    const { partition, first, next } = this.#open;
    const { length, maxMs } = this.#writer.end();
    await this.#file.write(this.#writer.bytes, this.#position);
    // Piece by piece: a single sync of everything would stand in the way of the journal that is being written.
    await this.#file.sync();
    this.#index.push([partition, first, next, this.#position, length, maxMs]);
    this.#position += length;
    this.#open = null;
  }

  /** Resolves when the file is durable; its name is so once the manifest is written. Null: it holds nothing, and is removed. */
  async finish(): Promise<SealedFile | null> {
    await this.#endFrame();
    const index = Buffer.from(JSON.stringify(this.#index));
    await this.#file.write(index, this.#position);
    await this.#file.sync();
    if (this.#index.length === 0) {
      await this.discard();
      return null;
    }
    await this.#file.close();
    const parts = partRanges(this.#index);
    return new SealedFile(this.#files, this.#folder, {
      file: this.#name,
      topic: this.#topic,
      bytes: this.#position + index.length,
      indexAt: this.#position,
      maxMs: Math.max(...parts.map((part) => part.maxMs)),
      parts,
    });
  }

  async discard(): Promise<void> {
    await this.#file.close().catch(() => undefined);
    await this.#files.remove(path.join(this.#folder, this.#name)).catch(() => undefined);
  }
}

function partRanges(index: readonly IndexRow[]): PartRange[] {
  const parts = new Map<number, PartRange>();
  for (const [partition, first, next, , , maxMs] of index) {
    const part = parts.get(partition);
    parts.set(partition, { partition, first: part?.first ?? first, next, maxMs: Math.max(maxMs, part?.maxMs ?? maxMs) });
  }
  return [...parts.values()];
}
