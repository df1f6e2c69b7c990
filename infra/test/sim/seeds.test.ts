import { describe, expect, test } from "vitest";
import { CALM, drawFaults, type Faults } from "./faults.ts";
import { simulate } from "./simulate.ts";

/** Seeds that failed once, and what they showed. They stay for ever, in the weather that they had then: no outbox was full. SIM-10. */
const SEEDS = [
  [9, "cells stayed in writing for ever when their stroke was cut by a lost link and closed by reckoning"],
  [12, "a viewer did not see the ink of a pen that was given out after it had written"],
  [13, "a pen's memory was never asked for again after a pen-up had been lost"],
  [143, "a clock was set back by minutes, and ink from before was dated by the new one, by times at which that was heard live"],
  [294, "a piece whose pen-down was lost and its whole copy from memory are two strokes"],
  [305, "a processor that was put out of its group while it closed made the commits of its heir count for nothing"],
  [474, "a stroke whose pen-up was lost held each acknowledgement of the pen's memory back for 4 s"],
  [949, "ink of a pen's memory from before its clock was set went to no lesson"],
  [5033, "the checks looked at history between a teacher's last word and its row"],
  [5100, "the checks looked at history between the second correction of a key and the marks by it"],
  [5202, "a chunk of memory that the air damaged four times was kept as bytes, and the pen was told to forget it"],
  [5204, "a teacher corrected keys long after the last pupil, a second before the checks: marks by them were on their way"],
] as const;

/** The same, since an outbox can be full. */
const FULL_OUTBOX_SEEDS = [
  [517, "an owner that its group had put out while it began was held to have to read up to where a dashboard had begun"],
  [573, "two strokes whose pen-downs were lost came late, in one moment, had one reckoned start and were one stroke"],
  [611, "a pen was given out after closing: a stopped processor that went on read of it before it decided what its heir had"],
  [5152, "a stroke with a hole in its middle was read back from history without it, and its end was appended once more"],
  [5228, "a stroke that lost its beginning and its end was read back as if it began with its first dot, and was doubled"],
] as const;

/** The same, since there are guests. */
const GUEST_SEEDS = [
  [
    216,
    "a guest's pen counted as lost: what its own room's gateway remembered of it came a moment before what another one heard",
  ],
  [342, "a pen whose version response was damaged stayed linked, and was heard no more: the radio did not let go of it"],
] as const;

/** Before there were guests. */
function weatherOf(seed: number, changes: Partial<Faults> = {}): Faults {
  return { ...drawFaults(seed), guests: CALM.guests, ...changes };
}

describe("seeds", () => {
  test.each(SEEDS)("[SIM-10] seed %i - %s", async (seed) => {
    expect(await simulate({ seed, faults: weatherOf(seed, { outbox: null }) })).toMatchObject({
      failures: [],
      lost: 0,
      doubled: 0,
    });
  });

  test.each(FULL_OUTBOX_SEEDS)("[SIM-10] seed %i - %s", async (seed) => {
    expect(await simulate({ seed, faults: weatherOf(seed) })).toMatchObject({ failures: [], lost: 0, doubled: 0 });
  });

  test.each(GUEST_SEEDS)("[SIM-10] seed %i - %s", async (seed) => {
    expect(await simulate({ seed })).toMatchObject({ failures: [], lost: 0, doubled: 0 });
  });
});
