import type { Clock, PenId, Random } from "@penlight/proto";
import { RadioPlan } from "../core/radio-plan.ts";
import { listAdapters } from "./bluetooth/adapters.ts";
import { type BluetoothTrouble, HOPELESS } from "./bluetooth/bluetooth-trouble.ts";
import { NOTIFICATIONS_PER_SECOND_MAX } from "./bluetooth/flood-gate.ts";
import { forkRadio, type RadioChild, type StartRadio } from "./bluetooth/radio-child.ts";
import type { RadioNews, TroubleCode } from "./bluetooth/radio-message.ts";
import { type PenChunk, type PenSource, PenSourceError, type RadioReport } from "./pen-source.ts";

/** How often it is looked who can be connected, ms. */
export const DECIDE_MS = 100;
/** How often it is looked which adapters the machine has, ms: one may be plugged in at any time. */
export const LOOK_MS = 3000;
/** What may wait to be heard. Above it the pens are let go: they keep their ink in their memory. BLE-10. */
export const HEARD_BYTES_MAX = 16 * 2 ** 20;

export interface NobleSourceOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** Only these are connected. May change at any time. BLE-2. */
  readonly isRegistered: (pen: PenId) => boolean;
  /** So long a pen is left to the gateway of another room. REG-8. */
  readonly claimDelayMs?: (pen: PenId, nowMs: number) => number;
  /** What a person should know; null: all is well again. */
  readonly tell: (trouble: BluetoothTrouble | null) => void;
  readonly pensPerAdapter?: number;
  readonly notificationsPerSecondMax?: number;
  readonly listAdapters?: () => readonly number[] | TroubleCode;
  readonly startRadio?: StartRadio;
}

interface WaitingWrite {
  readonly adapter: number;
  readonly pen: PenId;
  readonly taken: () => void;
  readonly failed: (error: PenSourceError) => void;
}

/**
 * Pens by Bluetooth Low Energy: one process per adapter, shared out and watched over by a {@link RadioPlan}. Where there is
 * no Bluetooth it says so and goes on looking; `open` does not fail. One `open` at a time. BLE-1 to BLE-10.
 */
export class NobleSource implements PenSource {
  readonly #options: NobleSourceOptions;
  readonly #plan: RadioPlan;
  readonly #children = new Map<number, RadioChild>();
  /** Why an adapter's process said that it ends. */
  readonly #lastWords = new Map<number, BluetoothTrouble>();
  readonly #writes = new Map<number, WaitingWrite>();
  readonly #signals = new Map<PenId, number>();
  #heard: PenChunk[] = [];
  #heardBytes = 0;
  #writeId = 0;
  #lookMs = 0;
  #wakeUp: AbortController | null = null;
  #closing = false;

  constructor(options: NobleSourceOptions) {
    this.#options = options;
    const { random, isRegistered, pensPerAdapter, claimDelayMs } = options;
    this.#plan = new RadioPlan({
      ...{ random, isRegistered },
      ...(pensPerAdapter === undefined ? {} : { pensPerAdapter }),
      ...(claimDelayMs === undefined ? {} : { claimDelayMs }),
    });
  }

  async *open(signal: AbortSignal): AsyncGenerator<readonly PenChunk[]> {
    const { clock } = this.#options;
    const end = () => this.#wakeUp?.abort();
    signal.addEventListener("abort", end, { once: true });
    try {
      while (!signal.aborted) {
        this.#act(clock.nowMs());
        if (this.#heard.length > 0) {
          const heard = this.#heard;
          this.#heard = [];
          this.#heardBytes = 0;
          yield heard;
          continue;
        }
        this.#wakeUp = new AbortController();
        await clock.sleep(DECIDE_MS, this.#wakeUp.signal);
      }
    } finally {
      signal.removeEventListener("abort", end);
      await this.#close();
    }
  }

  write(pen: PenId, bytes: Uint8Array): Promise<void> {
    const adapter = this.#plan.adapterOf(pen);
    const child = adapter === null ? undefined : this.#children.get(adapter);
    if (adapter === null || child === undefined) return Promise.reject(new PenSourceError("source.not-connected", pen));
    const id = ++this.#writeId;
    return new Promise((taken, failed) => {
      this.#writes.set(id, { adapter, pen, taken, failed });
      child.order({ do: "write", id, pen, bytes });
    });
  }

  reject(pen: PenId): void {
    this.#plan.reject(pen, this.#options.clock.nowMs());
    this.#wakeUp?.abort();
  }

  radio(): RadioReport {
    const adapters = this.#plan.adapters;
    return {
      adapters: adapters.map(({ adapter, state, address, pens, queue, faults }) => ({
        ...{ name: nameOf(adapter), address, state, pens: pens.length, capacity: this.#plan.capacity, queue, faults },
      })),
      pens: adapters.flatMap(({ adapter, pens }) =>
        pens.map((pen) => ({ pen, adapter: nameOf(adapter), signalDbm: this.#signals.get(pen) ?? null })),
      ),
      waiting: this.#plan.waiting,
      unknown: this.#plan.sightings.strangers,
    };
  }

  #act(nowMs: number): void {
    if (nowMs >= this.#lookMs) this.#look(nowMs);
    this.#plan.hold(this.#heardBytes > HEARD_BYTES_MAX);
    for (const command of this.#plan.decide(nowMs)) {
      const { adapter } = command;
      if (command.kind === "start") this.#start(adapter);
      else if (command.kind === "connect")
        this.#children.get(adapter)?.order({ do: "connect", pen: command.pen, device: command.device });
      else this.#children.get(adapter)?.order({ do: "disconnect", pen: command.pen });
    }
  }

  #look(nowMs: number): void {
    this.#lookMs = nowMs + LOOK_MS;
    const found = (this.#options.listAdapters ?? listAdapters)();
    if (typeof found === "string") this.#options.tell({ code: found, adapter: "", detail: "" });
    this.#plan.present(typeof found === "string" ? [] : found, nowMs);
  }

  #start(adapter: number): void {
    const { startRadio = forkRadio, notificationsPerSecondMax = NOTIFICATIONS_PER_SECOND_MAX } = this.#options;
    const child = startRadio({
      adapter,
      notificationsPerSecondMax,
      heard: (news) => {
        if (this.#children.get(adapter) === child) for (const each of news) this.#take(adapter, each);
        this.#wakeUp?.abort();
      },
      ended: () => {
        if (this.#children.get(adapter) === child) this.#ended(adapter);
      },
    });
    this.#children.set(adapter, child);
  }

  #take(adapter: number, news: RadioNews): void {
    const nowMs = this.#options.clock.nowMs();
    switch (news.on) {
      case "up":
        this.#plan.up(adapter, news.address);
        if (this.#plan.adapters.every(({ state }) => state === "on")) this.#options.tell(null);
        break;
      case "down":
        this.#lastWords.set(adapter, { code: news.code, adapter: nameOf(adapter), detail: news.detail });
        break;
      case "seen":
        this.#plan.seen({ adapter, atMs: nowMs, ...news });
        if (this.#options.isRegistered(news.pen)) this.#signals.set(news.pen, news.signalDbm);
        break;
      case "connected":
        this.#plan.connected(adapter, news.pen);
        this.#heard.push({ kind: "connected", pen: news.pen, receivedMs: nowMs, mtu: news.mtu });
        break;
      case "failed":
        this.#plan.failed(adapter, news.pen, news.fault, nowMs);
        break;
      case "bytes":
        this.#heard.push({ kind: "bytes", pen: news.pen, receivedMs: nowMs, bytes: news.bytes });
        this.#heardBytes += news.bytes.length;
        // Whoever reads the source has stopped: the pens have to be let go from here.
        if (this.#heardBytes > HEARD_BYTES_MAX && this.#heardBytes - news.bytes.length <= HEARD_BYTES_MAX) this.#act(nowMs);
        break;
      case "written":
        this.#written(adapter, news.id, news.refusal);
        break;
      case "lost":
        this.#plan.lost(adapter, news.pen, news.fault, nowMs);
        this.#lost(news.pen, nowMs);
    }
  }

  #written(adapter: number, id: number, refusal: string | null): void {
    const write = this.#writes.get(id);
    this.#writes.delete(id);
    if (refusal === null) write?.taken();
    else {
      this.#plan.fault(adapter, "write-failed");
      write?.failed(new PenSourceError("source.not-written", `${write.pen}: ${refusal}`));
    }
  }

  #lost(pen: PenId, nowMs: number): void {
    this.#heard.push({ kind: "lost", pen, receivedMs: nowMs });
    this.#failWrites((write) => write.pen === pen);
  }

  /** The process of an adapter is no more: so are its links. BLE-8. */
  #ended(adapter: number): void {
    if (this.#closing) return;
    this.#children.delete(adapter);
    const nowMs = this.#options.clock.nowMs();
    const trouble = this.#lastWords.get(adapter) ?? {
      code: "bluetooth.failed",
      adapter: nameOf(adapter),
      detail: "its process ended",
    };
    this.#lastWords.delete(adapter);
    for (const pen of this.#plan.down(adapter, nowMs, HOPELESS.includes(trouble.code))) this.#lost(pen, nowMs);
    this.#failWrites((write) => write.adapter === adapter);
    this.#options.tell(trouble);
    this.#wakeUp?.abort();
  }

  #failWrites(which: (write: WaitingWrite) => boolean): void {
    for (const [id, write] of this.#writes) {
      if (!which(write)) continue;
      this.#writes.delete(id);
      write.failed(new PenSourceError("source.not-connected", write.pen));
    }
  }

  async #close(): Promise<void> {
    this.#closing = true;
    this.#failWrites(() => true);
    const children = [...this.#children.values()];
    this.#children.clear();
    await Promise.all(children.map((child) => child.close()));
  }
}

/** As the operating system calls it. */
function nameOf(adapter: number): string {
  return `hci${adapter}`;
}
