import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Hold, Watermark } from "../../src/core/watermark.ts";

describe("Watermark", () => {
  it("[LOG-7] is the oldest record that is still held, or the end of what was read", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), fc.option(fc.nat(20))), { maxLength: 60 }), (steps) => {
        const watermark = new Watermark(5n);
        const held: Hold[] = [];
        let offset = 4n;
        for (const [holds, release] of steps) {
          watermark.read(++offset, 10 * Number(offset));
          if (holds) held.push(watermark.hold());
          const given = release === null ? undefined : held.splice(release % Math.max(1, held.length), 1)[0];
          if (given !== undefined) watermark.release(given);
          const oldest = held.reduce((least, hold) => (hold.offset < least ? hold.offset : least), offset + 1n);
          expect(watermark.lowWater()).toBe(oldest);
          expect(watermark.heldSinceMs()).toBe(held.length === 0 ? null : 10 * Number(oldest));
        }
      }),
      { seed: 1 },
    );
  });
  it("[LOG-7] never goes below where it began", () => {
    expect(new Watermark(7n).lowWater()).toBe(7n);
  });
});
