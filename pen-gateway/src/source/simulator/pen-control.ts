import type { PageAddress, PenId } from "@penlight/proto";
import {
  encodeFrame,
  encodePenFrame,
  encodeRefusal,
  type HostPacket,
  type HostPacketOf,
  LEVEL_COUNTED_EVENTS,
  type PenPacketKind,
  type PenPacketOf,
  protocolLevel,
  type Unreadable,
} from "@penlight/proto/pen";
import type { NoteAddress, PenMemory } from "./pen-memory.ts";

export interface PenControlOptions {
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
  /** How much too fast its crystal runs, parts per million. */
  readonly driftPpm?: number;
  /**
   * Null: a setting is taken as it comes. A number: the clock is off by this much from the world's whenever it has been
   * set, whatever the host said; then the strokes of a lesson keep their identity when the lesson is taken up again.
   */
  readonly clockErrorMs?: number | null;
}

export const PASSWORD_TRIES_MAX = 10;
const ERROR_FAILED = 1;
const ERROR_NO_PERMISSION = 2;
const ERROR_WRONG_LENGTH = 4;
const ERROR_UNKNOWN_COMMAND = 5;
/** From this protocol on an unknown command has an error code of its own. */
const LEVEL_UNKNOWN_COMMAND = 2015;
/** From this one on the answer to a change of password has a status, and from this one on the pen tells of its notes. */
const LEVEL_CHANGE_STATUS = 2015;
const LEVEL_NOTE_INFO = 2016;
const EVERY_NOTE = 0xffffffff;
const NOTHING = new Uint8Array(0);

/** What a pen answers to the host: version, password, settings, clock, notes, memory. Frames out, escaped. */
export class PenControl {
  readonly memory: PenMemory;
  batteryPercent: number;
  charging: boolean;
  /** Keeps ink that nobody hears. */
  offlineData = true;
  /** Pen clock minus world clock, ms, at the world's time when it was set. */
  #offsetMs: number;
  #setMs = 0;
  /** Speaks the counted events. */
  counted = true;
  /** Too many wrong passwords: the pen is about to switch itself off. */
  off = false;
  readonly #options: PenControlOptions;
  readonly #settings = { autoOffMinutes: 20, capOff: false, autoPowerOn: true, beep: true, hover: false, sensitivity: 2 };
  #unlocked = false;
  #clockSet = false;
  #notes: "none" | "all" | readonly NoteAddress[] = "none";
  #password: string | null;
  #passwordTries = 0;

  constructor(options: PenControlOptions, memory: PenMemory) {
    this.#options = options;
    this.memory = memory;
    this.batteryPercent = options.batteryPercent ?? 80;
    this.charging = options.charging ?? false;
    this.#offsetMs = options.clockOffsetMs ?? 0;
    this.#password = options.password ?? null;
  }

  /** What its clock says, whole ms. */
  penMsAt(worldMs: number): number {
    return Math.round(worldMs + this.#offsetMs + (worldMs - this.#setMs) * (this.#options.driftPpm ?? 0) * 1e-6);
  }

  /** Live ink goes out. */
  get registered(): boolean {
    return this.#notes !== "none";
  }

  /** A new link: everything must be asked for again. */
  link(): void {
    this.#unlocked = this.#password === null;
    this.#notes = "none";
    this.memory.stopTransfer();
  }

  unlink(): void {
    this.#notes = "none";
    this.off = false;
  }

  /** Whether ink of this page goes out live. */
  hears(page: PageAddress): boolean {
    if (typeof this.#notes === "string") return this.#notes === "all";
    return this.#notes.some(
      (each) =>
        each.owner === page.owner && each.section === page.section && (each.note === page.note || each.note === EVERY_NOTE),
    );
  }

  /** @param packet what the host said; `command` and `error` as they stood in the frame. */
  answer(packet: HostPacket | Unreadable, command: number, error: number, worldMs: number): (Uint8Array | null)[] {
    if (packet === "malformed") return command < 0x80 ? [encodeFrame(command + 0x80, ERROR_WRONG_LENGTH, NOTHING)] : [];
    if (packet === "unknown-command") return command < 0x80 ? [this.#unknown(command)] : [];
    switch (packet.kind) {
      case "versionRequest":
        this.counted = Math.min(protocolLevel(packet.protocol), this.#level) >= LEVEL_COUNTED_EVENTS;
        return [encodePenFrame(this.#version())];
      case "statusRequest":
        return [encodePenFrame(this.#status(worldMs))];
      case "password":
        return this.#tryPassword(packet.value);
      case "changePassword":
        return [this.#changePassword(packet)];
      case "setSetting":
        return [this.#set(packet, worldMs)];
      case "useAllNotes":
      case "useNotes":
        return [this.#register(packet)];
      default:
        return this.#answerMemory(packet, command, error);
    }
  }

  get #protocol(): string {
    return this.#options.protocol ?? "2.20";
  }

  get #level(): number {
    return protocolLevel(this.#protocol);
  }

  #unknown(command: number): Uint8Array {
    const error = this.#level < LEVEL_UNKNOWN_COMMAND ? ERROR_FAILED : ERROR_UNKNOWN_COMMAND;
    return encodeFrame(command + 0x80, error, NOTHING);
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
      mac: this.#options.pen,
      ...(bytes >= 65 ? { sensor: "FSC" as const } : {}),
      ...(bytes >= 69 ? { company: 0, product: 1, colour: 0 } : {}),
      ...(bytes >= 70 ? { fwCompression: false } : {}),
    };
  }

  #status(worldMs: number): PenPacketOf<"status"> {
    const { autoOffMinutes: autoOffMin, ...settings } = this.#settings;
    return {
      kind: "status",
      locked: !this.#unlocked,
      maxTries: PASSWORD_TRIES_MAX,
      usedTries: this.#passwordTries,
      timeMs: Math.max(0, this.penMsAt(worldMs)),
      maxForce: this.#options.maxForce ?? 852,
      usedStoragePct: this.memory.usedPercent,
      batteryPct: this.batteryPercent,
      charging: this.charging,
      offlineData: this.offlineData,
      autoOffMin,
      ...settings,
      usbMode: 0,
      downSampling: false,
      btName: this.#options.model ?? "NWP-F50",
      ndacErrorSaving: false,
      systemSetting: false,
    };
  }

  #tryPassword(value: string): Uint8Array[] {
    const result = { kind: "passwordResult", maxTries: PASSWORD_TRIES_MAX } as const;
    if (this.#password === null || value === this.#password) {
      this.#unlocked = true;
      this.#passwordTries = 0;
      return [encodePenFrame({ ...result, status: 1, usedTries: 0 })];
    }
    this.#passwordTries++;
    const usedTries = this.#passwordTries;
    if (usedTries < PASSWORD_TRIES_MAX) return [encodePenFrame({ ...result, status: 0, usedTries })];
    this.memory.wipe();
    this.#password = null;
    this.#passwordTries = 0;
    this.off = true;
    return [
      encodePenFrame({ ...result, status: 2, usedTries }),
      encodePenFrame({ kind: "powerOff", reason: "passwordFailed" }),
    ];
  }

  #changePassword({ use, old, new: fresh }: HostPacketOf<"changePassword">): Uint8Array {
    if (!this.#unlocked) return encodeRefusal("passwordChangeResult", ERROR_NO_PERMISSION);
    const status = this.#password === null || old === this.#password ? 0 : 1;
    if (status === 0) this.#password = use ? fresh : null;
    this.#passwordTries = status === 0 ? 0 : this.#passwordTries + 1;
    const result = { kind: "passwordChangeResult", usedTries: this.#passwordTries, maxTries: PASSWORD_TRIES_MAX } as const;
    return encodePenFrame(this.#level < LEVEL_CHANGE_STATUS ? result : { ...result, status });
  }

  #set({ setting }: HostPacketOf<"setSetting">, worldMs: number): Uint8Array {
    if (!this.#unlocked) return encodeRefusal("settingResult", ERROR_NO_PERMISSION);
    if (setting.type === "time") {
      this.#offsetMs = this.#options.clockErrorMs ?? Math.round((setting.value as number) - worldMs);
      this.#setMs = worldMs;
      this.#clockSet = true;
    }
    if (setting.type === "offlineData") this.offlineData = setting.value === true;
    if (typeof setting.type === "string" && setting.type in this.#settings) {
      Object.assign(this.#settings, { [setting.type]: setting.value });
    }
    return encodePenFrame({ kind: "settingResult", type: setting.type, status: 0 } as PenPacketOf<"settingResult">);
  }

  #register(packet: HostPacketOf<"useAllNotes"> | HostPacketOf<"useNotes">): Uint8Array {
    if (!this.#unlocked || !this.#clockSet) return encodeRefusal("useNotesResult", ERROR_NO_PERMISSION);
    this.#notes = packet.kind === "useAllNotes" ? "all" : packet.list;
    return encodePenFrame({ kind: "useNotesResult" });
  }

  #answerMemory(packet: HostPacket, command: number, error: number): (Uint8Array | null)[] {
    const { memory } = this;
    if (packet.kind === "offlineAck") return [memory.acknowledge(packet.packetId, error === 0, packet.more)];
    const of = MEMORY_ANSWERS[packet.kind];
    const isTooNew = packet.kind === "offlineNoteInfoRequest" && this.#level < LEVEL_NOTE_INFO;
    if (of === undefined || isTooNew) return [this.#unknown(command)];
    if (!this.#unlocked) return [encodeRefusal(of, ERROR_NO_PERMISSION)];
    switch (packet.kind) {
      case "offlineNoteListAll":
        return [encodePenFrame({ kind: "offlineNotes", notes: memory.notes(null) })];
      case "offlineNoteList":
        return [encodePenFrame({ kind: "offlineNotes", notes: memory.notes(packet) })];
      case "offlinePageList": {
        const { section, owner, note } = packet;
        return [encodePenFrame({ kind: "offlinePages", section, owner, note, pages: memory.pages(packet) })];
      }
      case "offlineData": {
        const start = memory.startTransfer(packet, packet.pages, packet.compress, packet.mode === "delete");
        return [encodePenFrame({ kind: "offlineStart", ...start, compressed: packet.compress }), memory.chunk()];
      }
      case "offlineDelete":
        return [encodePenFrame({ kind: "offlineDeleted", notes: memory.deleteNotes(packet, packet.notes) })];
      case "offlineDeletePages":
        return [encodePenFrame({ kind: "offlinePagesDeleted", pages: memory.deletePages(packet, packet.pages) })];
      case "offlineNoteInfoRequest":
        return [encodePenFrame(this.#noteInfo(packet))];
      default:
        return [];
    }
  }

  #noteInfo({ section, owner, note }: NoteAddress): PenPacketOf<"offlineNoteInfo"> {
    const pages = this.memory.pages({ section, owner, note });
    const bitmap = new Uint8Array(Math.ceil((Math.max(0, ...pages) + 1) / 8));
    for (const page of pages) bitmap[page >> 3] = (bitmap[page >> 3] as number) | (1 << (page & 7));
    const pageCount = pages.length;
    return { kind: "offlineNoteInfo", status: 0, section, owner, note, version: 1, invalidPages: false, pageCount, bitmap };
  }
}

/** Requests about the memory, and the response that answers each. */
const MEMORY_ANSWERS: Readonly<Partial<Record<HostPacket["kind"], PenPacketKind>>> = {
  offlineNoteListAll: "offlineNotes",
  offlineNoteList: "offlineNotes",
  offlinePageList: "offlinePages",
  offlineData: "offlineStart",
  offlineDelete: "offlineDeleted",
  offlineDeletePages: "offlinePagesDeleted",
  offlineNoteInfoRequest: "offlineNoteInfo",
};
