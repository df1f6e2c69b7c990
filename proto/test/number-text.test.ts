import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareNumber, NUMBER_TEXT_MAX, numberOf } from "../src/number-text.ts";
import type { NumberForm } from "../src/worksheet.ts";

const SEED = 6;
const whole = fc.bigInt({ min: 0n, max: 10n ** 12n });
const above = fc.bigInt({ min: 1n, max: 10n ** 12n });
const minus = fc.boolean();
const signed = (isNegative: boolean, text: string) => (isNegative ? `-${text}` : text);

describe("numberOf", () => {
  const READ: readonly [string, NumberForm, bigint, bigint, boolean][] = [
    ["3", "integer", 3n, 1n, true],
    ["-3", "integer", -3n, 1n, true],
    ["1,000", "integer", 1000n, 1n, true],
    [".50", "decimal", 50n, 100n, true],
    ["-0.5", "decimal", -5n, 10n, true],
    ["0,5", "decimal", 5n, 10n, true],
    ["0,500", "decimal", 500n, 1000n, true],
    ["1,234.5", "decimal", 12345n, 10n, true],
    ["1/2", "fraction", 1n, 2n, true],
    ["2/4", "fraction", 2n, 4n, false],
    ["-2 1/3", "mixed", -7n, 3n, true],
    ["1 3/2", "mixed", 5n, 2n, false],
    ["1 2/4", "mixed", 6n, 4n, false],
  ];
  it.each(READ)("[SCORE-8] reads %s as %s", (text, form, numerator, denominator, isLowest) => {
    expect(numberOf(text)).toEqual({ form, numerator, denominator, isLowest });
  });

  it.each([
    "",
    "-",
    ".",
    "1.",
    "1/0",
    "1//2",
    "1/2/3",
    "--1",
    "1-2",
    "1 2",
    "a",
    "1 ",
    "1,00,0",
    "9".repeat(NUMBER_TEXT_MAX + 1),
  ])("[SCORE-8] %j is no number", (text) => {
    expect(numberOf(text)).toBeNull();
  });

  it(`[SCORE-8] a minus belongs to the whole of a mixed number (seed ${SEED})`, () => {
    fc.assert(
      fc.property(whole, whole, above, minus, (ones, over, under, isNegative) => {
        const value = ones * under + over;
        expect(numberOf(signed(isNegative, `${ones} ${over}/${under}`))).toMatchObject({
          numerator: isNegative ? -value : value,
          denominator: under,
        });
      }),
      { seed: SEED },
    );
  });
});

describe("compareNumber", () => {
  it(`[SCORE-6] decimals, fractions and mixed numbers of one value are equal, whatever zeros are behind (seed ${SEED})`, () => {
    fc.assert(
      fc.property(
        fc.nat(99_999),
        fc.nat(4),
        fc.nat(4),
        fc.integer({ min: 1, max: 999 }),
        minus,
        (n, places, zeros, k, isNegative) => {
          const digits = String(n).padStart(places + 1, "0");
          const at = digits.length - places;
          const decimal = places === 0 ? digits : `${digits.slice(0, at)}.${digits.slice(at)}${"0".repeat(zeros)}`;
          const fraction = `${n * k}/${10 ** places * k}`;
          const key = { value: signed(isNegative, decimal) };
          expect(compareNumber(key, signed(isNegative, fraction))).toBe("right");
          expect(compareNumber(key, signed(isNegative, `${n * k + 1}/${10 ** places * k}`))).toBe("other");
        },
      ),
      { seed: SEED },
    );
  });

  it(`[SCORE-6] the tolerance is exact: at it is right, beyond it is not (seed ${SEED})`, () => {
    fc.assert(
      fc.property(fc.nat(9999), fc.nat(999), minus, (value, tolerance, isBelow) => {
        const key = { value: `${value}/1000`, tolerance: `${tolerance}/1000` };
        const at = isBelow ? value - tolerance : value + tolerance;
        const text = signed(at < 0, `${Math.abs(at)}/1000`);
        expect(compareNumber(key, text)).toBe("right");
        const beyond = BigInt(at) * 10n ** 9n + (isBelow ? -1n : 1n);
        const magnitude = beyond < 0n ? -beyond : beyond;
        expect(compareNumber(key, signed(beyond < 0n, `${magnitude}/${10n ** 12n}`))).toBe("other");
      }),
      { seed: SEED },
    );
  });

  it("[SCORE-6] no float surprise: a third of 0.3 is 0.1", () => {
    expect(compareNumber({ value: "0.3", tolerance: "0.1" }, "0.4")).toBe("right");
    expect(compareNumber({ value: "0.1" }, "0.10000000000000001")).toBe("other");
    expect(compareNumber({ value: "1/3" }, "0.3333333333333333")).toBe("other");
  });

  it("[SCORE-7] tells the right value in a form that the key does not accept", () => {
    const half = { value: "0.5", forms: ["decimal"] } as const;
    expect([".50", "1/2", "2/4", "1/3"].map((text) => compareNumber(half, text))).toEqual([
      "right",
      "other-form",
      "other-form",
      "other",
    ]);
    const lowest = { value: "3/4", lowestTerms: true };
    expect(["3/4", "6/8", "0.75"].map((text) => compareNumber(lowest, text))).toEqual(["right", "other-form", "right"]);
    const mixed = { value: "2 1/3", forms: ["mixed"], lowestTerms: true } as const;
    expect(["2 1/3", "1 4/3", "7/3"].map((text) => compareNumber(mixed, text))).toEqual(["right", "other-form", "other-form"]);
  });
});
