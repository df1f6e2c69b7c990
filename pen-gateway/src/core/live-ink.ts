import type { PageAddress } from "@penlight/proto";
import {
  FORCE_MAX_DEFAULT,
  type FrameReader,
  LEVEL_HOVER_PACKET,
  type PenPacket,
  type PenPacketOf,
  type Refusal,
} from "@penlight/proto/pen";
import type { FaultCounter } from "./fault-counter.ts";
import type { EventList } from "./link-event.ts";
import { LiveStrokes } from "./live-strokes.ts";
import type { PenClock } from "./pen-clock.ts";
import { DUPLICATE, EventSequence, printOf } from "./sequence.ts";

const COMMAND_DOT = 0x6c;
const COMMAND_LEGACY_DOT = 0x65;
/** Payload of a dot without its counter. */
const DOT_BYTES = 13;

/** Live packets of both event families -> strokes: the event counter, hover, and which packet means what. PEN-5, PEN-6, PEN-12. */
export class LiveInk {
  readonly #events: EventList;
  readonly #faults: FaultCounter;
  readonly #sequence = new EventSequence();
  readonly #strokes: LiveStrokes;

  /** Protocol level that the pen reports; 0 while not known. */
  level = 0;
  hoverOn = false;
  maxForce = FORCE_MAX_DEFAULT;
  /** Counted events that never came on this connection. */
  lostEvents = 0;

  constructor(events: EventList, faults: FaultCounter, clock: PenClock) {
    this.#events = events;
    this.#faults = faults;
    this.#strokes = new LiveStrokes(events, faults, clock);
  }

  /** A new connection; a stroke of the one before ends. */
  open(): void {
    this.#strokes.close();
    this.#strokes.lostDots = 0;
    this.#sequence.reset();
    this.level = 0;
    this.hoverOn = false;
    this.lostEvents = 0;
  }

  close(): void {
    this.#strokes.close();
  }

  /** Makes room for all dots that `bytes` bytes can hold; the dots of the call before are gone. */
  clear(bytes: number): void {
    this.#strokes.clear(bytes);
  }

  get dots(): Int32Array {
    return this.#strokes.dots;
  }
  get isOpen(): boolean {
    return this.#strokes.isOpen;
  }
  get lostDots(): number {
    return this.#strokes.lostDots;
  }

  /** The short way for what comes 100 times a second: a dot, straight from the frame. False: it is something else. */
  takeDot(frame: FrameReader, receivedMs: number): boolean {
    const at = frame.payloadStart;
    const size = frame.payloadEnd - at;
    if (frame.command === COMMAND_DOT && size > DOT_BYTES) {
      if (this.#isNew(frame)) this.#dot(frame.body, at + 1, false, receivedMs);
      return true;
    }
    if (frame.command !== COMMAND_LEGACY_DOT || size < DOT_BYTES) return false;
    this.#dot(frame.body, at, true, receivedMs);
    return true;
  }

  /** Any live packet. False: it is something else. */
  take(packet: PenPacket | Refusal, frame: FrameReader, receivedMs: number): boolean {
    if ("count" in packet && !this.#isNew(frame)) return true;
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
        this.#faults.add("optical-error", frame.command);
        this.#events.push({ kind: "optical-error", error: packet });
        return true;
      default:
        return false;
    }
  }

  /** Was this counted event not heard before? Says what was lost before it. */
  #isNew(frame: FrameReader): boolean {
    const counter = frame.body[frame.payloadStart] as number;
    const last = this.#sequence.last;
    const lost = this.#sequence.take(counter, printOf(frame.body, frame.payloadStart, frame.payloadEnd));
    if (lost === 0) return true;
    if (lost === DUPLICATE) {
      this.#faults.add("duplicate", frame.command);
      return false;
    }
    this.#faults.add("gap", frame.command, lost);
    this.#events.push({ kind: "gap", from: (last + 1) & 0xff, to: (counter - 1) & 0xff, lost });
    this.#strokes.missed(lost);
    this.lostEvents += lost;
    return true;
  }

  #dot(body: Uint8Array, at: number, legacy: boolean, receivedMs: number): void {
    if (this.#isHovering(legacy)) {
      const x = ((body[at + 3] as number) | ((body[at + 4] as number) << 8)) * 100 + (body[at + 7] as number);
      const y = ((body[at + 5] as number) | ((body[at + 6] as number) << 8)) * 100 + (body[at + 8] as number);
      this.#events.push({ kind: "hover", dt: body[at] as number, x, y });
    } else this.#strokes.dot(body, at, receivedMs);
  }

  #bareDot(packet: PenPacketOf<"shortDot"> | PenPacketOf<"tinyDot">, receivedMs: number): void {
    const dot = placeOf(packet);
    if (this.#isHovering(true)) this.#events.push({ kind: "hover", ...dot });
    else this.#strokes.bareDot(dot, this.maxForce, receivedMs);
  }

  /**
   * With hover on, and no packet of its own for it, a dot while the tip is up is a hover dot and not a lost pen-down. A
   * pen that speaks the legacy family has none whatever protocol it reports: the family goes by what the host asked for.
   */
  #isHovering(legacy: boolean): boolean {
    return this.hoverOn && !this.#strokes.isOpen && (legacy || this.level < LEVEL_HOVER_PACKET);
  }
}

function pageOf(packet: PageAddress): PageAddress {
  return { section: packet.section, owner: packet.owner, note: packet.note, page: packet.page };
}

/** Whole units and hundredths -> hundredths. */
function placeOf(packet: { dt: number; x: number; y: number; fx: number; fy: number }) {
  return { dt: packet.dt, x: packet.x * 100 + packet.fx, y: packet.y * 100 + packet.fy };
}
