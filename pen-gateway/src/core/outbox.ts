import type { NewRecord } from "@penlight/proto";

/** How much may wait in memory; at either limit the pens are not read any further. EVT-13. */
export interface OutboxLimits {
  readonly bytesMax: number;
  readonly recordsMax: number;
}

/** One append: the records of one turn. */
export interface OutboxEntry<Note> {
  readonly records: readonly NewRecord[];
  readonly bytes: number;
  /** Everything that was received up to here is in this entry or an earlier one. */
  readonly receivedMs: number;
  /** What its owner wants to remember of it. */
  readonly note: Note;
}

interface Slot<Note> extends OutboxEntry<Note> {
  state: "waiting" | "outstanding" | "done";
}

/**
 * What was recorded and is not durable yet, in order. Several appends may be outstanding; after a failure everything from
 * the first one that failed is repeated, in order, once nothing is outstanding any more. Pure bookkeeping: ink is never
 * dropped here, a full outbox is an answer to the caller. EVT-13.
 */
export class Outbox<Note> {
  readonly #limits: OutboxLimits;
  readonly #slots: Slot<Note>[] = [];
  /** Slots before this index were handed out by `take`. */
  #taken = 0;
  #outstanding = 0;
  #failed = false;
  bytes = 0;
  records = 0;

  constructor(limits: OutboxLimits) {
    this.#limits = limits;
  }

  get isFull(): boolean {
    return this.bytes >= this.#limits.bytesMax || this.records >= this.#limits.recordsMax;
  }
  get bytesMax(): number {
    return this.#limits.bytesMax;
  }
  /** What is received at this time or earlier waits at least; null: nothing waits. */
  get oldestMs(): number | null {
    return this.#slots[0]?.receivedMs ?? null;
  }
  get isEmpty(): boolean {
    return this.#slots.length === 0;
  }
  /** A failure was told and everything outstanding has come back: `rewind` may be called. */
  get mustRewind(): boolean {
    return this.#failed && this.#outstanding === 0;
  }

  push(records: readonly NewRecord[], receivedMs: number, note: Note): void {
    const bytes = records.reduce((sum, record) => sum + record.value.length, 0);
    this.#slots.push({ records, bytes, receivedMs, note, state: "waiting" });
    this.bytes += bytes;
    this.records += records.length;
  }

  /** The next entry to append; null when there is none or a failure must be dealt with first. */
  take(): OutboxEntry<Note> | null {
    if (this.#failed) return null;
    const slot = this.#slots[this.#taken];
    if (slot === undefined) return null;
    this.#taken++;
    if (slot.state === "done") return this.take();
    slot.state = "outstanding";
    this.#outstanding++;
    return slot;
  }

  /** The entry is durable. Answers the time up to which everything is, or null when something before it is not. */
  succeeded(entry: OutboxEntry<Note>): number | null {
    (entry as Slot<Note>).state = "done";
    this.#outstanding--;
    let durableMs: number | null = null;
    while (this.#slots[0]?.state === "done") {
      const slot = this.#slots.shift() as Slot<Note>;
      this.#taken--;
      this.bytes -= slot.bytes;
      this.records -= slot.records.length;
      durableMs = slot.receivedMs;
    }
    return durableMs;
  }

  /** The entry may or may not have been written: it will be repeated. */
  failed(entry: OutboxEntry<Note>): void {
    (entry as Slot<Note>).state = "waiting";
    this.#outstanding--;
    this.#failed = true;
  }

  /** Everything that is not durable is handed out again, from the first on. @throws Error while something is outstanding. */
  rewind(): void {
    if (this.#outstanding > 0) throw new Error("Outbox.rewind requires that nothing is outstanding");
    this.#failed = false;
    this.#taken = 0;
  }
}
