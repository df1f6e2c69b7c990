import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Desk } from "../../../src/source/simulator/desk.ts";
import { DeskQueue } from "../../../src/source/simulator/desk-queue.ts";

describe("DeskQueue", () => {
  test("[CLASS-1] gives desks in the order of their latest time, each once", () => {
    const change = fc.tuple(fc.nat(9), fc.integer({ min: 0, max: 1000 }));
    fc.assert(
      fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
        const desks = Array.from({ length: 10 }, () => ({ nextMs: Number.POSITIVE_INFINITY }));
        const queue = new DeskQueue();
        for (const [index, ms] of changes) {
          const desk = desks[index] as { nextMs: number };
          if (desk.nextMs === ms) continue;
          desk.nextMs = ms;
          queue.add(desk as unknown as Desk);
        }
        const wanted = desks.map((desk) => desk.nextMs).filter(Number.isFinite);
        const given: number[] = [];
        for (;;) {
          const ms = queue.firstMs;
          if (ms === Number.POSITIVE_INFINITY) break;
          expect(queue.take(ms - 1)).toBeNull();
          const desk = queue.take(ms) as unknown as { nextMs: number };
          expect(desk.nextMs).toBe(ms);
          given.push(ms);
          desk.nextMs = Number.POSITIVE_INFINITY;
        }
        expect(given).toEqual(wanted.sort((a, b) => a - b));
      }),
      { seed: 8, numRuns: 200 },
    );
  });
});
