import { describe, expect, test } from "vitest";
import { SimulatedClock } from "../../src/port/simulated-clock.ts";

describe("SimulatedClock", () => {
  test("timers fire in order of time, then of creation, and the clock shows their time", async () => {
    const clock = new SimulatedClock(1000);
    const woken: string[] = [];
    const sleeper = async (name: string, ms: number) => {
      await clock.sleep(ms);
      woken.push(`${name}@${clock.nowMs()}`);
    };
    const all = [sleeper("c", 30), sleeper("a", 10), sleeper("b", 10), sleeper("d", 200)];
    await clock.run(1100);
    expect(woken).toEqual(["a@1010", "b@1010", "c@1030"]);
    expect(clock.nowMs()).toBe(1100);
    expect(clock.sleepers).toBe(1);
    await clock.run(1200);
    await Promise.all(all);
    expect(woken.at(-1)).toBe("d@1200");
  });

  test("what a woken sleeper starts runs before time goes on", async () => {
    const clock = new SimulatedClock();
    const times: number[] = [];
    const chain = async () => {
      for (let i = 0; i < 5; i++) {
        await clock.sleep(7.5);
        times.push(clock.nowMs());
      }
    };
    const running = chain();
    await clock.run(100);
    await running;
    expect(times).toEqual([7.5, 15, 22.5, 30, 37.5]);
  });

  test("an abort ends a sleep at once and leaves no timer", async () => {
    const clock = new SimulatedClock();
    const stop = new AbortController();
    let awake = false;
    const sleeping = clock.sleep(1000, stop.signal).then(() => {
      awake = true;
    });
    await clock.run(10);
    expect(awake).toBe(false);
    stop.abort();
    await sleeping;
    expect(clock.nowMs()).toBe(10);
    expect(clock.sleepers).toBe(0);
    await clock.run(5000);
    expect(clock.nowMs()).toBe(5000);
  });

  test("runUntil ends when the condition holds, and a limit that is reached is an error", async () => {
    const clock = new SimulatedClock();
    let count = 0;
    const stop = new AbortController();
    const counting = (async () => {
      while (!stop.signal.aborted) {
        await clock.sleep(10, stop.signal);
        count++;
      }
    })();
    await clock.runUntil(() => count === 3, 1000);
    expect(clock.nowMs()).toBe(30);
    await expect(clock.runUntil(() => false, 100)).rejects.toThrow("simulated time ran out");
    stop.abort();
    await counting;
  });
});
