import type { Board, ServerMessage } from "@penlight/proto";
import { MemoryHistory } from "@penlight/proto/memory-history";
import { MemoryLog } from "@penlight/proto/memory-log";
import { afterEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { type DashboardAddress, DashboardError, type DashboardOptions, runDashboard } from "../../server/index.ts";
import {
  cellEvent,
  dots,
  eventRecord,
  ink,
  inkRecord,
  itemId,
  LESSON,
  PAGE_KEY,
  penState,
  ROOM,
  setupRecord,
  setupRecords,
  START_MS,
  studentId,
  TestClock,
  tick,
} from "./lesson-fixture.ts";

interface Running {
  readonly address: DashboardAddress;
  readonly log: MemoryLog;
  readonly history: MemoryHistory;
  readonly base: string;
  stop(): Promise<void>;
}

const stops: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function start(change: Partial<DashboardOptions> & { log?: MemoryLog } = {}): Promise<Running> {
  const clock = new TestClock();
  const log = change.log ?? new MemoryLog({ clock });
  const history = new MemoryHistory();
  const stopping = new AbortController();
  let ended: Promise<void> = Promise.resolve();
  const address = await new Promise<DashboardAddress>((resolve, reject) => {
    let at: DashboardAddress | null = null;
    ended = runDashboard({
      log,
      history,
      clock,
      signal: stopping.signal,
      onListening: (address) => {
        at = address;
      },
      onReady: () => at !== null && resolve(at),
      ...change,
    });
    ended.catch(reject);
  });
  const stop = async () => {
    stopping.abort();
    await ended;
  };
  stops.push(stop);
  return { address, log, history, base: `http://127.0.0.1:${address.port}`, stop };
}

async function fill(log: MemoryLog, students = 3, items = 2): Promise<void> {
  await log.append("setup", setupRecords(students, items).map(setupRecord));
}

class Client {
  readonly messages: ServerMessage[] = [];
  readonly socket: WebSocket;
  #wake = () => {};

  constructor(base: string, room: string = ROOM) {
    this.socket = new WebSocket(`${base.replace("http", "ws")}/api/v1/rooms/${room}/live`);
    this.socket.on("message", (data) => {
      this.messages.push(JSON.parse(data.toString()) as ServerMessage);
      this.#wake();
    });
    stops.unshift(async () => this.socket.terminate());
  }

  async next<Type extends ServerMessage["type"]>(type: Type): Promise<Extract<ServerMessage, { type: Type }>> {
    for (;;) {
      const index = this.messages.findIndex((message) => message.type === type);
      const found = this.messages[index];
      if (found !== undefined) {
        this.messages.splice(0, index + 1);
        return found as Extract<ServerMessage, { type: Type }>;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  send(message: unknown): void {
    this.socket.send(JSON.stringify(message));
  }
}

describe("runDashboard", () => {
  it("[LIVE-2] serves the board of a lesson that is in the log already", async () => {
    const log = new MemoryLog({ clock: new TestClock() });
    await fill(log);
    await log.append("ink", [inkRecord(tick(START_MS + 10, [penState(1, "connected", START_MS + 10)]))]);
    await log.append("events", [eventRecord(cellEvent(1, 2, [{ item: itemId(2), state: "wrong", answer: "B", points: 0 }]))]);
    const { base } = await start({ log });
    const board = (await (await fetch(`${base}/api/v1/rooms/${ROOM}/board`)).json()) as Board;
    expect(board.cells).toEqual([
      { student: "s1", item: "q1", state: "not-started", answer: null, points: null },
      { student: "s1", item: "q2", state: "not-started", answer: null, points: null },
      { student: "s2", item: "q1", state: "no-signal", answer: null, points: null },
      { student: "s2", item: "q2", state: "wrong", answer: "B", points: 0 },
      { student: "s3", item: "q1", state: "no-signal", answer: null, points: null },
      { student: "s3", item: "q2", state: "no-signal", answer: null, points: null },
    ]);
    expect(board.assignment?.id).toBe(LESSON);
    expect(board.items[1]).toMatchObject({ wrong: 1, judged: 1, noSignal: 1, notStarted: 1, classSize: 3 });
  });

  it("[LIVE-3] tells an answer and ink over the socket as they come", async () => {
    const { base, log } = await start();
    await fill(log);
    const client = new Client(base);
    const { board, worksheet } = await client.next("snapshot");
    expect(worksheet?.id).toBe("sums");
    client.send({ type: "watch", students: [{ student: "s1", page: PAGE_KEY }] });
    expect(await client.next("ink")).toEqual({ type: "ink", student: "s1", reset: true, strokes: [] });

    await log.append("ink", [inkRecord(ink(dots(1, 100, 0, 2)))]);
    const drawn = await client.next("ink");
    expect(drawn).toMatchObject({ student: "s1", reset: false });
    expect(drawn.strokes[0]).toMatchObject({ page: PAGE_KEY, firstDot: 0, ended: false, downMs: START_MS + 100 });
    // 1000 and 2000 hundredths of 56/600 inch, less the origin (10, 20): 13.71, 27.41 mm.
    expect(drawn.strokes[0]?.points.slice(0, 3)).toEqual([13.71, 27.41, 0.1]);

    await log.append("events", [eventRecord(cellEvent(1, 1, [{}]))]);
    const delta = await client.next("delta");
    expect(delta.seq).toBe(board.seq + 1);
    expect(delta.cells).toEqual([{ student: "s1", item: "q1", state: "right", answer: "A", points: 2 }]);
  });

  it("[LIVE-6] says it is alive once a second", async () => {
    const { base, log } = await start();
    await fill(log);
    const client = new Client(base);
    await client.next("snapshot");
    const alive = await client.next("alive");
    expect(alive.serverMs).toBeGreaterThan(START_MS);
  });

  it("refuses a port that is taken with its own code", async () => {
    const { address } = await start();
    await expect(start({ port: address.port })).rejects.toSatisfy(
      (error) => error instanceof DashboardError && error.code === "dashboard.port-taken",
    );
  });

  it("[LIVE-8] takes what the log has forgotten from history", async () => {
    const clock = new TestClock();
    const log = new MemoryLog({ clock });
    await fill(log);
    const history = new MemoryHistory();
    const key = { room: ROOM, assignment: LESSON, student: studentId(1), item: itemId(1) };
    await history.write({
      strokes: [],
      gaps: [],
      answers: [{ ...key, version: 7, state: "right", answer: "A", atMs: START_MS + 9, strokes: [], recognizer: "marks" }],
      marks: [{ ...key, answerVersion: 7, worksheetVersion: 1, state: "right", points: 2, maxPoints: 2, by: "machine", atMs: 0 }],
    });
    const { base } = await start({ log, history });
    const board = (await (await fetch(`${base}/api/v1/rooms/${ROOM}/board`)).json()) as Board;
    expect(board.cells[0]).toEqual({ student: "s1", item: "q1", state: "right", answer: "A", points: 2 });
  });
});
