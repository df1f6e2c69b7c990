import path from "node:path";
import { LogError, type NewRecord, recordBytes, type StoredRecord } from "@penlight/proto";
import { FRAME_HEADER_BYTES } from "./frame.ts";
import { JOURNAL_HEADER_BYTES } from "./journal.ts";
import { type FolderLock, type LogFile, type LogFiles, logErrorOf, replaceFile } from "./log-files.ts";
import { encodeAfter, newSegment, recordsFrom, type Segment, scanSegment } from "./outbox-segment.ts";
import { SHEDDABLE, type Sheddable, shed } from "./outbox-shed.ts";

/** A file of the outbox as it was written, and one in which something was given up. */
const FILE_NAME = /^(\d{10})\.(journal|shed)$/;

export interface OutboxStoreOptions {
  readonly directory: string;
  readonly files: LogFiles;
  /** What the files may hold together: at least four segments. */
  readonly bytesMax: number;
  readonly segmentBytes: number;
}

/** What comes next to be delivered. */
export interface OutboxRead {
  readonly records: readonly StoredRecord[];
  /** Where the next read begins. */
  readonly end: number;
  /** Nothing was stored after them so far. */
  readonly isLast: boolean;
}

/**
 * What a gateway could not deliver, on its disk: files of the embedded log's journal form, written at the end and read at
 * the beginning, one operation at a time. A file goes when all of it is delivered. OUT-1, OUT-4.
 */
export class OutboxStore {
  readonly #options: OutboxStoreOptions;
  readonly #lock: FolderLock;
  /** Oldest first; the last one is written to while `#tail` is open. */
  readonly #segments: Segment[];
  #tail: LogFile | null = null;
  /** End of what is delivered in the first segment. */
  #delivered = 0;
  /** Time of the last record that was delivered, and of the last gap record that was written, ms. */
  #deliveredMs = 0;
  #gapMs = 0;
  #turn: Promise<unknown> = Promise.resolve();
  /** Records given up since this process began. OUT-4. */
  readonly shed = { ticks: 0, ink: 0 };

  private constructor(options: OutboxStoreOptions, lock: FolderLock, segments: Segment[]) {
    this.#options = options;
    this.#lock = lock;
    this.#segments = segments;
  }

  /** @throws LogError "log.locked", "log.full", "log.io"; damage in what was acknowledged is an error that names the file. */
  static async open(options: OutboxStoreOptions): Promise<OutboxStore> {
    const { directory, files } = options;
    await files.makeFolder(directory).catch((error: unknown) => {
      throw logErrorOf(error, `${directory} cannot be made`);
    });
    const lock = await files.lock(directory);
    try {
      return new OutboxStore(options, lock, await recover(files, directory));
    } catch (error) {
      await lock.release();
      throw logErrorOf(error, directory);
    }
  }

  /** On the disk and not delivered; 0: nothing. */
  get bytes(): number {
    return this.#segments.reduce((sum, segment) => sum + segment.position, 0) - this.#delivered;
  }
  /** Nothing that waits is older than this, ms; null: nothing waits. */
  get oldestMs(): number | null {
    const [first] = this.#segments;
    return first === undefined || this.bytes === 0 ? null : Math.max(first.firstMs, this.#deliveredMs);
  }

  /** Resolves when the records are durable. At the limit the oldest of what may go makes room. @throws LogError */
  append(records: readonly NewRecord[]): Promise<void> {
    return this.#exclusively(async () => {
      const bytes = records.reduce((sum, record) => sum + recordBytes(record), JOURNAL_HEADER_BYTES + FRAME_HEADER_BYTES);
      await this.#makeRoom(bytes);
      const tail = await this.#tailFor(bytes);
      const { bytes: frame, after } = encodeAfter(tail.segment, records);
      await tail.file.write(frame, tail.segment.position);
      Object.assign(tail.segment, after);
    });
  }

  /** What is to be delivered next; null: nothing. The same again until `delivered` was called. */
  next(): Promise<OutboxRead | null> {
    return this.#exclusively(async () => {
      await this.#dropDelivered();
      const [segment] = this.#segments;
      if (segment === undefined || this.bytes === 0) return null;
      const end = segment.position;
      const bytes = Buffer.allocUnsafe(end - this.#delivered);
      const file = await this.#options.files.open(segment.path, "read");
      try {
        const got = await file.read(bytes, this.#delivered);
        if (got < bytes.length) throw new LogError("log.io", `${segment.path} is cut at byte ${this.#delivered + got}`);
      } finally {
        await file.close();
      }
      const records = recordsFrom(segment.path, bytes, this.#delivered);
      return { records, end, isLast: this.#segments.length === 1 };
    });
  }

  /** All of what `next` gave is in the log. */
  delivered({ records, end }: OutboxRead): Promise<void> {
    return this.#exclusively(async () => {
      this.#delivered = end;
      this.#deliveredMs = records.at(-1)?.timestampMs ?? this.#deliveredMs;
      await this.#dropDelivered();
    });
  }

  async close(): Promise<void> {
    await this.#exclusively(() => this.#closeTail());
    await this.#lock.release();
  }

  #exclusively<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work).catch((error: unknown) => {
      throw logErrorOf(error, this.#options.directory);
    });
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #tailFor(bytes: number): Promise<{ readonly segment: Segment; readonly file: LogFile }> {
    const { directory, files, segmentBytes } = this.#options;
    const last = this.#segments.at(-1);
    if (last !== undefined && this.#tail !== null) {
      if (last.position === 0 || last.position + bytes <= segmentBytes) return { segment: last, file: this.#tail };
      await this.#closeTail();
    }
    const number = (last?.number ?? 0) + 1;
    const segment = newSegment(number, path.join(directory, nameOf(number, "journal")), last?.lastCrc ?? 0);
    const file = await files.open(segment.path, "durable");
    try {
      await files.syncFolder(directory);
    } catch (error) {
      await file.close();
      throw error;
    }
    this.#tail = file;
    this.#segments.push(segment);
    return { segment, file };
  }

  async #closeTail(): Promise<void> {
    const tail = this.#tail;
    this.#tail = null;
    await tail?.close();
  }

  /** Files go in order, also in a power cut: one that came back without the one after it would look like a loss. */
  async #dropDelivered(): Promise<void> {
    const { directory, files } = this.#options;
    const [first] = this.#segments;
    if (first === undefined || this.#delivered === 0 || this.#delivered < first.position) return;
    if (this.#segments.length === 1) await this.#closeTail();
    await files.remove(first.path);
    await files.syncFolder(directory);
    this.#segments.shift();
    this.#delivered = 0;
  }

  async #makeRoom(bytes: number): Promise<void> {
    const { bytesMax } = this.#options;
    while (this.bytes + bytes > bytesMax) {
      const found = this.#victim();
      if (found === null) throw new LogError("log.full", `the outbox holds ${this.bytes} of ${bytesMax} bytes`);
      await this.#giveUp(found.segment, found.what);
    }
  }

  /** The oldest file with ticks; without any the oldest with ink. Not the first, which is being delivered, nor the last. */
  #victim(): { readonly segment: Segment; readonly what: Sheddable } | null {
    const candidates = this.#segments.slice(1, -1);
    for (const what of SHEDDABLE) {
      const segment = candidates.find((each) => each.sheddable[what] > 0);
      if (segment !== undefined) return { segment, what };
    }
    return null;
  }

  /** The file is replaced, all at once, by one that tells the loss; ticks that are left go with the ink. */
  async #giveUp(segment: Segment, what: Sheddable): Promise<void> {
    const { directory, files } = this.#options;
    const bytes = Buffer.from((await files.readAll(segment.path)) ?? []).subarray(0, segment.position);
    const kinds = what === "ink" ? SHEDDABLE : ([what] as const);
    const result = shed(recordsFrom(segment.path, bytes, 0), kinds, this.#gapMs);
    const fresh = newSegment(segment.number, path.join(directory, nameOf(segment.number, "shed")), segment.previousCrc);
    const { bytes: content, after } = encodeAfter(fresh, [...result.kept, ...result.gaps]);
    if (content.length >= segment.position) {
      // Telling the loss would take more room than it gives.
      segment.sheddable[what] = 0;
      return;
    }
    await replaceFile(files, fresh.path, content);
    if (segment.path !== fresh.path) await files.remove(segment.path);
    Object.assign(segment, after, { rewritten: true });
    this.#gapMs = result.gaps.at(-1)?.timestampMs ?? this.#gapMs;
    for (const kind of SHEDDABLE) this.shed[kind] += result.counts[kind];
  }
}

function nameOf(number: number, kind: "journal" | "shed"): string {
  return `${String(number).padStart(10, "0")}.${kind}`;
}

/** What an earlier life left. A torn last write was never acknowledged and costs nothing else. OUT-2. */
async function recover(files: LogFiles, directory: string): Promise<Segment[]> {
  const found = await namesIn(files, directory);
  const segments: Segment[] = [];
  let next: Segment | null = null;
  for (const { number, file, rewritten } of found.reverse()) {
    if (next !== null && number !== next.number - 1) throw missing(directory, next.number - 1);
    const bytes = Buffer.from((await files.readAll(file)) ?? []);
    const untilCrc: number | null = next === null || rewritten ? null : next.previousCrc;
    const segment = scanSegment(file, bytes, untilCrc);
    if (next === null && (segment === null || segment.records === 0)) {
      await files.remove(file);
      continue;
    }
    const isWhole = rewritten ? segment?.position === bytes.length : untilCrc === null || segment?.lastCrc === untilCrc;
    if (segment === null || !isWhole) throw new LogError("log.io", `${file} is damaged; move it away to go on without it`);
    segment.rewritten = rewritten;
    if (next === null) await makeDurable(files, file);
    segments.unshift(segment);
    next = segment;
  }
  return segments;
}

async function namesIn(files: LogFiles, directory: string) {
  const found = new Map<number, { readonly number: number; readonly file: string; readonly rewritten: boolean }>();
  for (const name of (await files.list(directory)).sort()) {
    const file = path.join(directory, name);
    const match = FILE_NAME.exec(name);
    if (match === null) {
      if (name.endsWith(".new")) await files.remove(file);
      continue;
    }
    const number = Number(match[1]);
    // "journal" sorts before "shed": what was rewritten stands for what it was made of.
    const before = found.get(number);
    if (before !== undefined) await files.remove(before.file);
    found.set(number, { number, file, rewritten: match[2] === "shed" });
  }
  return [...found.values()];
}

/** What is whole may still be in the page cache only: durable is a promise, so it is made true first. */
async function makeDurable(files: LogFiles, file: string): Promise<void> {
  const handle = await files.open(file, "durable");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function missing(directory: string, number: number): LogError {
  return new LogError("log.io", `${path.join(directory, nameOf(number, "journal"))} is missing`);
}
