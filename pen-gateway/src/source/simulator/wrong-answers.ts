import type { LetterRange } from "@penlight/proto";

const FRACTION = /^(-?)(?:(\d+) )?(\d+)\/(\d+)$/;
const DECIMAL = /^(-?)(\d*)\.(\d+)$/;
const LETTERS: Readonly<Record<LetterRange, string>> = {
  "A-D": "ABCD",
  "A-H": "ABCDEFGH",
  "A-Z": "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
  "a-z": "abcdefghijklmnopqrstuvwxyz",
};

/** Numbers that a class writes instead of the right one: a sign, a digit, a place, a fraction turned over. */
export function wrongNumbersOf(right: string): string[] {
  const fraction = FRACTION.exec(right);
  if (fraction !== null) return without(right, wrongFractions(fraction.slice(1)));
  const decimal = DECIMAL.exec(right);
  if (decimal !== null) {
    const [, sign = "", whole = "", part = ""] = decimal;
    const last = Number(part.at(-1));
    return without(right, [
      `${sign}${whole}.0${part}`,
      `${sign}${Number(whole + part)}`,
      `${sign}${whole}.${part.slice(0, -1)}${(last + 1) % 10}`,
      `${sign}${Number(whole) + 1}.${part}`,
    ]);
  }
  const value = Number(right);
  const turned = [...String(Math.abs(value))]
    .reverse()
    .join("")
    .replace(/^0+(?=\d)/, "");
  return without(right, [value + 1, value - 1, -value, value + 10, `${value < 0 ? "-" : ""}${turned}`, value + 2].map(String));
}

function wrongFractions([sign = "", whole, over = "", under = ""]: readonly (string | undefined)[]): string[] {
  const [a, b] = [Number(over), Number(under)];
  if (whole === undefined)
    return [`${sign}${b}/${a}`, `${sign}${a + 1}/${b}`, `${sign}${a}/${b + 1}`, `${sign}${2 * a}/${2 * b}`];
  const w = Number(whole);
  return [`${sign}${w * b + a}/${b}`, `${sign}${w + 1} ${a}/${b}`, `${sign}${w} ${a + 1}/${b}`, `${sign}${w} ${a}/${b + 1}`];
}

/** Words that a class writes instead of the right one: letters that change places, or others of the alphabet. */
export function wrongWordsOf(right: string, alphabet: LetterRange): string[] {
  const letters = [...right];
  const swapped = letters.slice(1).map((letter, i) => {
    const word = [...letters];
    word[i] = letter;
    word[i + 1] = letters[i] as string;
    return word.join("");
  });
  const others = [...LETTERS[alphabet]].filter((letter) => !right.includes(letter)).slice(0, 8);
  return without(right, [...swapped, [...letters].reverse().join(""), ...others.map((letter) => letter + right.slice(1))]);
}

function without(right: string, wrong: readonly string[]): string[] {
  return [...new Set(wrong)].filter((text) => text !== right && text !== "-0");
}
