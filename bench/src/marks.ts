import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runDashboard } from "@penlight/classroom-dashboard";
import { openClickHouseHistory, openEmbeddedLog, SystemClock } from "@penlight/infra";
import type { Board, BoardCell, EventLog, History, Review, RoomId, ServerMessage } from "@penlight/proto";
import { runProcessor, worthOf } from "@penlight/stream-processor";
import { WebSocket } from "ws";
import { inkOfRoom, type RoomInk, setupOfRooms } from "./district/class-ink.ts";
import { worksheet } from "./pipeline/class-bytes.ts";
import { type BenchOptions, type BenchResult, hashOf, medianOf, RUNS } from "./result.ts";

const clock = new SystemClock();
const ROOM = "room-1" as RoomId;
const LESSON = `lesson-${ROOM}`;
const ITEMS = worksheet().items;
const HISTORY_TRIES_MAX = 50;

/**
 * What a teacher waits for: from the request that corrects every key to the last cell at a socket, beside one mark of one's
 * own, which goes the same way; and the queue of answers that wait, from live ink and, after a start, from history. Log and
 * history are the embedded ones, on disk; viewer, dashboard and processor share one process.
 */
export async function run({ smoke }: BenchOptions): Promise<BenchResult[]> {
  const pens = smoke ? 6 : 60;
  const waiting = smoke ? 20 : 500;
  const rescored: Awaited<ReturnType<typeof rescore>>[] = [];
  const queues: Awaited<ReturnType<typeof queue>>[] = [];
  for (let i = 0; i < (smoke ? 1 : RUNS); i++) {
    rescored.push(await rescore(pens));
    queues.push(await queue(pens, waiting));
  }
  const figure = (
    name: string,
    runs: readonly number[],
    beside: string,
    others: readonly number[],
    hash: string,
  ): BenchResult => {
    const [median, other] = [medianOf(runs), medianOf(others)];
    const result = { bench: "marks", case: name, unit: "ms", median, runs, hash };
    return { ...result, beside: { name: beside, median: other }, ratio: median / other };
  };
  const pick = <Key extends string>(list: readonly Record<Key, number>[], key: Key) => list.map((each) => each[key]);
  const [mark, board] = [pick(rescored, "markMs"), pick(queues, "boardMs")];
  const cells = `${pens} x ${ITEMS.length}`;
  const [a, b] = [rescored[0]?.hash ?? "", queues[0]?.hash ?? ""];
  return [
    figure(`every key corrected, ${cells}: request to the last cell at a socket`, pick(rescored, "keyMs"), "one mark", mark, a),
    figure(`queue of ${waiting}, live ink: request to answer`, pick(queues, "liveMs"), "the board", board, b),
    figure(`queue of ${waiting}, ink from history: request to answer`, pick(queues, "pastMs"), "the board", board, b),
  ];
}

async function rescore(pens: number) {
  return withClass({ pens, unsure: 0 }, async ({ base }) => {
    const before = await boardWhen(base, (cells) => cells.every((cell) => cell.points !== null));
    const viewer = await openViewer(base);
    const first = before.cells.find((cell) => cell.state === "right") as BoardCell;
    const { student, item } = first;
    const marked = viewer.when((cells) =>
      cells.some((cell) => cell.student === student && cell.item === item && cell.state === "wrong"),
    );
    const markMs = await timed(async () => {
      await post(base, "marks", { by: "bench", marks: [{ student, item, verdict: { kind: "wrong" } }] });
      await marked;
    });
    // Every key goes one option further.
    const next = (key: unknown, ids: readonly string[]) => ids[(ids.indexOf(String(key)) + 1) % ids.length];
    const items = ITEMS.map((each) => {
      const ids = "options" in each ? each.options.map((option) => option.id) : [];
      return { item: each.id, key: next("key" in each ? each.key : null, ids) };
    });
    const keyOf = new Map(items.map((each) => [each.item, each.key]));
    const isRight = (cell: BoardCell) => cell.answer === keyOf.get(cell.item);
    const done = viewer.when((cells) =>
      cells.every((cell) => cell.mark !== null || (cell.state === "right") === isRight(cell)),
    );
    const keyMs = await timed(async () => {
      await post(base, "keys", { by: "bench", from: 1, items });
      await done;
    });
    viewer.close();
    return { keyMs, markMs, hash: hashOf(viewer.cells().map(({ state, points }) => [state, points])) };
  });
}

async function queue(pens: number, waiting: number) {
  return withClass({ pens, unsure: waiting }, async ({ base, restart }) => {
    const isThere = (cells: readonly BoardCell[]) => cells.filter((cell) => cell.state === "unsure").length === waiting;
    await boardWhen(base, isThere);
    let live: Review | null = null;
    const liveMs = await timed(async () => {
      live = await get<Review>(base, "review");
    });
    const boardMs = await timed(() => get<Board>(base, "board"));
    const again = await restart();
    await boardWhen(again, isThere);
    const shape = (review: Review | null) =>
      review?.groups.map((group) => [group.item, group.cells.length, group.cells[0]?.strokes[0]?.length]);
    // History has the last strokes a second later.
    for (let tries = 0; ; tries++) {
      let past: Review | null = null;
      const pastMs = await timed(async () => {
        past = await get<Review>(again, "review");
      });
      const hash = hashOf(shape(live));
      if (hash === hashOf(shape(past))) return { liveMs, boardMs, pastMs, hash };
      if (tries === HISTORY_TRIES_MAX) throw new Error("history and live ink give different queues");
      await clock.sleep(200);
    }
  });
}

interface RunningClass {
  readonly base: string;
  /** Another dashboard that begins where no ink is live any more; answers its address. */
  restart(): Promise<string>;
}

async function withClass<Result>(
  { pens, unsure }: { readonly pens: number; readonly unsure: number },
  act: (running: RunningClass) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), "penlight-marks-"));
  const log = await openEmbeddedLog({ directory: join(folder, "log"), clock });
  const history = await openClickHouseHistory({ target: { kind: "chdb", path: join(folder, "history") }, clock });
  const stop = new AbortController();
  // So long ago that a dashboard that starts now reads the ink from history. LIVE-8.
  const lastsMs = 10_000;
  const ink: RoomInk = { room: ROOM, pens, strokes: ITEMS.length, startMs: clock.nowMs() - 20 * 60_000, lastsMs, unsure };
  const running: Promise<void>[] = [];
  try {
    await log.append("setup", setupOfRooms([ink]));
    running.push(runProcessor({ log, history, clock, signal: stop.signal }));
    const base = await openDashboard(log, history, stop.signal, running);
    await log.append("ink", [...inkOfRoom(ink)]);
    // The last pens come to rest.
    await log.append("ink", [...inkOfRoom({ ...ink, strokes: 0, startMs: ink.startMs + lastsMs, lastsMs: 3000 })]);
    return await act({ base, restart: () => openDashboard(log, history, stop.signal, running) });
  } finally {
    stop.abort();
    await Promise.all(running);
    await history.close();
    await log.close();
    await rm(folder, { recursive: true });
  }
}

function openDashboard(log: EventLog, history: History, signal: AbortSignal, running: Promise<void>[]): Promise<string> {
  return new Promise((resolve, reject) => {
    let port = 0;
    const onListening = (address: { readonly port: number }) => {
      port = address.port;
    };
    const onReady = () => resolve(`http://127.0.0.1:${port}/api/v1`);
    const service = runDashboard({ log, history, clock, worthOf, signal, onListening, onReady });
    running.push(service);
    service.catch(reject);
  });
}

async function timed(act: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  await act();
  return performance.now() - startMs;
}

async function get<Answer>(base: string, path: string): Promise<Answer> {
  return (await (await fetch(`${base}/rooms/${ROOM}/${path}`)).json()) as Answer;
}

async function post(base: string, path: string, body: unknown): Promise<void> {
  const init = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  const answer = await fetch(`${base}/assignments/${LESSON}/${path}`, init);
  if (!answer.ok) throw new Error(`POST ${path} was answered ${answer.status}: ${await answer.text()}`);
}

/** The whole board, once it is as it is waited for. */
async function boardWhen(base: string, isThere: (cells: readonly BoardCell[]) => boolean): Promise<Board> {
  for (;;) {
    const board = await get<Board>(base, "board");
    if (board.cells.length > 0 && isThere(board.cells)) return board;
    await clock.sleep(100);
  }
}

/** A viewer's socket that folds what it gets. */
async function openViewer(base: string) {
  const cells = new Map<string, BoardCell>();
  let check = () => {};
  const socket = new WebSocket(`${base.replace("http", "ws")}/rooms/${ROOM}/live`);
  const take = (list: readonly BoardCell[]) => {
    for (const cell of list) cells.set(`${cell.student}/${cell.item}`, cell);
    check();
  };
  socket.on("message", (data) => {
    const message = JSON.parse(data.toString()) as ServerMessage;
    if (message.type === "snapshot") take(message.board.cells);
    if (message.type === "delta") take(message.cells ?? []);
  });
  const when = (isThere: (all: readonly BoardCell[]) => boolean) =>
    new Promise<void>((resolve) => {
      check = () => {
        if (cells.size > 0 && isThere([...cells.values()])) resolve();
      };
      check();
    });
  await when(() => true);
  return { when, cells: () => [...cells.values()], close: () => socket.close() };
}
