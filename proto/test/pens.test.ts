import { describe, expect, test } from "vitest";
import type { PenId, StudentId } from "../src/ids.ts";
import { holderAt, holdersOf, loanAt, nextTurnMs, type Pen } from "../src/pens.ts";

const [ann, bob, cid] = ["ann", "bob", "cid"] as StudentId[] as [StudentId, StudentId, StudentId];
const id = "9c7bd2000001" as PenId;

describe("pens", () => {
  test("[REG-1] a pen without other times is its owner's at all times; nobody's has none", () => {
    expect([holderAt({ id, student: ann }, 0), holderAt({ id, student: null }, 5)]).toEqual([ann, null]);
    expect(nextTurnMs({ id, student: ann }, 0)).toBe(Number.POSITIVE_INFINITY);
  });

  test("[REG-1] the first entry that contains a moment counts; ends are exclusive", () => {
    const pen: Pen = {
      ...{ id, student: bob },
      held: [
        { student: cid, fromMs: 100, untilMs: 200 },
        { student: ann, fromMs: null, untilMs: 300 },
      ],
    };
    const at = [99, 100, 199, 200, 299, 300].map((ms) => holderAt(pen, ms));
    expect(at).toEqual([ann, cid, cid, ann, ann, bob]);
    expect(holdersOf(pen)).toEqual([cid, ann, bob]);
    expect([0, 100, 200, 300].map((ms) => nextTurnMs(pen, ms))).toEqual([100, 200, 300, Number.POSITIVE_INFINITY]);
    expect([loanAt(pen, 150)?.untilMs, loanAt(pen, 300)]).toEqual([200, null]);
  });
});
