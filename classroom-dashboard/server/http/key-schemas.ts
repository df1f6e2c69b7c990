import { CELL_STATES } from "@penlight/proto";
import { BY } from "./mark-schemas.ts";
import { ANSWER, object } from "./schemas.ts";

const text = { type: "string" };
const version = { type: "integer", minimum: 1 };
const state = { enum: CELL_STATES };
const number = { type: "number" };

const credit = { anyOf: [text, { type: "null" }], description: "null: none, where the item can do without" };
const change = object({ item: text, key: {}, points: number, partialCredit: credit }, ["key", "points", "partialCredit"]);
const items = { type: "array", minItems: 1, maxItems: 200, items: change };

export const PREVIEW_BODY = object({ items });
export const KEYS_BODY = object({ by: BY, from: { ...version, description: "version of the worksheet that was seen" }, items });
export const KEYS_PUT = object({ worksheetVersion: version });
export const KEY_PREVIEW = object({
  cells: {
    type: "array",
    items: object({
      student: text,
      item: text,
      answer: ANSWER,
      from: object({ state, points: { anyOf: [number, { type: "null" }] } }),
      to: object({ state, points: number }),
    }),
  },
});
