import type { InkRecord, NewRecord, PenId, PenState } from "@penlight/proto";
import { encodeInk, LogError } from "@penlight/proto";
import { Arrivals } from "./arrivals.ts";
import { deliveryOf } from "./core/delivery.ts";
import { GatewayLife } from "./core/gateway-life.ts";
import { HeardPen } from "./core/heard-pen.ts";
import type { DamagedChunk } from "./core/memory-receiver.ts";
import { Outbox } from "./core/outbox.ts";
import type { PenClockNote } from "./core/pen-clock.ts";
import { RadioTeller } from "./core/radio-teller.ts";
import { GatewayError } from "./gateway-error.ts";
import {
  FLUSH_MS_MAX,
  type GatewayOptions,
  OUTBOX_BYTES_MAX,
  OUTBOX_RECORDS_MAX,
  RETRY_MS_MAX,
  RETRY_MS_MIN,
  TICK_MS,
  TICKS_PER_STATE,
} from "./gateway-options.ts";
import type { HeardPenEvents } from "./heard-pen-events.ts";
import { PenKeeper } from "./pen-keeper.ts";
import { backgroundOf } from "./pen-notes.ts";
import { PenWriter } from "./pen-writer.ts";
import type { PenChunk } from "./source/pen-source.ts";
import { abortOf, failedSource } from "./waits.ts";

/**
 * Pens of a room -> topic `ink`, until the signal aborts or the source has no more. The one loop of the gateway that
 * awaits: a turn of the source becomes one append, which is not waited for. EVT-1, EVT-6, EVT-13.
 * @throws PenSourceError the source failed; what it gave before is in the log
 * @throws LogError an append failed for good
 * @throws GatewayError the rest could not be made durable within FLUSH_MS_MAX
 */
export async function runGateway(options: GatewayOptions): Promise<void> {
  await new Gateway(options).run();
}

/** A chunk of a pen's memory whose records are in an entry of the outbox: acknowledged once they are durable. PEN-9. */
interface StoredChunk {
  readonly pen: HeardPen;
  readonly packetId: number;
}

class Gateway {
  readonly #options: GatewayOptions;
  readonly #pens = new Map<PenId, HeardPen>();
  readonly #touched = new Set<HeardPen>();
  readonly #outbox: Outbox<readonly StoredChunk[]>;
  readonly #writer: PenWriter;
  readonly #life: GatewayLife;
  readonly #radio = new RadioTeller();
  readonly #keeper: PenKeeper;
  #records: NewRecord[] = [];
  #chunksToStore: StoredChunk[] = [];
  #receivedMs = 0;
  #ticks = 0;
  #retryMs = RETRY_MS_MIN;
  #rewinding = false;
  /** The log failed for good. */
  #fatal: unknown = null;
  /** Called when an append has come back. */
  #settled: () => void = () => {};
  /** Stops waiting between retries. */
  readonly #stop = new AbortController();

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.#outbox = new Outbox(options.outbox ?? { bytesMax: OUTBOX_BYTES_MAX, recordsMax: OUTBOX_RECORDS_MAX });
    this.#life = new GatewayLife(options.name ?? options.room, options.clock.nowMs());
    this.#keeper = new PenKeeper(options);
    this.#writer = new PenWriter(options.source, (pen) => options.metrics?.writeFailed?.(pen));
  }

  async run(): Promise<void> {
    let failure: unknown = null;
    try {
      await this.#loop();
    } catch (error) {
      failure = error;
    }
    if (this.#fatal === null) {
      this.#closePens();
      await this.#flush();
    }
    this.#stop.abort();
    if (this.#fatal !== null) throw this.#fatal;
    if (failure !== null) throw failure;
    if (!this.#outbox.isEmpty) throw new GatewayError("gateway.undelivered", this.#outbox.records);
  }

  async #loop(): Promise<void> {
    const { source, clock, signal } = this.#options;
    const turns = source.open(signal)[Symbol.asyncIterator]();
    const pull = () => turns.next().catch(failedSource);
    const ended = abortOf(signal);
    let tickMs = clock.nowMs();
    let isTicking = false;
    const arrivals = new Arrivals<Awaited<ReturnType<typeof pull>> | "tick">();
    arrivals.expect(pull());
    try {
      while (!signal.aborted && this.#fatal === null) {
        if (this.#outbox.isFull) {
          await Promise.race([this.#oneSettled(), ended]);
          continue;
        }
        if (!isTicking) arrivals.expect(clock.sleep(tickMs - clock.nowMs(), signal).then(() => "tick"));
        isTicking = true;
        const woken = await arrivals.next();
        if (woken === "tick") {
          if (signal.aborted) return;
          isTicking = false;
          tickMs = Math.max(tickMs + TICK_MS, clock.nowMs());
          this.#tick(clock.nowMs());
        } else if (woken.done === true) return;
        else {
          this.#turn(woken.value);
          arrivals.expect(pull());
        }
      }
    } finally {
      await turns.return?.().catch(() => {});
    }
  }

  /** One turn of the source: chunks -> links -> batches -> one append. */
  #turn(chunks: readonly PenChunk[]): void {
    const { metrics } = this.#options;
    let notifications = 0;
    let bytes = 0;
    for (const chunk of chunks) {
      const pen = this.#penOf(chunk.pen);
      if (chunk.kind === "bytes") {
        notifications++;
        bytes += chunk.bytes.length;
      } else this.#writer.reset(chunk.pen);
      if (chunk.receivedMs > this.#receivedMs) this.#receivedMs = chunk.receivedMs;
      pen.hear(chunk);
      this.#touched.add(pen);
      this.#writer.write(chunk.pen, pen.link.takeWrites());
    }
    metrics?.heard?.(notifications, bytes);
    this.#endTurn();
  }

  #tick(nowMs: number): void {
    this.#receivedMs = Math.max(this.#receivedMs, nowMs);
    const { pens, orders } = this.#options;
    for (const [id, pen] of this.#pens) {
      const order = orders?.take(id, nowMs) ?? null;
      if (order !== null) pen.order(order);
      pen.tick(nowMs, pens?.passwordOf(id));
      this.#touched.add(pen);
      this.#writer.write(id, pen.link.takeWrites());
    }
    for (const pen of this.#touched) pen.flush();
    this.#recordTick(nowMs, this.#ticks++ % TICKS_PER_STATE === 0, false);
    this.#endTurn();
  }

  #recordTick(nowMs: number, withPens: boolean, last: boolean): void {
    const pens: PenState[] = [];
    if (withPens) for (const pen of this.#pens.values()) pens.push(pen.state);
    const delivery = deliveryOf(this.#outbox, this.#options.delivery?.() ?? null, nowMs);
    const radio = withPens ? this.#radio.take(this.#options.source.radio?.() ?? null, this.#pens, nowMs) : null;
    const { orders } = this.#options;
    const facts = {
      ...(withPens ? { gateway: this.#life.gateway } : {}),
      ...(withPens && orders !== undefined ? { sealKey: orders.sealKey } : {}),
      ...(last ? { last } : {}),
      ...(radio === null ? {} : { radio }),
    };
    this.#record({
      receivedMs: nowMs,
      body: { kind: "tick", pens, ...facts, ...(delivery === null ? {} : { delivery }) },
    });
  }

  #penOf(id: PenId): HeardPen {
    const known = this.#pens.get(id);
    if (known !== undefined) return known;
    const { metrics, pens } = this.#options;
    const events: HeardPenEvents = {
      record: (record) => this.#record(record),
      dots: (count) => metrics?.dots?.(count),
      fault: (of, kind, count) => metrics?.fault?.(of, kind, count),
      memory: (packetId) => void this.#chunksToStore.push({ pen, packetId }),
      damaged: (chunk) => void this.#bury(pen, chunk),
      clock: (note, isUrgent) => void this.#keepClock(pen, note, isUrgent),
      imitated: () => this.#options.source.reject?.(id),
      password: (password) => void this.#keeper.keepPassword(id, password),
    };
    const pen: HeardPen = new HeardPen(id, events, pens === undefined ? undefined : backgroundOf(pens, id));
    this.#pens.set(id, pen);
    return pen;
  }

  async #bury(pen: HeardPen, chunk: DamagedChunk): Promise<void> {
    if (await this.#keeper.bury(chunk)) this.#acknowledge(pen, chunk.packetId);
  }

  async #keepClock(pen: HeardPen, note: PenClockNote, isUrgent: boolean): Promise<void> {
    await this.#keeper.keepClock(pen.link.pen, note);
    if (!isUrgent) return;
    pen.link.clockRemembered(this.#options.clock.nowMs());
    this.#writer.write(pen.link.pen, pen.link.takeWrites());
  }

  #record({ receivedMs, body }: InkRecord): void {
    const value = encodeInk(this.#life.number(receivedMs, body));
    this.#records.push({ key: this.#options.room, value, timestampMs: receivedMs });
  }

  #endTurn(): void {
    for (const pen of this.#touched) pen.flush();
    this.#touched.clear();
    if (this.#records.length === 0) return;
    this.#outbox.push(this.#records, this.#receivedMs, this.#chunksToStore);
    this.#records = [];
    this.#chunksToStore = [];
    this.#send();
  }

  /** Hands everything to the log that may be handed to it. */
  #send(): void {
    const { log, clock, metrics } = this.#options;
    for (let entry = this.#outbox.take(); entry !== null; entry = this.#outbox.take()) {
      const sent = entry;
      const startMs = clock.nowMs();
      log.append("ink", sent.records).then(
        () => {
          this.#retryMs = RETRY_MS_MIN;
          metrics?.appended?.(clock.nowMs() - startMs, sent.records.length);
          const durableMs = this.#outbox.succeeded(sent);
          if (durableMs !== null) metrics?.durable?.(durableMs);
          for (const { pen, packetId } of sent.note) this.#acknowledge(pen, packetId);
          this.#cameBack();
        },
        (error: unknown) => {
          metrics?.appendFailed?.(error instanceof LogError ? error.code : "unknown");
          if (error instanceof LogError && !error.canRetry) this.#fatal ??= error;
          this.#outbox.failed(sent);
          this.#cameBack();
        },
      );
    }
    metrics?.outbox?.(this.#outbox.records, this.#outbox.bytes);
  }

  #acknowledge(pen: HeardPen, packetId: number): void {
    pen.memoryStored(packetId, this.#options.clock.nowMs());
    this.#writer.write(pen.link.pen, pen.link.takeWrites());
  }

  #cameBack(): void {
    if (this.#outbox.mustRewind && !this.#rewinding && this.#fatal === null) void this.#rewindLater();
    this.#settled();
  }

  async #rewindLater(): Promise<void> {
    this.#rewinding = true;
    const waitMs = this.#retryMs;
    this.#retryMs = Math.min(RETRY_MS_MAX, this.#retryMs * 2);
    await this.#options.clock.sleep(waitMs, this.#stop.signal);
    this.#rewinding = false;
    if (this.#stop.signal.aborted) return;
    this.#outbox.rewind();
    this.#send();
  }

  #oneSettled(): Promise<void> {
    return new Promise((resolve) => {
      this.#settled = resolve;
    });
  }

  /** Open strokes end with the gateway, marked as ended by it; the last record says what was heard in all. EVT-14. */
  #closePens(): void {
    const nowMs = this.#options.clock.nowMs();
    for (const [id, pen] of this.#pens) {
      pen.close(nowMs);
      this.#writer.reset(id);
    }
    this.#recordTick(nowMs, true, true);
    this.#endTurn();
  }

  async #flush(): Promise<void> {
    const stop = new AbortController();
    const { clock } = this.#options;
    const untilMs = clock.nowMs() + FLUSH_MS_MAX;
    const timeUp = clock.sleep(FLUSH_MS_MAX, stop.signal);
    while (!this.#outbox.isEmpty && this.#fatal === null && clock.nowMs() < untilMs) {
      await Promise.race([this.#oneSettled(), timeUp]);
    }
    stop.abort();
  }
}
