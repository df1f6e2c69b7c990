import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Runs } from "../../src/reconcile/runs.ts";

describe("Runs", () => {
  test("[REC-5] is a set of whole numbers, whatever is added and taken out, seed 3", () => {
    const step = fc.record({ adds: fc.boolean(), from: fc.nat(60), count: fc.integer({ min: 1, max: 12 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const runs = new Runs();
        const set = new Set<number>();
        for (const { adds, from, count } of steps) {
          const before = set.size;
          for (let n = from; n < from + count; n++) {
            if (adds) set.add(n);
            else set.delete(n);
          }
          expect(adds ? runs.add(from, from + count) : runs.remove(from, from + count)).toBe(Math.abs(set.size - before));
          expect(runs.size).toBe(set.size);
        }
        const named = runs.names().flatMap((name) => {
          const [first, last] = name.split("-").map(Number) as [number, number | undefined];
          return Array.from({ length: (last ?? first) - first + 1 }, (_, i) => first + i);
        });
        expect(named).toEqual([...set].sort((a, b) => a - b));
      }),
      { seed: 3, numRuns: 300 },
    );
  });
});
