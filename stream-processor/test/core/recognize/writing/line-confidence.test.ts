import { describe, expect, test } from "vitest";
import { cleanStrokes } from "../../../../src/core/recognize/writing/ink-path.ts";
import { lineConfidence, lineFacts, sharesOf } from "../../../../src/core/recognize/writing/line-confidence.ts";
import { readNumber } from "../../../../src/core/recognize/writing/number.ts";
import { sideBySide, writtenDigits } from "../../../fixtures/handwriting.ts";

const digits = writtenDigits();
const pathsOf = (at: number) =>
  readNumber(cleanStrokes(sideBySide([at, at + 1].map((k) => (digits[k] as (typeof digits)[number]).strokes))));

describe("how sure a line is", () => {
  test("probabilities of its readings come to no more than 1, the best first", () => {
    for (let at = 0; at < 20; at++) {
      const shares = sharesOf(pathsOf(at), "number").map(({ probability }) => probability);
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeLessThanOrEqual(1 + 1e-9);
      expect(Math.max(...shares)).toBe(shares[0]);
    }
    expect(sharesOf([], "number")).toEqual([]);
  });

  test("a better fact makes no line less sure", () => {
    const facts = { margin: -3, weakest: -0.5, accepted: -0.2, more: -3 };
    const base = lineConfidence(facts, "number");
    for (const name of ["margin", "weakest", "accepted", "more"] as const) {
      expect(lineConfidence({ ...facts, [name]: 0 }, "number")).toBeGreaterThanOrEqual(base);
    }
  });

  test("nothing read is as unsure as can be, and one way to read is as far from the next as any", () => {
    expect(lineFacts([])).toMatchObject({ margin: -8, more: 0 });
    const [best] = pathsOf(0);
    expect(lineFacts(best === undefined ? [] : [best]).margin).toBe(0);
  });
});
