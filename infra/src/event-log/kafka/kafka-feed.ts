import { batchEnd, type Offset, recordBytes, type StoredRecord } from "@penlight/proto";
import type { PartitionFeed } from "@penlight/proto/log-consumer";
import type { FetchedPartition } from "./fetch-response.ts";

/** Where a partition begins and ends, and what the group has committed in it. */
export interface FeedPlace {
  readonly start: Offset;
  readonly end: Offset;
  readonly committed: Offset | undefined;
}

/** One partition of a Kafka topic: what was fetched and not yet read. */
export class KafkaFeed implements PartitionFeed {
  readonly partition: number;
  readonly #generation: number;
  readonly #place: FeedPlace;
  readonly #since: (sinceMs: number) => Promise<Offset>;
  readonly #commit: (offset: Offset, generation: number) => void;
  readonly #readAheadBytes: number;
  readonly #wanted: () => void;
  #records: StoredRecord[] = [];
  #first = 0;
  #bytes = 0;
  #fetchOffset: Offset | null = null;
  #listener: (() => void) | null = null;
  #isRevoked = false;

  constructor(options: {
    readonly partition: number;
    /** Kept in the group already. LOG-13. */
    readonly generation: number;
    readonly place: FeedPlace;
    /** Offset of the first record that is not older. */
    readonly since: (sinceMs: number) => Promise<Offset>;
    readonly commit: (offset: Offset, generation: number) => void;
    readonly readAheadBytes: number;
    /** There is room for records that there was none for. */
    readonly wanted: () => void;
  }) {
    this.partition = options.partition;
    this.#generation = options.generation;
    this.#place = options.place;
    this.#since = options.since;
    this.#commit = options.commit;
    this.#readAheadBytes = options.readAheadBytes;
    this.#wanted = options.wanted;
  }

  bounds() {
    return { start: this.#place.start, end: this.#place.end };
  }

  offsetSince(sinceMs: number): Promise<Offset> {
    return this.#since(sinceMs);
  }

  committed(): Offset | undefined {
    return this.#place.committed;
  }

  takeOver(): number {
    return this.#generation;
  }

  commit(_group: string, offset: Offset, generation: number): void {
    if (!this.#isRevoked) this.#commit(offset, generation);
  }

  /** It may be another's by now: what is still to be committed is not. */
  revoke(): void {
    this.#isRevoked = true;
  }

  watch(_visibility: unknown, listener: () => void): () => void {
    this.#listener = listener;
    return () => {
      this.#listener = null;
    };
  }

  read(from: Offset): readonly StoredRecord[] {
    if (this.#fetchOffset === null) {
      this.#fetchOffset = from;
      this.#wanted();
      return [];
    }
    const first = this.#first;
    const end = batchEnd(this.#records, first, this.#records.length);
    const batch = this.#records.slice(first, end);
    const wasFull = !this.hasRoom;
    for (const record of batch) this.#bytes -= recordBytes(record);
    this.#first = end;
    if (this.#first === this.#records.length) {
      this.#records = [];
      this.#first = 0;
    }
    if (wasFull && this.hasRoom) this.#wanted();
    return batch;
  }

  /** The next offset to fetch; null while its consumer has not begun. */
  get fetchOffset(): Offset | null {
    return this.#fetchOffset;
  }

  get hasRoom(): boolean {
    return this.#bytes < this.#readAheadBytes;
  }

  push(fetched: FetchedPartition): void {
    const from = this.#fetchOffset;
    if (from === null) return;
    for (const record of fetched.records) {
      if (record.offset < from) continue;
      this.#records.push(record);
      this.#bytes += recordBytes(record);
    }
    if (fetched.nextOffset !== null && fetched.nextOffset > from) this.#fetchOffset = fetched.nextOffset;
    if (this.#records.length > this.#first) this.#listener?.();
  }

  /** What is fetched next does not exist any more, or not yet: the nearest that does. */
  clamp(start: Offset, end: Offset): void {
    const from = this.#fetchOffset;
    if (from === null) return;
    if (from < start) this.#fetchOffset = start;
    else if (from > end) this.#fetchOffset = end;
  }
}
