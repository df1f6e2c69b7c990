import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Deadlines } from "../../src/core/deadlines.ts";

describe("Deadlines", () => {
  it("gives what is due in order of time, and nothing that is not", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(100), { maxLength: 50 }), fc.nat(100), (times, nowMs) => {
        const deadlines = new Deadlines<number>();
        for (const time of times) deadlines.push(time, time);
        const popped: number[] = [];
        for (let next = deadlines.popDue(nowMs); next !== undefined; next = deadlines.popDue(nowMs)) popped.push(next);
        expect(popped).toEqual(times.filter((time) => time <= nowMs).sort((a, b) => a - b));
        expect(deadlines.size).toBe(times.length - popped.length);
      }),
      { seed: 1 },
    );
  });
});
