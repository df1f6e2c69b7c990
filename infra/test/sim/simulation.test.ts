import type { AnswerRow } from "@penlight/proto";
import { describe, expect, test } from "vitest";
import { CALM } from "./faults.ts";
import { checkReadings } from "./readings.ts";
import { LAST_DELTAS_MS, lastActOf, simulate } from "./simulate.ts";
import { World } from "./world.ts";

describe("simulation", () => {
  test("[SIM-2] [SIM-4] the same seed does the same twice, another seed does not", async () => {
    const [first, again, other] = [await simulate({ seed: 17 }), await simulate({ seed: 17 }), await simulate({ seed: 18 })];
    expect(again).toEqual(first);
    expect(other.hash).not.toBe(first.hash);
  });

  test("[SIM-3] services die in it, in the middle of what they do", async () => {
    const faults = { ...CALM, gatewayDiesEveryMs: 4000, processorDiesEveryMs: 2000, dashboardDiesEveryMs: 2000 };
    const reasons = new Set<string>();
    const print = (line: string) => {
      const reason = /killed: (before|after) the effect of (\w+)/.exec(line);
      if (reason !== null) reasons.add(`${reason[1]} ${reason[2]}`);
    };
    let deaths = 0;
    for (const seed of [1, 2, 3]) {
      const outcome = await simulate({ seed, faults, print });
      expect(outcome.failures).toEqual([]);
      deaths += outcome.deaths;
    }
    expect(deaths).toBeGreaterThan(20);
    expect(reasons.size).toBeGreaterThan(3);
  });

  test("[SIM-4] [OUT-4] a dark log fills the outbox on the disk, which is small and full at times; gateways die over it", async () => {
    const outbox = { segmentBytes: 400, bytesMax: 1600, handoverRecords: 5, fullEveryMs: 15_000, fullMsMax: 10_000 };
    const log = { ...CALM.log, darkEveryMs: 4000, darkMsMax: 40_000 };
    const seen = new Set<string>();
    const print = (line: string) => {
      const sign = /the disk is full|-> \/outbox\/\d+\.shed|gateway \d+ killed: after the effect of write (?=\/outbox)/.exec(
        line,
      );
      if (sign !== null) seen.add(sign[0].replaceAll(/\d+/g, "N"));
    };
    for (const seed of [1, 10, 13]) {
      const outcome = await simulate({ seed, faults: { ...CALM, log, outbox, gatewayDiesEveryMs: 5000 }, print });
      expect(outcome).toMatchObject({ failures: [], lost: 0, doubled: 0 });
    }
    expect([...seen].sort()).toEqual(["-> /outbox/N.shed", "gateway N killed: after the effect of write ", "the disk is full"]);
  });

  test("[SIM-1] [SIM-6] [SIM-7] [SIM-8] on a calm day the board of the class is what the pupils meant, and every dot they made is in history", async () => {
    for (const seed of [101, 102, 103]) {
      const outcome = await simulate({ seed, faults: CALM });
      expect(outcome).toMatchObject({ failures: [], lost: 0, doubled: 0 });
      expect(outcome.strokes).toBeGreaterThan(5);
    }
  });

  test("[SIM-12] some classes write; every answer is what its ink says to whoever reads it anew, and another one is found", async () => {
    const isWritten = (seed: number) =>
      new World({ seed, faults: CALM }).setup.worksheet.items.some(({ kind }) => kind === "number");
    const seeds = Array.from({ length: 40 }, (_, index) => index + 1).filter(isWritten);
    expect(seeds.length).toBeGreaterThan(1);
    for (const seed of seeds.slice(0, 2)) {
      expect(await simulate({ seed, faults: CALM })).toMatchObject({ failures: [], lost: 0, doubled: 0 });
    }
    const { setup } = new World({ seed: seeds[0] as number, faults: CALM });
    const row = { student: setup.students[0]?.id, item: setup.worksheet.items[0]?.id, answer: "A" } as AnswerRow;
    expect(checkReadings(setup, [], [row])).toEqual([
      expect.stringContaining('is told as ["A",null], its ink says [null,null]'),
    ]);
  });

  test("[SIM-8] nothing is rest before the last thing that a teacher does, however late", async () => {
    const world = new World({ seed: 5204, faults: CALM });
    const lastMs = lastActOf(world.setup) - world.clock.nowMs();
    const { failures, simulatedMs } = await simulate({ seed: 5204, faults: CALM });
    expect(failures).toEqual([]);
    expect(simulatedMs).toBeGreaterThan(lastMs + 2 * LAST_DELTAS_MS);
  });
});
