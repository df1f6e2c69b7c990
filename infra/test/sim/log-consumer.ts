import { batchEnd, type ConsumeOptions, IDLE_BATCH_MS, type Offset, type PartitionHandler } from "@penlight/proto";
import type { Incarnation } from "./fence.ts";
import type { Partition, SimulatedLog } from "./simulated-log.ts";

/** Records that one turn hands over at most; small, so that batches end in awkward places. */
const BATCH_RECORDS_MAX = 40;

/** One partition as one consumer reads it. */
export class LogConsumer {
  readonly partition: Partition;
  readonly group: string | null;
  readonly #log: SimulatedLog;
  readonly #life: Incarnation;
  readonly #options: ConsumeOptions;
  #position = 0;
  #reopens = false;
  #wake: AbortController | null = null;
  #sleeping: AbortController | null = null;

  constructor(log: SimulatedLog, life: Incarnation, partition: Partition, options: ConsumeOptions) {
    this.#log = log;
    this.#life = life;
    this.partition = partition;
    this.#options = options;
    this.group = options.group;
  }

  wake(): void {
    if (this.#end > this.#position) this.#wake?.abort();
  }

  /** The consumer's signal has aborted. */
  stop(): void {
    this.#sleeping?.abort();
  }

  /** The partition is taken away at the next turn, and given back. */
  reopen(): void {
    this.#reopens = true;
    this.#wake?.abort();
  }

  async run(): Promise<void> {
    const { signal } = this.#options;
    while (!signal.aborted && this.#life.alive) {
      this.#reopens = false;
      const handler = await this.#open();
      while (!signal.aborted && !this.#reopens) await this.#turn(handler);
      await this.#close(handler);
    }
  }

  get #end(): number {
    return this.#options.visibility === "appended" ? this.partition.records.length : this.partition.synced;
  }

  async #open(): Promise<PartitionHandler> {
    this.#position = this.#start();
    const { openPartition, group } = this.#options;
    const { index, topic } = this.partition;
    const owned = {
      partition: index,
      startOffset: BigInt(this.#position),
      endOffset: BigInt(this.#end),
      generation: group === null ? 0 : this.#log.takeOver(group, this.partition),
    };
    return this.#life.cross(`openPartition ${topic}/${index}`, async () => openPartition(owned));
  }

  #start(): number {
    const { from = "start" } = this.#options;
    const committed = this.group === null ? undefined : this.#log.committed(this.group, this.partition);
    if (committed !== undefined) return Number(committed);
    if (from === "start") return 0;
    if (from === "end") return this.#end;
    const first = this.partition.records.findIndex((record) => record.timestampMs >= from.sinceMs);
    return first < 0 ? this.#end : first;
  }

  async #turn(handler: PartitionHandler): Promise<void> {
    if (this.#end <= this.#position) await this.#sleep(IDLE_BATCH_MS, true);
    // Delivery takes a moment, also of what is there already.
    else await this.#sleep(this.#log.random.between(0, this.#log.faults.latencyMs * 0.2), false);
    if (this.#options.signal.aborted || this.#reopens) return;
    const countMax = this.#log.quiet ? BATCH_RECORDS_MAX : this.#log.random.integer(1, BATCH_RECORDS_MAX);
    const count = Math.min(this.#end - this.#position, countMax);
    const end = batchEnd(this.partition.records, this.#position, this.#position + Math.max(count, 0));
    const records = this.partition.records.slice(this.#position, end);
    const lowWater = await this.#life.cross(`onBatch ${this.partition.topic}/${this.partition.index}`, () =>
      handler.onBatch(records),
    );
    this.#position += records.length;
    this.#commit(lowWater);
  }

  async #close(handler: PartitionHandler): Promise<void> {
    if (handler.close === undefined) return;
    const close = handler.close.bind(handler);
    this.#commit(await this.#life.cross(`close ${this.partition.topic}/${this.partition.index}`, close));
  }

  #commit(lowWater: Offset): void {
    if (this.group === null) return;
    if (this.#log.committed(this.group, this.partition) === lowWater) return;
    this.#log.commit(this.group, this.partition, lowWater);
  }

  async #sleep(ms: number, untilWoken: boolean): Promise<void> {
    const wake = new AbortController();
    this.#sleeping = wake;
    this.#wake = untilWoken ? wake : null;
    await this.#life.clock(this.#log.clock).sleep(ms, wake.signal);
    this.#wake = null;
  }
}
