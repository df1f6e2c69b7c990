import { describe, expect, test } from "vitest";
import { DELAYED_MS, deliveryOf } from "../../src/core/delivery.ts";

const memory = (oldestMs: number | null) => ({ oldestMs, bytes: 7, bytesMax: 100 });
const stored = { ageMs: 9000, bytes: 50, bytesMax: 1000, shedTicks: 0, shedInk: 0 };

describe("deliveryOf", () => {
  test("[EVT-16] a log at work is nothing to tell", () => {
    expect(deliveryOf(memory(null), null, 5000)).toBeNull();
    expect(deliveryOf(memory(5000 - DELAYED_MS + 1), null, 5000)).toBeNull();
    expect(deliveryOf(memory(6000), { ...stored, ageMs: 0 }, 5000)).toBeNull();
  });

  test("[EVT-16] what waits in memory and behind the log is told together, with the older age", () => {
    expect(deliveryOf(memory(5000 - DELAYED_MS), null, 5000)).toEqual({
      ...{ ageMs: DELAYED_MS, bytes: 7, bytesMax: 100 },
      ...{ shedTicks: 0, shedInk: 0 },
    });
    expect(deliveryOf(memory(4000), stored, 5000)).toEqual({ ...stored, bytes: 57, bytesMax: 1100 });
  });

  test("[EVT-16] what was given up is told until the gateway ends", () => {
    const after = { ageMs: 0, bytes: 0, bytesMax: 1000, shedTicks: 3, shedInk: 2 };
    expect(deliveryOf(memory(null), after, 5000)).toEqual({ ...after, bytes: 7, bytesMax: 1100 });
  });
});
