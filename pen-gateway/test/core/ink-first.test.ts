import { describe, expect, test } from "vitest";
import { InkFirst, TIP_SILENT_MS_MAX, YIELD_MS_MAX } from "../../src/core/ink-first.ts";

describe("InkFirst", () => {
  test("[PEN-13] an open stroke is written on while live events come, and for a second after the last", () => {
    const inkFirst = new InkFirst();
    expect(inkFirst.isWriting(true, 0)).toBe(false);
    inkFirst.take({ kind: "dots", from: 0, to: 1 }, 5000);
    inkFirst.take({ kind: "memory-abandoned", packetId: 0 }, 5500);
    expect(inkFirst.isWriting(true, 5000 + TIP_SILENT_MS_MAX - 1)).toBe(true);
    expect(inkFirst.isWriting(true, 5000 + TIP_SILENT_MS_MAX)).toBe(false);
    expect(inkFirst.isWriting(false, 5000)).toBe(false);
  });

  test("[PEN-13] an acknowledgement is due once, when nobody writes or its time is up, and never on a new link", () => {
    const inkFirst = new InkFirst();
    inkFirst.wait(7, 0);
    expect(inkFirst.takeDue(true, YIELD_MS_MAX - 1)).toBeNull();
    expect(inkFirst.takeDue(false, 1)).toBe(7);
    expect(inkFirst.takeDue(false, 1)).toBeNull();
    inkFirst.wait(8, 0);
    expect(inkFirst.takeDue(true, YIELD_MS_MAX)).toBe(8);
    inkFirst.wait(9, 0);
    inkFirst.reset();
    expect(inkFirst.takeDue(false, 1)).toBeNull();
  });
});
