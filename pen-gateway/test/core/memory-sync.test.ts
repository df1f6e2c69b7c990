import type { HostPacket, MemoryChunk, PenPacket, Refusal } from "@penlight/proto/pen";
import { describe, expect, test } from "vitest";
import { MEMORY_POLL_MS, MEMORY_REPLY_MS_MAX, MemorySync, PAGES_REPLY_MS_MAX } from "../../src/core/memory-sync.ts";

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
  const short: number[] = [];
  const sync = new MemorySync(
    (packet) => asked.push(packet),
    (strokes) => short.push(strokes),
  );
  const say = (packet: PenPacket | Refusal, nowMs: number) => sync.take({ kind: "reply", packet }, nowMs);
  return {
    sync,
    short,
    kinds: () => asked.splice(0).map(nameOf),
    notes: (of: typeof NOTES, nowMs: number) => say({ kind: "offlineNotes", notes: of }, nowMs),
    pages: (note: number, pages: number[], nowMs: number) =>
      say({ kind: "offlinePages", section: 3, owner: 1013, note, pages }, nowMs),
    starts: (strokes: number, nowMs: number) => say({ kind: "offlineStart", strokes, bytes: 0, compressed: true }, nowMs),
    refuses: (of: "offlineNotes" | "offlinePages" | "offlineStart", nowMs: number) =>
      say({ kind: "refused", of, error: 1, packet: null }, nowMs),
  };
}

/** `fetch NOTE/PAGE`, `pages NOTE`, or the packet's kind. */
function nameOf(packet: HostPacket): string {
  if (packet.kind === "offlineData") return `fetch ${packet.note}/${packet.pages.join(",") || "all"}`;
  return packet.kind === "offlinePageList" ? `pages ${packet.note}` : packet.kind;
}

describe("MemorySync", () => {
  test("[PEN-13] lists when the pen is ready, fetches page after page, each after the last chunk is durable, and lists again", () => {
    const { sync, kinds, notes, pages, starts } = synced();
    sync.tick(0, false);
    expect(kinds()).toEqual([]);
    sync.take({ kind: "ready" }, 100);
    expect(kinds()).toEqual(["offlineNoteListAll"]);
    notes(NOTES, 110);
    expect(kinds()).toEqual(["pages 7"]);
    pages(7, [2, 3], 115);
    expect(kinds()).toEqual(["fetch 7/2"]);
    sync.take({ kind: "memory-chunk", chunk: chunk(0, "middle") }, 120);
    sync.stored(0, 125);
    sync.take({ kind: "memory-chunk", chunk: chunk(1, "last") }, 130);
    expect(kinds()).toEqual([]);
    sync.stored(1, 140);
    expect(kinds()).toEqual(["fetch 7/3"]);
    starts(0, 141);
    expect(kinds()).toEqual(["pages 8"]);
    pages(8, [], 145);
    expect(kinds()).toEqual(["fetch 8/all"]);
    starts(0, 150);
    expect(kinds()).toEqual(["offlineNoteListAll"]);
    notes([], 160);
    expect(kinds()).toEqual([]);
  });

  test("[PEN-13] a pen that lists no pages gives its notes whole: it refuses, or does not answer", () => {
    for (const isSilent of [true, false]) {
      const { sync, kinds, notes, starts, refuses } = synced();
      sync.take({ kind: "ready" }, 0);
      notes(NOTES, 0);
      kinds();
      if (isSilent) sync.tick(PAGES_REPLY_MS_MAX, false);
      else refuses("offlinePages", 10);
      expect(kinds()).toEqual(["fetch 7/all"]);
      starts(0, PAGES_REPLY_MS_MAX + 10);
      expect(kinds()).toEqual(["fetch 8/all"]);
    }
  });

  test("[PEN-13] pages of another note than the one that was asked for change nothing", () => {
    const { sync, kinds, notes, pages } = synced();
    sync.take({ kind: "ready" }, 0);
    notes(NOTES, 0);
    kinds();
    pages(99, [1, 2, 3], 5);
    expect([kinds(), sync.isTransferring]).toEqual([[], false]);
  });

  test("[PEN-13] strokes that were announced and never came are counted when the transfer ends", () => {
    const { sync, short, notes, pages, starts } = synced();
    sync.take({ kind: "ready" }, 0);
    notes(NOTES.slice(0, 1), 0);
    pages(7, [2], 0);
    starts(9, 0);
    sync.take({ kind: "memory-chunk", chunk: chunk(0, "last") }, 1);
    expect(short).toEqual([]);
    sync.stored(0, 2);
    expect(short).toEqual([9]);
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
    const { sync, kinds, notes, pages, refuses } = synced();
    sync.take({ kind: "ready" }, 0);
    sync.tick(MEMORY_REPLY_MS_MAX, false);
    sync.tick(MEMORY_REPLY_MS_MAX + MEMORY_POLL_MS, false);
    expect(kinds()).toEqual(["offlineNoteListAll", "offlineNoteListAll"]);
    notes(NOTES, 0);
    pages(7, [1], 0);
    refuses("offlineStart", 0);
    expect(kinds()).toEqual(["pages 7", "fetch 7/1", "pages 8"]);
    pages(8, [1], 0);
    sync.tick(MEMORY_REPLY_MS_MAX, false);
    sync.tick(MEMORY_REPLY_MS_MAX + MEMORY_POLL_MS, false);
    expect(kinds()).toEqual(["fetch 8/1", "offlineNoteListAll"]);
  });
});
