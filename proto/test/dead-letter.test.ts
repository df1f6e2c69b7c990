import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  DEAD_LETTER_BYTES_MAX,
  deadLetterId,
  decodeDeadLetter,
  decodeReplayMark,
  encodeDeadLetter,
  encodeReplayMark,
} from "../src/dead-letter.ts";
import { RECORD_BYTES_MAX, recordBytes } from "../src/port/log-limits.ts";

describe("dead letters", () => {
  it("[EVT-21] decode(encode(letter)) = letter, seed 1", () => {
    const letter = fc.record({
      topic: fc.constantFrom("ink" as const, "events" as const, "setup" as const),
      partition: fc.nat(100),
      offset: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
      key: fc.string(),
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

  it("[EVT-21] the largest record that a log takes still fits into a letter, cut and marked as such", () => {
    const bytes = new Uint8Array(RECORD_BYTES_MAX).fill(0xff);
    const value = encodeDeadLetter({
      topic: "ink",
      partition: 7,
      offset: 2n ** 62n,
      key: "r".repeat(400),
      reason: "undecodable",
      bytes,
    });
    expect(recordBytes({ key: "ink", value, timestampMs: 0 })).toBeLessThanOrEqual(RECORD_BYTES_MAX);
    const kept = decodeDeadLetter(value);
    expect(kept?.bytes.length).toBe(DEAD_LETTER_BYTES_MAX);
    expect(kept?.cutFrom).toBe(RECORD_BYTES_MAX);
  });

  it("[EVT-21] a letter without a key was written before keys were kept", () => {
    const old = new TextEncoder().encode('{"topic":"ink","partition":1,"offset":"5","reason":"undecodable","bytes":"AA=="}');
    expect(decodeDeadLetter(old)).toMatchObject({ key: "", bytes: new Uint8Array([0]) });
  });

  it("[EVT-21] a mark names the letter that was put back, and is no letter itself", () => {
    const mark = { replayed: deadLetterId({ partition: 0, offset: 17n }) };
    expect(mark.replayed).toBe("0-17");
    expect(decodeReplayMark(encodeReplayMark(mark))).toEqual(mark);
    expect(decodeDeadLetter(encodeReplayMark(mark))).toBeNull();
    expect(decodeReplayMark(new Uint8Array([1, 2]))).toBeNull();
  });
});
