import { SimulatedClock } from "@penlight/proto/simulated-clock";
import { expect, test } from "vitest";
import { SAME_TEXT_MS, seldom } from "../../src/service/seldom.ts";

test("the same text is told once a minute, others meanwhile", async () => {
  const clock = new SimulatedClock(1000);
  const told: string[] = [];
  const say = seldom(clock, (text) => told.push(text));
  for (const text of ["a", "b", "a", "a", "b"]) say(text);
  expect(told).toEqual(["a", "b"]);
  await clock.run(1000 + SAME_TEXT_MS);
  for (const text of ["a", "a"]) say(text);
  expect(told).toEqual(["a", "b", "a"]);
});
