import type { Board, CellState } from "@penlight/proto";
import { MemoryLog, MemoryStore } from "@penlight/proto/memory-log";
import { afterEach, describe, expect, it } from "vitest";
import {
  cellEvent,
  dots,
  eventRecord,
  ink,
  inkRecord,
  itemId,
  PAGE_KEY,
  penState,
  ROOM,
  START_MS,
  TestClock,
  tick,
} from "./lesson-fixture.ts";
import { Bench, fill, type Running } from "./running.ts";

const bench = new Bench();
afterEach(() => bench.stop());

/** Two dashboards, as two processes: each with a client of its own on one log. */
async function startTwo(change: Parameters<Bench["start"]>[0] = {}) {
  const store = new MemoryStore();
  const open = () => new MemoryLog({ clock: new TestClock(), store });
  const writer = open();
  const both = [await bench.start({ ...change, log: open() }), await bench.start({ ...change, log: open() })] as const;
  return { writer, both };
}

const boardOf = async ({ base }: Running) => (await (await fetch(`${base}/api/v1/rooms/${ROOM}/board`)).json()) as Board;

/** A board without the numbering, which is each process's own. */
const shown = ({ seq: _, ...board }: Board) => board;

/** Asks both until they show the same, and something that `isThere`. */
async function agreed(both: readonly Running[], isThere: (board: Board) => boolean): Promise<Board> {
  for (;;) {
    const [one, other] = (await Promise.all(both.map(boardOf))) as [Board, Board];
    if (isThere(one) && JSON.stringify(shown(one)) === JSON.stringify(shown(other))) return one;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe("several dashboards on one log", () => {
  it("[LIVE-16] a viewer that moves from one to the other, and back, always has the board that both have", async () => {
    const { writer, both } = await startTwo();
    await fill(writer);
    const states: CellState[] = ["writing", "wrong", "right", "withdrawn"];
    for (const [round, state] of states.entries()) {
      const revision = round + 1;
      await writer.append("ink", [inkRecord(tick(START_MS + round, [penState(1, "connected", START_MS + round)]))]);
      // One of them has told more viewers, so that their numbers differ.
      if (round === 0) bench.connect(both[0].base);
      const cell = { item: itemId(1), state, answer: state === "right" ? "A" : null, points: state === "right" ? 2 : null };
      await writer.append("events", [eventRecord(cellEvent(revision, 1, [cell])), eventRecord(cellEvent(revision, 2, [cell]))]);
      const board = await agreed(both, (each) => each.cells[0]?.state === state && each.dataMs === START_MS + revision);
      const viewer = bench.connect((both[round % 2] as Running).base);
      const { board: snapshot } = await viewer.next("snapshot");
      expect(shown(snapshot)).toEqual(shown(board));
      viewer.socket.close();
    }
  });

  it("[LIVE-16] the ink of a page is the same at each, also what one of them was there for and the other was not", async () => {
    const store = new MemoryStore();
    const open = () => new MemoryLog({ clock: new TestClock(), store });
    const log = open();
    const first = await bench.start({ log: open() });
    await fill(log);
    await log.append("ink", [inkRecord(ink(dots(1, 100, 0, 3))), inkRecord(ink(dots(1, 100, 3, 2)))]);
    const second = await bench.start({ log: open() });
    await agreed([first, second], (board) => board.dataMs > START_MS);
    const pages: unknown[] = [];
    for (const { base } of [first, second]) {
      const viewer = bench.connect(base);
      await viewer.next("snapshot");
      viewer.send({ type: "watch", students: [{ student: "s1", page: PAGE_KEY }] });
      pages.push((await viewer.next("ink")).strokes.map(({ stroke, points }) => ({ stroke, points })));
    }
    expect(pages[0]).toEqual(pages[1]);
    expect(pages[0]).toMatchObject([{ points: { length: 15 } }]);
  });

  it("[LIVE-16] [LIVE-12] who has given the token at one is let in at the other, and a stranger's token opens neither", async () => {
    const token = "a-token-of-sixteen-characters";
    const { both } = await startTwo({ host: "0.0.0.0", access: { token } });
    const [one, other] = both;
    const entered = await fetch(`${one.base}/api/v1/rooms?token=${token}`, { redirect: "manual" });
    const cookie = String(entered.headers.get("set-cookie")).split(";")[0] as string;
    for (const { base } of [one, other])
      expect((await fetch(`${base}/api/v1/rooms`, { headers: { cookie } })).status).toBe(200);
    const elsewhere = await bench.start({ host: "0.0.0.0", access: { token: "another-token-of-enough-length" } });
    expect((await fetch(`${elsewhere.base}/api/v1/rooms`, { headers: { cookie } })).status).toBe(401);
  });

  it("[SET-6] [LIVE-16] of PUTs at both at once each version is told to one as stored, and both end with the same document", async () => {
    const { writer, both } = await startTwo();
    await fill(writer);
    await agreed(both, (board) => board.students.length > 0);
    const put = ({ base }: Running, name: string) =>
      fetch(`${base}/api/v1/setup/rooms/${ROOM}`, {
        method: "PUT",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ id: ROOM, name: { zh: name, en: name } }),
      });
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, i) => put(both[i % 2] as Running, `name ${i}`).then(({ status }) => status)),
    );
    expect(answers.every((status) => status === 200 || status === 412)).toBe(true);
    const stored = await Promise.all(both.map(async ({ base }) => (await fetch(`${base}/api/v1/setup/rooms/${ROOM}`)).json()));
    expect(stored[0]).toEqual(stored[1]);
    expect(stored[0]).toMatchObject({ version: 1 + answers.filter((status) => status === 200).length });
  });
});
