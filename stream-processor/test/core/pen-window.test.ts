import { describe, expect, it } from "vitest";
import { PEN_WINDOW_MS, PenWindow } from "../../src/core/pen-window.ts";
import { Watermark } from "../../src/core/watermark.ts";

/** A window over records that come every 250 ms, one offset each. */
function bench() {
  const watermark = new Watermark(0n);
  const window = new PenWindow(watermark);
  const read = (offset: number) => {
    watermark.read(BigInt(offset), offset * 250);
    window.slide(offset * 250);
  };
  return { watermark, window, read };
}

describe("PenWindow", () => {
  it("[ANS-52] [LOG-7] always holds the records of its length, and at most two seconds more", () => {
    const { watermark, read } = bench();
    for (let offset = 0; offset < 200; offset++) {
      read(offset);
      const heldMs = (offset - Number(watermark.lowWater())) * 250;
      if (offset * 250 >= PEN_WINDOW_MS) expect(heldMs).toBeGreaterThanOrEqual(PEN_WINDOW_MS);
      expect(heldMs).toBeLessThanOrEqual(PEN_WINDOW_MS + 2000);
    }
    expect(watermark.held).toBeLessThan(10);
  });

  it("[ANS-52] what is given away holds on, and the window stays long enough for another decision", () => {
    const { watermark, window, read } = bench();
    for (let offset = 0; offset < 100; offset++) read(offset);
    const hold = window.give();
    expect(hold?.offset).toBe(watermark.lowWater());
    if (hold !== null) watermark.release(hold);
    expect((99 - Number(watermark.lowWater())) * 250).toBeGreaterThanOrEqual(PEN_WINDOW_MS);
    window.release();
    expect([watermark.held, watermark.lowWater(), window.give()]).toEqual([0, 100n, null]);
  });
});
