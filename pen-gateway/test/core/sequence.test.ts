import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DUPLICATE, EventSequence, printOf } from "../../src/core/sequence.ts";

describe("[PEN-5] the event counter", () => {
  test("the first one after connecting is right whatever it is", () => {
    const sequence = new EventSequence();
    expect(sequence.take(200, 1)).toBe(0);
    sequence.reset();
    expect(sequence.last).toBe(-1);
    expect(sequence.take(0, 1)).toBe(0);
  });

  test("255 is followed by 0, and a gap may span that", () => {
    const sequence = new EventSequence();
    expect([254, 255, 0, 1].map((count) => sequence.take(count, count))).toEqual([0, 0, 0, 0]);
    sequence.take(250, 250);
    expect(sequence.take(3, 3)).toBe(8);
  });

  test("the same counter again is a duplicate", () => {
    const sequence = new EventSequence();
    sequence.take(7, 1);
    expect(sequence.take(7, 1)).toBe(DUPLICATE);
    expect(sequence.take(8, 2)).toBe(0);
  });

  test("a notification delivered twice is no loss of 253: its events step back with the content they had", () => {
    const sequence = new EventSequence();
    for (const count of [5, 6, 7]) sequence.take(count, count * 11);
    expect([5, 6, 7].map((count) => sequence.take(count, count * 11))).toEqual([DUPLICATE, DUPLICATE, DUPLICATE]);
    expect(sequence.take(8, 88)).toBe(0);
  });

  test("a step back with other content is a loss", () => {
    const sequence = new EventSequence();
    for (const count of [5, 6, 7]) sequence.take(count, count * 11);
    expect(sequence.take(5, 999)).toBe(253);
  });

  test("any loss of 1 to 255 events is seen in full (seed 51)", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 0, max: 254 }), (first, lost) => {
        const sequence = new EventSequence();
        sequence.take(first, 1);
        expect(sequence.take((first + 1 + lost) & 0xff, 2)).toBe(lost);
      }),
      { seed: 51 },
    );
  });
});

describe("[PEN-5] prints", () => {
  test("of less than four bytes are FNV-1a: the published values of its test strings", () => {
    const print = (text: string) => printOf(new TextEncoder().encode(`x${text}x`), 1, 1 + text.length) >>> 0;
    expect([print(""), print("a"), print("fo")]).toEqual([0x811c9dc5, 0xe40c292c, 0x6222e842]);
  });

  test("tell any two events apart that differ in a byte (seed 52)", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 14, maxLength: 19 }),
        fc.nat({ max: 13 }),
        fc.integer({ min: 1, max: 255 }),
        (bytes, at, change) => {
          const other = bytes.slice();
          other[at] = (other[at] as number) ^ change;
          expect(printOf(other, 0, other.length)).not.toBe(printOf(bytes, 0, bytes.length));
        },
      ),
      { seed: 52 },
    );
  });
});
