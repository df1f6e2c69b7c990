import type { NumberForm, NumberKey } from "./worksheet.ts";

/** Characters of a number at most; a longer one is none. */
export const NUMBER_TEXT_MAX = 40;

/** A number as it was written, with its exact value: `numerator / denominator`, the latter above zero. SCORE-8. */
export interface WrittenNumber {
  readonly form: NumberForm;
  readonly numerator: bigint;
  readonly denominator: bigint;
  /** A fraction that cannot be shortened and, in a mixed number, is below one; true for other forms. */
  readonly isLowest: boolean;
}

const INTEGER = /^(-?)([0-9]+|[1-9][0-9]{0,2}(?:,[0-9]{3})+)$/;
const DECIMAL = /^(-?)([0-9]*|[1-9][0-9]{0,2}(?:,[0-9]{3})+)[.]([0-9]+)$/;
const DECIMAL_COMMA = /^(-?)([0-9]+),([0-9]+)$/;
const FRACTION = /^(-?)(?:([0-9]+) )?([0-9]+)\/([0-9]+)$/;

/**
 * Reads a number exactly; null: it is none. A comma parts thousands where it can, else it is a decimal comma.
 * @example numberOf("-2 1/3") // { form: "mixed", numerator: -7n, denominator: 3n, isLowest: true }
 */
export function numberOf(text: string): WrittenNumber | null {
  if (text.length > NUMBER_TEXT_MAX) return null;
  const integer = INTEGER.exec(text);
  if (integer !== null) {
    const [, sign = "", digits = ""] = integer;
    return { form: "integer", ...fractionOf(sign, digitsOf(digits), 1n), isLowest: true };
  }
  const decimal = DECIMAL.exec(text) ?? DECIMAL_COMMA.exec(text);
  if (decimal !== null) {
    const [, sign = "", whole = "", part = ""] = decimal;
    const value = fractionOf(sign, digitsOf(whole + part), 10n ** BigInt(part.length));
    return { form: "decimal", ...value, isLowest: true };
  }
  const fraction = FRACTION.exec(text);
  return fraction === null ? null : fractionNumber(fraction);
}

function fractionNumber([, sign = "", whole, over = "", under = ""]: RegExpExecArray): WrittenNumber | null {
  const numerator = digitsOf(over);
  const denominator = digitsOf(under);
  if (denominator === 0n) return null;
  const isShort = commonDivisor(numerator, denominator) === 1n;
  if (whole === undefined) return { form: "fraction", ...fractionOf(sign, numerator, denominator), isLowest: isShort };
  const value = fractionOf(sign, digitsOf(whole) * denominator + numerator, denominator);
  return { form: "mixed", ...value, isLowest: isShort && numerator < denominator };
}

function fractionOf(sign: string, numerator: bigint, denominator: bigint) {
  return { numerator: sign === "-" ? -numerator : numerator, denominator };
}

function digitsOf(text: string): bigint {
  return BigInt(text.replaceAll(",", "") || "0");
}

function commonDivisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : commonDivisor(b, a % b);
}

/** Whether `a` is at most `tolerance` away from `b`; exact. */
function isWithin(a: WrittenNumber, b: WrittenNumber, tolerance: WrittenNumber): boolean {
  const difference = a.numerator * b.denominator - b.numerator * a.denominator;
  const distance = difference < 0n ? -difference : difference;
  return distance * tolerance.denominator <= tolerance.numerator * a.denominator * b.denominator;
}

/** Whether a key accepts the way in which a number is written, whatever its value. SCORE-7. */
export function acceptsForm({ forms, lowestTerms }: NumberKey, { form, isLowest }: WrittenNumber): boolean {
  return (forms === undefined || forms.includes(form)) && (lowestTerms !== true || isLowest);
}

/** How a written number compares with a key: it is it, it is its value in a form that the key does not accept, or neither. */
export function compareNumber(key: NumberKey, text: string): "right" | "other-form" | "other" {
  const written = numberOf(text);
  const value = numberOf(key.value);
  const tolerance = numberOf(key.tolerance ?? "0");
  if (written === null || value === null || tolerance === null || !isWithin(written, value, tolerance)) return "other";
  return acceptsForm(key, written) ? "right" : "other-form";
}
