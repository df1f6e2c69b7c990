import path from "node:path";
import type { TopicName } from "@penlight/proto";
import type { LogFiles } from "./log-files.ts";
import type { FrameRef } from "./stored-partition.ts";

/** What the manifest says of a sealed file: everything that a start needs, so that it need not be opened. */
export interface SealedEntry {
  readonly file: string;
  readonly topic: TopicName;
  readonly bytes: number;
  /** Where its index begins: JSON, a list of {@link IndexRow}, to the end of the file. */
  readonly indexAt: number;
  readonly maxMs: number;
  readonly parts: readonly PartRange[];
}

export interface PartRange {
  readonly partition: number;
  readonly first: number;
  readonly next: number;
  readonly maxMs: number;
}

export type IndexRow = readonly [
  partition: number,
  first: number,
  next: number,
  position: number,
  length: number,
  maxMs: number,
];

/** Frames of a sealed file are merged up to this size. */
export const SEALED_FRAME_BYTES = 256 * 1024;

/** Records of one topic that left the journal, partition by partition; never changed, only replaced or removed. */
export class SealedFile {
  readonly entry: SealedEntry;
  readonly path: string;
  readonly #files: LogFiles;
  #index: Promise<Map<number, FrameRef[]>> | null = null;

  constructor(files: LogFiles, folder: string, entry: SealedEntry) {
    this.#files = files;
    this.entry = entry;
    this.path = path.join(folder, entry.file);
  }

  partRange(partition: number): PartRange | undefined {
    return this.entry.parts.find((part) => part.partition === partition);
  }

  async framesOf(partition: number): Promise<readonly FrameRef[]> {
    this.#index ??= this.#readIndex();
    return (await this.#index).get(partition) ?? [];
  }

  async #readIndex(): Promise<Map<number, FrameRef[]>> {
    const bytes = Buffer.alloc(this.entry.bytes - this.entry.indexAt);
    await this.read(bytes, this.entry.indexAt);
    const index = new Map<number, FrameRef[]>();
    for (const [partition, first, next, position, length, maxMs] of JSON.parse(bytes.toString("utf8")) as IndexRow[]) {
      const frames = index.get(partition);
      const frame = { first, next, position, length, maxMs };
      if (frames === undefined) index.set(partition, [frame]);
      else frames.push(frame);
    }
    return index;
  }

  async read(into: Uint8Array, position: number): Promise<number> {
    const file = await this.#files.open(this.path, "read");
    try {
      return await file.read(into, position);
    } finally {
      await file.close();
    }
  }
}
