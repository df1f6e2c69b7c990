import { en } from "./en.ts";
import { LANGUAGES, type Language, type Messages } from "./messages.ts";
import { zhCN } from "./zh-CN.ts";

export const MESSAGES: Readonly<Record<Language, Messages>> = { "zh-CN": zhCN, en };

/**
 * The language to begin with: what this browser was switched to before, else the first of its own languages that the
 * page speaks, else English.
 * @example chooseLanguage(null, ["fr", "zh-TW", "en"]) // "zh-CN"
 */
export function chooseLanguage(stored: string | null, preferred: readonly string[]): Language {
  const known = LANGUAGES.find((language) => language === stored);
  if (known !== undefined) return known;
  for (const tag of preferred) {
    const primary = tag.toLowerCase().split("-")[0];
    if (primary === "zh") return "zh-CN";
    if (primary === "en") return "en";
  }
  return "en";
}

export function otherLanguage(language: Language): Language {
  return language === "en" ? "zh-CN" : "en";
}
