import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { shorten, widthEm, wrapText } from "../../../web/src/page/wrap-text.ts";

describe("wrapText", () => {
  it("breaks between words", () => {
    expect(wrapText("Which of these is larger?", 7, 3)).toEqual(["Which of", "these is", "larger?"]);
  });

  it("breaks between Chinese characters", () => {
    expect(wrapText("下列分数中最大的是", 4, 3)).toEqual(["下列分数", "中最大的", "是"]);
  });

  it("ends in an ellipsis what has no room", () => {
    expect(wrapText("下列分数中最大的是", 4, 2)).toEqual(["下列分数", "中最大…"]);
    expect(shorten("abcdefgh", 3)).toBe("abc…");
    expect(shorten("abc", 3)).toBe("abc");
  });

  it("a rare character outside the basic plane is one wide character", () => {
    expect(widthEm("𬭎")).toBe(1);
    expect(shorten("𬭎𬍛𬭎𬍛", 3)).toBe("𬭎𬍛…");
  });

  it("never makes a line wider than asked, nor more lines, and loses nothing that fits (seed 4)", () => {
    const text = fc
      .array(fc.constantFrom("a", "word ", "分", "数 ", "x/y ", ","), { maxLength: 40 })
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(text, fc.integer({ min: 4, max: 30 }), fc.integer({ min: 1, max: 5 }), (words, width, lines) => {
        const wrapped = wrapText(words, width, lines);
        expect(wrapped.length).toBeLessThanOrEqual(lines);
        for (const line of wrapped) expect(widthEm(line)).toBeLessThanOrEqual(width + 1e-9);
        const squeeze = (value: string) => value.replaceAll(/\s/g, "");
        if (!wrapped.some((line) => line.endsWith("…"))) expect(squeeze(wrapped.join(""))).toBe(squeeze(words));
      }),
      { seed: 4, numRuns: 300 },
    );
  });
});
