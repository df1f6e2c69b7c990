import { DOT_STRIDE, type PageAddress, type PenId, parsePenId } from "@penlight/proto";
import {
  decodeHostFrame,
  encodePenFrame,
  FRAME_READY,
  FrameReader,
  type HostPacket,
  type PenPacket,
  type PenPacketOf,
} from "@penlight/proto/pen";
import * as fc from "fast-check";
import { type LinkEvent, PenLink, type PenLinkOptions } from "../../src/core/pen-link.ts";

export const PEN = parsePenId("9c7bd251f41f") as PenId;
export const NOW_MS = 1_760_000_000_000;
export const PAGE: PageAddress = { section: 3, owner: 27, note: 603, page: 12 };
export const OTHER_PAGE: PageAddress = { ...PAGE, page: 13 };

export const VERSION: PenPacketOf<"version"> = {
  kind: "version",
  device: "NWP-F50",
  firmware: "1.03.0052",
  protocol: "2.12",
  subName: "Neosmartpen_M1",
  deviceType: 1,
  mac: PEN,
};
export const STATUS: PenPacketOf<"status"> = {
  kind: "status",
  locked: false,
  maxTries: 10,
  usedTries: 0,
  timeMs: NOW_MS,
  autoOffMin: 20,
  maxForce: 852,
  usedStoragePct: 7,
  capOff: true,
  autoPowerOn: true,
  beep: true,
  hover: false,
  batteryPct: 66,
  charging: false,
  offlineData: true,
  sensitivity: 2,
};

/** A link that was just opened; what it wrote first is taken. */
export function openLink(options: Partial<PenLinkOptions> = {}): PenLink {
  const link = new PenLink({ pen: PEN, ...options });
  link.open(NOW_MS, 517);
  link.takeWrites();
  return link;
}

/** The pen says these, each in a notification of its own; times are `receivedMs`. */
export function say(link: PenLink, packets: readonly PenPacket[], receivedMs = NOW_MS): readonly Said[] {
  return packets.flatMap((packet) => saidBy(link, link.receive(encodePenFrame(packet), receivedMs)));
}

/** A link event, with its dots in place of their indices (rows of DOT_STRIDE numbers). */
export type Said = Exclude<LinkEvent, { kind: "dots" }> | { readonly kind: "dot"; readonly row: readonly number[] };

export function saidBy(link: Pick<PenLink, "dots">, events: readonly LinkEvent[]): Said[] {
  const said: Said[] = [];
  for (const event of events) {
    if (event.kind !== "dots") said.push(event);
    else {
      for (let i = event.from; i < event.to; i++) {
        said.push({ kind: "dot", row: [...link.dots.subarray(i * DOT_STRIDE, (i + 1) * DOT_STRIDE)] });
      }
    }
  }
  return said;
}

/** What the link wants written, as packets. */
export function written(link: Pick<PenLink, "takeWrites">): (HostPacket | string)[] {
  const reader = new FrameReader("host");
  const packets: (HostPacket | string)[] = [];
  for (const piece of link.takeWrites()) {
    reader.push(piece);
    while (reader.next() === FRAME_READY) packets.push(decodeHostFrame(reader));
  }
  return packets;
}

const DOT = { force: 120, y: 40, fx: 25, fy: 50, tiltX: 92, tiltY: 85, twist: 145 };

/** Packets of the counted family, counters as they come. */
export class CountedPen {
  count: number;
  constructor(count = 1) {
    this.count = count;
  }
  #next(): number {
    const count = this.count;
    this.count = (count + 1) & 0xff;
    return count;
  }
  down(timeMs = NOW_MS): PenPacket {
    return { kind: "penDown", count: this.#next(), timeMs, tip: "pen", color: 0xff000000 };
  }
  page(page = PAGE): PenPacket {
    return { kind: "page", count: this.#next(), ...page };
  }
  dot(dt = 10, x = 30): PenPacket {
    return { kind: "dot", count: this.#next(), dt, x, ...DOT };
  }
  up(timeMs: number, sent: number): PenPacket {
    const images = { totalImages: sent, processedImages: sent, okImages: sent, sentImages: sent };
    return { kind: "penUp", count: this.#next(), timeMs, dots: sent, ...images };
  }
}

export function legacyDot(dt = 10, x = 30): PenPacket {
  return { kind: "legacyDot", dt, x, ...DOT };
}

/** The row of a dot that CountedPen or legacyDot makes. */
export function rowOf(time: number, x = 30): readonly number[] {
  return [time, x * 100 + DOT.fx, DOT.y * 100 + DOT.fy, DOT.force, DOT.tiltX, DOT.tiltY, DOT.twist];
}

/** `down:0`, `page:12`, `dot:10`, `end:30`, `fault:gap` ...: what a test of the stroke states reads. Times since NOW_MS. */
export function outline(said: readonly Said[]): string[] {
  let downMs = 0;
  const lines: string[] = [];
  for (const each of said) {
    if (each.kind === "stroke-start") {
      downMs = each.downMs - NOW_MS;
      lines.push(`${each.synthetic ? "start" : "down"}:${downMs}`);
    } else if (each.kind === "page") lines.push(`page:${each.page.page}`);
    else if (each.kind === "dot") lines.push(`dot:${downMs + (each.row[0] as number)}`);
    else if (each.kind === "stroke-end") {
      lines.push(`${each.synthetic ? "end" : "up"}:${each.upMs - NOW_MS} dots=${each.dots} lost=${each.lostDots}`);
    } else if (each.kind === "fault") lines.push(`fault:${each.fault.kind}`);
    else lines.push(each.kind);
  }
  return lines;
}

/** Bytes that a bad link makes of good ones: some changed, some gone, some put in. */
export function mutated(good: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  const byte = fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0xc0, 0xc1, 0x7d));
  const change = fc.record({ at: fc.nat(), what: fc.constantFrom("set", "drop", "add"), byte });
  return fc.tuple(good, fc.array(change, { maxLength: 12 })).map(([bytes, changes]) => {
    const out = [...bytes];
    for (const each of changes) {
      const place = each.at % (out.length + 1);
      if (each.what === "add") out.splice(place, 0, each.byte);
      else if (each.what === "drop") out.splice(place, 1);
      else if (place < out.length) out[place] = each.byte;
    }
    return Uint8Array.from(out);
  });
}
