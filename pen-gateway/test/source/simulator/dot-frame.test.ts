import { encodePenFrame } from "@penlight/proto/pen";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodeDotFrame } from "../../../src/source/simulator/dot-frame.ts";

const u16 = fc.nat(0xffff);
const dot = fc.tuple(fc.nat(255), fc.nat(6_553_599), fc.nat(6_553_599), u16, fc.nat(180), fc.nat(180), fc.nat(359));

describe("encodeDotFrame", () => {
  test("[PEN-4] gives the bytes that the packet tables give, in both families", () => {
    fc.assert(
      fc.property(dot, fc.nat(255), (values, count) => {
        const [dt, x, y, force, tiltX, tiltY, twist] = values;
        const dots = Int32Array.from([0, 0, 0, 0, 0, 0, 0, ...values]);
        const place = { x: Math.floor(x / 100), y: Math.floor(y / 100), fx: x % 100, fy: y % 100 };
        const fields = { dt, force, ...place, tiltX, tiltY, twist };
        expect(encodeDotFrame(dots, 7, dt, count)).toEqual(encodePenFrame({ kind: "dot", count, ...fields }));
        expect(encodeDotFrame(dots, 7, dt, null)).toEqual(encodePenFrame({ kind: "legacyDot", ...fields }));
      }),
      { seed: 4, numRuns: 500 },
    );
  });
});
