import path from "node:path";
import { type Clock, LogError, type Random, type StoredRecord } from "@penlight/proto";
import type { LogFile, LogFiles } from "../../src/event-log/log-files.ts";
import { recordsFrom, scanSegment } from "../../src/event-log/outbox-segment.ts";
import type { Incarnation } from "./fence.ts";
import type { Trace } from "./trace.ts";

const NOTHING = new Uint8Array(0);
const OUTBOX_FILE = /\.(journal|shed)$/;
/** One access, ms at most. */
const ACCESS_MS_MAX = 4;

/** A file: as processes see it, and as it is after a power cut. */
interface Content {
  bytes: Uint8Array;
  synced: Uint8Array;
}

/**
 * The disk of a gateway's machine. It outlives the processes; after a power cut it has what was synced, under the names
 * that were; a full one takes a part of a write and refuses the rest. SIM-4.
 */
export class SimulatedDisk {
  quiet = false;
  readonly #clock: Clock;
  readonly #trace: Trace;
  readonly #random: Random;
  #names = new Map<string, Content>();
  #syncedNames = new Map<string, Content>();
  readonly #owners = new Map<string, Incarnation>();
  #fullUntilMs = 0;
  /** An access that a power cut overtakes has no effect. */
  #cuts = 0;

  constructor(options: { readonly clock: Clock; readonly trace: Trace; readonly random: Random }) {
    this.#clock = options.clock;
    this.#trace = options.trace;
    this.#random = options.random;
  }

  /** No record waits in an outbox. */
  get isDelivered(): boolean {
    return [...this.#names].every(([file, { bytes }]) => recordsIn(file, bytes).length === 0);
  }

  /** It takes nothing for so long. */
  fill(ms: number): void {
    this.#trace.note(`the disk is full for ${Math.round(ms)} ms`);
    this.#fullUntilMs = this.#clock.nowMs() + ms;
  }

  cutPower(): void {
    this.#cuts++;
    this.#names = new Map(this.#syncedNames);
    for (const content of this.#names.values()) content.bytes = content.synced;
  }

  /** The records of outboxes that no death and no power cut can take any more. */
  safeRecords(): StoredRecord[] {
    return [...this.#syncedNames].flatMap(([file, { synced }]) => recordsIn(file, synced));
  }

  /** The files as one life of a service has them. */
  files(life: Incarnation): LogFiles {
    const access = <T>(what: string, effect: () => T) => life.cross(what, () => this.#access(effect));
    const open = (file: string, mode: Parameters<LogFiles["open"]>[1]) => {
      const found = this.#names.get(file);
      if (mode === "read" && found === undefined) throw diskError("ENOENT");
      const content = found === undefined || mode === "create" ? { bytes: NOTHING, synced: NOTHING } : found;
      this.#names.set(file, content);
      return this.#file(life, { file, content, syncsEachWrite: mode === "durable" });
    };
    return {
      makeFolder: () => Promise.resolve(),
      list: (folder) =>
        access("list", () =>
          [...this.#names.keys()].filter((file) => path.dirname(file) === folder).map((file) => path.basename(file)),
        ),
      open: (file, mode) => access(`open ${file}`, () => open(file, mode)),
      readAll: (file) => access(`read ${file}`, () => this.#names.get(file)?.bytes ?? null),
      rename: (from, to) => access(`rename ${from}`, () => this.#rename(from, to)),
      remove: (file) => access(`remove ${file}`, () => void this.#names.delete(file)),
      syncFolder: (folder) => access(`sync ${folder}`, () => this.#syncNames()),
      lock: (folder) => access(`lock ${folder}`, () => this.#lock(folder, life)),
    };
  }

  #file(life: Incarnation, of: { file: string; content: Content; syncsEachWrite: boolean }): LogFile {
    const { file, content, syncsEachWrite } = of;
    const access = <T>(what: string, effect: () => T) => life.cross(`${what} ${file}`, () => this.#access(effect));
    return {
      read: (into, position) =>
        access("read", () => {
          const bytes = content.bytes.subarray(position, position + into.length);
          into.set(bytes);
          return bytes.length;
        }),
      write: (bytes, position) =>
        access("write", () => {
          this.#trace.note(`${life.name} -> ${file}`, bytes);
          const isFull = !this.quiet && this.#clock.nowMs() < this.#fullUntilMs;
          const taken = isFull ? bytes.subarray(0, Math.floor(bytes.length * this.#random.unit())) : bytes;
          content.bytes = written(content.bytes, taken, position);
          if (syncsEachWrite) content.synced = content.bytes;
          if (isFull) throw diskError("ENOSPC");
        }),
      sync: () =>
        access("sync", () => {
          content.synced = content.bytes;
        }),
      close: () => Promise.resolve(),
    };
  }

  async #access<T>(effect: () => T): Promise<T> {
    const cuts = this.#cuts;
    await this.#clock.sleep(ACCESS_MS_MAX * this.#random.unit());
    return cuts === this.#cuts ? effect() : new Promise<never>(() => {});
  }

  #syncNames(): void {
    this.#syncedNames = new Map(this.#names);
  }

  #rename(from: string, to: string): void {
    const content = this.#names.get(from);
    if (content === undefined) throw diskError("ENOENT");
    this.#names.delete(from);
    this.#names.set(to, content);
  }

  #lock(folder: string, life: Incarnation): { release(): Promise<void> } {
    if (this.#owners.get(folder)?.alive === true) throw new LogError("log.locked", folder);
    this.#owners.set(folder, life);
    return { release: async () => void this.#owners.delete(folder) };
  }
}

/** What a file of an outbox holds; what is torn, or no such file, holds nothing. */
function recordsIn(file: string, content: Uint8Array): StoredRecord[] {
  if (!OUTBOX_FILE.test(file)) return [];
  const bytes = Buffer.from(content);
  const segment = scanSegment(file, bytes, null);
  return segment === null ? [] : recordsFrom(file, bytes.subarray(0, segment.position), 0);
}

function written(into: Uint8Array, bytes: Uint8Array, position: number): Uint8Array {
  const fresh = new Uint8Array(Math.max(into.length, position + bytes.length));
  fresh.set(into);
  fresh.set(bytes, position);
  return fresh;
}

function diskError(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: a simulated disk`), { code });
}
