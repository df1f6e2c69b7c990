import { isPasswordChanged, type LinkEvent, type PenLink } from "@penlight/pen-gateway";
import {
  DOT_FORCE,
  DOT_STRIDE,
  DOT_TILT_X,
  DOT_TILT_Y,
  DOT_TIME,
  DOT_TWIST,
  DOT_X,
  DOT_Y,
  type PageAddress,
} from "@penlight/proto";
import { FORCE_MAX_DEFAULT, type HostPacket, hexOf, type MemoryChunk, type PenPacket, type Refusal } from "@penlight/proto/pen";

/** An event in the words of the vectors' `expect`. */
export type Words = Record<string, unknown>;

const NOTE_ALL = 0xffffffff;

/**
 * Link events -> words. One for each link: what is said of a dot depends on the stroke it is in. A pen time that cannot be
 * stands as the pen said it, with `invalidTime`; the times of that stroke's dots follow from it.
 */
export class PenWords {
  #downMs = 0;
  #dots = 0;
  #lastTime = 0;
  #page: PageAddress | null = null;

  of(event: LinkEvent, link: PenLink): Words[] {
    switch (event.kind) {
      case "stroke-start":
        return [this.#start(event)];
      case "page":
        this.#page = event.page;
        return [{ kind: "page", ...event.page }];
      case "dots":
        return this.#dotsOf(event, link.dots);
      case "dot-dropped":
        this.#lastTime += event.dt;
        return [];
      case "stroke-end":
        return [this.#end(event)];
      case "hover":
        return [{ kind: "hover", dt: event.dt, x: event.x / 100, y: event.y / 100 }];
      default:
        return wordsOf(event);
    }
  }

  #start(event: LinkEvent & { kind: "stroke-start" }): Words {
    const { synthetic, invalidMs, tip, color, count } = event;
    const timeMs = invalidMs ?? event.downMs;
    this.#downMs = timeMs;
    this.#dots = 0;
    this.#lastTime = 0;
    this.#page = null;
    if (synthetic && invalidMs === undefined) return { kind: "strokeStart", synthetic, timeMs, tip, color };
    return { kind: "penDown", ...(count === null ? {} : { count }), timeMs, ...invalidity(invalidMs), tip, color };
  }

  #dotsOf(run: LinkEvent & { kind: "dots" }, dots: Int32Array): Words[] {
    const words: Words[] = [];
    for (let at = run.from * DOT_STRIDE; at < run.to * DOT_STRIDE; at += DOT_STRIDE) {
      const time = dots[at + DOT_TIME] as number;
      words.push({
        kind: "dot",
        first: this.#dots === 0,
        dt: time - this.#lastTime,
        timeMs: this.#downMs + time,
        force: dots[at + DOT_FORCE],
        x: (dots[at + DOT_X] as number) / 100,
        y: (dots[at + DOT_Y] as number) / 100,
        tiltX: dots[at + DOT_TILT_X],
        tiltY: dots[at + DOT_TILT_Y],
        twist: dots[at + DOT_TWIST],
      });
      this.#lastTime = time;
      this.#dots++;
    }
    return words;
  }

  #end(event: LinkEvent & { kind: "stroke-end" }): Words {
    const { synthetic, invalidMs, dots, lostDots, counts } = event;
    const timeMs = invalidMs ?? event.upMs;
    if (synthetic && invalidMs === undefined) return { kind: "strokeEnd", synthetic, timeMs, atDot: dots, lostDots };
    const common = { timeMs, ...invalidity(invalidMs), lostDots, tap: dots === 0, page: this.#page };
    if (counts === null) return { kind: "penUp", dots, ...common };
    const { count, totalImages, processedImages, okImages, sentImages } = counts;
    return { kind: "penUp", count, dots: counts.dots, totalImages, processedImages, okImages, sentImages, ...common };
  }
}

function invalidity(invalidMs: number | undefined): Words {
  return invalidMs === undefined ? {} : { invalidTime: true };
}

/** What pens of older firmware leave out is null. */
const NO_VERSION_TAIL: Words = { sensor: null, company: null, product: null, colour: null, fwCompression: null };
const NO_STATUS_TAIL: Words = {
  usbMode: null,
  downSampling: null,
  btName: null,
  ndacErrorSaving: null,
  systemSetting: null,
};

/** Events that need no memory. Faults, and what our own side of the dialogue has come to, are none of the pen's words. */
function wordsOf(event: LinkEvent): Words[] {
  switch (event.kind) {
    case "version":
      return [{ ...NO_VERSION_TAIL, ...event.version }];
    case "status": {
      const { status } = event;
      return [{ ...NO_STATUS_TAIL, ...status, maxForce: status.maxForce === 0 ? FORCE_MAX_DEFAULT : status.maxForce }];
    }
    case "gap":
      return [{ ...event }];
    case "low-battery":
      return [{ kind: "lowBattery", percent: event.percent }];
    case "power-off":
      return [{ kind: "powerOff", reason: event.reason }];
    case "optical-error":
      return [{ ...event.error, kind: "opticalError" }];
    case "memory-chunk":
      return [chunkWords(event.chunk)];
    case "memory-refused": {
      const refused = { kind: "offlineNak", packetId: event.packetId, error: 1 };
      return event.chunk === null ? [refused] : [{ ...chunkWords(event.chunk), damaged: true }, refused];
    }
    case "memory-abandoned":
      return [{ kind: "offlineAbandoned", packetId: event.packetId }];
    case "memory-damaged":
      return [{ kind: "offlineAbandoned", packetId: event.packet.packetId }];
    case "reply":
      return [replyWords(event.packet)];
    default:
      return [];
  }
}

function chunkWords(chunk: MemoryChunk): Words {
  const { packetId, compressed, position, section, owner, note, badDots } = chunk;
  const strokes = chunk.strokes.map((stroke) => ({
    page: stroke.page.page,
    downMs: stroke.downMs,
    upMs: stroke.upMs,
    tip: stroke.tip,
    color: stroke.color,
    dots: stroke.dots.length / DOT_STRIDE,
    badDots: stroke.badDots,
    damaged: stroke.badDots > 0,
    firstXY: placeAt(stroke.dots, 0),
    lastXY: placeAt(stroke.dots, stroke.dots.length - DOT_STRIDE),
  }));
  return { kind: "offlineChunk", packetId, compressed, position, section, owner, note, strokes, badDots, damaged: badDots > 0 };
}

function placeAt(dots: Int32Array, at: number): [number, number] | null {
  return dots.length === 0 ? null : [(dots[at + DOT_X] as number) / 100, (dots[at + DOT_Y] as number) / 100];
}

function replyWords(packet: PenPacket | Refusal): Words {
  switch (packet.kind) {
    case "refused":
      return { ...(packet.packet === null ? {} : replyWords(packet.packet)), kind: packet.of, ok: false, error: packet.error };
    case "passwordResult":
      return { ...packet, ok: packet.status === 1 };
    case "passwordChangeResult":
      return { status: null, ...packet, ok: isPasswordChanged(packet) };
    case "settingResult":
      return { ...packet, ok: packet.status === 0, ...(packet.status === 0 ? {} : { error: packet.status }) };
    case "useNotesResult":
      return { ...packet, ok: true };
    case "offlineNotes":
      return { kind: packet.kind, notes: packet.notes.map((each) => [each.section, each.owner, each.note]) };
    case "offlineNoteInfo":
      return { ...packet, pages: pagesOf(packet.bitmap), bitmap: hexOf(packet.bitmap) };
    case "profileValues":
      return { ...packet, values: packet.values.map((each) => ({ ...each, size: each.data.length, data: hexOf(each.data) })) };
    case "pds":
      return { ...packet, x: (packet.x * 100 + packet.fx) / 100, y: (packet.y * 100 + packet.fy) / 100 };
    default:
      return bytesAsHex({ ...packet });
  }
}

/** Bit j of byte i is page 8i + j. */
function pagesOf(bitmap: Uint8Array): number[] {
  const pages: number[] = [];
  for (let page = 0; page < bitmap.length * 8; page++) if (((bitmap[page >> 3] as number) >> (page & 7)) & 1) pages.push(page);
  return pages;
}

function bytesAsHex(words: Words): Words {
  for (const [name, value] of Object.entries(words)) if (value instanceof Uint8Array) words[name] = hexOf(value);
  return words;
}

/** A host's packet in the words of `expect`. */
export function hostWords(packet: HostPacket): Words {
  const { kind: cmd, ...fields } = packet;
  switch (packet.kind) {
    case "setSetting": {
      const { type, value } = packet.setting;
      return { cmd, type, value: value instanceof Uint8Array ? hexOf(value) : value };
    }
    case "useAllNotes":
      return { cmd: "useNotes", all: true };
    case "useNotes":
      return { cmd, list: packet.list.map((each) => [each.section, each.owner, each.note === NOTE_ALL ? "all" : each.note]) };
    case "offlineNoteListAll":
      return { cmd: "offlineNoteList", all: true };
    case "offlineData":
      return { cmd, ...fields, deleteAfter: packet.mode === "delete" };
    case "offlineNoteInfoRequest":
      return { cmd: "offlineNoteInfo", ...fields };
    case "profile":
      return { cmd, ...fields, ...(packet.keys === undefined ? {} : { keys: packet.keys.map((each) => each.key) }) };
    default:
      return { cmd, ...fields };
  }
}
