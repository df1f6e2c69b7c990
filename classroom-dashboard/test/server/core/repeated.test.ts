import { expect, it } from "vitest";
import { repeated } from "../../../server/core/repeated.ts";

it("[SET-2] every later bearer of a value is a fault that names the first", () => {
  const faults = repeated(["a", "b", "a", "a"], (each) => each, "/list", "name");
  expect(faults).toMatchObject([
    { at: "/list/2/name", reason: "a is taken by /list/0" },
    { at: "/list/3/name", reason: "a is taken by /list/0" },
  ]);
  expect(repeated([], (each) => each, "/list", "name")).toEqual([]);
});
