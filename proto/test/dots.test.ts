import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DOT_STRIDE, packDots, unpackDots } from "../src/dots.ts";

/** Two dots, packed by hand: zigzag(n) = 2n for n >= 0 and -2n - 1 below; 300 -> 600 -> d8 04. */
const TWO_DOTS = Int32Array.of(3, 300, 64, 120, 92, 85, 145, 15, 299, 64, 160, 92, 85, 144);
const TWO_DOTS_HEX = "06d8048001f001b801aa01a202" + "180100500000" + "01";

describe("packed dots", () => {
  test("[EVT-5] two dots by hand", () => {
    expect(Buffer.from(packDots(TWO_DOTS)).toString("hex")).toBe(TWO_DOTS_HEX);
    expect(unpackDots(Buffer.from(TWO_DOTS_HEX, "hex"), 2)).toEqual(TWO_DOTS);
  });

  const dots = fc
    .array(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), { maxLength: 40 * DOT_STRIDE })
    .map((values) => Int32Array.from(values.slice(0, values.length - (values.length % DOT_STRIDE))));

  test("[EVT-5] unpack(pack(dots)) = dots, also from the middle, seed 1", () => {
    fc.assert(
      fc.property(dots, fc.nat(), (all, cut) => {
        const count = all.length / DOT_STRIDE;
        const first = count === 0 ? 0 : cut % count;
        expect(unpackDots(packDots(all, first), count - first)).toEqual(all.slice(first * DOT_STRIDE));
      }),
      { seed: 1 },
    );
  });

  test("[EVT-5] bytes left over or too few are refused, seed 2", () => {
    fc.assert(
      fc.property(dots, fc.integer({ min: 1, max: 5 }), (all, cut) => {
        const bytes = packDots(all);
        const count = all.length / DOT_STRIDE;
        expect(unpackDots(Uint8Array.of(...bytes, 0), count)).toBeNull();
        if (count > 0) expect(unpackDots(bytes.slice(0, Math.max(0, bytes.length - cut)), count)).toBeNull();
      }),
      { seed: 2 },
    );
  });

  test("any bytes at all give dots or null, seed 3", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(20), (bytes, count) => {
        const read = unpackDots(bytes, count);
        expect(read === null || read.length === count * DOT_STRIDE).toBe(true);
      }),
      { seed: 3 },
    );
  });
});
