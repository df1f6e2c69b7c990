import { expect, test } from "vitest";
import { SystemClock, WAKENED_A_TURN } from "../src/system-clock.ts";

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

test("sleepers whose time has come wake a few a turn, so that the event loop looks at files and sockets between", async () => {
  const clock = new SystemClock();
  let woken = 0;
  let most = 0;
  let turns = 0;
  const sleeping = Array.from({ length: 100 }, async () => {
    await clock.sleep(1);
    woken++;
  });
  // All are due before the first one can wake.
  for (const begun = performance.now(); performance.now() - begun < 5; );
  const look = () => {
    most = Math.max(most, woken - seen);
    seen = woken;
    turns++;
    if (woken < 100) setImmediate(look);
  };
  let seen = 0;
  setImmediate(look);
  await Promise.all(sleeping);
  expect(most).toBeLessThanOrEqual(WAKENED_A_TURN);
  expect(turns).toBeGreaterThanOrEqual(100 / WAKENED_A_TURN);
});

test("an abort between the end of a sleep and its waking changes nothing", async () => {
  const clock = new SystemClock();
  const controllers = Array.from({ length: 2 * WAKENED_A_TURN }, () => new AbortController());
  const sleeping = controllers.map(async (controller) => {
    await clock.sleep(1, controller.signal);
    for (const each of controllers) each.abort();
    return "woken";
  });
  for (const begun = performance.now(); performance.now() - begun < 5; );
  expect(await Promise.all(sleeping)).toEqual(controllers.map(() => "woken"));
});
