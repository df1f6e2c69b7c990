import type { Item } from "@penlight/proto";
import { describe, expect, it } from "vitest";
import { decide } from "../../src/core/verdict.ts";
import { worksheetOf } from "../fixtures/classroom.ts";

const [choice, , choices] = worksheetOf(3).items as [Item, Item, Item];

describe("decide", () => {
  it("[ANS-60] right is all points, wrong is none, whatever was read", () => {
    expect(decide(choice, { kind: "right" }, "C")).toEqual({ state: "right", answer: "C", milliPoints: 2000 });
    expect(decide(choice, { kind: "wrong" }, null)).toEqual({ state: "wrong", answer: null, milliPoints: 0 });
    expect(decide({ ...choice, points: 3 }, { kind: "right" }, "C").milliPoints).toBe(3000);
  });

  it.each([
    [0, "wrong", 0],
    [0.5, "partial", 500],
    [2, "right", 2000],
    // The item's points were corrected since.
    [5, "right", 2000],
  ] as const)("[ANS-60] %d of 2 points are %s", (points, state, milliPoints) => {
    expect(decide(choice, { kind: "points", points }, null)).toEqual({ state, answer: null, milliPoints });
  });

  it("[ANS-60] what was typed is the answer, and the key says what it is worth", () => {
    expect(decide(choice, { kind: "answer", answer: "B" }, null)).toEqual({ state: "right", answer: "B", milliPoints: 2000 });
    const rekeyed = { ...choice, key: "C" } as Item;
    expect(decide(rekeyed, { kind: "answer", answer: "B" }, "C")).toEqual({ state: "wrong", answer: "B", milliPoints: 0 });
    expect(decide(choices, { kind: "answer", answer: ["A"] }, null)).toMatchObject({ state: "partial", answer: ["A"] });
  });
});
