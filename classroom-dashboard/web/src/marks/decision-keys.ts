import { type AnswerValue, type Item, optionsOf, type Verdict } from "@penlight/proto";

/** What a key means in front of an answer. */
export type KeyMeaning =
  | { readonly kind: "decide"; readonly verdict: Verdict }
  | { readonly kind: "type"; readonly text: string }
  | { readonly kind: "toggle"; readonly option: string }
  | { readonly kind: "skip" | "undo" }
  | null;

/** How an item's answer is typed. */
export type Typing = "option" | "options" | "true-false" | "text" | "points" | null;

export function typingOf(item: Item): Typing {
  switch (item.kind) {
    case "choice":
      return "option";
    case "choices":
      return "options";
    case "true-false":
      return "true-false";
    case "number":
    case "letters":
      return "text";
    case "open":
      return "points";
    default:
      return null;
  }
}

/** A key as it is pressed; `code` says which one whatever the input method makes of it. */
export interface PressedKey {
  readonly key: string;
  readonly code: string;
}

/**
 * One key is one decision: arrows for right, wrong and half, whatever the keyboard's language; letters and digits for what is
 * written, or for points.
 */
export function meaningOf({ key, code }: PressedKey, item: Item): KeyMeaning {
  switch (key) {
    case "ArrowRight":
      return { kind: "decide", verdict: { kind: "right" } };
    case "ArrowLeft":
      return { kind: "decide", verdict: { kind: "wrong" } };
    case "ArrowDown":
      return { kind: "decide", verdict: { kind: "points", points: item.points / 2 } };
    case " ":
      return { kind: "skip" };
    case "Backspace":
      return { kind: "undo" };
  }
  const sign = signOf(key, code);
  return sign === null ? null : typedIn(item, sign);
}

/** The letter, digit or sign of a key, also while an input method is on. */
function signOf(key: string, code: string): string | null {
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  if (letter !== undefined) return letter;
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(code)?.[1];
  if (digit !== undefined && (key.length !== 1 || key === digit)) return digit;
  return /^[-.,/]$/.test(key) ? key : null;
}

function typedIn(item: Item, sign: string): KeyMeaning {
  const answer = (value: AnswerValue): KeyMeaning => ({ kind: "decide", verdict: { kind: "answer", answer: value } });
  const option = optionsOf(item).find(({ id }) => id.toUpperCase() === sign)?.id;
  switch (item.kind) {
    case "choice":
      return option === undefined ? null : answer(option);
    case "choices":
      return option === undefined ? null : { kind: "toggle", option };
    case "true-false":
      return sign === "T" ? answer(true) : sign === "F" ? answer(false) : null;
    case "number":
      return /[\d.,/-]/.test(sign) ? { kind: "type", text: sign } : null;
    case "letters":
      return /[A-Z]/.test(sign) ? { kind: "type", text: item.alphabet === "a-z" ? sign.toLowerCase() : sign } : null;
    case "open":
      return /\d/.test(sign) && Number(sign) <= item.points
        ? { kind: "decide", verdict: { kind: "points", points: Number(sign) } }
        : null;
    default:
      return null;
  }
}

/** The options pressed so far, with one more or one less, in their order. */
export function toggled(chosen: readonly string[], option: string): readonly string[] {
  return chosen.includes(option) ? chosen.filter((each) => each !== option) : [...chosen, option].sort();
}
