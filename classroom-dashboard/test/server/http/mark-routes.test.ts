import type { Board, BoardCell } from "@penlight/proto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cellEvent, eventRecord, itemId, LESSON, ROOM, studentId } from "../lesson-fixture.ts";
import { Bench, fill, type Running } from "../running.ts";

const bench = new Bench();
let running: Running;
beforeEach(async () => {
  running = await bench.start();
  await fill(running.log);
});
afterEach(() => bench.stop());

async function say(body: unknown, assignment: string = LESSON) {
  const response = await fetch(`${running.base}/api/v1/assignments/${assignment}/marks`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
const right = (student: number, more = {}) => ({
  student: studentId(student),
  item: itemId(1),
  verdict: { kind: "right" },
  ...more,
});
const board = async () => (await (await fetch(`${running.base}/api/v1/rooms/${ROOM}/board`)).json()) as Board;

describe("marks API", () => {
  it("[SET-10] [LIVE-30] a word is on the board when it is answered, of many cells at once, and viewers are told", async () => {
    const viewer = bench.connect(running.base);
    await viewer.next("snapshot");
    const answer = await say({ by: " Ms Li ", marks: [right(1), right(2)] });
    expect(answer).toMatchObject({
      status: 200,
      body: { marks: [{ outcome: "stored", version: 1, before: null }, { version: 1 }] },
    });
    const marked = (await board()).cells.filter((cell) => cell.mark !== null);
    expect(marked).toMatchObject([
      { student: "s1", item: "q1", mark: { by: "Ms Li", version: 1, verdict: { kind: "right" } } },
      { student: "s2", item: "q1" },
    ]);
    const delta = await viewer.next("delta");
    expect(delta.cells?.map((cell) => [cell.student, cell.mark?.by])).toEqual([
      ["s1", "Ms Li"],
      ["s2", "Ms Li"],
    ]);
  });

  it("[SET-11] the last one wins and learns whose word it was; an undo takes back nothing but its own", async () => {
    await say({ by: "Ms Li", marks: [right(1, { seen: 0 })] });
    const second = await say({ by: "Mr Wu", marks: [right(1, { seen: 0, verdict: { kind: "wrong" } })] });
    expect(second.body).toMatchObject({ marks: [{ outcome: "overwrote", version: 2, before: { by: "Ms Li", version: 1 } }] });
    const undo = await say({ by: "Ms Li", strict: true, marks: [right(1, { seen: 1, verdict: null })] });
    expect(undo.body).toMatchObject({ marks: [{ outcome: "outdated", version: 2, before: { by: "Mr Wu" } }] });
    expect((await board()).cells[0]?.mark).toMatchObject({ by: "Mr Wu", version: 2 });
    const own = await say({ by: "Mr Wu", strict: true, marks: [right(1, { seen: 2, verdict: null })] });
    expect(own.body).toMatchObject({ marks: [{ outcome: "stored", version: 3 }] });
    expect((await board()).cells[0]?.mark).toBeNull();
  });

  it("[SET-11] words that are said at the same time are numbered one after the other", async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, (_, i) => say({ by: `T${i}`, marks: [right(1)] })));
    const versions = answers.map(({ body }) => (body as { marks: { version: number }[] }).marks[0]?.version);
    expect(versions.sort()).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("[LIVE-30] what was typed is the answer of the cell that the processor scored", async () => {
    await say({ by: "Ms Li", marks: [right(1, { verdict: { kind: "answer", answer: "B" } })] });
    await running.log.append("events", [eventRecord(cellEvent(1, 1, [{ state: "wrong", answer: null, points: 0 }]))]);
    const cell = async (): Promise<BoardCell> => {
      const found = (await board()).cells[0];
      return found?.state === "wrong" ? found : cell();
    };
    expect(await cell()).toMatchObject({ answer: "B", points: 0 });
  });

  it("[SET-10] what is wrong is told with its place, and nothing of it is said", async () => {
    const bad = await say({
      by: "Ms Li",
      marks: [right(1), right(9), { student: "s1", item: "q1", verdict: { kind: "perhaps" } }],
    });
    expect(bad.status).toBe(400);
    const meaning = await say({ by: "Ms Li", marks: [right(1), right(9)] });
    expect(meaning).toMatchObject({ status: 400, body: { error: "marks.invalid", details: [{ at: "/marks/1/student" }] } });
    for (const by of ["", "  ", "a\nb"]) expect((await say({ by, marks: [right(1)] })).status).toBe(400);
    expect((await say({ by: "Ms Li", marks: [] })).status).toBe(400);
    expect((await say({ by: "Ms Li", marks: [right(1)] }, "tuesday")).status).toBe(404);
    expect((await board()).cells.every((cell) => cell.mark === null)).toBe(true);
  });
});
