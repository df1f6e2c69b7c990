import { expect, test } from "vitest";
import { Asking, REPLY_MS_MAX, TRIES_MAX } from "../../src/core/asking.ts";

test("[PEN-7] a question is late 2 s after it was asked last, and spent after three times", () => {
  const asking = new Asking();
  let nowMs = 1000;
  asking.begin(nowMs);
  for (let times = 1; times < TRIES_MAX; times++) {
    expect([asking.isLate(nowMs + REPLY_MS_MAX - 1), asking.isSpent]).toEqual([false, false]);
    nowMs += REPLY_MS_MAX;
    expect(asking.isLate(nowMs)).toBe(true);
    asking.again(nowMs);
  }
  expect([asking.isSpent, asking.tookMs(nowMs + 30)]).toEqual([true, 30]);
  asking.begin(nowMs);
  expect(asking.isSpent).toBe(false);
});
