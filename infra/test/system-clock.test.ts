import { expect, test } from "vitest";
import { SystemClock } from "../src/system-clock.ts";

test("a clock can be told of records that are already there, and never goes back", () => {
  const future = Date.now() + 1e9;
  const clock = new SystemClock();
  clock.advanceTo(future);
  const first = clock.nowMs();
  expect(first).toBeGreaterThanOrEqual(future);
  clock.advanceTo(future - 1e6);
  expect(clock.nowMs()).toBeGreaterThanOrEqual(first);
});

test("at speed 100 a second passes on the clock before the sleep of a second returns, and an abort returns at once", async () => {
  const clock = new SystemClock({ speed: 100 });
  const begun = clock.nowMs();
  await clock.sleep(1000);
  // A timer may fire a fraction of a (real) millisecond early.
  expect(clock.nowMs() - begun).toBeGreaterThan(800);
  const controller = new AbortController();
  const asleep = clock.sleep(1e12, controller.signal);
  controller.abort();
  await asleep;
  await clock.sleep(1e12, controller.signal);
  expect(controller.signal.aborted).toBe(true);
});
