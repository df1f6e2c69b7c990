import { expect, test } from "vitest";
import { noPenFaults, PEN_FAULT_KINDS } from "../../src/pen/index.ts";

test("[PEN-8] each kind of fault has a counter, and no kind is listed twice", () => {
  expect(new Set(PEN_FAULT_KINDS).size).toBe(PEN_FAULT_KINDS.length);
  expect(Object.keys(noPenFaults())).toEqual([...PEN_FAULT_KINDS]);
  expect(Object.values(noPenFaults()).every((count) => count === 0)).toBe(true);
});
