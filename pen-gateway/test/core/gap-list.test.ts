import { expect, test } from "vitest";
import { GapList, isGap } from "../../src/core/gap-list.ts";
import { PEN } from "./pen-bytes.ts";

test("[EVT-7] [HIS-4] one record a turn and reason; the times of two turns always differ", () => {
  const gaps = new GapList(PEN);
  expect(gaps.take(5)).toEqual([]);
  gaps.add("gap", 2);
  gaps.add("missing-page", 1);
  gaps.add("gap", 3);
  expect(gaps.take(5)).toEqual([
    { receivedMs: 5, body: { kind: "gap", pen: PEN, lostEvents: 5, reason: "gap" } },
    { receivedMs: 5, body: { kind: "gap", pen: PEN, lostEvents: 1, reason: "missing-page" } },
  ]);
  gaps.add("gap", 1);
  const [next] = gaps.take(5);
  expect(next?.receivedMs).toBeGreaterThan(5);
  expect([isGap("chunk-abandoned"), isGap("garbage")]).toEqual([true, false]);
});
