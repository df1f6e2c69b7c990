import { type BoxId, type ChoiceItem, ITEM_KINDS, type Item, type ItemKind, type SetupRecord } from "@penlight/proto";
import { MemoryLog } from "@penlight/proto/memory-log";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterEach, describe, expect, it } from "vitest";
import {
  assignmentOf,
  cellEvent,
  classOf,
  dots,
  eventRecord,
  ink,
  inkRecord,
  PAGE_KEY,
  penState,
  ROOM,
  room,
  START_MS,
  setupRecords,
  studentId,
  TestClock,
  tick,
  worksheetOf,
} from "../lesson-fixture.ts";
import { Bench, fill } from "../running.ts";

const bench = new Bench();
afterEach(() => bench.stop());

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: object }>> };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, { readonly schema: object }>> }>>;
}
interface OpenApi {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

const LIVE = "/api/v1/rooms/{room}/live";
const INK = "/api/v1/rooms/{room}/students/{student}/ink";
const REVIEW = "/api/v1/rooms/{room}/review";
const ITEM_INK = "/api/v1/rooms/{room}/items/{item}/ink";
const PASSWORD = "/api/v1/pens/{pen}/password";
const OF_ASSIGNMENT = "/api/v1/assignments/{assignment}";
const mark = { student: "s1", item: "q1", verdict: { kind: "points", points: 1 }, seen: 0 };
const keys = { items: [{ item: "q1", key: "B" }] };

const LIST_PAGE = {
  ...{ address: { section: 3, owner: 27, note: 900, page: 1 }, widthMm: 210, heightMm: 297, originMm: { x: 0, y: 0 } },
};

/** [operation, real address, status, body]: every operation of the document, with every answer that can be provoked. */
const CALLS: readonly (readonly [string, string, number, unknown?])[] = [
  ["get /livez", "/livez", 200],
  ["get /readyz", "/readyz", 200],
  ["get /healthz", "/healthz", 200],
  ["get /metrics", "/metrics", 200],
  ["get /api/v1/rooms", "/api/v1/rooms", 200],
  ["get /api/v1/rooms/{room}/board", `/api/v1/rooms/${ROOM}/board`, 200],
  ["get /api/v1/rooms/{room}/board", "/api/v1/rooms/attic/board", 404],
  [`get ${INK}`, `/api/v1/rooms/${ROOM}/students/s1/ink`, 200],
  [`get ${INK}`, `/api/v1/rooms/${ROOM}/students/s1/ink?page=`, 200],
  [`get ${INK}`, `/api/v1/rooms/${ROOM}/students/s1/ink?page=${PAGE_KEY}`, 200],
  [`get ${INK}`, `/api/v1/rooms/${ROOM}/students/s1/ink?page=1.2.3.4`, 404],
  [`get ${INK}`, `/api/v1/rooms/${ROOM}/students/nobody/ink`, 404],
  [`get ${INK}`, `/api/v1/rooms/${ROOM}/students/s1/ink?page=x`, 400],
  [`get ${LIVE}`, `/api/v1/rooms/${ROOM}/live`, 426],
  [`get ${REVIEW}`, `/api/v1/rooms/${ROOM}/review`, 200],
  [`get ${REVIEW}`, "/api/v1/rooms/attic/review", 404],
  [`get ${ITEM_INK}`, `/api/v1/rooms/${ROOM}/items/q1/ink`, 200],
  [`get ${ITEM_INK}`, `/api/v1/rooms/${ROOM}/items/q9/ink`, 404],
  [`post ${OF_ASSIGNMENT}/marks`, "/api/v1/assignments/monday/marks", 200, { by: "Ms Li", marks: [mark] }],
  [`post ${OF_ASSIGNMENT}/marks`, "/api/v1/assignments/monday/marks", 200, { by: "Mr Wu", strict: true, marks: [mark] }],
  [`post ${OF_ASSIGNMENT}/marks`, "/api/v1/assignments/monday/marks", 400, { by: "", marks: [mark] }],
  [`post ${OF_ASSIGNMENT}/marks`, "/api/v1/assignments/sunday/marks", 404, { by: "Ms Li", marks: [mark] }],
  [`post ${OF_ASSIGNMENT}/keys/preview`, "/api/v1/assignments/monday/keys/preview", 200, keys],
  [`post ${OF_ASSIGNMENT}/keys/preview`, "/api/v1/assignments/sunday/keys/preview", 404, keys],
  [`post ${OF_ASSIGNMENT}/keys/preview`, "/api/v1/assignments/monday/keys/preview", 400, { items: [] }],
  [`post ${OF_ASSIGNMENT}/keys`, "/api/v1/assignments/monday/keys", 412, { by: "Ms Li", from: 7, ...keys }],
  [`post ${OF_ASSIGNMENT}/keys`, "/api/v1/assignments/monday/keys", 200, { by: "Ms Li", from: 1, ...keys }],
  [`post ${OF_ASSIGNMENT}/keys`, "/api/v1/assignments/monday/keys", 400, { from: 1, ...keys }],
  [`post ${OF_ASSIGNMENT}/reread`, "/api/v1/assignments/monday/reread", 200, { by: "Ms Li", recognizers: ["writing-nets/2"] }],
  [`post ${OF_ASSIGNMENT}/reread`, "/api/v1/assignments/sunday/reread", 404, { by: "Ms Li", recognizers: ["writing-nets/2"] }],
  [`post ${OF_ASSIGNMENT}/reread`, "/api/v1/assignments/monday/reread", 400, { by: "Ms Li", recognizers: [] }],
  ["get /api/v1/rooms/{room}/assignments", `/api/v1/rooms/${ROOM}/assignments`, 200],
  ["get /api/v1/rooms/{room}/assignments", "/api/v1/rooms/attic/assignments", 404],
  [`get ${REVIEW}`, `/api/v1/rooms/${ROOM}/review?assignment=monday`, 200],
  [`get ${REVIEW}`, `/api/v1/rooms/${ROOM}/review?assignment=sunday`, 404],
  // What was corrected is on the board, too.
  ["get /api/v1/rooms/{room}/board", `/api/v1/rooms/${ROOM}/board`, 200],
  ...(["rooms", "classes", "pens", "worksheets", "assignments"] as const).flatMap((kind) => {
    const documents = {
      rooms: room,
      classes: classOf(3),
      pens: { id: "9c7bd2000009", student: studentId(2) },
      worksheets: worksheetOf(2),
      assignments: assignmentOf({ id: "tuesday" as never }),
    };
    const document = documents[kind];
    const [at, one] = [`/api/v1/setup/${kind}`, `/api/v1/setup/${kind}/{id}`];
    return [
      [`put ${one}`, `${at}/${document.id}`, kind === "pens" || kind === "assignments" ? 201 : 200, document],
      [`put ${one}`, `${at}/${document.id}`, 400, { nothing: true }],
      [`get ${at}`, at, 200],
      [`get ${one}`, `${at}/${document.id}`, 200],
      [`get ${one}`, `${at}/nothing`, 404],
    ] as const;
  }),
  ["get /api/v1/rooms/{room}/radio", `/api/v1/rooms/${ROOM}/radio?sinceMs=0`, 200],
  ["get /api/v1/rooms/{room}/radio", `/api/v1/rooms/${ROOM}/radio`, 200],
  ["get /api/v1/rooms/{room}/radio", "/api/v1/rooms/attic/radio", 404],
  ["get /api/v1/classes/{class}/pens", "/api/v1/classes/3b/pens", 200],
  ["get /api/v1/classes/{class}/pens", "/api/v1/classes/none/pens", 404],
  ["post /api/v1/pens", "/api/v1/pens", 200, { changes: [{ pen: "9c7bd2000011", student: "s1", keeps: "both" }] }],
  ["post /api/v1/pens", "/api/v1/pens", 409, { changes: [{ pen: "9c7bd2000011", student: "s2" }] }],
  ["post /api/v1/pens", "/api/v1/pens", 400, { changes: [{ pen: "11", student: "s2" }] }],
  ["post /api/v1/pens", "/api/v1/pens", 413, { changes: [], more: "x".repeat(70_000) }],
  [`put ${PASSWORD}`, "/api/v1/pens/9c7bd2999999/password", 404, { old: null, new: "4711" }],
  [`put ${PASSWORD}`, "/api/v1/pens/9c7bd2000001/password", 409, { old: null, new: "4711" }],
  [`put ${PASSWORD}`, "/api/v1/pens/9c7bd2000001/password", 400, { old: 4711, new: null }],
  ["post /api/v1/classes/{class}/pens/csv", "/api/v1/classes/3b/pens/csv", 400, "x,y"],
  ["post /api/v1/classes/{class}/list", "/api/v1/classes/3b/list", 200, LIST_PAGE],
  ["post /api/v1/classes/{class}/list", "/api/v1/classes/none/list", 404, LIST_PAGE],
];

const LETTERS = { alphabet: "A-D", key: ["B"] };
/** What an item of each kind has beside what all have. */
const OF_KIND: Readonly<Record<ItemKind, object>> = {
  ...{ choice: { key: "A" }, choices: { key: ["A"], partialCredit: "per-option" }, "true-false": { key: true } },
  ...{ number: { key: { value: "1/2" } }, letters: LETTERS, open: {}, help: { points: 0 }, submit: { points: 0 } },
};

/** A lesson with an item of every kind. */
function everyKind(): SetupRecord[] {
  return setupRecords(2, ITEM_KINDS.length).map((record): SetupRecord => {
    if (record.kind !== "worksheets") return record;
    const items = record.document.items.map((item, i): Item => {
      const kind = ITEM_KINDS[i] as ItemKind;
      const { options, key: _, ...base } = item as ChoiceItem;
      if (kind === "true-false") {
        const both = options.map((option, index) => ({ ...option, id: index === 0 ? "true" : "false" }));
        return { ...base, ...OF_KIND[kind], kind, options: both } as unknown as Item;
      }
      const marked = kind === "choice" || kind === "choices";
      return { ...base, ...OF_KIND[kind], kind, ...(marked ? { options } : { box: `q${i + 1}A` as BoxId }) } as Item;
    });
    return { ...record, document: { ...record.document, items } };
  });
}

describe("GET /openapi.json", () => {
  it("is true of every kind of item: its document is one that a PUT takes, and its board is as it says", async () => {
    const { base } = await bench.start();
    const records = everyKind();
    for (const { kind, id, document } of records) {
      const init = { body: JSON.stringify(document), headers: { "content-type": "application/json" } };
      const put = await fetch(`${base}/api/v1/setup/${kind}/${id}`, { method: "PUT", ...init });
      expect([kind, put.status, put.status === 201 ? "" : await put.text()]).toEqual([kind, 201, ""]);
    }
    const document = (await (await fetch(`${base}/openapi.json`)).json()) as OpenApi;
    const board = await (await fetch(`${base}/api/v1/rooms/${ROOM}/board`)).json();
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    const schema = document.paths["/api/v1/rooms/{room}/board"]?.get?.responses["200"]?.content?.["application/json"]?.schema;
    expect([ajv.validate(schema ?? false, board), ajv.errors]).toEqual([true, null]);
    expect((board as { items: { kind: string }[] }).items.map(({ kind }) => kind)).toEqual([...ITEM_KINDS]);
  });

  it("is true: every operation in it answers, and every answer is as it says", async () => {
    const log = new MemoryLog({ clock: new TestClock() });
    await fill(log);
    await log.append("ink", [
      inkRecord(tick(START_MS + 10, [penState(1, "connected", START_MS + 10)])),
      inkRecord(ink(dots(1, 900, 0, 3))),
    ]);
    await log.append("events", [eventRecord(cellEvent(1, 1, [{}]))]);
    const { base } = await bench.start({ log });
    const document = (await (await fetch(`${base}/openapi.json`)).json()) as OpenApi;
    expect(document.openapi).toBe("3.1.0");

    const ajv = new Ajv2020({ strict: false, allErrors: true });
    const called = new Set<string>();
    for (const [operation, address, status, body] of CALLS) {
      const [method = "", path = ""] = operation.split(" ");
      called.add(operation);
      const described = document.paths[path]?.[method];
      if (described === undefined) throw new Error(`${operation} is not described`);
      const sent = typeof body === "string" ? "text/csv" : "application/json";
      const text = typeof body === "string" ? body : JSON.stringify(body);
      const init = body === undefined ? {} : { body: text, headers: { "content-type": sent } };
      const response = await fetch(`${base}${address}`, { method: method.toUpperCase(), ...init });
      expect([operation, address, response.status]).toEqual([operation, address, status]);
      const type = (response.headers.get("content-type") ?? "").split(";")[0] as string;
      const answer = described.responses[String(status)] ?? described.responses.default;
      const schema = answer?.content?.[type]?.schema;
      if (schema === undefined) throw new Error(`${operation} does not describe ${status} ${type}`);
      const value = type === "application/json" ? await response.json() : await response.text();
      const isTrue = ajv.validate(schema, value);
      expect([operation, isTrue ? [] : ajv.errors]).toEqual([operation, []]);
      if (body !== undefined) {
        const asked = described.requestBody?.content[sent]?.schema ?? false;
        // That a list cannot be read is no matter of its shape.
        expect([operation, ajv.validate(asked, body)]).toEqual([
          operation,
          (status !== 400 && status !== 413) || sent === "text/csv",
        ]);
      }
    }
    const described = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((m) => `${m} ${path}`),
    );
    expect(described.filter((operation) => !called.has(operation))).toEqual([]);
  });
});
