import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  cutFrame,
  encodeFrame,
  FRAME_BYTES_MAX,
  FRAME_FAULT,
  FRAME_NONE,
  FrameReader,
  hasErrorByte,
  hexOf,
  type Side,
} from "../../src/pen/index.ts";
import { cutAt } from "./arbitraries.ts";

interface Read {
  readonly frames: string[];
  readonly faults: Record<string, number>;
}

/** Frames as `command[/error]:payload`, faults as counts. */
function read(pieces: readonly Uint8Array[], from: Side = "pen", reader = new FrameReader(from)): Read {
  const frames: string[] = [];
  const faults: Record<string, number> = {};
  for (const piece of pieces) {
    reader.push(piece);
    for (let found = reader.next(); found !== FRAME_NONE; found = reader.next()) {
      if (found === FRAME_FAULT) faults[reader.fault] = (faults[reader.fault] ?? 0) + reader.faultCount;
      else {
        if (reader.excess > 0) faults.long = (faults.long ?? 0) + 1;
        const command = reader.command.toString(16).padStart(2, "0");
        const error = reader.error === 0 ? "" : `/${reader.error}`;
        frames.push(`${command}${error}:${hexOf(reader.body.subarray(reader.payloadStart, reader.payloadEnd))}`);
      }
    }
  }
  return { frames, faults };
}

function bytesOf(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex.replaceAll(" ", ""), "hex"));
}

const GOOD = "c0 61 0100 0f c1";

describe("[PEN-3] what the frame reader makes of", () => {
  test.each([
    ["a whole frame", GOOD, ["61:0f"], {}],
    ["bytes before a frame", `00 99 42 ${GOOD}`, ["61:0f"], { garbage: 3 }],
    ["an end byte outside a frame", `c1 ${GOOD}`, ["61:0f"], { "stray-end": 1 }],
    ["a start byte inside a frame", `c0 61 01 ${GOOD}`, ["61:0f"], { resync: 1 }],
    ["a start byte after an escape byte", `c0 61 7d ${GOOD}`, ["61:0f"], { resync: 1 }],
    ["an escape byte right before the end", `c0 61 0100 0f 7d c1 ${GOOD}`, ["61:0f"], { "broken-escape": 1 }],
    ["escapes of all three bytes", "c0 7de1 00 0300 7de0 7de1 7d5d c1", ["c1:c0c17d"], {}],
    ["an escape of any other byte", "c0 61 0100 7d2f c1", ["61:0f"], {}],
    ["an escape of the escape byte itself", "c0 61 0100 7d7d c1", ["61:5d"], {}],
    ["an empty frame", `c0 c1 ${GOOD}`, ["61:0f"], { runt: 1 }],
    ["an event of two bytes", "c0 61 01 c1", [], { runt: 1 }],
    ["a response of three bytes", "c0 91 00 00 c1", [], { runt: 1 }],
    ["a response cut after its error byte", "c0 91 02 c1", ["91/2:"], {}],
    ["a response cut after an error byte of zero", "c0 91 00 c1", [], { runt: 1 }],
    ["fewer payload bytes than declared", `c0 6c 0e00 0001 c1 ${GOOD}`, ["61:0f"], { short: 1 }],
    ["more payload bytes than declared", "c0 61 0100 0f 1122 c1", ["61:0f"], { long: 1 }],
  ])("%s", (_title, hex, frames, faults) => {
    expect(read([bytesOf(hex)])).toEqual({ frames, faults });
  });

  test("a host's frames: only the acknowledgements carry an error byte", () => {
    expect(read([bytesOf("c0 a4 01 0300 0500 01 c1 c0 91 0000 c1")], "host").frames).toEqual(["a4/1:050001", "91:"]);
  });

  test("a frame without end: dropped once it is too long, and the next one is read", () => {
    const endless = new Uint8Array(FRAME_BYTES_MAX + 100).fill(0x11);
    endless[0] = 0xc0;
    const reader = new FrameReader("pen");
    const { frames, faults } = read([endless, bytesOf(GOOD)], "pen", reader);
    expect(frames).toEqual(["61:0f"]);
    expect(faults).toEqual({ oversize: 1, garbage: 98 });
    expect(reader.body.length).toBeLessThanOrEqual(FRAME_BYTES_MAX);
  });

  test("a lost link: its partial frame is forgotten", () => {
    const reader = new FrameReader("pen");
    read([bytesOf("c0 61 01")], "pen", reader);
    reader.reset();
    expect(read([bytesOf("00 0f c1")], "pen", reader)).toEqual({ frames: [], faults: { garbage: 2, "stray-end": 1 } });
  });
});

const frame = fc
  .tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 0, max: 255 }), fc.uint8Array({ maxLength: 300 }))
  .map(([command, error, payload]) => {
    const code = hasErrorByte("pen", command) ? error : null;
    const shown = code === null || code === 0 ? "" : `/${code}`;
    return {
      bytes: encodeFrame(command, code, payload),
      text: `${command.toString(16).padStart(2, "0")}${shown}:${hexOf(payload)}`,
    };
  });

describe("[PEN-3] properties", () => {
  test("any frames, glued together and cut anywhere, are read as they were (seed 31)", () => {
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 6 }), fc.array(fc.nat(), { maxLength: 10 }), (frames, places) => {
        const bytes = new Uint8Array(Buffer.concat(frames.map((each) => each.bytes)));
        expect(read(cutAt(bytes, places))).toEqual({ frames: frames.map((each) => each.text), faults: {} });
      }),
      { seed: 31, numRuns: 300 },
    );
  });

  test("delimiters stand only at the ends of an encoded frame (seed 32)", () => {
    fc.assert(
      fc.property(frame, ({ bytes }) => {
        const inside = bytes.subarray(1, -1);
        expect([bytes[0], bytes.at(-1)]).toEqual([0xc0, 0xc1]);
        expect(inside.includes(0xc0) || inside.includes(0xc1)).toBe(false);
      }),
      { seed: 32, numRuns: 300 },
    );
  });

  test("any bytes at all: the same frames and fault counts however they are cut (seed 33)", () => {
    const noisy = fc.array(fc.oneof(fc.constantFrom(0xc0, 0xc1, 0x7d, 0x61, 0x00, 0x01), fc.integer({ min: 0, max: 255 })), {
      maxLength: 200,
    });
    fc.assert(
      fc.property(noisy, fc.array(fc.nat(), { maxLength: 20 }), (noise, places) => {
        const bytes = Uint8Array.from(noise);
        expect(read(cutAt(bytes, places))).toEqual(read([bytes]));
      }),
      { seed: 33, numRuns: 1000 },
    );
  });

  test("[PEN-1] a good frame after any noise is read: at most the frame that the noise hit is lost (seed 34)", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (noise) => {
        expect(read([noise, bytesOf(GOOD)]).frames.at(-1)).toBe("61:0f");
      }),
      { seed: 34, numRuns: 1000 },
    );
  });

  test("[PEN-7] a frame cut for the air: pieces of at most mtu - 3, nothing lost (seed 35)", () => {
    fc.assert(
      fc.property(frame, fc.integer({ min: 23, max: 517 }), ({ bytes }, mtu) => {
        const pieces = cutFrame(bytes, mtu);
        expect(pieces.every((piece) => piece.length <= mtu - 3)).toBe(true);
        expect(new Uint8Array(Buffer.concat(pieces))).toEqual(bytes);
      }),
      { seed: 35 },
    );
  });
});
