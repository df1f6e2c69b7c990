import type { Board, KeyPreview } from "@penlight/proto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cellEvent, eventRecord, LESSON, ROOM } from "../lesson-fixture.ts";
import { Bench, fill, type Running } from "../running.ts";

const bench = new Bench();
let running: Running;
beforeEach(async () => {
  running = await bench.start();
  await fill(running.log);
});
afterEach(() => bench.stop());

async function post(path: string, body: unknown) {
  const response = await fetch(`${running.base}/api/v1/assignments/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
const board = async () => (await (await fetch(`${running.base}/api/v1/rooms/${ROOM}/board`)).json()) as Board;
const items = [{ item: "q1", key: "B" }];

describe("keys API", () => {
  it("[SET-20] shows what would change, then corrects: a new version, told to viewers with what was before", async () => {
    const viewer = bench.connect(running.base);
    await viewer.next("snapshot");
    await running.log.append("events", [eventRecord(cellEvent(1, 1, [{ state: "right", answer: "A", points: 2 }]))]);
    await viewer.next("delta");
    const preview = await post(`${LESSON}/keys/preview`, { items });
    expect((preview.body as unknown as KeyPreview).cells).toEqual([
      { student: "s1", item: "q1", answer: "A", from: { state: "right", points: 2 }, to: { state: "wrong", points: 0 } },
    ]);
    expect((await board()).assignment).toMatchObject({ worksheetVersion: 1, correction: null });
    expect(await post(`${LESSON}/keys`, { by: "Ms Li", from: 1, items })).toEqual({
      status: 200,
      body: { worksheetVersion: 2 },
    });
    const { assignment, items: columns } = (await viewer.next("snapshot")).board;
    const rest = { points: 2, partialCredit: null };
    const item = { item: "q1", before: { answer: "A", key: "A", ...rest }, after: { answer: "B", key: "B", ...rest } };
    expect(assignment).toMatchObject({ worksheetVersion: 2, correction: { by: "Ms Li", from: 1, items: [item] } });
    expect(columns[0]?.key).toBe("B");
  });

  it("[SET-20] [SET-5] to undo is one more version; a correction of what is not there any more is refused", async () => {
    await post(`${LESSON}/keys`, { by: "Ms Li", from: 1, items });
    expect(await post(`${LESSON}/keys`, { by: "Mr Wu", from: 1, items: [{ item: "q1", points: 5 }] })).toMatchObject({
      status: 412,
      body: { error: "keys.outdated" },
    });
    expect(
      (await post(`${LESSON}/keys`, { by: "Ms Li", from: 2, items: [{ item: "q1", key: "A" }] })).body.worksheetVersion,
    ).toBe(3);
    expect((await board()).assignment?.correction?.items).toMatchObject([
      { item: "q1", before: { key: "B", points: 2 }, after: { key: "A", points: 2 } },
    ]);
  });

  it("[SET-20] [SET-2] a key that is wrong for its item is refused with its place, in both", async () => {
    const wrong = [{ item: "q2", key: "X" }];
    for (const [path, body] of [
      ["keys/preview", { items: wrong }],
      ["keys", { by: "Ms Li", from: 1, items: wrong }],
    ] as const) {
      const answer = await post(`${LESSON}/${path}`, body);
      expect(answer).toMatchObject({ status: 400, body: { error: "keys.invalid", details: [{ at: "/items/1/key" }] } });
    }
    const negative = await post(`${LESSON}/keys/preview`, { items: [{ item: "q1", points: 0 }] });
    expect(negative).toMatchObject({ status: 400, body: { details: [{ at: "/items/0/points" }] } });
    expect((await post("tuesday/keys/preview", { items })).status).toBe(404);
    expect((await board()).assignment?.worksheetVersion).toBe(1);
  });
});
