import {
  DOT_STRIDE,
  type DotBatch,
  type InkRecord,
  type PenId,
  type PenLinkState,
  type PenState,
  type PenTrouble,
} from "@penlight/proto";
import { encodePenFrame, type PenFaultKind } from "@penlight/proto/pen";
import type { PenChunk } from "../source/pen-source.ts";
import { DotBatcher } from "./dot-batcher.ts";
import { InkFirst } from "./ink-first.ts";
import type { LinkEvent } from "./link-event.ts";
import type { DamagedChunk } from "./memory-receiver.ts";
import { MemorySync } from "./memory-sync.ts";
import { type LinkAir, PenAir } from "./pen-air.ts";
import type { PenClockNote } from "./pen-clock.ts";
import { type PenDialogue, PenLink } from "./pen-link.ts";
import type { PenBackground } from "./pen-settings.ts";
import { PenTroubles } from "./pen-troubles.ts";
import { RecoveryCount } from "./recovery-count.ts";
import { WacomLink } from "./wacom-link.ts";

/** Faults that lose ink: they are told as InkGap records, with the kind as the reason. EVT-7. */
export const GAP_REASONS = ["gap", "missing-page", "chunk-abandoned"] as const satisfies readonly PenFaultKind[];

/** Time is part of a gap's identity (HIS-4): two gaps of one pen are at least this far apart, ms. */
const GAP_STEP_MS = 0.001;

export interface HeardPenEvents {
  readonly record: (record: InkRecord) => void;
  readonly dots: (count: number) => void;
  readonly fault: (pen: PenId, kind: PenFaultKind, count: number) => void;
  /** The records of this memory chunk were given to `record`; once they are durable: {@link HeardPen.memoryStored}. */
  readonly memory: (packetId: number) => void;
  /** A chunk stayed unreadable; once its bytes are kept: {@link HeardPen.memoryStored}. */
  readonly damaged: (chunk: DamagedChunk) => void;
  /** Worth keeping for other lives of the gateway. `isUrgent`: {@link PenLink.clockRemembered} is waited for. */
  readonly clock: (note: PenClockNote, isUrgent: boolean) => void;
}

const UNKNOWN: PenBackground = { password: null, settings: {}, clock: null, family: "neolab" };

/** More bytes of a pen than this in FLOOD_WINDOW_MS are no pen's: a link carries 30 kB/s. PEN-1. */
export const FLOOD_BYTES_MAX = 2 * 2 ** 20;
export const FLOOD_WINDOW_MS = 5000;

/** One pen as the gateway knows it: chunks in, ink records out. Pure: time comes with the chunks. */
export class HeardPen {
  readonly link: PenDialogue;
  readonly #pen: PenId;
  readonly #events: HeardPenEvents;
  readonly #batcher: DotBatcher;
  readonly #memory: MemorySync;
  readonly #gaps = new Map<string, number>();
  /** Counted where it is heard, not where it is recorded, so that one can be held against the other. EVT-15. */
  readonly #totals = { liveDots: 0, liveStrokes: 0, memoryDots: 0, memoryStrokes: 0, lostEvents: 0 };
  readonly #air = new PenAir();
  readonly #recovery = new RecoveryCount();
  readonly #troubles = new PenTroubles();
  readonly #inkFirst = new InkFirst();
  #trouble: readonly PenTrouble[] = [];
  #window = { startMs: 0, bytes: 0 };
  #password: string | null;
  #state: PenLinkState = "connecting";
  #heardMs = 0;
  /** Time of the last gap that was told. */
  #gapMs = 0;
  /** Something happened that may have changed the state; `#told` is the state that was told last. */
  #changed = false;
  #told = "";

  constructor(pen: PenId, events: HeardPenEvents, background: PenBackground = UNKNOWN) {
    this.#pen = pen;
    this.#events = events;
    const { password, settings, clock, family } = background;
    this.#password = password;
    this.link =
      family === "wacom"
        ? new WacomLink(pen)
        : new PenLink({ pen, settings, clock, keepsClock: true, ...(password === null ? {} : { password }) });
    this.#memory = new MemorySync((packet) => this.link.request(packet), {
      short: (strokes) => this.#takeFault("memory-short", strokes),
      kept: () => this.#takeFault("memory-kept", 1),
    });
    this.#batcher = new DotBatcher(pen, (batch) => this.#emitBatch(batch));
  }

  get state(): PenState {
    const { link } = this;
    const battery = link.battery;
    return {
      pen: this.#pen,
      link: this.#state,
      batteryPercent: battery?.percent ?? null,
      charging: battery?.charging ?? false,
      heardMs: this.#heardMs,
      lostDots: link.lostDots,
      model: link.model,
      firmware: link.firmware,
      ...(this.#recovery.strokes === 0 ? {} : { recoveredStrokes: this.#recovery.strokes }),
      ...(this.#trouble.length === 0 ? {} : { troubles: this.#trouble }),
      ...(link.protocol === "" ? {} : { protocol: link.protocol }),
      totals: { ...this.#totals },
    };
  }

  /** What is known of its way to here; the latency is that of the strokes since this was asked last. EVT-23. */
  takeAir(): LinkAir {
    return { pen: this.#pen, ...this.#air.take(), memoryPercent: this.link.memoryPercent };
  }

  hear(chunk: PenChunk): void {
    this.#heardMs = chunk.receivedMs;
    switch (chunk.kind) {
      case "connected":
        this.#state = "connecting";
        this.#changed = true;
        this.#memory.reset();
        this.#troubles.open();
        this.#inkFirst.reset();
        this.#take(this.link.open(chunk.receivedMs, chunk.mtu), chunk.receivedMs);
        break;
      case "bytes":
        this.link.expectsMemory = this.#memory.isTransferring;
        if (this.#isFlood(chunk.bytes.length, chunk.receivedMs)) this.#takeFault("flood", chunk.bytes.length);
        else this.#take(this.link.receive(chunk.bytes, chunk.receivedMs), chunk.receivedMs);
        break;
      case "lost":
        if (this.#state !== "off") {
          this.#state = "lost";
          this.#air.dropped();
        }
        this.#changed = true;
        this.#memory.reset();
        this.#take(this.link.close(chunk.receivedMs), chunk.receivedMs);
        this.#events.clock(this.link.clockNote, false);
        break;
    }
  }

  /** @param password what is stored by now, null: none; absent: nobody knows. */
  tick(nowMs: number, password?: string | null): void {
    if (password !== undefined && password !== this.#password) this.#takePassword(password, nowMs);
    this.#take(this.link.tick(nowMs), nowMs);
    const isWriting = this.#inkFirst.isWriting(this.link.isWriting, nowMs);
    this.#acknowledge(isWriting, nowMs);
    this.#memory.tick(nowMs, isWriting);
    this.#look(nowMs);
  }

  /** What is wrong with the pen changes with what it says, and with time. EVT-25. */
  #look(nowMs: number): void {
    const trouble = this.#troubles.at(nowMs);
    if (String(trouble) === String(this.#trouble)) return;
    this.#trouble = trouble;
    this.#changed = true;
  }

  /** The strokes of this memory chunk are durable: the pen may forget them. Live ink goes first. PEN-13. */
  memoryStored(packetId: number, nowMs: number): void {
    this.#acknowledge(false, nowMs);
    this.#inkFirst.wait(packetId, nowMs);
    this.#acknowledge(this.#inkFirst.isWriting(this.link.isWriting, nowMs), nowMs);
  }

  #acknowledge(isWriting: boolean, nowMs: number): void {
    const packetId = this.#inkFirst.takeDue(isWriting, nowMs);
    if (packetId === null) return;
    this.link.memoryStored(packetId);
    this.#memory.stored(packetId, nowMs);
  }

  /** Its owner has stored another one since: a person's try. PEN-11. */
  #takePassword(password: string | null, nowMs: number): void {
    this.#password = password;
    this.link.storePassword(password);
    if (this.#state === "locked" && password !== null) this.link.unlock(password, nowMs);
  }

  #isFlood(bytes: number, nowMs: number): boolean {
    if (Math.abs(nowMs - this.#window.startMs) >= FLOOD_WINDOW_MS) this.#window = { startMs: nowMs, bytes: 0 };
    this.#window.bytes += bytes;
    return this.#window.bytes > FLOOD_BYTES_MAX;
  }

  /** The gateway ends: an open stroke ends with it. */
  close(nowMs: number): void {
    this.#take(this.link.close(nowMs), nowMs);
    this.flush();
  }

  /** End of a turn: what is held goes out; gaps and a changed state are told. */
  flush(): void {
    this.#batcher.flush();
    if (this.#changed) this.#look(this.#heardMs);
    if (this.#gaps.size > 0) this.#tellGaps();
    if (!this.#changed) return;
    this.#changed = false;
    const state = this.state;
    const told = JSON.stringify({ ...state, heardMs: 0, lostDots: 0, recoveredStrokes: 0, totals: null });
    if (told === this.#told) return;
    this.#told = told;
    this.#events.record({ receivedMs: this.#heardMs, body: { kind: "pen-state", state } });
  }

  #tellGaps(): void {
    this.#gapMs = Math.max(this.#heardMs, this.#gapMs + GAP_STEP_MS);
    for (const [reason, lostEvents] of this.#gaps) {
      this.#events.record({ receivedMs: this.#gapMs, body: { kind: "gap", pen: this.#pen, lostEvents, reason } });
    }
    this.#gaps.clear();
  }

  #emitBatch(batch: DotBatch): void {
    this.#events.dots(batch.dotCount);
    this.#events.record({ receivedMs: this.#heardMs, body: { kind: "dots", batch } });
  }

  #take(events: readonly LinkEvent[], nowMs: number): void {
    for (const event of events) {
      this.#count(event);
      this.#air.note(event, nowMs, this.link.clockOffsetMs);
      this.#recovery.take(event);
      this.#troubles.take(event, nowMs);
      this.#inkFirst.take(event, nowMs);
      switch (event.kind) {
        case "stroke-start":
        case "page":
        case "dots":
        case "stroke-end":
          this.#batcher.take(event, this.link);
          break;
        case "memory-chunk":
          this.#batcher.take(event, this.link);
          this.#events.memory(event.chunk.packetId);
          this.#memory.take(event, nowMs);
          break;
        case "memory-damaged": {
          const { packet, damage } = event;
          const bytes = encodePenFrame(packet);
          this.#events.damaged({ pen: this.#pen, packetId: packet.packetId, damage, bytes });
          this.#memory.take(event, nowMs);
          break;
        }
        case "clock-note":
          this.#events.clock(this.link.clockNote, true);
          break;
        case "fault":
          this.#takeFault(event.fault.kind, event.fault.count);
          break;
        case "ready":
          this.#become("connected");
          this.#memory.take(event, nowMs);
          break;
        case "locked":
          this.#become("locked");
          break;
        case "power-off":
          this.#become("off");
          break;
        case "status":
        case "version":
        case "low-battery":
          this.#changed = true;
          break;
        case "reply":
        case "memory-refused":
        case "memory-abandoned":
          this.#memory.take(event, nowMs);
      }
    }
  }

  #count(event: LinkEvent): void {
    const totals = this.#totals;
    if (event.kind === "dots") totals.liveDots += event.to - event.from;
    else if (event.kind === "stroke-end" && event.dots > 0) totals.liveStrokes++;
    else if (event.kind === "memory-chunk") {
      for (const { dots } of event.chunk.strokes) {
        totals.memoryDots += dots.length / DOT_STRIDE;
        if (dots.length > 0) totals.memoryStrokes++;
      }
    }
  }

  #become(state: PenLinkState): void {
    this.#state = state;
    this.#changed = true;
  }

  #takeFault(kind: PenFaultKind, count: number): void {
    this.#events.fault(this.#pen, kind, count);
    if (!(GAP_REASONS as readonly string[]).includes(kind)) return;
    this.#gaps.set(kind, (this.#gaps.get(kind) ?? 0) + count);
    this.#totals.lostEvents += count;
  }
}
