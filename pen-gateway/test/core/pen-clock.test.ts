import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isPenTime, PenClock, type PenClockNote } from "../../src/core/pen-clock.ts";

const NOW_MS = 1_760_000_000_000;

/** A stroke of one moment. */
const dot = (penMs: number) => ({ downMs: penMs, upMs: penMs });

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
          clock.wasSet(NOW_MS + 100, NOW_MS);
          clock.reset();
          clock.sample(NOW_MS + 5000, NOW_MS + 5000);
          const [writtenMs, nowMs] = [NOW_MS - agoMs, NOW_MS + 20_000];
          expect(clock.offsetAt(dot(writtenMs - offset), nowMs)).toBe(offset);
          expect(clock.offsetAt(dot(NOW_MS + 15_000), nowMs)).toBe(0);
        },
      ),
      { seed: 102 },
    );
  });

  test("a clock that was set twice is told by the time that each can have said", () => {
    const clock = new PenClock();
    expect(clock.offsetAt(dot(NOW_MS), NOW_MS)).toBe(0);
    clock.sample(20_000, NOW_MS);
    clock.wasSet(NOW_MS, NOW_MS - 100);
    clock.sample(NOW_MS + 60_000 - 3_600_000, NOW_MS + 60_000);
    clock.wasSet(NOW_MS + 60_000, NOW_MS + 59_900);
    const at = (penMs: number) => clock.offsetAt(dot(penMs), NOW_MS + 90_000);
    expect([at(15_000), at(NOW_MS + 80_000)]).toEqual([NOW_MS - 20_000, 0]);
  });

  /** A pen's crystal: pen time at a gateway time. */
  const crystal = (offsetMs: number, ppm: number) => (hostMs: number) => hostMs - offsetMs + (hostMs - NOW_MS) * ppm * 1e-6;
  const year = 365 * 86_400_000;
  const anyOffset = fc.integer({ min: -20 * year, max: 20 * year });
  const anyDrift = fc.integer({ min: -100, max: 100 });
  /** Radio: some ms always, now and then a lot. */
  const anyDelay = fc.oneof({ weight: 3, arbitrary: fc.integer({ min: 4, max: 15 }) }, fc.integer({ min: 15, max: 900 }));

  test("live: under 30 ms wrong whatever the offset (years) and drift (100 ppm), from the first quick delivery on, and never early (seed 103)", () => {
    const talk = fc.array(fc.record({ pauseMs: fc.integer({ min: 300, max: 60_000 }), delayMs: anyDelay }), {
      minLength: 5,
      maxLength: 150,
    });
    fc.assert(
      fc.property(anyOffset, anyDrift, talk, (offset, ppm, heard) => {
        const clock = new PenClock();
        const penAt = crystal(offset, ppm);
        let nowMs = NOW_MS;
        let quickMs = Number.NEGATIVE_INFINITY;
        for (const { pauseMs, delayMs } of heard) {
          nowMs += pauseMs;
          clock.sample(Math.floor(penAt(nowMs)), nowMs + delayMs);
          if (delayMs <= 15) quickMs = nowMs;
          const error = clock.offsetMs - (nowMs - penAt(nowMs));
          expect(error).toBeGreaterThan(-1);
          if (nowMs - quickMs < 60_000) expect(error).toBeLessThan(30);
        }
      }),
      { seed: 103, numRuns: 300 },
    );
  });

  test("memory: under 1 s wrong for ink of days between two connections, by the same life or by what a former one noted (seed 105)", () => {
    fc.assert(
      fc.property(
        anyOffset,
        anyDrift,
        fc.array(fc.integer({ min: 60_000, max: 4 * 86_400_000 }), { minLength: 1, maxLength: 4 }),
        fc.array(anyDelay, { minLength: 3, maxLength: 3 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.boolean(),
        (offset, ppm, awayMs, delays, part, noted) => {
          const penAt = crystal(offset, ppm);
          let clock = new PenClock();
          let nowMs = NOW_MS;
          for (const away of [0, ...awayMs]) {
            const fromMs = nowMs;
            nowMs += away;
            if (noted) clock = new PenClock(JSON.parse(JSON.stringify(clock.note)) as PenClockNote);
            for (const [i, delay] of delays.entries()) clock.sample(penAt(nowMs + i * 2000), nowMs + i * 2000 + delay);
            const writtenMs = fromMs + part * away;
            const error = penAt(writtenMs) + clock.offsetAt(dot(penAt(writtenMs)), nowMs + 6000) - writtenMs;
            expect(Math.abs(error)).toBeLessThan(1000);
            clock.reset();
            nowMs += 6000;
          }
        },
      ),
      { seed: 105, numRuns: 300 },
    );
  });

  test("memory: a pen nobody had heard, under 1 s wrong for ink of the last two hours, before and after its clock is set (seed 106)", () => {
    fc.assert(
      fc.property(anyOffset, anyDrift, anyDelay, fc.integer({ min: 0, max: 7_200_000 }), (offset, ppm, delay, agoMs) => {
        fc.pre(Math.abs(offset) > 10_000_000);
        const clock = new PenClock();
        const penAt = crystal(offset, ppm);
        clock.sample(penAt(NOW_MS), NOW_MS + (delay % 100));
        const at = penAt(NOW_MS - agoMs);
        const errorOf = () => Math.abs(at + clock.offsetAt(dot(at), NOW_MS + 5000) - (NOW_MS - agoMs));
        expect(errorOf()).toBeLessThan(1000);
        clock.wasSet(NOW_MS + 500, NOW_MS + 400);
        clock.sample(NOW_MS + 1000, NOW_MS + 1005);
        expect(errorOf()).toBeLessThan(1000);
      }),
      { seed: 106 },
    );
  });

  test("a clock that stops and begins anew between two connections is another clock: ink of before it keeps the old one", () => {
    const clock = new PenClock();
    clock.sample(NOW_MS - 100, NOW_MS);
    clock.reset();
    const nowMs = NOW_MS + 3_600_000;
    clock.sample(nowMs - 40 * year, nowMs);
    expect(clock.offsetAt(dot(NOW_MS + 60_000), nowMs)).toBe(100);
    expect(clock.offsetAt(dot(nowMs - 40 * year - 60_000), nowMs)).toBe(40 * year);
  });

  describe("a clock that was set back says times for a second time", () => {
    /** Five minutes fast until it was set; live from a second after that until ten minutes later. */
    const setBack = () => {
      const clock = new PenClock();
      clock.sample(NOW_MS + 300_000, NOW_MS);
      clock.wasSet(NOW_MS, NOW_MS - 100);
      clock.sample(NOW_MS + 500, NOW_MS + 500);
      clock.isLive(NOW_MS + 1000);
      clock.heard(NOW_MS + 600_000);
      return clock;
    };
    const later = (clock: PenClock) => new PenClock(JSON.parse(JSON.stringify(clock.note)) as PenClockNote);

    test("what it said while it was heard live is none of its memory: ink is the former one's, in this life and in later ones", () => {
      const clock = setBack();
      expect(clock.offsetAt(dot(NOW_MS + 200_000), NOW_MS + 600_000)).toBe(-300_000);
      expect(later(clock).offsetAt(dot(NOW_MS + 200_000), NOW_MS + 700_000)).toBe(-300_000);
      clock.reset();
      clock.sample(NOW_MS + 700_000, NOW_MS + 700_000);
      expect(clock.offsetAt(dot(NOW_MS + 200_000), NOW_MS + 700_000)).toBe(-300_000);
    });

    test("a stroke that the end of the link cut, or that was begun before live ink, is the present one's", () => {
      const clock = setBack();
      clock.heard(NOW_MS + 200_000);
      clock.reset();
      clock.sample(NOW_MS + 280_000, NOW_MS + 280_000);
      const at = (downMs: number, upMs: number) => clock.offsetAt({ downMs, upMs }, NOW_MS + 280_000);
      expect(at(NOW_MS + 190_000, NOW_MS + 201_000)).toBe(0);
      expect(at(NOW_MS + 600, NOW_MS + 1400)).toBe(0);
      expect(at(NOW_MS + 230_000, NOW_MS + 231_000)).toBe(0);
      expect(at(NOW_MS + 180_000, NOW_MS + 181_000)).toBe(-300_000);
    });

    test("it says no time before the one that it was told, whole seconds of that", () => {
      const clock = setBack();
      expect(clock.offsetAt(dot(NOW_MS - 1101), NOW_MS + 600_000)).toBe(-300_000);
      expect(clock.offsetAt(dot(NOW_MS - 1100), NOW_MS + 600_000)).toBe(0);
    });

    test("where no other clock can have said it, it is the present one's all the same", () => {
      const clock = new PenClock();
      clock.sample(NOW_MS - 50, NOW_MS);
      clock.isLive(NOW_MS);
      clock.heard(NOW_MS + 600_000);
      expect(clock.offsetAt(dot(NOW_MS + 200_000), NOW_MS + 600_000)).toBe(50);
    });

    test("of many connections the latest are remembered", () => {
      const clock = setBack();
      for (let link = 1; link <= 20; link++) {
        const fromMs = NOW_MS + link * 1_000_000;
        clock.reset();
        clock.sample(fromMs, fromMs);
        clock.isLive(fromMs);
        clock.heard(fromMs + 500_000);
      }
      const heard = clock.note.clocks[0]?.heard ?? [];
      expect([heard.length, heard.at(-1)]).toEqual([8, { fromPenMs: NOW_MS + 20_005_000, untilPenMs: NOW_MS + 20_495_000 }]);
    });
  });
});
