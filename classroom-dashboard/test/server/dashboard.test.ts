import type { Board } from "@penlight/proto";
import { MemoryHistory } from "@penlight/proto/memory-history";
import { MemoryLog } from "@penlight/proto/memory-log";
import { afterEach, describe, expect, it } from "vitest";
import { DashboardError } from "../../server/index.ts";
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
  START_MS,
  studentId,
  TestClock,
  tick,
  UNDECIDED,
} from "./lesson-fixture.ts";
import { Bench, fill } from "./running.ts";

const bench = new Bench();
afterEach(() => bench.stop());

/** Sleeps a hundredth of what it is asked to. */
class HastyClock extends TestClock {
  override sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return super.sleep(ms / 100, signal);
  }
}

describe("runDashboard", () => {
  it("[LIVE-2] serves the board of a lesson that is in the log already", async () => {
    const log = new MemoryLog({ clock: new TestClock() });
    await fill(log);
    await log.append("ink", [inkRecord(tick(START_MS + 10, [penState(1, "connected", START_MS + 10)]))]);
    await log.append("events", [eventRecord(cellEvent(1, 2, [{ item: itemId(2), state: "wrong", answer: "B", points: 0 }]))]);
    const { base } = await bench.start({ log });
    const board = (await (await fetch(`${base}/api/v1/rooms/${ROOM}/board`)).json()) as Board;
    expect(board.cells).toEqual([
      { student: "s1", item: "q1", state: "not-started", answer: null, points: null, mark: null },
      { student: "s1", item: "q2", state: "not-started", answer: null, points: null, mark: null },
      { student: "s2", item: "q1", state: "no-signal", answer: null, points: null, mark: null },
      { student: "s2", item: "q2", state: "wrong", answer: "B", points: 0, mark: null },
      { student: "s3", item: "q1", state: "no-signal", answer: null, points: null, mark: null },
      { student: "s3", item: "q2", state: "no-signal", answer: null, points: null, mark: null },
    ]);
    expect(board.assignment?.id).toBe(LESSON);
    expect(board.items[1]).toMatchObject({ wrong: 1, judged: 1, noSignal: 1, notStarted: 1, classSize: 3 });
  });

  it("[LIVE-3] tells an answer and ink over the socket as they come", async () => {
    const { base, log } = await bench.start();
    await fill(log);
    const client = bench.connect(base);
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
    // Where a second went by meanwhile, the time of the ink was told before.
    let delta = await client.next("delta");
    for (let seq = board.seq + 1; ; seq++) {
      expect(delta.seq).toBe(seq);
      if (delta.cells !== undefined) break;
      delta = await client.next("delta");
    }
    expect(delta.cells).toEqual([{ student: "s1", item: "q1", state: "right", answer: "A", points: 2, mark: null }]);
  });

  it("[LIVE-6] says it is alive once a second", async () => {
    const { base, log } = await bench.start({ clock: new HastyClock() });
    await fill(log);
    const client = bench.connect(base);
    await client.next("snapshot");
    const alive = await client.next("alive");
    expect(alive.serverMs).toBeGreaterThan(START_MS);
  });

  it("refuses a port that is taken with its own code", async () => {
    const { address } = await bench.start();
    await expect(bench.start({ port: address.port })).rejects.toSatisfy(
      (error) => error instanceof DashboardError && error.code === "dashboard.port-taken",
    );
  });

  it("[LIVE-8] takes what the log has forgotten from history", async () => {
    const clock = new TestClock();
    const log = new MemoryLog({ clock });
    await fill(log);
    const history = new MemoryHistory();
    const key = { room: ROOM, assignment: LESSON, student: studentId(1), item: itemId(1) };
    const mark = { ...key, ...UNDECIDED };
    await history.write({
      strokes: [],
      gaps: [],
      answers: [{ ...key, version: 7, state: "right", answer: "A", atMs: START_MS + 9, strokes: [], recognizer: "marks" }],
      marks: [
        { ...mark, answerVersion: 7, worksheetVersion: 1, state: "right", points: 2, maxPoints: 2, by: "machine", atMs: 0 },
      ],
    });
    const { base } = await bench.start({ log, history });
    const board = (await (await fetch(`${base}/api/v1/rooms/${ROOM}/board`)).json()) as Board;
    expect(board.cells[0]).toEqual({ student: "s1", item: "q1", state: "right", answer: "A", points: 2, mark: null });
  });
});
