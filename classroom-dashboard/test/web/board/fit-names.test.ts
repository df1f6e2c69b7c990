import { describe, expect, it } from "vitest";
import { fitNames } from "../../../web/src/board/fit-names.ts";

const widthOf = (text: string) => [...text].length;

describe("fitNames", () => {
  it("leaves what fits, and shortens the last word of what does not", () => {
    expect(fitNames(["Bo Li", "Maximilian von Hohenberg", "王子涵"], 13, widthOf)).toEqual([
      "Bo Li",
      "Maximilian H.",
      "王子涵",
    ]);
  });

  it("two short forms never look alike", () => {
    const names = ["Anna Schneider", "Anna Stadler", "Anna Schmid", "Anna S."];
    const shown = fitNames(names, 8, widthOf);
    expect(shown).toEqual(["Anna Schn.", "Anna St.", "Anna Schm.", "Anna S."]);
    expect(new Set(shown).size).toBe(4);
  });

  it("where even the short form is too long, the first word stands alone, if nobody else is called so", () => {
    expect(fitNames(["Daniel Okafor", "Anna Schmid", "Anna Stadler"], 6, widthOf)).toEqual(["Daniel", "Anna Sc.", "Anna St."]);
  });

  it("two pupils of one name, and a name of one long word, stay as they are", () => {
    expect(fitNames(["Anna Schneider", "Anna Schneider"], 8, widthOf)).toEqual(["Anna Schneider", "Anna Schneider"]);
    expect(fitNames(["Bartholomew"], 5, widthOf)).toEqual(["Bartholomew"]);
  });
});
