import { CELL_STATES } from "@penlight/proto";
import { ANSWER, BOARD_MARK, localText, object, timeMs } from "./schemas.ts";

const text = { type: "string" };
const number = { type: "number" };
const count = { type: "integer", minimum: 0 };
const region = object({ page: text, xMm: number, yMm: number, widthMm: number, heightMm: number });
const cell = object({
  student: text,
  item: text,
  state: { enum: CELL_STATES },
  answer: ANSWER,
  points: { anyOf: [number, { type: "null" }] },
  mark: { anyOf: [BOARD_MARK, { type: "null" }] },
  seen: count,
  insight: {
    anyOf: [
      object({ alphabet: text, guess: text, confidence: { type: "number", minimum: 0, maximum: 1 }, runnerUp: text }),
      { type: "null" },
    ],
  },
  strokes: {
    type: "array",
    items: { type: "array", items: number, description: "x mm, y mm, pressure 0..1 for each dot" },
  },
});
const cells = { type: "array", items: cell };

export const REVIEW = object({
  assignment: { anyOf: [text, { type: "null" }] },
  waiting: count,
  regions: { type: "array", items: object({ item: text, region }) },
  groups: { type: "array", items: object({ item: text, cells }) },
});
export const REVIEW_QUERY = {
  type: "object",
  additionalProperties: false,
  properties: { assignment: { ...text, description: "one that is not on the board; left out: the one that is" } },
};
export const GIVEN = {
  type: "array",
  items: object({
    id: text,
    opensMs: timeMs,
    closesMs: { anyOf: [timeMs, { type: "null" }] },
    class: text,
    className: localText,
    worksheet: text,
    worksheetVersion: count,
    title: localText,
  }),
};
export const ITEM_INK = object({ item: text, region, cells });
export const ITEM_PARAMS = { type: "object", required: ["room", "item"], properties: { room: text, item: text } };
