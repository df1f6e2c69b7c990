import { DOT_STRIDE, DOT_TIME, type PageAddress, type PenId } from "@penlight/proto";
import {
  decodeHostFrame,
  encodeFrame,
  encodePenFrame,
  encodeRefusal,
  FRAME_NONE,
  FRAME_READY,
  FrameReader,
  type HostPacket,
  LEVEL_COUNTED_EVENTS,
  type PenPacket,
  type PenPacketKind,
  type PenPacketOf,
  protocolLevel,
} from "@penlight/proto/pen";
import { encodeDotFrame } from "./dot-frame.ts";
import { type NoteAddress, PenMemory, type StoredStroke } from "./pen-memory.ts";

/** A stroke on the paper: times in ms on the world's clock; `dots` as in dots.ts, times from pen-down. */
export interface PaperStroke {
  readonly page: PageAddress;
  readonly downMs: number;
  readonly upMs: number;
  readonly dots: Int32Array;
}

export interface VirtualPenOptions {
  readonly pen: PenId;
  /** Name in the version response, e.g. "NWP-F50". */
  readonly model?: string;
  readonly firmware?: string;
  readonly subName?: string;
  /** Protocol version that the pen speaks; below 2.12 it knows the legacy events only. */
  readonly protocol?: string;
  /** Length of the version response: all four occur in practice. */
  readonly versionBytes?: 64 | 65 | 69 | 70;
  readonly maxForce?: number;
  readonly batteryPercent?: number;
  readonly charging?: boolean;
  readonly password?: string | null;
  /** Pen clock minus world clock before anybody sets it, ms: years wrong, usually. */
  readonly clockOffsetMs?: number;
  /**
   * Null: a setting is taken as it comes. A number: the clock is off by this much from the world's whenever it has been
   * set, whatever the host said; then the strokes of a lesson keep their identity when the lesson is taken up again.
   */
  readonly clockErrorMs?: number | null;
  /** Strokes that fit into the pen's memory. */
  readonly memoryStrokesMax?: number;
  /** What of a stroke is kept in memory when the link goes in its middle. */
  readonly keepsCutStroke?: "whole" | "rest";
  /** Whether finished strokes that were not sent yet when the link went are kept in memory. */
  readonly keepsUnsent?: boolean;
  readonly color?: number;
}

export const PASSWORD_TRIES_MAX = 10;
const ERROR_FAILED = 1;
const ERROR_NO_PERMISSION = 2;
const ERROR_WRONG_LENGTH = 4;
const ERROR_UNKNOWN_COMMAND = 5;
const LEVEL_UNKNOWN_COMMAND = 2015;
const OPAQUE_BLACK = 0xff000000;
const POWER_OFF_PASSWORD = "passwordFailed";

interface OpenStroke {
  readonly paper: PaperStroke;
  readonly live: boolean;
  /** Pen clock. */
  readonly downMs: number;
  sent: number;
  /** Dots that went out before the link was lost. */
  readonly heard: number;
}

/** The pen's side of the protocol (pen-protocol section 12). Sans-I/O: host bytes, strokes and time in, frames out. */
export class VirtualPen {
  readonly pen: PenId;
  readonly memory: PenMemory;
  batteryPercent: number;
  charging: boolean;
  /** Switched off by itself (wrong passwords): the link drops once the last frame is out. */
  off = false;
  /** Strokes that nobody can have any more. */
  lostStrokes = 0;

  readonly #options: VirtualPenOptions;
  readonly #reader = new FrameReader("host");
  #frames: Uint8Array[] = [];
  #linked = false;
  #counted = true;
  #unlocked = false;
  #clockSet = false;
  #offsetMs: number;
  #notes: "none" | "all" | readonly NoteAddress[] = "none";
  #count = 0;
  #passwordTries = 0;
  #password: string | null;
  #offlineData = true;
  readonly #settings = { autoOffMinutes: 20, capOff: false, autoPowerOn: true, beep: true, hover: false, sensitivity: 2 };
  #open: OpenStroke | null = null;
  /** Finished strokes of which the last frames may still wait in #frames. */
  #unsent: PaperStroke[] = [];

  constructor(options: VirtualPenOptions) {
    this.#options = options;
    this.pen = options.pen;
    this.memory = new PenMemory(options.memoryStrokesMax ?? 5000);
    this.batteryPercent = options.batteryPercent ?? 80;
    this.charging = options.charging ?? false;
    this.#password = options.password ?? null;
    this.#offsetMs = options.clockOffsetMs ?? 0;
  }

  get linked(): boolean {
    return this.#linked;
  }
  /** Live ink goes out. */
  get registered(): boolean {
    return this.#notes !== "none";
  }
  get writing(): boolean {
    return this.#open !== null;
  }
  get hasFrames(): boolean {
    return this.#frames.length > 0;
  }

  /** The link is up. Everything must be asked for again; the event counter restarts. */
  link(): void {
    this.#linked = true;
    this.#reader.reset();
    this.#frames = [];
    this.#count = 0;
    this.#unlocked = this.#password === null;
    this.#notes = "none";
    this.memory.stopTransfer();
  }

  /** The link is gone. Ink that was not sent goes to memory, as the options say. */
  unlink(): void {
    this.#linked = false;
    this.#notes = "none";
    this.#frames = [];
    this.off = false;
    for (const stroke of this.#unsent) this.#keep(stroke, this.#options.keepsUnsent ?? true);
    this.#unsent = [];
    if (this.#open?.live) this.#open = { ...this.#open, live: false, heard: this.#open.sent };
  }

  /** Takes back what {@link unlink} would put into memory: for a pupil who writes it again instead. */
  takeUnsent(): PaperStroke[] {
    const strokes = this.#unsent;
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
    const downMs = Math.round(paper.downMs + this.#offsetMs);
    const live = this.#linked && this.#hears(paper.page);
    this.#open = { paper, live, downMs, sent: 0, heard: 0 };
    if (!live) return;
    const tip = "pen";
    const color = this.#options.color ?? OPAQUE_BLACK;
    if (this.#counted) {
      this.#send({ kind: "penDown", count: this.#next(), timeMs: downMs, tip, color });
      this.#send({ kind: "page", count: this.#next(), ...paper.page });
    } else {
      this.#send({ kind: "legacyDown", timeMs: downMs, tip, color });
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
      if (found === FRAME_READY) this.#answer(decodeHostFrame(reader), reader.command, reader.error, worldMs);
    }
  }

  /** Announces that the pen switches off; the link drops right after. */
  powerOff(reason: PenPacketOf<"powerOff">["reason"]): void {
    if (this.#linked) this.#send({ kind: "powerOff", reason });
    this.off = true;
  }

  warnOfBattery(percent: number): void {
    this.batteryPercent = percent;
    if (this.#linked) this.#send({ kind: "lowBattery", percent });
  }

  #sendDot(dots: Int32Array, index: number): void {
    const at = index * DOT_STRIDE;
    const before = index === 0 ? 0 : (dots[at - DOT_STRIDE + DOT_TIME] as number);
    const dtMs = Math.min(255, (dots[at + DOT_TIME] as number) - before);
    this.#frames.push(encodeDotFrame(dots, at, dtMs, this.#counted ? this.#next() : null));
  }

  #sendUp(open: OpenStroke, total: number): void {
    this.#unsent.push(open.paper);
    const timeMs = Math.round(open.paper.upMs - open.paper.downMs + open.downMs);
    if (!this.#counted) {
      this.#send({ kind: "legacyUp", timeMs, tip: "pen", color: this.#options.color ?? OPAQUE_BLACK });
      return;
    }
    const images = { totalImages: total + 3, processedImages: total + 2, okImages: total + 1, sentImages: total };
    this.#send({ kind: "penUp", count: this.#next(), timeMs, dots: total, ...images });
  }

  #keepCut(open: OpenStroke): void {
    const { paper, heard } = open;
    if (heard === 0 || (this.#options.keepsCutStroke ?? "whole") === "whole") return this.#keep(paper, true);
    const rest = paper.dots.slice(heard * DOT_STRIDE);
    if (rest.length === 0) return;
    const startMs = paper.dots[(heard - 1) * DOT_STRIDE + DOT_TIME] as number;
    for (let at = DOT_TIME; at < rest.length; at += DOT_STRIDE) rest[at] = (rest[at] as number) - startMs;
    this.#keep({ ...paper, downMs: paper.downMs + startMs, dots: rest }, true);
  }

  #keep(paper: PaperStroke, wanted: boolean): void {
    if (!wanted || !this.#offlineData) {
      this.lostStrokes++;
      return;
    }
    const shiftMs = Math.round(paper.downMs + this.#offsetMs) - paper.downMs;
    const stored: StoredStroke = {
      page: paper.page,
      downMs: paper.downMs + shiftMs,
      upMs: paper.upMs + shiftMs,
      tip: "pen",
      color: this.#options.color ?? OPAQUE_BLACK,
      dots: paper.dots,
    };
    this.memory.store(stored);
  }

  #hears(page: PageAddress): boolean {
    if (typeof this.#notes === "string") return this.#notes === "all";
    return this.#notes.some(
      (each) =>
        each.owner === page.owner && each.section === page.section && (each.note === page.note || each.note === 0xffffffff),
    );
  }

  #next(): number {
    const count = this.#count;
    this.#count = (count + 1) & 0xff;
    return count;
  }

  #send(packet: PenPacket): void {
    this.#frames.push(encodePenFrame(packet));
  }

  #refuse(of: PenPacketKind, error: number): void {
    this.#frames.push(encodeRefusal(of, error));
  }

  #answer(packet: HostPacket | string, command: number, error: number, worldMs: number): void {
    if (typeof packet === "string") {
      if (command >= 0x80) return;
      const known = packet === "malformed";
      const unknown = protocolLevel(this.#protocol) < LEVEL_UNKNOWN_COMMAND ? ERROR_FAILED : ERROR_UNKNOWN_COMMAND;
      this.#frames.push(encodeFrame(command + 0x80, known ? ERROR_WRONG_LENGTH : unknown, new Uint8Array(0)));
      return;
    }
    switch (packet.kind) {
      case "versionRequest":
        this.#counted = Math.min(protocolLevel(packet.protocol), protocolLevel(this.#protocol)) >= LEVEL_COUNTED_EVENTS;
        return this.#send(this.#version());
      case "statusRequest":
        return this.#send(this.#status(worldMs));
      case "password":
        return this.#tryPassword(packet.value);
      case "changePassword":
        return this.#changePassword(packet);
      case "setSetting":
        return this.#set(packet, worldMs);
      case "useAllNotes":
      case "useNotes":
        return this.#register(packet);
      default:
        return this.#answerMemory(packet, error);
    }
  }

  get #protocol(): string {
    return this.#options.protocol ?? "2.20";
  }

  #version(): PenPacketOf<"version"> {
    const bytes = this.#options.versionBytes ?? 70;
    return {
      kind: "version",
      device: this.#options.model ?? "NWP-F50",
      firmware: this.#options.firmware ?? "1.07.0014",
      protocol: this.#protocol,
      subName: this.#options.subName ?? "Smartpen",
      deviceType: 1,
      mac: this.pen,
      ...(bytes >= 65 ? { sensor: "FSC" as const } : {}),
      ...(bytes >= 69 ? { company: 0, product: 1, colour: 0 } : {}),
      ...(bytes >= 70 ? { fwCompression: false } : {}),
    };
  }

  #status(worldMs: number): PenPacketOf<"status"> {
    return {
      kind: "status",
      locked: !this.#unlocked,
      maxTries: PASSWORD_TRIES_MAX,
      usedTries: this.#passwordTries,
      timeMs: Math.max(0, Math.round(worldMs + this.#offsetMs)),
      maxForce: this.#options.maxForce ?? 852,
      usedStoragePct: this.memory.usedPercent,
      batteryPct: this.batteryPercent,
      charging: this.charging,
      offlineData: this.#offlineData,
      autoOffMin: this.#settings.autoOffMinutes,
      capOff: this.#settings.capOff,
      autoPowerOn: this.#settings.autoPowerOn,
      beep: this.#settings.beep,
      hover: this.#settings.hover,
      sensitivity: this.#settings.sensitivity,
      usbMode: 0,
      downSampling: false,
      btName: `${this.#options.model ?? "NWP-F50"}`,
      ndacErrorSaving: false,
      systemSetting: false,
    };
  }

  #tryPassword(value: string): void {
    if (this.#password === null || value === this.#password) {
      this.#unlocked = true;
      this.#passwordTries = 0;
      return this.#send({ kind: "passwordResult", status: 1, usedTries: 0, maxTries: PASSWORD_TRIES_MAX });
    }
    this.#passwordTries++;
    const spent = this.#passwordTries >= PASSWORD_TRIES_MAX;
    const status = spent ? 2 : 0;
    this.#send({ kind: "passwordResult", status, usedTries: this.#passwordTries, maxTries: PASSWORD_TRIES_MAX });
    if (!spent) return;
    this.memory.wipe();
    this.#password = null;
    this.#passwordTries = 0;
    this.powerOff(POWER_OFF_PASSWORD);
  }

  #changePassword({ use, old, new: fresh }: Extract<HostPacket, { readonly kind: "changePassword" }>): void {
    if (!this.#unlocked) return this.#refuse("passwordChangeResult", ERROR_NO_PERMISSION);
    const status = this.#password === null || old === this.#password ? 0 : 1;
    if (status === 0) this.#password = use ? fresh : null;
    this.#send({ kind: "passwordChangeResult", usedTries: this.#passwordTries, maxTries: PASSWORD_TRIES_MAX, status });
  }

  #set({ setting }: Extract<HostPacket, { readonly kind: "setSetting" }>, worldMs: number): void {
    if (!this.#unlocked) return this.#refuse("settingResult", ERROR_NO_PERMISSION);
    if (setting.type === "time") {
      this.#offsetMs = this.#options.clockErrorMs ?? Math.round((setting.value as number) - worldMs);
      this.#clockSet = true;
    }
    if (setting.type === "offlineData") this.#offlineData = setting.value === true;
    if (typeof setting.type === "string" && setting.type in this.#settings) {
      Object.assign(this.#settings, { [setting.type]: setting.value });
    }
    this.#send({ kind: "settingResult", type: setting.type, status: 0 } as PenPacketOf<"settingResult">);
  }

  #register(packet: Extract<HostPacket, { readonly kind: "useAllNotes" | "useNotes" }>): void {
    if (!this.#unlocked || !this.#clockSet) return this.#refuse("useNotesResult", ERROR_NO_PERMISSION);
    this.#notes = packet.kind === "useAllNotes" ? "all" : packet.list;
    this.#send({ kind: "useNotesResult" });
  }

  #answerMemory(packet: HostPacket, error: number): void {
    const { memory } = this;
    const locked = !this.#unlocked;
    switch (packet.kind) {
      case "offlineNoteListAll":
      case "offlineNoteList":
        if (locked) return this.#refuse("offlineNotes", ERROR_NO_PERMISSION);
        return this.#send({ kind: "offlineNotes", notes: memory.notes(packet.kind === "offlineNoteList" ? packet : null) });
      case "offlinePageList": {
        if (locked) return this.#refuse("offlinePages", ERROR_NO_PERMISSION);
        const { section, owner, note } = packet;
        return this.#send({ kind: "offlinePages", section, owner, note, pages: memory.pages(packet) });
      }
      case "offlineData": {
        if (locked) return this.#refuse("offlineStart", ERROR_NO_PERMISSION);
        const start = memory.startTransfer(packet, packet.pages, packet.compress, packet.mode === "delete");
        this.#send({ kind: "offlineStart", ...start, compressed: packet.compress });
        return this.#sendFrame(memory.chunk());
      }
      case "offlineAck":
        return this.#sendFrame(memory.acknowledge(packet.packetId, error === 0, packet.more));
      case "offlineDelete":
        if (locked) return this.#refuse("offlineDeleted", ERROR_NO_PERMISSION);
        return this.#send({ kind: "offlineDeleted", notes: memory.deleteNotes(packet, packet.notes) });
      case "offlineDeletePages":
        if (locked) return this.#refuse("offlinePagesDeleted", ERROR_NO_PERMISSION);
        return this.#send({ kind: "offlinePagesDeleted", pages: memory.deletePages(packet, packet.pages) });
      case "offlineNoteInfoRequest":
        if (locked) return this.#refuse("offlineNoteInfo", ERROR_NO_PERMISSION);
        return this.#noteInfo(packet);
      default: {
        const unknown = protocolLevel(this.#protocol) < LEVEL_UNKNOWN_COMMAND ? ERROR_FAILED : ERROR_UNKNOWN_COMMAND;
        this.#frames.push(encodeFrame(commandOf(packet.kind) + 0x80, unknown, new Uint8Array(0)));
      }
    }
  }

  #sendFrame(frame: Uint8Array | null): void {
    if (frame !== null) this.#frames.push(frame);
  }

  #noteInfo({ section, owner, note }: NoteAddress): void {
    const pages = this.memory.pages({ section, owner, note });
    const bitmap = new Uint8Array(Math.ceil((Math.max(0, ...pages) + 1) / 8));
    for (const page of pages) bitmap[page >> 3] = (bitmap[page >> 3] as number) | (1 << (page & 7));
    const pageCount = pages.length;
    this.#send({
      kind: "offlineNoteInfo",
      status: 0,
      section,
      owner,
      note,
      version: 1,
      invalidPages: false,
      pageCount,
      bitmap,
    });
  }
}

/** Commands that this pen does not know, though the tables do. */
function commandOf(kind: HostPacket["kind"]): number {
  return kind === "performance" ? 0x06 : kind === "systemInfoRequest" ? 0x07 : 0x41;
}
