import { CELL_STATES } from "@penlight/proto";
import { describe, expect, it } from "vitest";
import { PEN_MARKS } from "../../../web/src/board/pen-mark.ts";
import { chooseLanguage, MESSAGES, otherLanguage } from "../../../web/src/i18n/language.ts";
import { LANGUAGES, type Messages } from "../../../web/src/i18n/messages.ts";

/** Paths of all texts, e.g. "state.right". */
function paths(value: object, prefix = ""): string[] {
  return Object.entries(value).flatMap(([key, each]) =>
    typeof each === "object" && each !== null ? paths(each, `${prefix}${key}.`) : [`${prefix}${key}`],
  );
}
const plain = (messages: Messages) =>
  Object.entries({ ...messages, ...messages.state, ...messages.pen }).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string",
  );

describe("languages", () => {
  it("say the same things", () => {
    const [first, ...others] = LANGUAGES.map((language) => paths(MESSAGES[language]).sort());
    for (const other of others) expect(other).toEqual(first);
  });

  it("name all nine states and every pen mark, each differently", () => {
    for (const language of LANGUAGES) {
      const { state, pen } = MESSAGES[language];
      expect(new Set(CELL_STATES.map((each) => state[each])).size).toBe(9);
      expect(new Set(PEN_MARKS.map((each) => pen[each])).size).toBe(PEN_MARKS.length);
    }
  });

  it("leave nothing empty, and nothing Chinese in English but the way back", () => {
    const han = /\p{Script=Han}/u;
    const ways = new Set(["otherLanguage", "switchLanguage"]);
    for (const [key, text] of plain(MESSAGES.en)) {
      expect(text, key).not.toBe("");
      if (!ways.has(key)) expect(han.test(text), key).toBe(false);
    }
    for (const [key, text] of plain(MESSAGES["zh-CN"])) expect(text, key).not.toBe("");
  });

  it("lead to each other", () => {
    expect(LANGUAGES.map(otherLanguage)).toEqual([...LANGUAGES].reverse());
  });
});

describe("chooseLanguage", () => {
  it.each([
    [null, ["zh-CN", "en"], "zh-CN"],
    [null, ["zh-TW"], "zh-CN"],
    [null, ["en-GB", "zh-CN"], "en"],
    [null, ["fr", "de", "zh-Hans-SG"], "zh-CN"],
    [null, ["fr"], "en"],
    [null, [], "en"],
    ["en", ["zh-CN"], "en"],
    ["zh-CN", ["en"], "zh-CN"],
    ["klingon", ["zh"], "zh-CN"],
  ] as const)("stored %o, preferred %o: %s", (stored, preferred, language) => {
    expect(chooseLanguage(stored, preferred)).toBe(language);
  });
});
