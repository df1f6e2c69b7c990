import { describe, expect, test } from "vitest";
import type { LinkEvent } from "../../src/core/link-event.ts";
import { PenAir } from "../../src/core/pen-air.ts";

const strokeEnd = (upMs: number, synthetic = false): LinkEvent => ({
  ...{ kind: "stroke-end", upMs, synthetic, dots: 5, lostDots: 0, counts: null },
});
const starts = (bytes: number): LinkEvent => ({
  kind: "reply",
  packet: { kind: "offlineStart", strokes: 3, bytes, compressed: true },
});
const chunk = (position: "first" | "last"): LinkEvent => ({
  kind: "memory-chunk",
  chunk: { ...{ packetId: 1, compressed: true, position, section: 3, owner: 27 }, ...{ note: 1, strokes: [], badDots: 0 } },
});

describe("PenAir", () => {
  test("[EVT-23] the latency is the longest since it was told, of ends that were heard", () => {
    const air = new PenAir();
    expect(air.take()).toEqual({ drops: 0, latencyMs: null, waitingBytes: null });
    air.note(strokeEnd(1000), 51_030, 50_000);
    air.note(strokeEnd(2000), 52_400, 50_000);
    air.note(strokeEnd(3000), 53_010, 50_000);
    air.note(strokeEnd(4000, true), 60_000, 50_000);
    expect(air.take().latencyMs).toBe(400);
    expect(air.take().latencyMs).toBeNull();
  });

  test("[EVT-23] a pen whose clock is not known has no latency", () => {
    const air = new PenAir();
    air.note(strokeEnd(1000), 51_030, 0);
    expect(air.take().latencyMs).toBeNull();
  });

  test("[EVT-23] what waits in the memory is what the pen announced until its last chunk is here; drops add up", () => {
    const air = new PenAir();
    air.note(starts(4096), 1, 0);
    air.note(chunk("first"), 2, 0);
    air.dropped();
    air.dropped();
    expect(air.take()).toMatchObject({ waitingBytes: 4096, drops: 2 });
    air.note(chunk("last"), 3, 0);
    expect(air.take().waitingBytes).toBe(0);
    air.note(starts(8), 4, 0);
    air.note({ kind: "reply", packet: { kind: "offlineNotes", notes: [] } }, 5, 0);
    expect(air.take().waitingBytes).toBe(0);
  });
});
