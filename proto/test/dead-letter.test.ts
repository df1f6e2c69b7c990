import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeDeadLetter, encodeDeadLetter } from "../src/dead-letter.ts";

describe("dead letters", () => {
  it("[EVT-21] decode(encode(letter)) = letter, seed 1", () => {
    const letter = fc.record({
      topic: fc.constantFrom("ink" as const, "events" as const, "setup" as const),
      partition: fc.nat(100),
      offset: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
      reason: fc.string(),
      bytes: fc.uint8Array({ maxLength: 300 }),
    });
    fc.assert(
      fc.property(letter, (each) => {
        expect(decodeDeadLetter(encodeDeadLetter(each))).toEqual(each);
      }),
      { seed: 1 },
    );
  });

  it("[EVT-21] any other bytes are none, seed 2", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        expect(decodeDeadLetter(bytes)).toBeNull();
      }),
      { seed: 2 },
    );
  });
});
