import {
  type AssignmentId,
  type BoxId,
  DOT_STRIDE,
  type GivenAssignment,
  type ItemInk,
  type KeyPreview,
  MM_PER_CENTIUNIT,
  packDots,
  type Review,
  type SetupRecord,
} from "@penlight/proto";
import { MemoryHistory } from "@penlight/proto/memory-history";
import { MemoryLog } from "@penlight/proto/memory-log";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  assignmentOf,
  cellEvent,
  dots,
  eventRecord,
  ink,
  inkRecord,
  itemId,
  LESSON,
  PAGE,
  ROOM,
  START_MS,
  setupRecord,
  setupRecords,
  studentId,
  TestClock,
  UNDECIDED,
} from "../lesson-fixture.ts";
import { Bench, fill, type Running } from "../running.ts";

const bench = new Bench();
let running: Running;
beforeEach(async () => {
  running = await bench.start();
  await fill(running.log);
});
afterEach(() => bench.stop());

const STROKE_DOTS = 12;
/** A line in box A of an item: the page's origin is at (10, 20) mm, the box at (20, 20 + 12 n). */
function line(item: number): Int32Array {
  const values = new Int32Array(STROKE_DOTS * DOT_STRIDE);
  for (let i = 0; i < STROKE_DOTS; i++) {
    const [x, y] = [10 + 22 + i * 0.3, 20 + 22 + 12 * item + i * 0.2];
    values.set([i * 10, Math.round(x / MM_PER_CENTIUNIT), Math.round(y / MM_PER_CENTIUNIT), 500, 0, 0, 0], i * DOT_STRIDE);
  }
  return values;
}
function written(student: number, item: number) {
  const end = { upMs: 500 + STROKE_DOTS * 10, synthetic: false, lostDots: 0 };
  return inkRecord(ink(dots(student, 500 + item, 0, STROKE_DOTS, { ink: packDots(line(item)), dotCount: STROKE_DOTS, end })));
}
const unsure = (revision: number, student: number, item: number) =>
  eventRecord(
    cellEvent(revision, student, [{ item: itemId(item), state: "unsure", answer: null, points: null, version: STROKE_DOTS }]),
  );
const get = async <T>(path: string) => {
  const response = await fetch(`${running.base}/api/v1/rooms/${path}`);
  return { status: response.status, body: (await response.json()) as T };
};
/** The queue once so many cells wait in it. */
async function queue(waiting: number): Promise<Review> {
  const { body } = await get<Review>(`${ROOM}/review`);
  return body.waiting === waiting ? body : queue(waiting);
}

describe("the review queue over HTTP", () => {
  it("[SET-12] has every unsure cell with its ink, those that look the same together, and no decided one", async () => {
    await running.log.append("ink", [written(1, 1), written(2, 1), written(3, 2)]);
    await running.log.append("events", [unsure(1, 1, 1), unsure(2, 2, 1), unsure(3, 3, 2)]);
    const review = await queue(3);
    expect(review.groups.map(({ item, cells }) => [item, cells.map((cell) => cell.student)])).toEqual([
      ["q1", ["s1", "s2"]],
      ["q2", ["s3"]],
    ]);
    const [first] = review.groups[0]?.cells ?? [];
    expect(first).toMatchObject({ state: "unsure", seen: 0, strokes: { length: 1 } });
    expect(first?.strokes[0]).toHaveLength(STROKE_DOTS * 3);
    const region = review.regions.find((each) => each.item === "q1")?.region;
    expect(region).toMatchObject({ xMm: 16, yMm: 28 });
    await running.log.append("events", [eventRecord(cellEvent(4, 1, [{ version: STROKE_DOTS }]))]);
    expect((await queue(2)).groups.map((group) => group.cells.length)).toEqual([1, 1]);
  });

  it("[SET-12] ink that only history has is there as well", async () => {
    const cell = { room: ROOM, assignment: LESSON, student: studentId(1), item: itemId(1) };
    const [live] = [dots(1, 500, 0, 1)];
    const stroke = {
      ...{
        ...cell,
        stroke: `${live.pen}.3.27.603.12.500`,
        pen: live.pen,
        page: PAGE,
        downMs: 500,
        upMs: 620,
        clockOffsetMs: START_MS,
      },
      ...{ version: STROKE_DOTS, placement: 1, gone: false, box: "q1A", tip: "pen", color: 0, maxForce: 1000, source: "live" },
      ...{ syntheticStart: false, syntheticEnd: false, lostDots: 0, dots: line(1) },
    } as Parameters<typeof running.history.write>[0]["strokes"][number];
    await running.history.write({ strokes: [stroke], answers: [], marks: [], gaps: [] });
    await running.log.append("events", [unsure(1, 1, 1)]);
    expect((await queue(1)).groups[0]?.cells[0]?.strokes[0]).toHaveLength(STROKE_DOTS * 3);
  });

  it("[SET-12] an item's ink is that of everybody who wrote in it, in order of seat", async () => {
    await running.log.append("ink", [written(3, 2), written(1, 2), written(2, 1)]);
    await running.log.append("events", [unsure(1, 1, 1)]);
    await queue(1);
    const { body } = await get<ItemInk>(`${ROOM}/items/q2/ink`);
    expect([body.item, body.cells.map((cell) => cell.student)]).toEqual(["q2", ["s1", "s3"]]);
    expect((await get(`${ROOM}/items/q9/ink`)).status).toBe(404);
    expect((await get("attic/review")).status).toBe(404);
  });

  it("[SET-13] what waits in an earlier assignment, as history has it; marks and previews of its keys go its way", async () => {
    const next = { ...assignmentOf(), id: "tuesday" as AssignmentId, opensMs: START_MS + 500 };
    await running.log.append("setup", [
      setupRecord({ kind: "assignments", id: LESSON, version: 2, document: assignmentOf({ closesMs: START_MS + 400 }) }),
      setupRecord({ kind: "assignments", id: next.id, version: 1, document: next }),
    ]);
    const cell = { room: ROOM, assignment: LESSON, student: studentId(2), item: itemId(1) };
    const told = { ...cell, atMs: START_MS, strokes: [], recognizer: "r" };
    const base = { answerVersion: STROKE_DOTS, worksheetVersion: 1, maxPoints: 2, by: "machine", atMs: START_MS, ...UNDECIDED };
    const other = { ...told, student: studentId(1), version: STROKE_DOTS, state: "right" as const, answer: "A" };
    await running.history.write({
      ...{ strokes: [], gaps: [] },
      answers: [{ ...told, version: STROKE_DOTS, state: "unsure", answer: null }, other],
      marks: [{ ...base, ...cell, student: studentId(1), state: "right", points: 2 }],
    });
    const given = async () => (await get<GivenAssignment[]>(`${ROOM}/assignments`)).body.map(({ id }) => id);
    while ((await given()).length < 2);
    expect(await given()).toEqual(["tuesday", LESSON]);
    const { body: review } = await get<Review>(`${ROOM}/review?assignment=${LESSON}`);
    expect([review.assignment, review.waiting, review.groups[0]?.cells[0]?.student]).toEqual([LESSON, 1, "s2"]);
    expect((await get<Review>(`${ROOM}/review`)).body.assignment).toBe("tuesday");
    expect((await get(`${ROOM}/review?assignment=sunday`)).status).toBe(404);
    const post = async (path: string, body: unknown) => {
      const headers = { "content-type": "application/json" };
      const request = { method: "POST", headers, body: JSON.stringify(body) };
      return (await fetch(`${running.base}/api/v1/assignments/${LESSON}/${path}`, request)).json();
    };
    const preview = (await post("keys/preview", { items: [{ item: "q1", key: "B" }] })) as KeyPreview;
    expect(preview.cells.map(({ student, to }) => [student, to.state])).toEqual([["s1", "wrong"]]);
    await post("marks", { by: "Ms Li", marks: [{ student: "s2", item: "q1", verdict: { kind: "right" } }] });
    const [marked] = (await get<Review>(`${ROOM}/review?assignment=${LESSON}`)).body.groups[0]?.cells ?? [];
    expect([marked?.mark?.by, marked?.seen]).toEqual(["Ms Li", 1]);
  });

  it("[SET-12] what the recogniser thinks of writing comes along", async () => {
    const log = new MemoryLog({ clock: new TestClock() });
    const written = setupRecords(1, 1).map((record): SetupRecord => {
      if (record.kind !== "worksheets") return record;
      const items = record.document.items.map(({ id, number, stem, stemMm, points }) => {
        const rest = { knowledgePoints: [], cognitiveLevel: "apply" as const, expectedSeconds: 30, key: { value: "-3" } };
        return { id, number, stem, stemMm, points, ...rest, kind: "number" as const, box: "q1A" as BoxId };
      });
      return { ...record, document: { ...record.document, items } };
    });
    await log.append("setup", written.map(setupRecord));
    await log.append("events", [unsure(1, 1, 1)]);
    const history = new MemoryHistory();
    const insight = { alphabet: "number", guess: "-3", confidence: 0.61, runnerUp: "-8" };
    const cell = { room: ROOM, assignment: LESSON, student: studentId(1), item: itemId(1) };
    const row = {
      ...cell,
      version: STROKE_DOTS,
      state: "unsure" as const,
      answer: null,
      atMs: START_MS,
      strokes: [],
      recognizer: "r",
    };
    await history.write({ strokes: [], answers: [{ ...row, insight }], marks: [], gaps: [] });
    running = await bench.start({ log, history });
    expect((await queue(1)).groups[0]?.cells[0]?.insight).toEqual(insight);
  });
});
