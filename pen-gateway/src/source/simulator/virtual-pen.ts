import { DOT_STRIDE, DOT_TIME, type PageAddress, type PenId } from "@penlight/proto";
import {
  decodeHostFrame,
  encodePenFrame,
  FRAME_FAULT,
  FRAME_NONE,
  FRAME_READY,
  FrameReader,
  type HostPacket,
  hostPayloadBytes,
  type PenPacket,
  type PenPacketOf,
  type Unreadable,
} from "@penlight/proto/pen";
import { encodeDotFrame } from "./dot-frame.ts";
import { PenControl, type PenControlOptions } from "./pen-control.ts";
import { PenMemory } from "./pen-memory.ts";

/** A stroke on the paper: times in ms on the world's clock; `dots` as in dots.ts, times from pen-down. */
export interface PaperStroke {
  readonly page: PageAddress;
  readonly downMs: number;
  readonly upMs: number;
  readonly dots: Int32Array;
}

export interface VirtualPenOptions extends PenControlOptions {
  /** Strokes that fit into the pen's memory. */
  readonly memoryStrokesMax?: number;
  /** What of a stroke is kept in memory when the link goes in its middle. */
  readonly keepsCutStroke?: "whole" | "rest";
  /** Whether finished strokes that were not sent yet when the link went are kept in memory. */
  readonly keepsUnsent?: boolean;
  /** 0xAARRGGBB. */
  readonly color?: number;
}

const MEMORY_STROKES_MAX = 5000;
const OPAQUE_BLACK = 0xff000000;

interface DatedStroke {
  readonly paper: PaperStroke;
  /** Pen clock, as it was then. */
  readonly downMs: number;
}

interface OpenStroke extends DatedStroke {
  readonly live: boolean;
  /** Dots sampled so far. */
  sent: number;
  /** Dots that went out before the link was lost. */
  readonly heard: number;
}

/** The pen's side of the protocol (NeoLAB protocol 2.x). Sans-I/O: host bytes, strokes and time in, frames out. */
export class VirtualPen {
  readonly pen: PenId;
  readonly memory: PenMemory;
  /** Strokes that nobody can have any more. */
  lostStrokes = 0;
  readonly #options: VirtualPenOptions;
  readonly #control: PenControl;
  readonly #reader = new FrameReader("host");
  readonly #color: number;
  #frames: Uint8Array[] = [];
  #linked = false;
  /** Event counter. */
  #count = 0;
  #open: OpenStroke | null = null;
  /** Finished strokes of which the last frames may still wait in #frames. */
  #unsent: DatedStroke[] = [];

  constructor(options: VirtualPenOptions) {
    this.#options = options;
    this.pen = options.pen;
    this.#color = options.color ?? OPAQUE_BLACK;
    this.memory = new PenMemory(options.memoryStrokesMax ?? MEMORY_STROKES_MAX);
    this.#control = new PenControl(options, this.memory);
  }

  get linked(): boolean {
    return this.#linked;
  }
  /** Live ink goes out. */
  get registered(): boolean {
    return this.#control.registered;
  }
  get writing(): boolean {
    return this.#open !== null;
  }
  get hasFrames(): boolean {
    return this.#frames.length > 0;
  }
  /** The pen has switched itself off: the link drops once the last frame is out. */
  get off(): boolean {
    return this.#control.off;
  }

  /** The link is up. Everything must be asked for again; the event counter restarts. */
  link(): void {
    this.#linked = true;
    this.#reader.reset();
    this.#frames = [];
    this.#count = 0;
    this.#control.link();
  }

  /** The link is gone. Ink that was not sent goes to memory, as the options say. */
  unlink(): void {
    this.#linked = false;
    this.#frames = [];
    this.#control.unlink();
    for (const stroke of this.#unsent) this.#keep(stroke, this.#options.keepsUnsent ?? true);
    this.#unsent = [];
    if (this.#open?.live) this.#open = { ...this.#open, live: false, heard: this.#open.sent };
  }

  /** Takes back what {@link unlink} would put into memory: for a pupil who writes it again instead. */
  takeUnsent(): PaperStroke[] {
    const strokes = this.#unsent.map((each) => each.paper);
    this.#unsent = [];
    if (this.#open !== null) strokes.push(this.#open.paper);
    this.#open = null;
    return strokes;
  }

  /** Frames that wait to be sent, whole and escaped; they are the caller's now. */
  takeFrames(): readonly Uint8Array[] {
    const frames = this.#frames;
    this.#frames = [];
    this.#unsent = [];
    return frames;
  }

  /** The tip touches the paper. @throws Error when it does already: our bug. */
  begin(paper: PaperStroke): void {
    if (this.#open !== null) throw new Error("VirtualPen.begin requires the stroke before to have ended");
    const downMs = this.#control.penMsAt(paper.downMs);
    const live = this.#linked && this.#control.hears(paper.page);
    this.#open = { paper, live, downMs, sent: 0, heard: 0 };
    if (!live) return;
    const down = { timeMs: downMs, tip: "pen", color: this.#color } as const;
    if (this.#control.counted) {
      this.#send({ kind: "penDown", count: this.#next(), ...down });
      this.#send({ kind: "page", count: this.#next(), ...paper.page });
    } else {
      this.#send({ kind: "legacyDown", ...down });
      this.#send({ kind: "legacyPage", ...paper.page });
    }
  }

  /** Time passes on the world's clock: dots are sampled, and the tip leaves when it is time. True: no stroke is open. */
  advance(worldMs: number): boolean {
    const open = this.#open;
    if (open === null) return true;
    const { dots, downMs, upMs } = open.paper;
    const total = dots.length / DOT_STRIDE;
    while (open.sent < total && downMs + (dots[open.sent * DOT_STRIDE + DOT_TIME] as number) <= worldMs) {
      if (open.live) this.#sendDot(dots, open.sent);
      open.sent++;
    }
    if (open.sent < total || upMs > worldMs) return false;
    this.#open = null;
    if (open.live) this.#sendUp(open, total);
    else this.#keepCut(open);
    return true;
  }

  /** Bytes of the host, cut anywhere. */
  receive(bytes: Uint8Array, worldMs: number): void {
    const reader = this.#reader;
    reader.push(bytes);
    for (let found = reader.next(); found !== FRAME_NONE; found = reader.next()) {
      if (found === FRAME_FAULT && reader.fault !== "short") continue;
      for (const frame of this.#control.answer(packetIn(reader, found), reader.command, reader.error, worldMs)) {
        if (frame !== null) this.#frames.push(frame);
      }
    }
  }

  /** Announces that the pen switches off; the link drops right after. */
  powerOff(reason: PenPacketOf<"powerOff">["reason"]): void {
    if (this.#linked) this.#send({ kind: "powerOff", reason });
    this.#control.off = true;
  }

  warnOfBattery(percent: number): void {
    this.#control.batteryPercent = percent;
    if (this.#linked) this.#send({ kind: "lowBattery", percent });
  }

  #sendDot(dots: Int32Array, index: number): void {
    const at = index * DOT_STRIDE;
    const before = index === 0 ? 0 : (dots[at - DOT_STRIDE + DOT_TIME] as number);
    const dtMs = Math.min(255, (dots[at + DOT_TIME] as number) - before);
    this.#frames.push(encodeDotFrame(dots, at, dtMs, this.#control.counted ? this.#next() : null));
  }

  #sendUp(open: OpenStroke, total: number): void {
    this.#unsent.push(open);
    const timeMs = Math.round(open.paper.upMs - open.paper.downMs + open.downMs);
    if (!this.#control.counted) {
      this.#send({ kind: "legacyUp", timeMs, tip: "pen", color: this.#color });
      return;
    }
    const images = { totalImages: total + 3, processedImages: total + 2, okImages: total + 1, sentImages: total };
    this.#send({ kind: "penUp", count: this.#next(), timeMs, dots: total, ...images });
  }

  /** The end of a stroke that is not live, or was cut off by the link. */
  #keepCut({ paper, downMs, heard }: OpenStroke): void {
    if (heard === 0 || (this.#options.keepsCutStroke ?? "whole") === "whole") {
      this.#keep({ paper, downMs }, true);
      return;
    }
    const rest = paper.dots.slice(heard * DOT_STRIDE);
    if (rest.length === 0) return;
    const startMs = paper.dots[(heard - 1) * DOT_STRIDE + DOT_TIME] as number;
    for (let at = DOT_TIME; at < rest.length; at += DOT_STRIDE) rest[at] = (rest[at] as number) - startMs;
    this.#keep({ paper: { ...paper, downMs: paper.downMs + startMs, dots: rest }, downMs: downMs + startMs }, true);
  }

  #keep({ paper, downMs }: DatedStroke, wanted: boolean): void {
    if (!wanted || !this.#control.offlineData) {
      this.lostStrokes++;
      return;
    }
    const upMs = downMs + paper.upMs - paper.downMs;
    this.memory.store({ page: paper.page, downMs, upMs, tip: "pen", color: this.#color, dots: paper.dots });
  }

  #next(): number {
    const count = this.#count;
    this.#count = (count + 1) & 0xff;
    return count;
  }

  #send(packet: PenPacket): void {
    this.#frames.push(encodePenFrame(packet));
  }
}

/** A pen takes a frame only as long as its layout is, neither shorter nor longer. */
function packetIn(reader: FrameReader, found: number): HostPacket | Unreadable {
  const packet = found === FRAME_READY ? decodeHostFrame(reader) : "malformed";
  if (typeof packet === "string") return packet;
  const bytes = reader.payloadEnd - reader.payloadStart + reader.excess;
  return bytes === hostPayloadBytes(packet) ? packet : "malformed";
}
