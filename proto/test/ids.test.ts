import { expect, test } from "vitest";
import { type PenId, pageKeyOf, parsePenId, samePage, strokeIdOf } from "../src/ids.ts";

const page = { section: 3, owner: 27, note: 603, page: 12 };

test("a pen's MAC in any spelling is one id", () => {
  for (const text of ["9C:7B:D2:51:F4:1F", "9c-7b-d2-51-f4-1f", "9c7bd251f41f"]) expect(parsePenId(text)).toBe("9c7bd251f41f");
  for (const text of ["", "9c7bd251f41", "9c7bd251f41g", "9c7bd251f41f00"]) expect(parsePenId(text)).toBeNull();
});

test("[EVT-3] a stroke is pen, page and pen-down time", () => {
  const pen = "9c7bd251f41f" as PenId;
  expect(strokeIdOf(pen, page, 1760000000000)).toBe("9c7bd251f41f.3.27.603.12.1760000000000");
  expect(strokeIdOf(pen, null, 5)).toBe("9c7bd251f41f.unknown.5");
});

test("pages are the same when all four numbers are", () => {
  expect(pageKeyOf(page)).toBe("3.27.603.12");
  expect(samePage(page, { ...page })).toBe(true);
  for (const key of ["section", "owner", "note", "page"] as const) expect(samePage(page, { ...page, [key]: 1 })).toBe(false);
});
