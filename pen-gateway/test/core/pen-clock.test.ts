import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isPenTime, PenClock } from "../../src/core/pen-clock.ts";

const NOW_MS = 1_760_000_000_000;

describe("[PEN-10] the pen's clock", () => {
  test("nothing is known before a time was heard, and after the clock was set", () => {
    const clock = new PenClock();
    expect(clock.known).toBe(false);
    clock.sample(NOW_MS - 500, NOW_MS);
    expect([clock.known, clock.offsetMs]).toEqual([true, 500]);
    clock.reset();
    expect(clock.known).toBe(false);
  });

  test("of late deliveries the least late counts, whatever their order (seed 101)", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1e12, max: 1e12 }),
        fc.array(fc.nat({ max: 400 }), { minLength: 1, maxLength: 30 }),
        (offset, delays) => {
          const clock = new PenClock();
          delays.forEach((delay, i) => {
            clock.sample(NOW_MS + i * 100 - offset, NOW_MS + i * 100 + delay);
          });
          expect(clock.offsetMs).toBe(offset + Math.min(...delays));
        },
      ),
      { seed: 101 },
    );
  });

  test("an old quick delivery is forgotten: a pen that runs slow is followed", () => {
    const clock = new PenClock();
    for (let second = 0; second < 300; second++) clock.sample(NOW_MS + second * 990, NOW_MS + second * 1000);
    expect(clock.offsetMs).toBeGreaterThan(1700);
    expect(clock.offsetMs).toBeLessThanOrEqual(2990);
  });

  test("times that cannot be are no samples", () => {
    const clock = new PenClock();
    for (const time of [0, 9_999, 2 ** 52, 2 ** 60]) clock.sample(time, NOW_MS);
    expect(clock.known).toBe(false);
    expect([9_999, 10_000, 2 ** 52 - 1, 2 ** 52].map(isPenTime)).toEqual([false, true, true, false]);
  });

  test("ink of memory keeps the clock that it was dated by, however far off and in whichever direction (seed 102)", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.integer({ min: 60_000, max: 4e11 }), fc.integer({ min: -4e11, max: -100_000 })),
        fc.integer({ min: 30_000, max: 40_000 }),
        (offset, agoMs) => {
          const clock = new PenClock();
          clock.sample(NOW_MS - offset, NOW_MS);
          clock.wasSet(NOW_MS + 100);
          clock.reset();
          clock.sample(NOW_MS + 5000, NOW_MS + 5000);
          const [writtenMs, nowMs] = [NOW_MS - agoMs, NOW_MS + 20_000];
          expect(clock.offsetAt(writtenMs - offset, nowMs)).toBe(offset);
          expect(clock.offsetAt(NOW_MS + 15_000, nowMs)).toBe(0);
        },
      ),
      { seed: 102 },
    );
  });

  test("a clock that was set twice is told by the time that each can have said", () => {
    const clock = new PenClock();
    expect(clock.offsetAt(NOW_MS, NOW_MS)).toBe(0);
    clock.sample(20_000, NOW_MS);
    clock.wasSet(NOW_MS);
    clock.sample(NOW_MS + 60_000 - 3_600_000, NOW_MS + 60_000);
    clock.wasSet(NOW_MS + 60_000);
    const at = (penMs: number) => clock.offsetAt(penMs, NOW_MS + 90_000);
    expect([at(15_000), at(NOW_MS + 80_000)]).toEqual([NOW_MS - 20_000, 0]);
  });
});
