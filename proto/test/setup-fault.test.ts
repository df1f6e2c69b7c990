import { expect, test } from "vitest";
import { faultOf, filledIn } from "../src/setup-fault.ts";

test("[SET-2] a fault says what is wrong, where, and about which values, whatever is in these", () => {
  expect(faultOf("/boxes/3/id", "taken", "%2 $& q1A", "/boxes/0")).toEqual({
    at: "/boxes/3/id",
    reason: "%2 $& q1A is taken by /boxes/0",
    code: "taken",
    values: ["%2 $& q1A", "/boxes/0"],
  });
  expect(filledIn("%1 of %3", ["a"])).toBe("a of ");
});
