import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parsePenId } from "../../src/ids.ts";
import {
  decodeHostFrame,
  decodePenFrame,
  encodeFrame,
  encodeHostFrame,
  encodePenFrame,
  encodeRefusal,
  FRAME_READY,
  FrameReader,
  HOST_PACKETS,
  type HostPacket,
  hexOf,
  PEN_PACKETS,
  type PenPacket,
} from "../../src/pen/index.ts";
import { rowsOf } from "./arbitraries.ts";

function readerOf(bytes: Uint8Array, side: "pen" | "host"): FrameReader {
  const reader = new FrameReader(side);
  reader.push(bytes);
  expect(reader.next()).toBe(FRAME_READY);
  return reader;
}
function pen(bytes: Uint8Array) {
  return decodePenFrame(readerOf(bytes, "pen"));
}
function host(bytes: Uint8Array) {
  return decodeHostFrame(readerOf(bytes, "host"));
}
function payload(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, "hex"));
}

/** Some values of a general row are a special row's: FFFF notes, FFFFFFFF owner, profile types with a row of their own. */
function isTakenByAnotherRow(packet: Record<string, unknown>): boolean {
  if (packet.kind === "offlineNoteList") return packet.owner === 0xffffff && packet.section === 0xff;
  return packet.kind === "profileResult" && (packet.type === 0x03 || packet.type === 0x12);
}

describe("[PEN-4] decode(encode(p)) = p", () => {
  test.each(rowsOf(PEN_PACKETS))("pen: %s (seed 41)", (_kind, packets) => {
    fc.assert(
      fc.property(
        packets.filter((packet) => !isTakenByAnotherRow(packet)),
        (packet) => {
          expect(pen(encodePenFrame(packet as unknown as PenPacket))).toEqual(packet);
        },
      ),
      { seed: 41 },
    );
  });

  test.each(rowsOf(HOST_PACKETS))("host: %s (seed 42)", (_kind, packets) => {
    fc.assert(
      fc.property(
        packets.filter((packet) => !isTakenByAnotherRow(packet)),
        (packet) => {
          expect(host(encodeHostFrame(packet as unknown as HostPacket))).toEqual(packet);
        },
      ),
      { seed: 42 },
    );
  });
});

describe("[PEN-4] lengths", () => {
  test("the layouts are as long as the protocol says", () => {
    const zeros = { x: 0, y: 0, fx: 0, fy: 0 };
    const dot = { dt: 0, force: 0, ...zeros, tiltX: 0, tiltY: 0, twist: 0 };
    const page = { section: 0, owner: 0, note: 0, page: 0 };
    const images = { totalImages: 0, processedImages: 0, okImages: 0, sentImages: 0 };
    const lengths: readonly (readonly [PenPacket, number])[] = [
      [{ kind: "legacyDown", timeMs: 0, tip: "pen", color: 0 }, 14],
      [{ kind: "legacyPage", ...page }, 12],
      [{ kind: "legacyDot", ...dot }, 13],
      [{ kind: "shortDot", dt: 0, ...zeros }, 7],
      [{ kind: "tinyDot", dt: 0, ...zeros }, 5],
      [{ kind: "penDown", count: 0, timeMs: 0, tip: "pen", color: 0 }, 14],
      [{ kind: "penUp", count: 0, timeMs: 0, dots: 0, ...images }, 19],
      [{ kind: "page", count: 0, ...page }, 13],
      [{ kind: "dot", count: 0, ...dot }, 14],
      [{ kind: "hover", dt: 0, ...zeros }, 7],
      [{ kind: "pds", ...page, ...zeros }, 28],
    ];
    for (const [packet, length] of lengths)
      expect([packet.kind, encodePenFrame(packet).length - 5]).toEqual([packet.kind, length]);
  });

  test.each([
    [64, {}],
    [65, { sensor: "FSC" }],
    [69, { sensor: "FSC", company: 2, product: 3, colour: 4 }],
    [70, { sensor: "FSC", company: 2, product: 3, colour: 4, fwCompression: true }],
    [90, { sensor: "FSC", company: 2, product: 3, colour: 4, fwCompression: true }],
  ])("[PEN-2] a version response of %d bytes is read as far as it goes, with the pen's identity", (length, tail) => {
    const bytes = new Uint8Array(length);
    bytes.set(Buffer.from("NWP-F80", "ascii"), 0);
    bytes.set(Buffer.from("2.22", "ascii"), 32);
    bytes.set([0x9c, 0x7b, 0xd2, 0x51, 0xf4, 0x1f], 58);
    bytes.set([1, 2, 0, 3, 4, 1].slice(0, length - 64), 64);
    const version = pen(encodeFrame(0x81, 0, bytes));
    const head = {
      kind: "version",
      device: "NWP-F80",
      firmware: "",
      protocol: "2.22",
      subName: "",
      deviceType: 0,
      mac: "9c7bd251f41f",
    };
    expect(version).toEqual({ ...head, ...tail });
    expect(parsePenId("9C:7B:D2:51:F4:1F")).toBe("9c7bd251f41f");
  });

  test("a payload that does not hold its fields is malformed, an unknown command is named so", () => {
    expect(pen(encodeFrame(0x81, 0, new Uint8Array(63)))).toBe("malformed");
    expect(pen(encodeFrame(0x6c, null, new Uint8Array(13)))).toBe("malformed");
    expect(pen(encodeFrame(0x63, null, payload("02".padEnd(28, "0"))))).toBe("malformed");
    expect(pen(encodeFrame(0x50, null, new Uint8Array(4)))).toBe("unknown-command");
    expect(host(encodeFrame(0x31, null, new Uint8Array(4)))).toBe("unknown-command");
  });

  test("a list that promises more than is there is malformed, and nothing is made for the promise", () => {
    expect(host(encodeFrame(0x23, null, payload("02011b000003b6010000ffffffff09000000")))).toBe("malformed");
    expect(pen(encodeFrame(0xa1, 0, payload("ffff1b000003b6010000")))).toBe("malformed");
  });
});

describe("[PEN-4] responses with an error code", () => {
  test("with an empty payload, with none at all, and with its payload", () => {
    expect(pen(encodeRefusal("useNotesResult", 2))).toEqual({
      kind: "refused",
      of: "useNotesResult",
      error: 2,
      packet: { kind: "useNotesResult" },
    });
    expect(pen(payload("c0a103c1"))).toEqual({ kind: "refused", of: "offlineNotes", error: 3, packet: null });
    const refused: PenPacket = { kind: "settingResult", type: "time", status: 0 };
    expect(pen(encodeRefusal("settingResult", 1, refused))).toEqual({
      kind: "refused",
      of: "settingResult",
      error: 1,
      packet: refused,
    });
  });
});

describe("[PEN-4] settings", () => {
  test("the setting codes are those of the protocol", () => {
    const codes = [
      [{ type: "time", value: 258 }, "01 0201000000000000"],
      [{ type: "autoOffMinutes", value: 20 }, "02 1400"],
      [{ type: "hover", value: true }, "06 01"],
      [{ type: "offlineData", value: true }, "07 01"],
      [{ type: "ledColor", value: "ff3c6bf0" }, "08 ff3c6bf0"],
      [{ type: "btName", value: "Desk07" }, "0c 10 4465736b303700000000000000000000"],
      [{ type: "fscSensitivity", value: 2 }, "0d 02"],
    ] as const;
    for (const [setting, hex] of codes) {
      const body = encodeHostFrame({ kind: "setSetting", setting }).subarray(4, -1);
      expect(hexOf(body)).toBe(hex.replaceAll(" ", ""));
    }
  });
});
