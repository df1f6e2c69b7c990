/**
 * What a box accepts; the recogniser is told, because 0 and O, 1 and I are one shape.
 *
 * | alphabet | what is written | `text` |
 * |---|---|---|
 * | `digits` | one digit | `0`..`9` |
 * | `a-d`, `a-h` | one letter, capital or small | the capital: `B` |
 * | `true-false` | a tick, a cross, T or F (capital or small) | `tick`, `cross`, `T`, `F` |
 * | `marks` | one mark | `tick`, `cross`, `circle` |
 * | `number` | a whole number: several symbols, a fraction bar, a mixed number | `-3`, `0.5`, `1/2`, `2 1/3` |
 * | `upper`, `lower` | one letter of that case | `A`..`Z`, `a`..`z` |
 * | `signs` | one sign | `+`, `-`, `=`, `.`, `/` |
 * | `letters` | one or a few letters beside each other, of either case | capitals: `ABD` |
 * | `letters-a-d`, `letters-a-h` | the same, of these letters only | capitals: `ABD` |
 */
export const ALPHABETS = [
  "digits",
  "a-d",
  "a-h",
  "true-false",
  "marks",
  "number",
  "upper",
  "lower",
  "signs",
  "letters",
  "letters-a-d",
  "letters-a-h",
] as const;
export type Alphabet = (typeof ALPHABETS)[number];

/** Those in which several symbols stand beside each other, and what each of them is. */
const SYMBOLS_OF_LINE = {
  number: "number",
  letters: "letters",
  "letters-a-d": "a-d",
  "letters-a-h": "a-h",
} as const;
export type LineAlphabet = keyof typeof SYMBOLS_OF_LINE;
/** What one symbol by itself can be read as. */
export type OneSymbol = Exclude<Alphabet, `letters-${string}`>;

export function isLine(alphabet: Alphabet): alphabet is LineAlphabet {
  return alphabet in SYMBOLS_OF_LINE;
}

/** What each symbol of such a line is read as. */
export function symbolsOf(alphabet: LineAlphabet): OneSymbol {
  return SYMBOLS_OF_LINE[alphabet];
}

/** One pen-down: x0, y0, x1, y1, ... in mm, y downwards. Any origin; the size counts only for a lone sign. */
export interface WrittenStroke {
  readonly points: Float64Array;
}

/**
 * What the ink says. `text` is the best reading even when it is not certain enough to count ("" when there is none);
 * only a `sure` one may be marked without a teacher. `confidence` (0..1) is calibrated: of readings at 0.9, nine in ten
 * are right. `not-a-symbol`: a drawing, a scribble, half a character or another script.
 */
export interface WritingReading {
  readonly text: string;
  readonly confidence: number;
  readonly second: { readonly text: string; readonly confidence: number } | null;
  readonly verdict: "sure" | "unsure" | "not-a-symbol";
}

export const NOTHING_READ: WritingReading = { text: "", confidence: 0, second: null, verdict: "not-a-symbol" };
