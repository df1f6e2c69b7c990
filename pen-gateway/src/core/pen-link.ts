import type { PageAddress, PenId } from "@penlight/proto";
import {
  cutFrame,
  decodePenFrame,
  encodeHostFrame,
  FORCE_MAX_DEFAULT,
  FRAME_FAULT,
  FRAME_NONE,
  FrameReader,
  type HostPacket,
  LEVEL_HOVER_PACKET,
  type PenFaultCounts,
  type PenPacket,
  type PenPacketOf,
  protocolLevel,
  type Refusal,
} from "@penlight/proto/pen";
import { FaultCounter } from "./fault-counter.ts";
import { Handshake } from "./handshake.ts";
import { EventList, type LinkEvent } from "./link-event.ts";
import { LiveStrokes } from "./live-strokes.ts";
import { MemoryReceiver } from "./memory-receiver.ts";
import { PenClock } from "./pen-clock.ts";
import { DUPLICATE, EventSequence, printOf } from "./sequence.ts";

export type { LinkEvent, UpCounts } from "./link-event.ts";

export interface PenLinkOptions {
  readonly pen: PenId;
  /** The pen's password, where its owner gave it to us; default none. */
  readonly password?: string;
  /** Hover events wanted; default no: they cost air time and are no ink. */
  readonly hover?: boolean;
}

/** ATT MTU of a link that negotiated none. */
const MTU_MIN = 23;
/** Pieces that may wait for `takeWrites`: several handshakes at the smallest MTU. */
const WRITES_MAX = 256;

const COMMAND_DOT = 0x6c;
const COMMAND_LEGACY_DOT = 0x65;
/** Payload of a dot without its counter. */
const DOT_BYTES = 13;

/**
 * Everything between one pen's notifications and its strokes: framing, handshake, event counter, clock, stroke state
 * machine, memory chunks. Sans-I/O: bytes and time in, values and frames to write out. PEN rules in SPEC.md.
 *
 * The list that a method returns and `dots` are reused: read them before the next call. After each call, write what
 * `takeWrites` gives, in order, one at a time.
 */
export class PenLink {
  readonly pen: PenId;
  readonly #reader = new FrameReader("pen");
  readonly #events = new EventList();
  readonly #faults = new FaultCounter(this.#events);
  readonly #sequence = new EventSequence();
  readonly #clock = new PenClock();
  readonly #strokes = new LiveStrokes(this.#events, this.#faults, this.#clock);
  readonly #memory = new MemoryReceiver(this.#events, this.#faults, (packet) => this.#queue(packet));
  readonly #handshake: Handshake;
  #writes: Uint8Array[] = [];
  #mtu = MTU_MIN;
  #version: PenPacketOf<"version"> | null = null;
  #status: PenPacketOf<"status"> | null = null;
  #level = 0;
  /** With hover on and no packet of its own for it, a dot while the tip is up is a hover dot, not a lost pen-down. */
  #dotsMayHover = false;
  #lostEvents = 0;

  constructor(options: PenLinkOptions) {
    this.pen = options.pen;
    this.#handshake = new Handshake(
      { password: options.password ?? null, hover: options.hover ?? false },
      {
        events: this.#events,
        faults: this.#faults,
        send: (packet) => this.#queue(packet),
        clockWasSet: () => this.#clock.reset(),
      },
    );
  }

  /** The link is up and notifications are on. `mtu` is the negotiated ATT MTU. Everything of the connection before is void. */
  open(nowMs: number, mtu: number): readonly LinkEvent[] {
    this.#begin(0);
    this.#strokes.close();
    this.#strokes.reset();
    this.#reader.reset();
    this.#sequence.reset();
    this.#clock.reset();
    this.#memory.reset();
    this.#writes = [];
    this.#mtu = Math.max(MTU_MIN, mtu);
    this.#version = null;
    this.#status = null;
    this.#level = 0;
    this.#dotsMayHover = false;
    this.#lostEvents = 0;
    this.#handshake.open(nowMs);
    return this.#events.events;
  }

  /** One notification, or any other piece of the pen's bytes. Never throws on what they say. */
  receive(bytes: Uint8Array, receivedMs: number): readonly LinkEvent[] {
    this.#begin(bytes.length);
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
    this.#strokes.close();
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
    return this.#strokes.dots;
  }
  get isReady(): boolean {
    return this.#handshake.isReady;
  }
  get isWriting(): boolean {
    return this.#strokes.isOpen;
  }
  /** Gateway clock minus pen clock, ms; 0 while no pen time was heard. */
  get clockOffsetMs(): number {
    return this.#clock.known ? this.#clock.offsetMs : 0;
  }
  get maxForce(): number {
    return effectiveMaxForce(this.#status);
  }
  get faultCounts(): PenFaultCounts {
    return this.#faults.counts;
  }
  /** Dots that the pen made in strokes heard on this connection and that are not in them. */
  get lostDots(): number {
    return this.#strokes.lostDots;
  }
  /** Counted events that never came on this connection, dots and others. */
  get lostEvents(): number {
    return this.#lostEvents;
  }
  /** Marketing name, else device name; "" while not known. */
  get model(): string {
    return this.#version === null ? "" : this.#version.subName || this.#version.device;
  }
  get firmware(): string {
    return this.#version?.firmware ?? "";
  }
  /** Null while not known. */
  get battery(): { readonly percent: number; readonly charging: boolean } | null {
    return this.#status === null ? null : { percent: this.#status.batteryPct, charging: this.#status.charging };
  }

  #begin(bytes: number): void {
    this.#events.clear();
    this.#strokes.clear(bytes);
  }

  #queue(packet: HostPacket): void {
    const pieces = cutFrame(encodeHostFrame(packet), this.#mtu);
    if (this.#writes.length + pieces.length > WRITES_MAX) this.#faults.add("writes-full");
    else this.#writes.push(...pieces);
  }

  /** Dots take the short way; everything else goes through the packet table. */
  #frame(receivedMs: number): void {
    const reader = this.#reader;
    const { command, payloadStart: at } = reader;
    if (reader.excess > 0) this.#faults.add("long", command);
    const size = reader.payloadEnd - at;
    if (command === COMMAND_DOT && size > DOT_BYTES) {
      if (this.#counted(reader.body[at] as number)) this.#dot(at + 1, receivedMs);
    } else if (command === COMMAND_LEGACY_DOT && size >= DOT_BYTES) this.#dot(at, receivedMs);
    else this.#decoded(receivedMs);
  }

  #dot(at: number, receivedMs: number): void {
    const body = this.#reader.body;
    if (this.#dotsMayHover && !this.#strokes.isOpen) {
      const x = ((body[at + 3] as number) | ((body[at + 4] as number) << 8)) * 100 + (body[at + 7] as number);
      const y = ((body[at + 5] as number) | ((body[at + 6] as number) << 8)) * 100 + (body[at + 8] as number);
      this.#events.push({ kind: "hover", dt: body[at] as number, x, y });
    } else this.#strokes.dot(body, at, receivedMs);
  }

  /** True: an event that was not heard before. Says what was lost before it. */
  #counted(counter: number): boolean {
    const last = this.#sequence.last;
    const lost = this.#sequence.take(counter, printOf(this.#reader.body, this.#reader.payloadStart, this.#reader.payloadEnd));
    if (lost === 0) return true;
    if (lost === DUPLICATE) {
      this.#faults.add("duplicate", this.#reader.command);
      return false;
    }
    this.#faults.add("gap", this.#reader.command, lost);
    this.#events.push({ kind: "gap", from: (last + 1) & 0xff, to: (counter - 1) & 0xff, lost });
    this.#strokes.missed(lost);
    this.#lostEvents += lost;
    return true;
  }

  #decoded(receivedMs: number): void {
    const packet = decodePenFrame(this.#reader);
    if (typeof packet === "string") {
      this.#faults.add(packet, this.#reader.command);
      return;
    }
    if ("count" in packet && !this.#counted(packet.count)) return;
    if (!this.#live(packet, receivedMs)) this.#told(packet, receivedMs);
  }

  /** Live ink. False: it is something else. */
  #live(packet: PenPacket | Refusal, receivedMs: number): boolean {
    const strokes = this.#strokes;
    switch (packet.kind) {
      case "penDown":
      case "legacyDown": {
        const tip = packet.tip === "eraser" ? "eraser" : "pen";
        strokes.down(packet.timeMs, tip, packet.color, "count" in packet ? packet.count : null, receivedMs);
        return true;
      }
      case "page":
      case "legacyPage":
        strokes.page(pageOf(packet));
        return true;
      case "shortDot":
      case "tinyDot":
        this.#bareDot(packet, receivedMs);
        return true;
      case "hover":
        this.#events.push({ kind: "hover", ...placeOf(packet) });
        return true;
      case "penUp":
        strokes.up(packet.timeMs, packet, receivedMs);
        return true;
      case "legacyUp":
        strokes.up(packet.timeMs, null, receivedMs);
        return true;
      case "opticalError":
      case "legacyOpticalError":
        this.#faults.add("optical-error");
        this.#events.push({ kind: "optical-error", error: packet });
        return true;
      default:
        return false;
    }
  }

  #bareDot(packet: PenPacketOf<"shortDot" | "tinyDot">, receivedMs: number): void {
    const dot = placeOf(packet);
    if (this.#dotsMayHover && !this.#strokes.isOpen) this.#events.push({ kind: "hover", ...dot });
    else this.#strokes.bareDot(dot, this.maxForce, receivedMs);
  }

  /** What the pen tells of itself. */
  #told(packet: PenPacket | Refusal, receivedMs: number): void {
    switch (packet.kind) {
      case "version":
        this.#version = packet;
        this.#level = protocolLevel(packet.protocol);
        this.#setHover(this.#status?.hover ?? false);
        this.#events.push({ kind: "version", version: packet });
        break;
      case "status":
        this.#status = packet;
        this.#clock.sample(packet.timeMs, receivedMs);
        this.#setHover(packet.hover);
        this.#events.push({ kind: "status", status: packet });
        break;
      case "lowBattery":
        if (this.#status !== null) this.#status = { ...this.#status, batteryPct: Math.min(100, packet.percent), charging: false };
        this.#events.push({ kind: "low-battery", percent: packet.percent });
        break;
      case "powerOff":
        this.#events.push({ kind: "power-off", reason: packet.reason });
        break;
      case "offlineChunk":
        this.#memory.take(packet);
        break;
      default:
        this.#events.push({ kind: "reply", packet });
    }
    this.#handshake.take(packet, receivedMs);
  }

  #setHover(on: boolean): void {
    this.#dotsMayHover = on && this.#level < LEVEL_HOVER_PACKET;
  }
}

function pageOf(packet: PageAddress): PageAddress {
  return { section: packet.section, owner: packet.owner, note: packet.note, page: packet.page };
}

/** Whole units and hundredths -> hundredths. */
function placeOf(packet: { dt: number; x: number; y: number; fx: number; fy: number }) {
  return { dt: packet.dt, x: packet.x * 100 + packet.fx, y: packet.y * 100 + packet.fy };
}

/** Largest force the pen reports: 0 or nothing said means the usual range. PEN-6. */
export function effectiveMaxForce(status: PenPacketOf<"status"> | null): number {
  return status === null || status.maxForce === 0 ? FORCE_MAX_DEFAULT : status.maxForce;
}
