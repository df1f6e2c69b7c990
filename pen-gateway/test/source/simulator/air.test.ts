import { Random } from "@penlight/proto";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Air, type AirFaults, NO_FAULTS } from "../../../src/source/simulator/air.ts";

const frame = fc.uint8Array({ minLength: 1, maxLength: 300 });
const joined = (parts: readonly Uint8Array[]) => parts.flatMap((part) => [...part]);

function carried(frames: readonly Uint8Array[], options: { mtu: number; packs: boolean; faults?: AirFaults; seed?: number }) {
  const air = new Air({ random: new Random(options.seed ?? 1), intervalMs: 15, jitter: 0, ...options });
  const heard: Uint8Array[] = [];
  air.carry(frames, (notification) => heard.push(notification));
  return { heard, air };
}

describe("Air", () => {
  test("[CLASS-2] a good radio delivers every byte in order, at most MTU - 3 a notification", () => {
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 20 }), fc.integer({ min: 23, max: 247 }), fc.boolean(), (frames, mtu, packs) => {
        const { heard } = carried(frames, { mtu, packs });
        expect(joined(heard)).toEqual(joined(frames));
        expect(heard.every((each) => each.length <= mtu - 3 && each.length > 0)).toBe(true);
        if (packs) return;
        expect(heard.length).toBe(frames.reduce((sum, each) => sum + Math.ceil(each.length / (mtu - 3)), 0));
      }),
      { seed: 7, numRuns: 100 },
    );
  });

  test("[CLASS-2] cuts change nothing but the cutting; lost ones are counted; the same seed fails the same way", () => {
    const frames = Array.from({ length: 500 }, (_, i) => Uint8Array.of(i & 0xff, i >> 8, 1, 2, 3));
    const cut = carried(frames, { mtu: 23, packs: false, faults: { ...NO_FAULTS, cut: 0.5 } });
    expect(cut.heard.length).toBeGreaterThan(600);
    expect(joined(cut.heard)).toEqual(joined(frames));
    const lossy = { ...NO_FAULTS, lost: 0.1, duplicated: 0.1, garbage: 0.1 };
    const first = carried(frames, { mtu: 23, packs: false, faults: lossy });
    expect(first.air.lostNotifications).toBeGreaterThan(20);
    expect(carried(frames, { mtu: 23, packs: false, faults: lossy }).heard).toEqual(first.heard);
    expect(carried(frames, { mtu: 23, packs: false, faults: lossy, seed: 2 }).heard).not.toEqual(first.heard);
  });

  test("[CLASS-2] connection events keep to the interval, late by the jitter at most", () => {
    const air = new Air({ random: new Random(3), mtu: 23, intervalMs: 30, jitter: 0.2, packs: false });
    air.open(1000);
    let atMs = 1000;
    for (let event = 1; event < 200; event++) {
      const nextMs = air.eventAfter(atMs);
      const lateMs = (nextMs - 1000) % 30;
      expect(nextMs).toBeGreaterThan(atMs);
      expect(lateMs).toBeLessThanOrEqual(6.0001);
      atMs = nextMs;
    }
    expect(atMs - 1000).toBeLessThan(201 * 30);
  });
});
