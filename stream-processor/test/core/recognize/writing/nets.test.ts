import { describe, expect, test } from "vitest";
import { featuresOf } from "../../../../src/core/recognize/writing/features.ts";
import { OUTPUTS, WEIGHTS } from "../../../../src/core/recognize/writing/gen/weights.ts";
import { inkPathOf } from "../../../../src/core/recognize/writing/ink-path.ts";
import { Nets } from "../../../../src/core/recognize/writing/nets.ts";

const bytes = Uint8Array.from(Buffer.from(WEIGHTS, "base64"));
const ONE = featuresOf(inkPathOf([Float64Array.from([0, 0, 1, 9])]), 0);
const ZERO = featuresOf(inkPathOf([Float64Array.from([3, 0, 0, 4, 3, 8, 6, 4, 3, 0])]), 0);

describe("nets", () => {
  test("all weights are used up, and none is missing", () => {
    expect(bytes.length).toBeLessThan(2_000_000);
    expect(() => new Nets(bytes, OUTPUTS)).not.toThrow();
    expect(() => new Nets(bytes.subarray(0, -1), OUTPUTS)).toThrow(RangeError);
  });

  test("the same ink gives the same scores, whatever was read before", () => {
    const nets = new Nets(bytes, OUTPUTS);
    const first = [...nets.scoresOf(ONE)];
    const other = [...nets.scoresOf(ZERO)];
    expect(other).not.toEqual(first);
    expect([...nets.scoresOf(ONE)]).toEqual(first);
    expect([...new Nets(bytes, OUTPUTS).scoresOf(ONE)]).toEqual(first);
  });
});
