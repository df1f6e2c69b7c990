import type { PageAddress } from "@penlight/proto";
import {
  decodeMemoryChunk,
  decodePenFrame,
  FRAME_READY,
  FrameReader,
  type MemoryChunk,
  type PenPacketOf,
} from "@penlight/proto/pen";
import { describe, expect, test } from "vitest";
import { PenMemory, type StoredStroke } from "../../../src/source/simulator/pen-memory.ts";

const NOTE = { section: 3, owner: 1013, note: 7 };
const at = (page: number, note = NOTE.note): PageAddress => ({ ...NOTE, note, page });
const stroke = (downMs: number, page: PageAddress): StoredStroke => ({
  page,
  downMs,
  upMs: downMs + 20,
  tip: "pen",
  color: 0xff000000,
  dots: Int32Array.from([10, 5, 6, 7, 8, 9, 10]),
});

function chunkOf(frame: Uint8Array | null): MemoryChunk {
  const reader = new FrameReader("pen");
  reader.push(frame as Uint8Array);
  expect(reader.next()).toBe(FRAME_READY);
  return decodeMemoryChunk(decodePenFrame(reader) as PenPacketOf<"offlineChunk">) as MemoryChunk;
}

function filled(strokes: number): PenMemory {
  const memory = new PenMemory(1000);
  for (let i = 0; i < strokes; i++) memory.store(stroke(i, at(i % 3)));
  return memory;
}

describe("PenMemory", () => {
  test.each([true, false])(
    "[PEN-9] hands a note over in chunks, once each, and forgets it with the last acknowledgement (compressed %s)",
    (compress) => {
      const memory = filled(21);
      memory.store(stroke(99, at(1, 8)));
      expect(memory.notes(null)).toEqual([NOTE, { ...NOTE, note: 8 }]);
      expect(memory.pages(NOTE)).toEqual([0, 1, 2]);
      expect(memory.startTransfer(NOTE, [], compress, true)).toEqual({ strokes: 21, bytes: 21 * (27 + 16) });
      const chunks: MemoryChunk[] = [];
      for (let frame = memory.chunk(); frame !== null; ) {
        const chunk = chunkOf(frame);
        chunks.push(chunk);
        expect(memory.strokes).toHaveLength(22);
        frame = memory.acknowledge(chunk.packetId, true, chunk.position !== "last");
      }
      expect(chunks.map((chunk) => chunk.position)).toEqual(["first", "middle", "last"]);
      expect(chunks.flatMap((chunk) => chunk.strokes.map((each) => each.downMs))).toEqual(
        Array.from({ length: 21 }, (_, i) => i),
      );
      expect(memory.strokes.map((each) => each.downMs)).toEqual([99]);
    },
  );

  test("[PEN-9] a chunk that was refused comes again; one that is kept stays; an answer to another chunk is ignored", () => {
    const memory = filled(10);
    memory.startTransfer(NOTE, [0], true, false);
    const first = chunkOf(memory.chunk());
    expect(chunkOf(memory.acknowledge(first.packetId, false, true))).toEqual(first);
    expect(memory.acknowledge(first.packetId + 5, true, true)).toBeNull();
    expect(first.strokes.map((each) => each.page.page)).toEqual([0, 0, 0, 0]);
    expect(memory.acknowledge(first.packetId, true, false)).toBeNull();
    expect(memory.strokes).toHaveLength(10);
  });

  test("[PEN-9] notes and pages are deleted by name; a full memory keeps what it has", () => {
    const memory = filled(9);
    expect(memory.deletePages(NOTE, [1, 5])).toEqual([1]);
    expect(memory.strokes).toHaveLength(6);
    expect(memory.deleteNotes(NOTE, [7, 8])).toEqual([7]);
    expect(memory.strokes).toHaveLength(0);
    const small = new PenMemory(2);
    for (let i = 0; i < 3; i++) small.store(stroke(i, at(0)));
    expect([small.strokes.map((each) => each.downMs), small.refused, small.usedPercent]).toEqual([[0, 1], 1, 100]);
  });
});
