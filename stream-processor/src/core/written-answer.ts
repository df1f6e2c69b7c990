import { type AnswerValue, type Item, numberOf, optionsOf } from "@penlight/proto";
import type { Alphabet } from "./recognize/writing/writing.ts";

/** The letters of each range, and the alphabets by which a single one and several are read. */
const RANGES = [
  ["A-D", "a-d", "letters-a-d"],
  ["A-H", "a-h", "letters-a-h"],
  ["A-Z", "upper", "letters"],
] as const;

/** What the recogniser is told that a written box expects; null: nobody but the teacher reads it. ANS-90. */
export function alphabetOf(item: Item): Alphabet | null {
  switch (item.kind) {
    case "number":
      return "number";
    case "true-false":
      return "true-false";
    case "choices":
      return rangeOf(item.options.map(({ id }) => id))[2];
    case "choice":
      return rangeOf(item.options.map(({ id }) => id))[1];
    case "letters": {
      const [, one, several] = RANGES.find(([range]) => range === item.alphabet) ?? [item.alphabet, "lower", "letters"];
      return (item.lettersMax ?? 1) > 1 ? several : one;
    }
    case "open":
    case "help":
    case "submit":
      return null;
  }
}

/** The smallest range that has all of these letters. */
function rangeOf(ids: readonly string[]): (typeof RANGES)[number] {
  const last = ids.reduce((most, id) => (id > most ? id : most), "A");
  return RANGES.find(([range]) => last <= (range[2] as string)) ?? RANGES[2];
}

/** The answer that a text is; null: it is none that this item can have, so it was misread or needs the teacher. ANS-91. */
export function answerIn(item: Item, text: string): Exclude<AnswerValue, null> | null {
  const options = optionsOf(item).map(({ id }) => id);
  switch (item.kind) {
    case "number":
      return numberOf(text) === null ? null : text;
    case "true-false":
      if (text === "tick" || text === "T") return true;
      return text === "cross" || text === "F" ? false : null;
    case "choice":
      return options.includes(text) ? text : null;
    case "choices": {
      const letters = [...new Set(text)].sort();
      return letters.length > 0 && letters.every((each) => options.includes(each)) ? letters : null;
    }
    case "letters": {
      const [first, last] = [item.alphabet[0] as string, item.alphabet[2] as string];
      return text !== "" && [...text].every((each) => each >= first && each <= last) ? text : null;
    }
    case "open":
    case "help":
    case "submit":
      return null;
  }
}
