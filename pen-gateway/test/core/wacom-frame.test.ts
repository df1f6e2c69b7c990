import * as fc from "fast-check";
import { expect, test } from "vitest";
import { WacomFrames, wacomCommand } from "../../src/core/wacom-frame.ts";

test("[PEN-21] frames come out as they went in, however they are cut (seed 121)", () => {
  const frame = fc.tuple(fc.nat(255), fc.array(fc.nat(255), { maxLength: 255 }));
  fc.assert(
    fc.property(fc.array(frame, { maxLength: 8 }), fc.integer({ min: 1, max: 40 }), (some, piece) => {
      const bytes = Uint8Array.from(some.flatMap(([opcode, data]) => [...wacomCommand(opcode, data)]));
      const reader = new WacomFrames();
      const heard: (readonly [number, number[]])[] = [];
      for (let at = 0; at < bytes.length; at += piece) {
        for (const { opcode, data } of reader.push(bytes.subarray(at, at + piece))) heard.push([opcode, [...data]]);
      }
      expect(heard).toEqual(some);
    }),
    { seed: 121 },
  );
});
