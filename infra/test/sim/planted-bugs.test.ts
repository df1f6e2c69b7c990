import { describe, expect, test } from "vitest";
import { plants } from "./plants.ts";
import { simulate } from "./simulate.ts";

/** Each bug must be caught within so many seeds, counted from 1. */
const SEEDS_MAX = 10;

/** Bug -> the seed that catches it first, and what it shows. */
const CAUGHT = {
  "commit-before-effect": { seed: 1, shows: "are in the log and not in history" },
  "missed-low-water": { seed: 1, shows: "are in the log and not in history" },
  "delta-twice": { seed: 3, shows: "viewer 0 sees" },
  "retry-under-a-new-name": { seed: 1, shows: "are in history more often than they were made" },
  "lost-acknowledged": { seed: 1, shows: "the stores differ: records-missing" },
  "guest-stays": { seed: 2, shows: "are in the log and not in history" },
  "no-generation-check": { seed: 7, shows: "is told that history is behind" },
  "clock-forgotten": { seed: 2, shows: "ms wrong" },
  "not-muted": { seed: 1, shows: "has to read up to" },
} as const satisfies Record<keyof typeof plants, { readonly seed: number; readonly shows: string }>;

describe("planted bugs", () => {
  test.each(Object.keys(plants) as (keyof typeof plants)[])(`[SIM-9] %s is caught within ${SEEDS_MAX} seeds`, async (bug) => {
    const plant = plants[bug];
    let caughtBy: number | null = null;
    let failures: readonly string[] = [];
    for (let seed = 1; seed <= SEEDS_MAX && caughtBy === null; seed++) {
      ({ failures } = await simulate({ seed, plant }));
      if (failures.length > 0) caughtBy = seed;
    }
    expect({ caughtBy, shows: failures.some((failure) => failure.includes(CAUGHT[bug].shows)) }).toEqual({
      caughtBy: CAUGHT[bug].seed,
      shows: true,
    });
  });

  test("[SIM-9] [SIM-11] without them the same seeds find nothing", async () => {
    for (const seed of new Set(Object.values(CAUGHT).map((caught) => caught.seed))) {
      expect(await simulate({ seed })).toMatchObject({ seed, failures: [], lost: 0, doubled: 0 });
    }
  });
});
