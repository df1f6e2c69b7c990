import { deflateSync } from "node:zlib";
import { DOT_STRIDE } from "@penlight/proto";
import {
  decodePenFrame,
  encodeMemoryChunk,
  encodePenFrame,
  FRAME_READY,
  FrameReader,
  type PenPacketOf,
} from "@penlight/proto/pen";
import { describe, expect, test } from "vitest";
import { NOW_MS, openLink, PAGE, say, written } from "./pen-bytes.ts";

const DOTS = Int32Array.from([10, 3025, 4050, 120, 90, 90, 0, 20, 3125, 4050, 130, 90, 90, 0]);

function chunkOf(packetId: number, position: "first" | "last" = "first", compressed = true): PenPacketOf<"offlineChunk"> {
  const stroke = { page: PAGE, downMs: NOW_MS, upMs: NOW_MS + 30, tip: "pen", color: 0xff000000, dots: DOTS } as const;
  const { section, owner, note } = PAGE;
  const reader = new FrameReader("pen");
  reader.push(encodeMemoryChunk({ packetId, position, compressed, section, owner, note, strokes: [stroke] }));
  expect(reader.next()).toBe(FRAME_READY);
  return decodePenFrame(reader) as PenPacketOf<"offlineChunk">;
}

function damaged(packetId: number): PenPacketOf<"offlineChunk"> {
  const chunk = chunkOf(packetId);
  return { ...chunk, size: chunk.size + 1 };
}

function withBadDot(packetId: number): PenPacketOf<"offlineChunk"> {
  const chunk = chunkOf(packetId, "first", false);
  const body = chunk.body.slice();
  body[body.length - 1] = (body[body.length - 1] as number) ^ 0xff;
  return { ...chunk, body };
}

const ack = (packetId: number, error: number, more = true) => ({ kind: "offlineAck", packetId, error, more });

describe("[PEN-9] chunks of the memory", () => {
  test("a whole chunk is acknowledged once it is stored, and not before", () => {
    const link = openLink();
    const said = say(link, [chunkOf(0)]);
    expect(said).toMatchObject([
      { kind: "memory-chunk", chunk: { packetId: 0, badDots: 0, strokes: [{ page: PAGE, dots: DOTS }] } },
    ]);
    expect(written(link)).toEqual([]);
    link.memoryStored(0);
    expect(written(link)).toEqual([ack(0, 0)]);
    link.memoryStored(0);
    expect(written(link)).toEqual([]);
  });

  test("the last chunk is acknowledged with nothing more to come", () => {
    const link = openLink();
    say(link, [chunkOf(5, "last")]);
    link.memoryStored(5);
    expect(written(link)).toEqual([ack(5, 0, false)]);
  });

  test("a damaged chunk is asked for again, at most three times; then its bytes are kept, and it is acknowledged once they are", () => {
    const link = openLink();
    const said = say(link, [damaged(1), damaged(1), damaged(1), damaged(1)]).filter((each) => each.kind !== "fault");
    expect(said.map((each) => each.kind)).toEqual(["memory-refused", "memory-refused", "memory-refused", "memory-damaged"]);
    expect(said.at(-1)).toMatchObject({ damage: "size", packet: damaged(1) });
    expect(written(link)).toEqual([ack(1, 1), ack(1, 1), ack(1, 1)]);
    link.memoryStored(1);
    expect(written(link)).toEqual([ack(1, 0)]);
    expect(link.faultCounts).toMatchObject({ "chunk-damaged": 4, "chunk-abandoned": 2 });
  });

  test("a chunk that is damaged in another way each time was damaged on the air: it is neither kept nor acknowledged", () => {
    const link = openLink();
    const broken = (at: number) => {
      const chunk = chunkOf(1);
      const body = chunk.body.slice();
      body[at] = (body[at] as number) ^ 0xff;
      return { ...chunk, body };
    };
    const said = say(link, [4, 5, 6, 7].map(broken)).filter((each) => each.kind !== "fault");
    expect(said.at(-1)).toEqual({ kind: "memory-abandoned", packetId: 1 });
    link.memoryStored(1);
    expect(written(link)).toEqual([ack(1, 1), ack(1, 1), ack(1, 1)]);
    expect(link.faultCounts["chunk-abandoned"]).toBe(0);
  });

  test("a damaged chunk that comes whole the second time is like any other", () => {
    const link = openLink();
    const said = say(link, [damaged(1), chunkOf(1)]);
    link.memoryStored(1);
    expect(said.at(-1)).toMatchObject({ kind: "memory-chunk" });
    expect(written(link)).toEqual([ack(1, 1), ack(1, 0)]);
  });

  test("after a new announcement the same packet id starts afresh", () => {
    const link = openLink();
    say(link, [
      damaged(0),
      damaged(0),
      damaged(0),
      damaged(0),
      { kind: "offlineStart", strokes: 1, bytes: 9, compressed: true },
    ]);
    written(link);
    say(link, [damaged(0)]);
    expect(written(link)).toEqual([ack(0, 1)]);
  });

  test("a bad dot: asked for once more; bad again, the good dots are taken", () => {
    const link = openLink();
    const first = say(link, [withBadDot(2)]);
    expect(first.map((each) => each.kind)).toEqual(["fault", "memory-refused"]);
    link.memoryStored(2);
    expect(written(link)).toEqual([ack(2, 1)]);
    const second = say(link, [withBadDot(2)]);
    expect(second.at(-1)).toMatchObject({ kind: "memory-chunk", chunk: { badDots: 1, strokes: [{ badDots: 1 }] } });
    const [stroke] = second.flatMap((each) => (each.kind === "memory-chunk" ? each.chunk.strokes : []));
    expect(stroke?.dots).toEqual(DOTS.slice(0, DOT_STRIDE));
    link.memoryStored(2);
    expect(written(link)).toEqual([ack(2, 0)]);
    expect(link.faultCounts["dot-checksum"]).toBe(2);
  });

  test("a bad dot in a chunk that was damaged on the air before: asked for on that account, too", () => {
    const link = openLink();
    say(link, [damaged(2), withBadDot(2), withBadDot(2)]);
    link.memoryStored(2);
    expect(written(link)).toEqual([ack(2, 1), ack(2, 1), ack(2, 0)]);
    say(link, [damaged(3), damaged(3), damaged(3), withBadDot(3)]);
    link.memoryStored(3);
    expect(written(link)).toEqual([ack(3, 1), ack(3, 1), ack(3, 1), ack(3, 0)]);
  });

  test("a chunk heard on a link that was lost since is not acknowledged on the next", () => {
    const link = openLink();
    say(link, [chunkOf(3)]);
    link.close(NOW_MS);
    link.open(NOW_MS, 517);
    written(link);
    link.memoryStored(3);
    expect(written(link)).toEqual([]);
  });

  test("a chunk that comes again (the pen did not hear the answer) is said and acknowledged again", () => {
    const link = openLink();
    for (let time = 0; time < 2; time++) {
      expect(say(link, [chunkOf(4)])).toHaveLength(1);
      link.memoryStored(4);
      expect(written(link)).toEqual([ack(4, 0)]);
    }
  });

  test("live ink goes on while the memory is read", () => {
    const link = openLink();
    const frame = encodePenFrame(chunkOf(0));
    const live = encodePenFrame({ kind: "penDown", count: 0, timeMs: NOW_MS, tip: "pen", color: 0 });
    const kinds = link.receive(new Uint8Array(Buffer.concat([live, frame])), NOW_MS).map((event) => event.kind);
    expect(kinds).toEqual(["stroke-start", "memory-chunk"]);
  });

  test("[PEN-1] sizes that lie: a bomb, a count of strokes, a number of dots; each is a damaged chunk and costs no memory", () => {
    const bomb = deflateSync(new Uint8Array(16 * 2 ** 20));
    const lies: readonly Partial<PenPacketOf<"offlineChunk">>[] = [
      { body: new Uint8Array(bomb), sentSize: bomb.length },
      { strokes: 65_535 },
      { size: 65_535 },
      { body: new Uint8Array(27).fill(0xff), sentSize: 27, compressed: false },
      { body: new Uint8Array(0), sentSize: 0 },
    ];
    for (const lie of lies) {
      const link = openLink();
      const said = say(link, [{ ...chunkOf(1), ...lie }]);
      expect(said.map((each) => each.kind)).toEqual(["fault", "memory-refused"]);
      expect(written(link)).toEqual([ack(1, 1)]);
    }
  });

  test("[PEN-13] a chunk that nobody asked for is counted, is no ink, and gets no answer", () => {
    const link = openLink();
    link.expectsMemory = false;
    expect(say(link, [chunkOf(1), damaged(1)]).map((each) => each.kind)).toEqual(["fault", "fault"]);
    link.memoryStored(1);
    expect([written(link), link.faultCounts.unasked]).toEqual([[], 2]);
  });
});
