import { describe, expect, test } from "vitest";
import { simulate } from "./simulate.ts";

/** Seeds that failed once, and what they showed. They stay for ever. SIM-10. */
const SEEDS = [
  [13, "the pen's memory was never asked for again after a pen-up had been lost"],
  [28, "a cell stayed in writing for ever when a cut stroke was replayed over its whole copy"],
  [39, "the points of an unsure answer changed from none to 0 when the dashboard was restarted"],
  [47, "a cell stayed in writing for ever when its stroke was cut by a lost link"],
  [294, "a piece whose pen-down was lost and its whole copy from memory are two strokes"],
] as const;

describe("seeds", () => {
  test.each(SEEDS)("[SIM-10] seed %i - %s", async (seed) => {
    expect(await simulate({ seed })).toMatchObject({ failures: [], lost: 0, doubled: 0 });
  });
});
