import type { HostPacket, MemoryChunk } from "@penlight/proto/pen";
import { describe, expect, test } from "vitest";
import { MEMORY_POLL_MS, MEMORY_REPLY_MS_MAX, MemorySync } from "../../src/core/memory-sync.ts";

const NOTES = [
  { section: 3, owner: 1013, note: 7 },
  { section: 3, owner: 1013, note: 8 },
];
const chunk = (packetId: number, position: "middle" | "last"): MemoryChunk => ({
  ...{ packetId, compressed: true, position, section: 3, owner: 1013, note: 7 },
  ...{ strokes: [], badDots: 0 },
});

function synced() {
  const asked: HostPacket[] = [];
  const sync = new MemorySync((packet) => asked.push(packet));
  const kinds = () => asked.splice(0).map((packet) => (packet.kind === "offlineData" ? `fetch ${packet.note}` : packet.kind));
  const notes = (of: typeof NOTES, nowMs: number) =>
    sync.take({ kind: "reply", packet: { kind: "offlineNotes", notes: of } }, nowMs);
  return { sync, kinds, notes };
}

describe("MemorySync", () => {
  test("[PEN-13] lists when the pen is ready, fetches note after note, each after the last chunk is durable, and lists again", () => {
    const { sync, kinds, notes } = synced();
    sync.tick(0, false);
    expect(kinds()).toEqual([]);
    sync.take({ kind: "ready" }, 100);
    expect(kinds()).toEqual(["offlineNoteListAll"]);
    notes(NOTES, 110);
    expect(kinds()).toEqual(["fetch 7"]);
    sync.take({ kind: "memory-chunk", chunk: chunk(0, "middle") }, 120);
    sync.stored(0, 125);
    sync.take({ kind: "memory-chunk", chunk: chunk(1, "last") }, 130);
    expect(kinds()).toEqual([]);
    sync.stored(1, 140);
    expect(kinds()).toEqual(["fetch 8"]);
    sync.take({ kind: "reply", packet: { kind: "offlineStart", strokes: 0, bytes: 0, compressed: true } }, 150);
    expect(kinds()).toEqual(["offlineNoteListAll"]);
    notes([], 160);
    expect(kinds()).toEqual([]);
  });

  test("[PEN-13] asks again every 20 s, but not while the pen writes, and never without a link", () => {
    const { sync, kinds, notes } = synced();
    sync.take({ kind: "ready" }, 0);
    notes([], 0);
    kinds();
    sync.tick(MEMORY_POLL_MS - 1, false);
    sync.tick(MEMORY_POLL_MS + 5, true);
    expect(kinds()).toEqual([]);
    sync.tick(MEMORY_POLL_MS + 10, false);
    expect(kinds()).toEqual(["offlineNoteListAll"]);
    sync.reset();
    sync.tick(10 * MEMORY_POLL_MS, false);
    expect(kinds()).toEqual([]);
  });

  test("[PEN-13] a pen that seems to write for ever, because its pen-up was lost, is asked all the same", () => {
    const { sync, kinds, notes } = synced();
    sync.take({ kind: "ready" }, 0);
    notes([], 5);
    kinds();
    sync.tick(2 * MEMORY_POLL_MS, true);
    expect(kinds()).toEqual([]);
    sync.tick(2 * MEMORY_POLL_MS + 5, true);
    expect(kinds()).toEqual(["offlineNoteListAll"]);
  });

  test("[PEN-13] silence, a refusal and a chunk that stays bad do not stop it for good", () => {
    const { sync, kinds, notes } = synced();
    sync.take({ kind: "ready" }, 0);
    sync.tick(MEMORY_REPLY_MS_MAX, false);
    sync.tick(MEMORY_REPLY_MS_MAX + MEMORY_POLL_MS, false);
    expect(kinds()).toEqual(["offlineNoteListAll", "offlineNoteListAll"]);
    notes(NOTES, 0);
    sync.take({ kind: "memory-abandoned", packetId: 0 }, 0);
    sync.take({ kind: "reply", packet: { kind: "refused", of: "offlineStart", error: 1, packet: null } }, 0);
    expect(kinds()).toEqual(["fetch 7", "fetch 8"]);
    sync.tick(MEMORY_POLL_MS, false);
    expect(kinds()).toEqual(["offlineNoteListAll"]);
  });
});
