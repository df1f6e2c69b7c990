import { MARKS_MAX } from "../mark-writer.ts";
import { ANSWER, BOARD_MARK, object } from "./schemas.ts";

const id = { type: "string", pattern: "^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$" };
/** A name as a person writes it: not empty, no line breaks. */
export const BY = { type: "string", pattern: "^[^\\x00-\\x1f]*[^\\x00-\\x20][^\\x00-\\x1f]*$", maxLength: 64 };
const verdict = {
  anyOf: [
    object({ kind: { const: "right" } }),
    object({ kind: { const: "wrong" } }),
    object({ kind: { const: "points" }, points: { type: "number", minimum: 0 } }),
    object({ kind: { const: "answer" }, answer: ANSWER }),
    { type: "null" },
  ],
};
const mark = object({ student: id, item: id, verdict, seen: { type: "integer", minimum: 0 } }, ["seen"]);

export const ASSIGNMENT_PARAMS = { type: "object", required: ["assignment"], properties: { assignment: { type: "string" } } };
export const MARKS_BODY = object(
  { by: BY, strict: { type: "boolean" }, marks: { type: "array", minItems: 1, maxItems: MARKS_MAX, items: mark } },
  ["strict"],
);
export const MARKS_SAID = object({
  marks: {
    type: "array",
    items: object({
      student: { type: "string" },
      item: { type: "string" },
      outcome: { enum: ["stored", "overwrote", "outdated"] },
      version: { type: "integer", minimum: 0 },
      before: { anyOf: [BOARD_MARK, { type: "null" }] },
    }),
  },
});
