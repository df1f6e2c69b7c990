import { describe, expect, test } from "vitest";
import { CALM } from "./faults.ts";
import { simulate } from "./simulate.ts";

/** Kills in all, and in one seed; a seed has two to four pens with so many strokes each. */
const KILLS = 200;
const KILLS_A_SEED = 20;
const STROKES_A_PEN = 60;
/** Live ink may die with a gateway, ink in a pen's memory may not: nothing else goes wrong here. */
const WEATHER = { ...CALM, gatewayDiesEveryMs: 1e12 };

describe("kill -9 of the gateway while pens hand over their memory", () => {
  test(`[PEN-13] [SIM-5] [SIM-11] at ${KILLS} seeded moments: every stroke is in history once, at its own time, none lost`, async () => {
    let kills = 0;
    let strokes = 0;
    for (let seed = 1; kills < KILLS; seed++) {
      const sync = { strokes: STROKES_A_PEN, kills: Math.min(KILLS_A_SEED, KILLS - kills) };
      const outcome = await simulate({ seed, faults: WEATHER, sync });
      expect(outcome).toMatchObject({ seed, failures: [], lost: 0, doubled: 0 });
      kills += sync.kills - outcome.syncKillsLeft;
      strokes += outcome.strokes;
    }
    expect(kills).toBe(KILLS);
    expect(strokes).toBeGreaterThan(10 * STROKES_A_PEN);
  });
});
