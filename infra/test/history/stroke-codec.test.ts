import { DOT_STRIDE } from "@penlight/proto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeStroke, encodeStroke } from "../../src/history/stroke-codec.ts";

const extreme = fc.oneof(fc.integer(), fc.integer({ min: -300, max: 300 }), fc.constantFrom(2147483647, -2147483648));

describe("stroke codec", () => {
  it("[HIS-1] decode(encode(dots)) is dots for any 32-bit numbers", () => {
    const dots = fc.array(fc.tuple(...Array.from({ length: DOT_STRIDE }, () => extreme)), { maxLength: 40 });
    fc.assert(
      fc.property(dots, (drawn) => {
        const given = Int32Array.from(drawn.flat());
        const { first, low, high } = encodeStroke(given);
        expect(decodeStroke(first, low, high)).toEqual(given);
      }),
      { seed: 5, numRuns: 300 },
    );
  });

  it("[HIS-1] a steady line is nothing but its first dot and its step", () => {
    const dots = Int32Array.from([0, 1, 2, 3].flatMap((i) => [10 * i, 5000 + 7 * i, 300 - 3 * i, 400, 90, 91, 180]));
    const { first, low, high } = encodeStroke(dots);
    expect([...first]).toEqual([0, 5000, 300, 400, 90, 91, 180]);
    expect(low.map((column) => [...column])).toEqual([
      [0, 20, 20, 20],
      [0, 14, 0, 0],
      [0, 5, 0, 0],
      ...Array.from({ length: 4 }, () => [0, 0, 0, 0]),
    ]);
    expect(high.map((column) => column.length)).toEqual([0, 0, 0, 0, 0, 0, 0]);
  });

  it("[HIS-1] what exceeds a byte goes into the high part of every field", () => {
    const { low, high } = encodeStroke(Int32Array.from([0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 200, 0, 0, -1]));
    expect([...(low[3] ?? [])]).toEqual([0, 400 & 255]);
    expect([...(high[3] ?? [])]).toEqual([0, 1]);
    expect([...(low[6] ?? [])]).toEqual([0, 1]);
    expect([...(high[0] ?? [])]).toEqual([0, 0]);
  });

  it("a stroke without dots is empty, half a dot is a bug", () => {
    const { first, low, high } = encodeStroke(new Int32Array(0));
    expect(decodeStroke(first, low, high)).toEqual(new Int32Array(0));
    expect(() => encodeStroke(new Int32Array(3))).toThrow(RangeError);
  });
});
