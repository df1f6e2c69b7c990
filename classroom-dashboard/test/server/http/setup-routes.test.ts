import { type ChoiceItem, decodeSetup, type SetupRecord, type Worksheet } from "@penlight/proto";
import type { MemoryLog } from "@penlight/proto/memory-log";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { assignmentOf, classOf, room, studentId, worksheetOf } from "../lesson-fixture.ts";
import { Bench, type Running } from "../running.ts";

const bench = new Bench();
let running: Running;
beforeEach(async () => {
  running = await bench.start();
});
afterEach(() => bench.stop());

interface Answer {
  readonly status: number;
  readonly etag: string | null;
  readonly body: Record<string, unknown> & { readonly details?: { readonly at: string; readonly reason: string }[] };
}

async function call(method: string, path: string, document?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  const body = document === undefined ? {} : { body: typeof document === "string" ? document : JSON.stringify(document) };
  const type: Record<string, string> = document === undefined ? {} : { "content-type": "application/json" };
  const response = await fetch(`${running.base}/api/v1/setup/${path}`, { method, ...body, headers: { ...type, ...headers } });
  return { status: response.status, etag: response.headers.get("etag"), body: (await response.json()) as Answer["body"] };
}

const put = (path: string, document: unknown, headers?: Record<string, string>) => call("PUT", path, document, headers);
const get = (path: string) => call("GET", path);

/** What stands on the topic, in order. */
async function written(log: MemoryLog): Promise<SetupRecord[]> {
  const records: SetupRecord[] = [];
  const stop = new AbortController();
  await log.consume({
    topic: "setup",
    group: null,
    signal: stop.signal,
    openPartition: ({ endOffset }) => ({
      async onBatch(batch) {
        for (const { value } of batch) records.push(decodeSetup(value) as SetupRecord);
        if (batch.length === 0 || (batch.at(-1)?.offset ?? 0n) >= endOffset - 1n) stop.abort();
        return 0n;
      },
    }),
  });
  return records;
}

async function putLesson(): Promise<void> {
  expect((await put("rooms/lab", room)).status).toBe(201);
  expect((await put("classes/3b", classOf(2))).status).toBe(201);
  expect((await put("pens/9c7bd2000001", { id: "9c7bd2000001", student: studentId(1) })).status).toBe(201);
  expect((await put("worksheets/sums", worksheetOf(2))).status).toBe(201);
  expect((await put("assignments/monday", assignmentOf())).status).toBe(201);
}

describe("setup API", () => {
  it("[SET-1] a PUT is there for the next GET, for the board, and on the topic", async () => {
    await putLesson();
    expect((await get("rooms/lab")).body).toEqual({ id: "lab", version: 1, document: room });
    expect((await get("assignments")).body).toMatchObject([{ id: "monday", version: 1 }]);
    const board = await (await fetch(`${running.base}/api/v1/rooms/lab/board`)).json();
    expect(board).toMatchObject({ assignment: { id: "monday" }, cells: { length: 4 } });
    expect((await written(running.log)).map((record) => `${record.kind}/${record.id} ${record.version}`)).toEqual([
      "rooms/lab 1",
      "classes/3b 1",
      "pens/9c7bd2000001 1",
      "worksheets/sums@1 1",
      "assignments/monday 1",
    ]);
  });

  it("[SET-4] a changed document is the next version; the same one again writes nothing", async () => {
    await put("rooms/lab", room);
    expect(await put("rooms/lab", { name: room.name, id: room.id })).toMatchObject({
      status: 200,
      etag: '"1"',
      body: { version: 1 },
    });
    const renamed = { ...room, name: { zh: "新", en: "New" } };
    expect(await put("rooms/lab", renamed)).toMatchObject({
      status: 200,
      etag: '"2"',
      body: { version: 2, document: renamed },
    });
    expect(await written(running.log)).toHaveLength(2);
  });

  it("[SET-4] of PUTs at the same time each gets a version of its own", async () => {
    const names = Array.from({ length: 8 }, (_, i) => ({ ...room, name: { zh: String(i), en: String(i) } }));
    const answers = await Promise.all(names.map((document) => put("rooms/lab", document)));
    expect(answers.map(({ body }) => body.version).sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it("[SET-6] If-Match writes only over the version it names", async () => {
    await put("rooms/lab", room);
    const changed = { ...room, name: { zh: "新", en: "New" } };
    expect(await put("rooms/lab", changed, { "if-match": '"7"' })).toMatchObject({
      status: 412,
      body: { error: "setup.outdated" },
    });
    for (const unread of ["1", "*", '"1", "2"', '"x"', ""]) {
      expect(await put("rooms/lab", changed, { "if-match": unread })).toMatchObject({
        status: 400,
        body: { error: "setup.if-match" },
      });
    }
    expect((await put("rooms/lab", changed, { "if-match": '"1"' })).body.version).toBe(2);
    expect((await put("rooms/attic", { ...room, id: "attic" }, { "if-match": '"1"' })).status).toBe(412);
  });

  it("[SET-5] a worksheet version never changes; a new one stands beside it", async () => {
    await put("worksheets/sums", worksheetOf(2));
    expect((await put("worksheets/sums", worksheetOf(2))).status).toBe(200);
    expect(await put("worksheets/sums", worksheetOf(3))).toMatchObject({ status: 409, body: { error: "setup.conflict" } });
    expect((await put("worksheets/sums", worksheetOf(3, 2))).body).toMatchObject({ id: "sums@2", version: 1 });
    const items = async (id: string) => ((await get(`worksheets/${id}`)).body.document as Worksheet).items.length;
    expect([await items("sums"), await items("sums@1"), await items("sums@2")]).toEqual([3, 2, 3]);
    expect((await get("worksheets/sums@3")).status).toBe(404);
  });

  it("[SET-2] everything that is wrong comes at once, each with its place", async () => {
    const shape = await put("classes/3b", {
      id: "3b",
      name: { zh: "" },
      students: [{ id: "s1", seat: 0, extra: 1 }],
      more: true,
    });
    expect(shape).toMatchObject({ status: 400, body: { error: "setup.invalid" } });
    expect(shape.body.details?.map(({ at }) => at).sort()).toEqual([
      "/more",
      "/name/en",
      "/name/zh",
      "/students/0/extra",
      "/students/0/name",
      "/students/0/seat",
    ]);
    const meaning = await put("assignments/monday", assignmentOf());
    expect(meaning.body.details?.map(({ at }) => at)).toEqual(["/room", "/class", "/worksheet"]);
    expect(await written(running.log)).toEqual([]);
  });

  it("[SET-2] of an item only what is wrong with its own kind is told", async () => {
    const worksheet = worksheetOf(2);
    const items = worksheet.items.map((item, i) => (i === 1 ? { ...item, key: ["A"] } : item));
    const answer = await put("worksheets/sums", { ...worksheet, items });
    expect(answer.body.details).toEqual([
      { at: "/items/1/key", reason: "must be of type string", code: "not-a", values: ["string"] },
    ]);
  });

  it("[SET-2] [SET-3] a worksheet is told everything at once, also beside an item of the wrong shape", async () => {
    await put("worksheets/sums", worksheetOf(1));
    const good = worksheetOf(4);
    const { options: _, key: __, ...base } = good.items[0] as ChoiceItem;
    const written = { ...base, points: 1 };
    const boxes = good.boxes.map((box, i) => (i === 1 ? { ...box, xMm: 24 } : i === 7 ? { ...box, xMm: 205 } : box));
    const items = [
      { ...base, options: (good.items[0] as ChoiceItem).options },
      { ...written, id: "q2", number: "2", kind: "letters", box: "q2A", alphabet: "A-D", key: ["E"] },
      { ...written, id: "q3", number: "3", kind: "number", box: "q3A", key: { value: "1", tolerance: "-1" } },
      good.items[3],
    ];
    const answer = await put("worksheets/other", { ...good, id: "other", boxes, items });
    expect(answer.status).toBe(400);
    expect(answer.body.details?.map(({ at, reason }) => `${at} ${reason}`)).toEqual([
      "/items/0/key is missing",
      "/boxes/7 reaches over the right edge of the page (210 mm)",
      "/boxes/1 overlaps box q1A",
      "/items/1/key/0 E is outside A-D",
      "/items/2/key/tolerance is below zero",
      "/pages/0/address is a page of worksheet sums",
    ]);
  });

  it("[SET-2] [SET-3] boxes and pages of the wrong shape hide nothing of what else is wrong", async () => {
    const good = worksheetOf(4);
    const page = good.pages[0] as Worksheet["pages"][number];
    const change: Readonly<Record<number, object>> = { 0: { xMm: -3 }, 1: { xMm: 4 }, 2: { widthMm: "8" }, 5: { yMm: 295 } };
    const items = good.items.map((item, i) =>
      i === 3
        ? { ...item, number: 4, key: "C" }
        : i === 2
          ? { ...item, key: undefined, options: [{ id: "A", box: "no" }] }
          : item,
    );
    const sheet = {
      ...good,
      pages: [page, { ...page, widthMm: 0 }],
      boxes: good.boxes.map((box, i) => ({ ...box, ...change[i] })),
      items,
    };
    const answer = await put("worksheets/another", sheet);
    expect(answer.body.details?.map(({ at, reason }) => `${at} ${reason}`)).toEqual([
      "/pages/1/widthMm must be > 0",
      "/boxes/0/xMm must be >= 0",
      "/boxes/2/widthMm must be of type number",
      "/items/2/key is missing",
      "/items/2/options must have at least 2 entries",
      "/items/3/number must be of type string",
      "/id the address says another",
      "/pages/1/address 3.27.603.12 is taken by /pages/0",
      "/boxes/5 reaches over the lower edge of the page (297 mm)",
      "/boxes/1 overlaps box q1A",
      "/items/2/options/0/box there is no box no",
      "/items/3/key C is none of the options",
    ]);
  });

  it("[SET-1] the address names the document; what is not there is a 404 in plain words", async () => {
    expect((await put("rooms/attic", room)).body.details).toMatchObject([{ at: "/id", reason: "the address says attic" }]);
    expect(await get("rooms/attic")).toMatchObject({ status: 404, body: { error: "not-found" } });
    expect(await get("teachers")).toMatchObject({ status: 404, body: { error: "not-found" } });
  });

  const BAD_BODIES = [
    ["no JSON", "{", 400],
    ["nothing", "", 400],
    ["a list", "[]", 400],
    ["null", "null", 400],
    ["a prototype", '{"__proto__": {"x": 1}, "id": "lab"}', 400],
    ["too much", JSON.stringify({ id: "lab", name: { zh: "x".repeat(3_000_000), en: "x" } }), 413],
  ] as const;
  it.each(BAD_BODIES)("[SET-1] a body that is %s is refused", async (_what, body, status) => {
    const answer = await put("rooms/lab", body);
    expect([answer.status, typeof answer.body.error, typeof answer.body.message]).toEqual([status, "string", "string"]);
  });

  it("[SET-1] takes JSON and nothing else", async () => {
    expect((await put("rooms/lab", "id=lab", { "content-type": "text/plain" })).status).toBe(415);
    expect((await put("rooms/lab", "id=lab", { "content-type": "application/x-www-form-urlencoded" })).status).toBe(415);
  });
});
