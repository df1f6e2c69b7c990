import type { PenId } from "@penlight/proto";
import { describe, expect, test } from "vitest";
import { PenLink } from "../../../src/core/pen-link.ts";
import { simulateTraffic } from "../../../src/source/simulator/traffic.ts";
import { SHEET } from "./sheet.ts";

function heard(family: "new" | "legacy", seed: number) {
  const links = new Map<PenId, PenLink>();
  const totals = { dots: 0, strokes: 0, lost: 0, faults: 0, bytes: 0 };
  for (const turn of simulateTraffic({ seed, pens: 5, worksheet: SHEET, durationMs: 10_000, family, mtu: 23 })) {
    for (const { pen, atMs, bytes } of turn) {
      const link = links.get(pen) ?? new PenLink({ pen });
      links.set(pen, link);
      totals.bytes += bytes.length;
      for (const event of link.receive(bytes, atMs)) {
        if (event.kind === "dots") totals.dots += event.to - event.from;
        if (event.kind === "stroke-end") totals.strokes++;
        if (event.kind === "stroke-end") totals.lost += event.lostDots;
        if (event.kind === "fault") totals.faults++;
      }
    }
  }
  return { ...totals, pens: links.size };
}

describe("simulateTraffic", () => {
  test("[CLASS-2] whole strokes of every pen in both families, the same ink in each, and the same for the same seed", () => {
    const fresh = heard("new", 1);
    const legacy = heard("legacy", 1);
    expect(fresh).toMatchObject({ pens: 5, lost: 0, faults: 0 });
    expect(legacy).toMatchObject({ pens: 5, lost: 0, faults: 0, dots: fresh.dots, strokes: fresh.strokes });
    expect(legacy.bytes).toBeLessThan(fresh.bytes);
    expect(fresh.dots / (5 * 10)).toBeGreaterThan(30);
    expect(heard("new", 1)).toEqual(fresh);
    expect(heard("new", 2)).not.toEqual(fresh);
  });
});
