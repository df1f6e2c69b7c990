import type { HostPacket, MemoryChunk, PenPacket, Refusal } from "@penlight/proto/pen";
import { describe, expect, test } from "vitest";
import {
  FETCHES_MAX,
  MEMORY_POLL_MS,
  MEMORY_REPLY_MS_MAX,
  MemorySync,
  MORE_MS_MAX,
  PAGES_REPLY_MS_MAX,
} from "../../src/core/memory-sync.ts";

const NOTES = [
  { section: 3, owner: 1013, note: 7 },
  { section: 3, owner: 1013, note: 8 },
];
const PAGE = { section: 3, owner: 1013, note: 7, page: 2 };
const STROKE = { page: PAGE, downMs: 0, upMs: 0, tip: "pen", color: 0, dots: new Int32Array(0), badDots: 0 } as const;
const chunk = (packetId: number, position: "first" | "middle" | "last", strokes = 0): MemoryChunk => ({
  ...{ packetId, compressed: true, position, section: 3, owner: 1013, note: 7 },
  ...{ strokes: Array.from({ length: strokes }, () => STROKE), badDots: 0 },
});

function synced() {
  const asked: HostPacket[] = [];
  const short: number[] = [];
  const told = { kept: 0 };
  const sync = new MemorySync((packet) => asked.push(packet), {
    short: (strokes) => short.push(strokes),
    kept: () => told.kept++,
  });
  const say = (packet: PenPacket | Refusal, nowMs: number) => sync.take({ kind: "reply", packet }, nowMs);
  return {
    sync,
    short,
    told,
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

  test("[PEN-13] a pen that calls its only chunk the first: all that was announced is there, so the transfer is over soon", () => {
    const { sync, kinds, short, notes, pages, starts } = synced();
    sync.take({ kind: "ready" }, 0);
    notes(NOTES.slice(0, 1), 0);
    pages(7, [2, 3], 0);
    starts(2, 0);
    sync.take({ kind: "memory-chunk", chunk: chunk(0, "first", 2) }, 10);
    kinds();
    sync.tick(10 + MORE_MS_MAX, false);
    expect(kinds()).toEqual([]); // it is not durable yet
    sync.stored(0, 5000);
    sync.tick(5000 + MORE_MS_MAX - 1, false);
    expect(kinds()).toEqual([]);
    sync.tick(5000 + MORE_MS_MAX, false);
    expect([kinds(), short]).toEqual([["fetch 7/3"], []]);
    // More comes than was announced: it is waited for.
    starts(1, 10_000);
    sync.take({ kind: "memory-chunk", chunk: chunk(0, "first", 1) }, 10_000);
    sync.stored(0, 10_010);
    sync.take({ kind: "memory-chunk", chunk: chunk(1, "last", 1) }, 10_020);
    sync.tick(10_010 + MORE_MS_MAX, false);
    expect(kinds()).toEqual([]);
    sync.stored(1, 15_000);
    expect(kinds()).toEqual(["offlineNoteListAll"]);
  });

  test("[PEN-13] a pen that does not forget what it gave is asked for it so often, and no more in this connection", () => {
    const { sync, kinds, told, notes, pages, starts } = synced();
    const fetched = (strokes: number) => {
      notes(NOTES.slice(0, 1), 0);
      pages(7, [2], 0);
      const asked = kinds();
      if (!asked.includes("fetch 7/2")) return false;
      starts(strokes, 0);
      sync.take({ kind: "memory-chunk", chunk: chunk(0, "last", strokes) }, 0);
      sync.stored(0, 0);
      return true;
    };
    sync.take({ kind: "ready" }, 0);
    // Fresh ink is no sign of it.
    for (const strokes of [1, 2, 1, 2]) expect([fetched(strokes), told.kept]).toEqual([true, 0]);
    for (let times = 1; times <= FETCHES_MAX; times++) expect(fetched(5)).toBe(true);
    expect([fetched(5), told.kept]).toEqual([false, 1]);
    kinds();
    sync.tick(MEMORY_POLL_MS, false);
    expect([kinds(), fetched(5)]).toEqual([["offlineNoteListAll"], false]);
    sync.reset();
    sync.take({ kind: "ready" }, 0);
    expect(fetched(5)).toBe(true);
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
