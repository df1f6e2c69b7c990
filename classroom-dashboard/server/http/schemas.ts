import { CELL_LATES, CELL_STATES, FAULT_TEXTS, ITEM_KINDS, PEN_LINKS, PEN_TROUBLES } from "@penlight/proto";

/** JSON Schemas of what the API answers: `GET /openapi.json` is made of them, and tests hold real answers against it. */

type Schema = Readonly<Record<string, unknown>>;

/** Every property is required and there are no others: an answer that grows needs its schema to grow. */
export function object(properties: Readonly<Record<string, Schema>>, optional: readonly string[] = []): Schema {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: "object", additionalProperties: false, required, properties };
}
export const list = (items: Schema): Schema => ({ type: "array", items });
export const nullable = (schema: Schema): Schema => ({ anyOf: [schema, { type: "null" }] });

export const text = { type: "string" };
export const number = { type: "number" };
export const count = { type: "integer", minimum: 0 };
export const timeMs = { type: "number", minimum: 0, description: "ms since 1970; 0: never" };
const duration = { type: "number", minimum: 0, description: "ms" };
export const flag = { type: "boolean" };
export const localText = object({ zh: text, en: text });
export const ANSWER = { anyOf: [text, list(text), flag, { type: "null" }] };
const itemKind = { enum: ITEM_KINDS };

export const ERROR = object(
  {
    error: { type: "string", description: "a code from a closed list" },
    message: text,
    details: list(
      object({
        at: { type: "string", description: "JSON pointer into the document, or a line" },
        reason: text,
        code: { enum: Object.keys(FAULT_TEXTS), description: "the reason, for a page to say in its reader's language" },
        values: { ...list(text), description: "what the reason is about, in the order of its text" },
      }),
    ),
  },
  ["details"],
);

/** What any route may answer besides its own. */
export const REFUSED = {
  ...ERROR,
  description: "access (401, 403, 421, 429), a body that is no JSON, too large or of another type (400, 413, 415), a bug (500)",
};

export const HEALTH = object({
  status: { enum: ["ready", "starting"] },
  parts: list(
    object({ part: text, ready: flag, required: flag, sinceMs: timeMs, detail: text, lastError: text }, [
      "required",
      "sinceMs",
      "detail",
      "lastError",
    ]),
  ),
});

export const ROOMS = list(object({ room: text, name: localText, assignment: nullable(text), students: count, viewers: count }));

const itemKey = object({ answer: ANSWER, key: {}, points: number, partialCredit: nullable(text) });
const correctedItem = object({ item: text, before: itemKey, after: itemKey });

const assignment = object({
  id: text,
  kind: { enum: ["lesson", "homework", "exam"] },
  opensMs: number,
  closesMs: nullable(number),
  class: text,
  className: localText,
  worksheet: text,
  worksheetVersion: { type: "integer", minimum: 1 },
  title: localText,
  correction: nullable(object({ by: text, atMs: timeMs, from: count, items: list(correctedItem) })),
});

const pen = object({
  id: text,
  link: { enum: PEN_LINKS },
  batteryPercent: nullable({ type: "integer", minimum: 0, maximum: 100 }),
  charging: flag,
  heardMs: timeMs,
  lostDots: count,
  recoveredStrokes: count,
  troubles: list({ enum: PEN_TROUBLES }),
});

const student = object({
  student: text,
  name: localText,
  seat: count,
  pen: nullable(pen),
  done: count,
  right: count,
  points: number,
  lastInkMs: timeMs,
  idle: flag,
  gaps: list(object({ reason: text, lostEvents: count, lastMs: timeMs })),
});

const item = object({
  item: text,
  number: text,
  kind: itemKind,
  stem: localText,
  points: number,
  key: ANSWER,
  right: count,
  partial: count,
  wrong: count,
  judged: count,
  unsure: count,
  blank: count,
  withdrawn: count,
  writing: count,
  notStarted: count,
  noSignal: count,
  classSize: count,
  pointsSum: number,
  wilson: { type: "array", items: { type: "number", minimum: 0, maximum: 1 }, minItems: 2, maxItems: 2 },
  options: list(object({ option: text, count })),
});

export const BOARD_MARK = object({
  verdict: object({ kind: { enum: ["right", "wrong", "points", "answer"] }, points: number, answer: ANSWER }, [
    "points",
    "answer",
  ]),
  by: text,
  atMs: timeMs,
  version: count,
});

const cell = object(
  {
    student: text,
    item: text,
    state: { enum: CELL_STATES },
    answer: ANSWER,
    points: nullable(number),
    mark: nullable(BOARD_MARK),
    late: {
      enum: CELL_LATES,
      description:
        "arrived: written in time, heard after the end; written: more was written after the end, which does not count",
    },
  },
  ["late"],
);

export const BOARD = object({
  room: text,
  roomName: localText,
  assignment: nullable(assignment),
  seq: count,
  dataMs: timeMs,
  students: list(student),
  items: list(item),
  cells: list(cell),
  delays: object({
    delivery: nullable(object({ ageMs: duration, bytes: count, bytesMax: count, shedTicks: count, shedInk: count })),
    history: nullable(object({ ageMs: duration, rows: count })),
  }),
});

const stroke = object({
  stroke: text,
  page: text,
  firstDot: count,
  points: { type: "array", items: number, description: "x mm, y mm, pressure 0..1 for each dot" },
  ended: flag,
  downMs: number,
});

export const INK_PAGE = object({ student: text, page: text, strokes: list(stroke) });

/** A stored document of one kind. */
export function storedSchema(document: Schema): Schema {
  return object({ id: text, version: { type: "integer", minimum: 1 }, document });
}

export function listSchema(document: Schema): Schema {
  return list(storedSchema(document));
}

export const ROOM_PARAMS = { type: "object", required: ["room"], properties: { room: text } };
export const INK_PARAMS = {
  type: "object",
  required: ["room", "student"],
  properties: { room: text, student: text },
};
export const INK_QUERY = {
  type: "object",
  properties: {
    page: { type: "string", pattern: "^(\\d+\\.\\d+\\.\\d+\\.\\d+)?$", description: "empty or absent: the first page" },
  },
};
export const ID_PARAMS = { type: "object", required: ["id"], properties: { id: text } };
