import {
  DOT_STRIDE,
  type DotBatch,
  type PasswordAnswer,
  type PenId,
  type PenLinkState,
  type PenState,
  type PenTrouble,
} from "@penlight/proto";
import { encodePenFrame, type PenFaultKind } from "@penlight/proto/pen";
import type { HeardPenEvents } from "../heard-pen-events.ts";
import type { PenChunk } from "../source/pen-source.ts";
import { ByteWindow } from "./byte-window.ts";
import { DotBatcher } from "./dot-batcher.ts";
import { GapList, isGap } from "./gap-list.ts";
import { InkFirst } from "./ink-first.ts";
import type { LinkEvent } from "./link-event.ts";
import { MemorySync } from "./memory-sync.ts";
import { PasswordErrand, type PasswordOrder } from "./password-errand.ts";
import { type LinkAir, PenAir } from "./pen-air.ts";
import { PenIdentity } from "./pen-identity.ts";
import { type PenDialogue, PenLink } from "./pen-link.ts";
import type { PenBackground } from "./pen-settings.ts";
import { PenTroubles } from "./pen-troubles.ts";
import { RecoveryCount } from "./recovery-count.ts";
import { WacomLink } from "./wacom-link.ts";

const UNKNOWN: PenBackground = { password: null, settings: {}, clock: null, family: "neolab" };

/** One pen as the gateway knows it: chunks in, ink records out. Pure: time comes with the chunks. */
export class HeardPen {
  readonly link: PenDialogue;
  readonly #pen: PenId;
  readonly #events: HeardPenEvents;
  readonly #batcher: DotBatcher;
  readonly #memory: MemorySync;
  readonly #identity: PenIdentity;
  readonly #gaps: GapList;
  /** Counted where it is heard, not where it is recorded, so that one can be held against the other. EVT-15. */
  readonly #totals = { liveDots: 0, liveStrokes: 0, memoryDots: 0, memoryStrokes: 0, lostEvents: 0 };
  readonly #air = new PenAir();
  readonly #recovery = new RecoveryCount();
  readonly #troubles = new PenTroubles();
  readonly #inkFirst = new InkFirst();
  #trouble: readonly PenTrouble[] = [];
  readonly #window = new ByteWindow();
  readonly #errand = new PasswordErrand();
  #password: string | null;
  #state: PenLinkState = "connecting";
  #heardMs = 0;
  /** Something happened that may have changed the state; `#told` is the state that was told last. */
  #changed = false;
  #told = "";
  #toldAnswer: PasswordAnswer | null = null;

  constructor(pen: PenId, events: HeardPenEvents, background: PenBackground = UNKNOWN) {
    this.#pen = pen;
    this.#events = events;
    const { password, settings, clock, family } = background;
    this.#password = password;
    this.#identity = new PenIdentity(pen, family === "wacom");
    this.#gaps = new GapList(pen);
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
      ...(this.#errand.answer === null ? {} : { password: this.#errand.answer }),
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
        this.#identity.open();
        this.#troubles.open();
        this.#inkFirst.reset();
        this.#take(this.link.open(chunk.receivedMs, chunk.mtu), chunk.receivedMs);
        break;
      case "bytes":
        if (!this.#identity.isAnother) this.#hearBytes(chunk.bytes, chunk.receivedMs);
        break;
      case "lost":
        if (this.#state !== "off") {
          this.#state = "lost";
          this.#air.dropped();
        }
        this.#changed = true;
        this.#memory.reset();
        this.#errand.lost();
        this.#take(this.link.close(chunk.receivedMs), chunk.receivedMs);
        this.#events.clock(this.link.clockNote, false);
        break;
    }
  }

  /** @param password what is stored by now, null: none; absent: nobody knows. */
  tick(nowMs: number, password?: string | null): void {
    if (password !== undefined && password !== this.#password) this.#takePassword(password, nowMs);
    this.#take(this.link.tick(nowMs), nowMs);
    this.#errand.tick(this.link, this.#state, nowMs);
    const isWriting = this.#inkFirst.isWriting(this.link.isWriting, nowMs);
    this.#acknowledge(isWriting, nowMs);
    this.#memory.tick(nowMs, isWriting);
    this.#look(nowMs);
  }

  /** A person wants something of its password; the state tells what became of it. REG-9. */
  order(order: PasswordOrder): void {
    this.#errand.begin(order);
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

  #hearBytes(bytes: Uint8Array, nowMs: number): void {
    this.link.expectsMemory = this.#memory.isTransferring;
    if (this.#window.isFlood(bytes.length, nowMs)) this.#takeFault("flood", bytes.length);
    else this.#take(this.link.receive(bytes, nowMs), nowMs);
    if (this.#identity.isAnother) this.#refuse(nowMs);
  }

  /** Another one is connected in this pen's name. */
  #refuse(nowMs: number): void {
    this.#take(this.link.close(nowMs), nowMs);
    this.#memory.reset();
    this.#takeFault("imitation", 1);
    this.#become("lost");
    this.#events.imitated();
  }

  /** The gateway ends: an open stroke ends with it. */
  close(nowMs: number): void {
    this.#take(this.link.close(nowMs), nowMs);
    this.flush();
  }

  /** End of a turn: what is held goes out; gaps and a changed state are told. */
  flush(): void {
    this.#batcher.flush();
    if (this.#errand.answer !== this.#toldAnswer) this.#changed = true;
    this.#toldAnswer = this.#errand.answer;
    if (this.#changed) this.#look(this.#heardMs);
    for (const gap of this.#gaps.take(this.#heardMs)) this.#events.record(gap);
    if (!this.#changed) return;
    this.#changed = false;
    const state = this.state;
    const told = JSON.stringify({ ...state, heardMs: 0, lostDots: 0, recoveredStrokes: 0, totals: null });
    if (told === this.#told) return;
    this.#told = told;
    this.#events.record({ receivedMs: this.#heardMs, body: { kind: "pen-state", state } });
  }

  #emitBatch(batch: DotBatch): void {
    this.#events.dots(batch.dotCount);
    this.#events.record({ receivedMs: this.#heardMs, body: { kind: "dots", batch } });
  }

  #take(events: readonly LinkEvent[], nowMs: number): void {
    for (const event of events) {
      if (!this.#identity.admits(event)) continue;
      this.#count(event);
      this.#air.note(event, nowMs, this.link.clockOffsetMs);
      this.#recovery.take(event);
      this.#troubles.take(event, nowMs);
      this.#inkFirst.take(event, nowMs);
      const password = this.#errand.take(event);
      if (password !== undefined) this.#events.password(password);
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
    if (!isGap(kind)) return;
    this.#gaps.add(kind, count);
    this.#totals.lostEvents += count;
  }
}
