import { deflateSync } from "node:zlib";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DOT_STRIDE } from "../../src/dots.ts";
import { readFields } from "../../src/pen/field.ts";
import {
  decodeMemoryChunk,
  decodePenFrame,
  dotFieldsOf,
  encodeMemoryChunk,
  encodePenFrame,
  FRAME_READY,
  FrameReader,
  MEMORY_BODY_BYTES_MAX,
  MEMORY_DOT,
  type MemoryStroke,
  memoryStrokeBytes,
  type PenPacket,
  type PenPacketOf,
  readDot,
} from "../../src/pen/index.ts";

type Chunk = PenPacketOf<"offlineChunk">;

function packetOf(frame: Uint8Array): Chunk {
  const reader = new FrameReader("pen");
  reader.push(frame);
  expect(reader.next()).toBe(FRAME_READY);
  const packet = decodePenFrame(reader);
  if (typeof packet === "string" || packet.kind !== "offlineChunk") throw new Error("not a chunk");
  return packet;
}

const dot = fc
  .record({
    dt: fc.integer({ min: 0, max: 255 }),
    place: fc.tuple(fc.integer({ min: 0, max: 6_553_599 }), fc.integer({ min: 0, max: 6_553_599 })),
    force: fc.integer({ min: 0, max: 0xffff }),
    pose: fc.tuple(fc.integer({ min: 0, max: 180 }), fc.integer({ min: 0, max: 180 }), fc.integer({ min: 0, max: 359 })),
  })
  .map(({ dt, place, force, pose }) => [dt, ...place, force, ...pose]);

function dotsOf(rows: readonly number[][]): Int32Array {
  let time = 0;
  return Int32Array.from(
    rows.flatMap(([dt, ...rest]) => {
      time += dt as number;
      return [time, ...rest];
    }),
  );
}

const NOTE = { section: 3, owner: 27, note: 438 };
const stroke: fc.Arbitrary<MemoryStroke> = fc
  .record({
    page: fc.integer({ min: 0, max: 300 }),
    downMs: fc.integer({ min: 1_700_000_000_000, max: 1_800_000_000_000 }),
    tip: fc.constantFrom("pen" as const, "eraser" as const),
    color: fc.integer({ min: 0, max: 0xffffffff }),
    rows: fc.array(dot, { maxLength: 12 }),
  })
  .map(({ page, downMs, tip, color, rows }) => ({
    page: { ...NOTE, page },
    downMs,
    upMs: downMs + 500,
    tip,
    color,
    dots: dotsOf(rows),
    badDots: 0,
  }));

const HEAD = { packetId: 7, position: "middle", ...NOTE } as const;

describe("[PEN-9] chunks of a pen's memory", () => {
  test("what a pen packs is read as it was, compressed or not (seed 91)", () => {
    fc.assert(
      fc.property(fc.array(stroke, { maxLength: 6 }), fc.boolean(), (strokes, compressed) => {
        const packet = packetOf(encodeMemoryChunk({ ...HEAD, compressed, strokes }));
        expect(decodeMemoryChunk(packet)).toEqual({ ...HEAD, compressed, strokes, badDots: 0 });
        const bytes = strokes.reduce((sum, each) => sum + memoryStrokeBytes(each.dots.length / DOT_STRIDE), 0);
        expect(packet.size).toBe(bytes);
      }),
      { seed: 91 },
    );
  });

  const sample = fc.sample(
    stroke.filter((each) => each.dots.length >= 5 * DOT_STRIDE),
    { seed: 92, numRuns: 1 },
  )[0] as MemoryStroke;
  const good = (compressed: boolean) => packetOf(encodeMemoryChunk({ ...HEAD, compressed, strokes: [sample] }));

  test("a dot whose checksum is wrong is left out and counted", () => {
    const packet = good(false);
    packet.body[27 + 16 + 15] = (packet.body[27 + 16 + 15] as number) ^ 1;
    const chunk = decodeMemoryChunk(packet);
    if (typeof chunk === "string") throw new Error(chunk);
    expect(chunk.badDots).toBe(1);
    expect(chunk.strokes.map((each) => [each.dots.length, each.badDots])).toEqual([[sample.dots.length - DOT_STRIDE, 1]]);
  });

  test("damage has a name: the zlib stream, the sizes, an over-run", () => {
    const packet = good(true);
    const broken = packet.body.slice();
    broken[5] = (broken[5] as number) ^ 0xff;
    broken[9] = (broken[9] as number) ^ 0xff;
    expect(decodeMemoryChunk({ ...packet, body: broken })).toBe("inflate");
    expect(decodeMemoryChunk({ ...packet, sentSize: packet.sentSize + 1 })).toBe("size");
    expect(decodeMemoryChunk({ ...packet, size: packet.size - 1 })).toBe("size");
    expect(decodeMemoryChunk({ ...packet, strokes: 2 })).toBe("overrun");
    expect(decodeMemoryChunk({ ...good(false), strokes: 60_000 })).toBe("overrun");
  });

  test("an uncompressed chunk need not say how long it is", () => {
    expect(decodeMemoryChunk({ ...good(false), size: 0, sentSize: 0 })).toMatchObject({ badDots: 0 });
  });

  test("a bomb is not unpacked", () => {
    const bomb = new Uint8Array(deflateSync(new Uint8Array(MEMORY_BODY_BYTES_MAX * 50)));
    expect(decodeMemoryChunk({ ...good(true), body: bomb, sentSize: bomb.length })).toBe("inflate");
  });

  test("any bytes for a body: damage or strokes, never an exception (seed 93)", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 400 }),
        fc.boolean(),
        fc.integer({ min: 0, max: 0xffff }),
        (body, compressed, strokes) => {
          const chunk = decodeMemoryChunk({ ...good(compressed), body, sentSize: body.length, strokes });
          if (typeof chunk === "string") expect(["inflate", "size", "overrun"]).toContain(chunk);
          else expect(chunk.strokes).toHaveLength(strokes);
        },
      ),
      { seed: 93, numRuns: 500 },
    );
  });

  test("more than the size field can say is our bug, not a chunk", () => {
    const long: MemoryStroke = { ...sample, dots: new Int32Array(5000 * DOT_STRIDE) };
    expect(() => encodeMemoryChunk({ ...HEAD, compressed: false, strokes: [long] })).toThrow(RangeError);
  });
});

describe("[PEN-4] the short way for dots", () => {
  test("gives what the table walker gives (seed 94)", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
        const dots = new Int32Array(DOT_STRIDE);
        readDot(bytes, 0, dots, 0, 5);
        const walked = readFields({ bytes, at: 0, end: 16 }, MEMORY_DOT) as Record<string, number>;
        const value = (name: string) => walked[name] as number;
        const place = [value("x") * 100 + value("fx"), value("y") * 100 + value("fy")];
        expect([...dots]).toEqual([5, ...place, value("force"), value("tiltX"), value("tiltY"), value("twist")]);
      }),
      { seed: 94, numRuns: 500 },
    );
  });

  test("and the way back gives the fields of the tables", () => {
    const fields = dotFieldsOf(Int32Array.of(40, 3025, 4050, 120, 92, 85, 145));
    expect(fields).toEqual({ force: 120, x: 30, y: 40, fx: 25, fy: 50, tiltX: 92, tiltY: 85, twist: 145 });
    const packet: PenPacket = { kind: "dot", count: 3, dt: 3, ...fields };
    expect(Buffer.from(encodePenFrame(packet)).toString("hex")).toBe("c06c0e00030378001e00280019325c559100c1");
  });
});
