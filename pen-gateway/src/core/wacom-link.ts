import { DOT_STRIDE, type PageAddress, type PenId } from "@penlight/proto";
import type { PenFaultCounts } from "@penlight/proto/pen";
import { Asking } from "./asking.ts";
import { FaultCounter } from "./fault-counter.ts";
import { EventList, type LinkEvent } from "./link-event.ts";
import type { PenClockNote } from "./pen-clock.ts";
import type { PenDialogue } from "./pen-link.ts";
import { ReckonedStarts } from "./reckoned-starts.ts";
import { WACOM, WACOM_SAMPLE_BYTES, type WacomFrame, WacomFrames, wacomCommand } from "./wacom-frame.ts";

/** 200 samples a second. */
const SAMPLE_MS = 5;
/** Largest pressure; the published figures are 1023 and 2047, by model. */
const FORCE_MAX = 2047;
/** A tablet unit is taken for 10 micrometres, an Ncode unit is 2.370667 mm; dots are hundredths of one. */
const CENTIUNITS_PER_UNIT = 0.01 / 0.02370667;
/** Such a pad knows no page: its sheet is the one that lies on it. Section 255 is nobody's Ncode. */
export const WACOM_PAGE: PageAddress = { section: 255, owner: 0, note: 1, page: 1 };
const UPRIGHT = 90;
/** All bits set: the pen has left. */
const NONE = 0xffff;

/** The second pen family behind the same seam: live ink of Wacom's paper pads, from public facts, never tried on a device. PEN-21. */
export class WacomLink implements PenDialogue {
  readonly pen: PenId;
  expectsMemory = false;
  readonly clockOffsetMs = 0;
  readonly clockNote: PenClockNote = { drift: null, clocks: [] };
  readonly maxForce = FORCE_MAX;
  readonly lostDots = 0;
  readonly lostEvents = 0;
  readonly model = "Wacom pad";
  readonly firmware = "";
  readonly protocol = "";
  readonly memoryPercent = null;
  readonly battery = null;
  dots = new Int32Array(0);
  isReady = false;
  readonly #frames = new WacomFrames();
  readonly #events = new EventList();
  readonly #faults = new FaultCounter(this.#events);
  readonly #asking = new Asking();
  readonly #starts = new ReckonedStarts();
  #question: "register" | "mode" | null = null;
  #writes: Uint8Array[] = [];
  #downMs: number | null = null;
  #time = 0;
  #kept = 0;

  constructor(pen: PenId) {
    this.pen = pen;
  }

  get isWriting(): boolean {
    return this.#downMs !== null;
  }
  get faultCounts(): PenFaultCounts {
    return this.#faults.counts;
  }

  open(nowMs: number, _mtu: number): readonly LinkEvent[] {
    this.#events.clear();
    this.#end(true);
    this.#frames.reset();
    this.isReady = false;
    this.#writes = [];
    this.#ask("register", nowMs);
    return this.#events.events;
  }

  receive(bytes: Uint8Array, receivedMs: number): readonly LinkEvent[] {
    this.#events.clear();
    const frames = this.#frames.push(bytes);
    const samples = frames.reduce((sum, { data }) => sum + Math.floor(data.length / WACOM_SAMPLE_BYTES), 0);
    this.dots = new Int32Array(samples * DOT_STRIDE);
    let index = 0;
    for (const frame of frames) index = this.#take(frame, index, receivedMs);
    return this.#events.events;
  }

  tick(nowMs: number): readonly LinkEvent[] {
    this.#events.clear();
    const question = this.#question;
    if (question === null || !this.#asking.isLate(nowMs)) return this.#events.events;
    if (this.#asking.isSpent) this.#faults.add("no-reply");
    this.#ask(this.#asking.isSpent ? "register" : question, nowMs);
    return this.#events.events;
  }

  close(_nowMs: number): readonly LinkEvent[] {
    this.#events.clear();
    this.#end(true);
    this.#question = null;
    this.isReady = false;
    return this.#events.events;
  }

  takeWrites(): Uint8Array[] {
    return this.#writes.splice(0);
  }

  /** The other family's packets: this one has none of them. Its files of earlier pages are not fetched. */
  request(): void {}
  memoryStored(): void {}
  clockRemembered(): void {}
  storePassword(): void {}
  changePassword(): boolean {
    return false;
  }
  unlock(): boolean {
    return false;
  }
  clockOffsetAt(): number {
    return 0;
  }

  #ask(question: "register" | "mode", nowMs: number): void {
    this.#question = question;
    this.#asking.begin(nowMs);
    const id = (this.pen.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16));
    this.#writes.push(question === "register" ? wacomCommand(WACOM.register, id) : wacomCommand(WACOM.mode, [0]));
  }

  /** Any frame that is no ink answers the question under way: the published facts name the questions, not all the answers. */
  #take({ opcode, data }: WacomFrame, index: number, receivedMs: number): number {
    if (opcode === WACOM.samples) return this.#samples(data, index, receivedMs);
    if (opcode === WACOM.proximity) this.#end(false);
    else if (this.#question === "register") this.#ask("mode", receivedMs);
    else if (this.#question === "mode") {
      this.#question = null;
      this.isReady = true;
      this.#events.push({ kind: "ready" });
    } else this.#faults.add("unknown-command", opcode);
    return index;
  }

  #samples(data: Uint8Array, from: number, receivedMs: number): number {
    if (data.length % WACOM_SAMPLE_BYTES !== 0) {
      this.#faults.add("malformed", WACOM.samples);
      return from;
    }
    let index = from;
    const total = data.length / WACOM_SAMPLE_BYTES;
    for (let i = 0; i < total; i++) {
      const word = (at: number) =>
        (data[i * WACOM_SAMPLE_BYTES + at] as number) | ((data[i * WACOM_SAMPLE_BYTES + at + 1] as number) << 8);
      const [x, y, force] = [word(0), word(2), word(4)];
      if (x === NONE && y === NONE && force === NONE) this.#end(false);
      else if (force === 0) this.#end(false);
      else this.#dot([x, y, force], index++, receivedMs - (total - 1 - i) * SAMPLE_MS);
    }
    return index;
  }

  #dot([x, y, force]: readonly [number, number, number], index: number, atMs: number): void {
    if (this.#downMs === null) {
      this.#downMs = this.#starts.take(Math.round(atMs));
      this.#time = 0;
      this.#kept = 0;
      const start = { downMs: this.#downMs, tip: "pen", color: 0xff000000, synthetic: false, count: null } as const;
      this.#events.push({ kind: "stroke-start", ...start });
      this.#events.push({ kind: "page", page: WACOM_PAGE });
    } else this.#time += SAMPLE_MS;
    const place = [Math.round(x * CENTIUNITS_PER_UNIT), Math.round(y * CENTIUNITS_PER_UNIT), Math.min(force, FORCE_MAX)];
    this.dots.set([this.#time, ...place, UPRIGHT, UPRIGHT, 0], index * DOT_STRIDE);
    this.#kept++;
    this.#events.dot(index);
  }

  #end(synthetic: boolean): void {
    if (this.#downMs === null) return;
    const end = { upMs: this.#downMs + this.#time, synthetic, dots: this.#kept, lostDots: 0, counts: null };
    this.#downMs = null;
    this.#events.push({ kind: "stroke-end", ...end });
  }
}
