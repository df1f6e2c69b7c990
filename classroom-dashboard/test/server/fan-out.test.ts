import type { ServerMessage } from "@penlight/proto";
import { MemoryHistory } from "@penlight/proto/memory-history";
import { MemoryLog } from "@penlight/proto/memory-log";
import { SimulatedClock } from "@penlight/proto/simulated-clock";
import { describe, expect, it } from "vitest";
import { type LiveBoards, type LiveTransport, runLive, type ViewerId } from "../../server/index.ts";
import {
  cellEvent,
  dots,
  eventRecord,
  ink,
  inkRecord,
  itemId,
  PAGE_KEY,
  ROOM,
  START_MS,
  setupRecord,
  setupRecords,
} from "./lesson-fixture.ts";

/** Sockets turned by hand: each takes so many messages until it is full. */
class HandSockets implements LiveTransport {
  readonly got = new Map<ViewerId, ServerMessage[]>();
  readonly bytes = new Map<ViewerId, Uint8Array[]>();
  readonly room = new Map<ViewerId, number>();
  readonly ends: [ViewerId, number][] = [];

  send(viewer: ViewerId, bytes: Uint8Array): "sent" | "full" | "closed" {
    const room = this.room.get(viewer) ?? Number.POSITIVE_INFINITY;
    if (room <= 0) return "full";
    this.room.set(viewer, room - 1);
    const message = JSON.parse(Buffer.from(bytes).toString()) as ServerMessage;
    if (message.type === "alive") return "sent";
    this.got.set(viewer, [...(this.got.get(viewer) ?? []), message]);
    this.bytes.set(viewer, [...(this.bytes.get(viewer) ?? []), bytes]);
    return "sent";
  }

  close(viewer: ViewerId, code: number): void {
    this.ends.push([viewer, code]);
  }

  /** What came since the last look, shortly. */
  take(viewer: ViewerId): string[] {
    const messages = this.got.get(viewer) ?? [];
    this.got.set(viewer, []);
    return messages.map((message) => {
      switch (message.type) {
        case "snapshot":
          return `snapshot ${message.board.seq} ${message.board.cells.map((cell) => cell.state).join(",")}`;
        case "delta":
          return `delta ${message.seq} ${(message.cells ?? []).map((cell) => cell.state).join(",")}`;
        case "ink":
          return `ink ${message.student}${message.reset ? " reset" : ""} ${message.strokes.map((s) => `${s.firstDot}+${s.points.length / 3}`).join(",")}`;
        case "error":
          return `error ${message.code}`;
        default:
          return message.type;
      }
    });
  }
}

async function start() {
  const clock = new SimulatedClock(START_MS + 1000);
  const log = new MemoryLog({ clock });
  const history = new MemoryHistory();
  const sockets = new HandSockets();
  const stopping = new AbortController();
  await log.append("setup", setupRecords(1, 2).map(setupRecord));
  let boards = null as LiveBoards | null;
  const ended = runLive({
    log,
    history,
    clock,
    signal: stopping.signal,
    transport: () => sockets,
    onReady: (ready) => {
      boards = ready;
    },
  });
  const pass = (ms = 10) => clock.run(clock.nowMs() + ms);
  await pass(300);
  if (boards === null) throw new Error("not ready");
  const stop = async () => {
    stopping.abort();
    await pass(2000);
    await ended;
  };
  const cell = async (revision: number, state: "right" | "wrong" | "writing") => {
    await log.append("events", [eventRecord(cellEvent(revision, 1, [{ item: itemId(1), state, answer: "A", points: 1 }]))]);
    await pass();
  };
  const draw = async (first: number, count: number) => {
    await log.append("ink", [inkRecord(ink(dots(1, 1500, first, count)))]);
    await pass();
  };
  return { boards: boards as LiveBoards, sockets, log, history, pass, stop, cell, draw };
}

const WATCH = JSON.stringify({ type: "watch", students: [{ student: "s1", page: PAGE_KEY }] });

describe("fan-out to viewers", () => {
  it("[LIVE-3] two viewers of a room get the same numbered deltas, encoded once", async () => {
    const { boards, sockets, cell, stop } = await start();
    boards.viewers.opened(1, ROOM);
    await cell(1, "writing");
    boards.viewers.opened(2, ROOM);
    await cell(2, "wrong");
    expect(sockets.take(1)).toEqual(["snapshot 0 no-signal,no-signal", "delta 1 writing", "delta 2 wrong"]);
    expect(sockets.take(2)).toEqual(["snapshot 1 writing,no-signal", "delta 2 wrong"]);
    expect(sockets.bytes.get(1)?.at(-1)).toBe(sockets.bytes.get(2)?.at(-1));
    await stop();
  });

  it("[LIVE-7] a full socket gets nothing, then a snapshot when it drains; the others do not wait", async () => {
    const { boards, sockets, cell, stop } = await start();
    for (const viewer of [1, 2]) boards.viewers.opened(viewer, ROOM);
    sockets.room.set(1, 1);
    for (const [i, state] of (["writing", "wrong", "right"] as const).entries()) await cell(i + 1, state);
    expect(sockets.take(1)).toEqual(["snapshot 0 no-signal,no-signal", "delta 1 writing"]);
    expect(sockets.take(2)).toEqual(["snapshot 0 no-signal,no-signal", "delta 1 writing", "delta 2 wrong", "delta 3 right"]);
    sockets.room.set(1, Number.POSITIVE_INFINITY);
    boards.viewers.drained(1);
    await cell(4, "wrong");
    expect(sockets.take(1)).toEqual(["snapshot 3 right,no-signal", "delta 4 wrong"]);
    expect(sockets.take(2)).toEqual(["delta 4 wrong"]);
    await stop();
  });

  it("[LIVE-7] a viewer that missed a single delta gets its snapshot at the drain, without asking", async () => {
    const { boards, sockets, cell, stop } = await start();
    boards.viewers.opened(1, ROOM);
    sockets.room.set(1, 0);
    await cell(1, "writing");
    sockets.take(1);
    sockets.room.set(1, Number.POSITIVE_INFINITY);
    boards.viewers.drained(1);
    expect(sockets.take(1)).toEqual(["snapshot 1 writing,no-signal"]);
    await stop();
  });

  it("[LIVE-4] resync brings a snapshot with everything folded so far", async () => {
    const { boards, sockets, cell, stop } = await start();
    boards.viewers.opened(1, ROOM);
    await cell(1, "right");
    sockets.take(1);
    boards.viewers.message(1, '{"type":"resync"}');
    expect(sockets.take(1)).toEqual(["snapshot 1 right,no-signal"]);
    await stop();
  });

  it("[LIVE-5] watching begins with the page as it is and goes on live; a slow viewer misses no dot", async () => {
    const { boards, sockets, draw, stop } = await start();
    for (const viewer of [1, 2]) boards.viewers.opened(viewer, ROOM);
    await draw(0, 3);
    for (const viewer of [1, 2]) {
      sockets.take(viewer);
      boards.viewers.message(viewer, WATCH);
      expect(sockets.take(viewer)).toEqual(["ink s1 reset 0+3"]);
    }
    await draw(3, 2);
    expect([sockets.take(1), sockets.take(2)]).toEqual([["ink s1 3+2"], ["ink s1 3+2"]]);
    expect(sockets.bytes.get(1)?.at(-1)).toBe(sockets.bytes.get(2)?.at(-1));
    sockets.room.set(1, 0);
    await draw(5, 1);
    await draw(6, 1);
    sockets.room.set(1, Number.POSITIVE_INFINITY);
    boards.viewers.drained(1);
    expect([sockets.take(1), sockets.take(2)]).toEqual([["ink s1 5+2"], ["ink s1 5+1", "ink s1 6+1"]]);
    boards.viewers.message(1, '{"type":"watch","students":[]}');
    await draw(7, 1);
    expect([sockets.take(1), sockets.take(2)]).toEqual([[], ["ink s1 7+1"]]);
    await stop();
  });

  it("[LIVE-1] another lesson in the room: a snapshot, and watched pages begin anew", async () => {
    const { boards, sockets, log, draw, pass, stop } = await start();
    boards.viewers.opened(1, ROOM);
    boards.viewers.message(1, WATCH);
    await draw(0, 3);
    sockets.take(1);
    const [assignment] = setupRecords(1, 2).slice(-1);
    if (assignment?.kind !== "assignments") throw new Error("fixture");
    const document = { ...assignment.document, id: "later" as typeof assignment.document.id, opensMs: START_MS + 1600 };
    await log.append("setup", [setupRecord({ kind: "assignments", id: "later", version: 1, document })]);
    await pass(2000);
    expect(sockets.take(1)).toEqual(["snapshot 1 no-signal,no-signal", "ink s1 reset "]);
    await stop();
  });

  it("[LIVE-10] answers nonsense with an error, a stranger's page likewise, and shows chatterboxes out", async () => {
    const { boards, sockets, stop } = await start();
    boards.viewers.opened(1, ROOM);
    sockets.take(1);
    for (const text of [
      "nonsense",
      '{"type":"watch","students":[{"student":"nobody","page":"3.27.603.12"}]}',
      '{"type":"watch","students":[{"student":"s1","page":"1.1.1.1"}]}',
      JSON.stringify({ type: "watch", students: Array.from({ length: 5 }, () => ({ student: "s1", page: PAGE_KEY })) }),
    ]) {
      boards.viewers.message(1, text);
    }
    expect(sockets.take(1)).toEqual([
      "error bad-message",
      "error unknown-student",
      "error bad-message",
      "error too-many-watched",
    ]);
    expect(sockets.ends).toEqual([]);
    for (let i = 0; i < 100; i++) boards.viewers.message(1, "nonsense");
    expect(sockets.ends[0]).toEqual([1, 1008]);
    boards.viewers.message(99, "from nobody");
    await stop();
  });

  it("[LIVE-1] a room that is not there is an error and the end", async () => {
    const { boards, sockets, stop } = await start();
    boards.viewers.opened(1, "attic" as typeof ROOM);
    expect(sockets.take(1)).toEqual(["error unknown-room"]);
    expect(sockets.ends).toEqual([[1, 1008]]);
    await stop();
  });

  it("[LIVE-5] what only history knows of a page comes after what is live", async () => {
    const { boards, sockets, history, draw, pass, stop } = await start();
    const batch = dots(1, 1200, 0, 4);
    const { pen, page, downMs, clockOffsetMs, maxForce, tip, color, source } = batch;
    const values = new Int32Array(4 * 7).fill(1);
    const stroke = `${pen}.${PAGE_KEY}.${downMs}` as never;
    const [room, assignment, student] = [ROOM, "monday" as never, "s1" as never];
    const rest = { upMs: downMs + 9, item: null, box: null, syntheticStart: false, syntheticEnd: false, lostDots: 0 };
    await history.write({
      strokes: [
        {
          stroke,
          version: 4,
          placement: 1,
          gone: false,
          room,
          pen,
          page,
          downMs,
          clockOffsetMs,
          student,
          assignment,
          maxForce,
          tip,
          color,
          source,
          dots: values,
          ...rest,
        },
      ],
      answers: [],
      marks: [],
      gaps: [],
    });
    await draw(0, 3);
    boards.viewers.opened(1, ROOM);
    sockets.take(1);
    boards.viewers.message(1, WATCH);
    await pass();
    expect(sockets.take(1)).toEqual(["ink s1 reset 0+3", "ink s1 0+4"]);
    await stop();
  });
});
