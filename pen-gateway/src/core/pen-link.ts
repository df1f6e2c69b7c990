import type { PenId } from "@penlight/proto";
import {
  cutFrame,
  decodePenFrame,
  encodeHostFrame,
  FORCE_MAX_DEFAULT,
  FRAME_FAULT,
  FRAME_NONE,
  FrameReader,
  type HostPacket,
  type PenFaultCounts,
  type PenPacket,
  type PenPacketOf,
  protocolLevel,
  type Refusal,
} from "@penlight/proto/pen";
import { FaultCounter } from "./fault-counter.ts";
import { Handshake } from "./handshake.ts";
import { EventList, type LinkEvent } from "./link-event.ts";
import { LiveInk } from "./live-ink.ts";
import { MemoryReceiver } from "./memory-receiver.ts";
import { PenClock, type PenClockNote, type StrokeTimes } from "./pen-clock.ts";
import { hoverOf, type PenSettings } from "./pen-settings.ts";

export type { LinkEvent, UpCounts } from "./link-event.ts";

export interface PenLinkOptions {
  readonly pen: PenId;
  /** The pen's password, where its owner gave it to us; default none. */
  readonly password?: string;
  /** What the school wants of its pens; default: leave them as they are, hover off. */
  readonly settings?: PenSettings;
  /** What is remembered of the pen's clock; default nothing. */
  readonly clock?: PenClockNote | null;
  /** Whoever has this link keeps what a "clock-note" event asks for; default no, then a clock is set without. */
  readonly keepsClock?: boolean;
}

/** What a gateway needs of the dialogue with a pen, whatever family it is of: bytes and time in, events and writes out. PEN-21. */
export type PenDialogue = Pick<PenLink, keyof PenLink>;

/** ATT MTU of a link that negotiated none. */
const MTU_MIN = 23;
/** Pieces that may wait for `takeWrites`: several handshakes at the smallest MTU. */
const WRITES_MAX = 256;

/**
 * Everything between one pen's notifications and its strokes: framing, handshake, event counter, clock, stroke state
 * machine, memory chunks. Sans-I/O: bytes and time in, values and frames to write out. PEN rules in SPEC.md.
 *
 * The list that a method returns and `dots` are reused: read them before the next call. After each call, write what
 * `takeWrites` gives, in order, one at a time.
 */
export class PenLink {
  readonly pen: PenId;
  /** A transfer out of the pen's memory was asked for: chunks that come without are counted and no ink. */
  expectsMemory = true;
  readonly #reader = new FrameReader("pen");
  readonly #events = new EventList();
  readonly #faults = new FaultCounter(this.#events);
  readonly #clock: PenClock;
  readonly #ink: LiveInk;
  readonly #memory = new MemoryReceiver(this.#events, this.#faults, (packet) => this.#queue(packet));
  readonly #handshake: Handshake;
  #writes: Uint8Array[] = [];
  #mtu = MTU_MIN;
  /** When something was heard last. */
  #receivedMs = 0;
  #version: PenPacketOf<"version"> | null = null;
  #status: PenPacketOf<"status"> | null = null;

  constructor(options: PenLinkOptions) {
    this.pen = options.pen;
    this.#clock = new PenClock(options.clock ?? null);
    this.#ink = new LiveInk(this.#events, this.#faults, this.#clock);
    this.#handshake = new Handshake(
      { password: options.password ?? null, settings: options.settings ?? {} },
      {
        events: this.#events,
        faults: this.#faults,
        send: (packet) => this.#queue(packet),
        rememberClock: () => {
          if (options.keepsClock === true) this.#events.push({ kind: "clock-note" });
          return options.keepsClock !== true;
        },
        clockWasSet: (nowMs, saidMs) => this.#clock.wasSet(nowMs, saidMs),
        isLive: (nowMs) => this.#clock.isLive(nowMs),
        hoverWasSet: () => {
          this.#ink.hoverOn = hoverOf(options.settings ?? {});
        },
      },
    );
  }

  /** The link is up and notifications are on. `mtu` is the negotiated ATT MTU. Everything of the connection before is void. */
  open(nowMs: number, mtu: number): readonly LinkEvent[] {
    this.#begin(0);
    this.#ink.open();
    this.#reader.reset();
    this.#clock.reset();
    this.#memory.reset();
    this.#writes = [];
    this.#mtu = Math.max(MTU_MIN, mtu);
    this.#version = null;
    this.#status = null;
    this.#handshake.open(nowMs);
    return this.#events.events;
  }

  /** One notification, or any other piece of the pen's bytes. Never throws on what they say. */
  receive(bytes: Uint8Array, receivedMs: number): readonly LinkEvent[] {
    this.#begin(bytes.length);
    this.#receivedMs = receivedMs;
    this.#clock.heard(receivedMs);
    const reader = this.#reader;
    reader.push(bytes);
    for (let found = reader.next(); found !== FRAME_NONE; found = reader.next()) {
      if (found === FRAME_FAULT) this.#faults.add(reader.fault, null, reader.faultCount);
      else this.#frame(receivedMs);
    }
    return this.#events.events;
  }

  /** Deadlines: call about four times a second. */
  tick(nowMs: number): readonly LinkEvent[] {
    this.#begin(0);
    this.#handshake.tick(nowMs);
    return this.#events.events;
  }

  /** The link is gone: an open stroke ends at its last dot. */
  close(_nowMs: number): readonly LinkEvent[] {
    this.#begin(0);
    this.#ink.close();
    this.#handshake.close();
    this.#reader.reset();
    this.#memory.reset();
    this.#writes = [];
    return this.#events.events;
  }

  /** What must be written now, in order: frames cut to mtu - 3. Taken once. */
  takeWrites(): Uint8Array[] {
    const writes = this.#writes;
    if (writes.length > 0) this.#writes = [];
    return writes;
  }

  /** Asks the pen something else than the handshake does (memory lists and transfers). */
  request(packet: HostPacket): void {
    this.#queue(packet);
  }

  /** What a "clock-note" event asked for is kept. */
  clockRemembered(nowMs: number): void {
    this.#handshake.clockRemembered(nowMs);
  }

  /** From now on this is the stored password; null: none. */
  storePassword(password: string | null): void {
    this.#handshake.storePassword(password);
  }

  /** See {@link Handshake.changePassword}. */
  changePassword(old: string | null, fresh: string | null, nowMs: number): boolean {
    return this.#handshake.changePassword(old, fresh, nowMs);
  }

  /** A person gave the password of a locked pen. False: not sent (last try, refused before, or not locked). */
  unlock(password: string, nowMs: number): boolean {
    return this.#handshake.unlock(password, nowMs);
  }

  /** The strokes of this memory chunk are durable: acknowledge it. */
  memoryStored(packetId: number): void {
    this.#memory.stored(packetId);
  }

  /** Dots that the "dots" events of the last call index, DOT_STRIDE numbers each. */
  get dots(): Int32Array {
    return this.#ink.dots;
  }
  get isReady(): boolean {
    return this.#handshake.isReady;
  }
  get isWriting(): boolean {
    return this.#ink.isOpen;
  }
  /** Gateway clock minus pen clock, ms; 0 while no pen time was heard. */
  get clockOffsetMs(): number {
    return this.#clock.known ? this.#clock.offsetMs : 0;
  }
  /** The same for a stroke of the pen's memory, by the clock that the pen had then. PEN-10. */
  clockOffsetAt(times: StrokeTimes): number {
    return this.#clock.offsetAt(times, this.#receivedMs);
  }
  /** What is worth knowing of the pen's clock after this link and this process are gone. */
  get clockNote(): PenClockNote {
    return this.#clock.note;
  }
  get maxForce(): number {
    return this.#ink.maxForce;
  }
  get faultCounts(): PenFaultCounts {
    return this.#faults.counts;
  }
  /** Dots that the pen made in strokes heard on this connection and that are not in them. */
  get lostDots(): number {
    return this.#ink.lostDots;
  }
  /** Counted events that never came on this connection, dots and others. */
  get lostEvents(): number {
    return this.#ink.lostEvents;
  }
  /** Marketing name, else device name; "" while not known. */
  get model(): string {
    return this.#version === null ? "" : this.#version.subName || this.#version.device;
  }
  get firmware(): string {
    return this.#version?.firmware ?? "";
  }
  /** Protocol that the pen speaks, e.g. 2.20; below 2.12 its events have no counter. "" while not known. */
  get protocol(): string {
    return this.#version?.protocol ?? "";
  }
  /** Null while not known. */
  get battery(): { readonly percent: number; readonly charging: boolean } | null {
    const status = this.#status;
    return status === null ? null : { percent: Math.min(100, status.batteryPct), charging: status.charging };
  }
  /** How full the pen's memory is, 0..100; null while not known. */
  get memoryPercent(): number | null {
    return this.#status?.usedStoragePct ?? null;
  }

  #begin(bytes: number): void {
    this.#events.clear();
    this.#ink.clear(bytes);
  }

  #queue(packet: HostPacket): void {
    const pieces = cutFrame(encodeHostFrame(packet), this.#mtu);
    if (this.#writes.length + pieces.length > WRITES_MAX) this.#faults.add("writes-full");
    else this.#writes.push(...pieces);
  }

  #frame(receivedMs: number): void {
    const reader = this.#reader;
    if (reader.excess > 0) this.#faults.add("long", reader.command);
    if (this.#ink.takeDot(reader, receivedMs)) return;
    const packet = decodePenFrame(reader);
    if (typeof packet === "string") this.#faults.add(packet, reader.command);
    else if (!this.#ink.take(packet, reader, receivedMs)) this.#told(packet, receivedMs);
  }

  /** What the pen tells of itself. */
  #told(packet: PenPacket | Refusal, receivedMs: number): void {
    switch (packet.kind) {
      case "version":
        if (packet.mac === this.pen) this.#version = packet;
        this.#ink.level = protocolLevel(packet.protocol);
        this.#events.push({ kind: "version", version: packet });
        break;
      case "status":
        this.#status = packet;
        this.#clock.sample(packet.timeMs, receivedMs);
        this.#ink.hoverOn = packet.hover;
        this.#ink.maxForce = effectiveMaxForce(packet);
        this.#events.push({ kind: "status", status: packet });
        break;
      case "lowBattery":
        if (this.#status !== null) this.#status = { ...this.#status, batteryPct: packet.percent };
        this.#events.push({ kind: "low-battery", percent: packet.percent });
        break;
      case "powerOff":
        this.#events.push({ kind: "power-off", reason: packet.reason });
        break;
      case "offlineChunk":
        if (this.expectsMemory) this.#memory.take(packet);
        else this.#faults.add("unasked");
        break;
      case "offlineStart":
        this.#memory.reset();
        this.#events.push({ kind: "reply", packet });
        break;
      default:
        this.#events.push({ kind: "reply", packet });
    }
    this.#handshake.take(packet, receivedMs);
  }
}

/** 0 means the usual range. PEN-6. */
function effectiveMaxForce(status: PenPacketOf<"status">): number {
  return status.maxForce === 0 ? FORCE_MAX_DEFAULT : status.maxForce;
}
