import type { PenChange, PenId, PenQuestion, StudentId } from "@penlight/proto";
import { describe, expect, it } from "vitest";
import { answered, longPen, shortPen } from "../../../web/src/pens/answers.ts";

const [ann, bob] = ["ann", "bob"] as StudentId[] as [StudentId, StudentId];
const [first, second] = ["9c7bd2000001", "9c7bd2000002"] as PenId[] as [PenId, PenId];
const changes: PenChange[] = [
  { pen: first, student: bob },
  { pen: second, student: ann },
];

describe("answered", () => {
  it("[REG-2] puts the answer to the change that was asked about, and to no other", () => {
    const pupils: PenQuestion = { kind: "two-pupils", pen: first, holder: ann, wanted: bob };
    expect(answered(changes, pupils, "give")).toEqual([{ ...changes[0], from: ann }, changes[1]]);
    const pens: PenQuestion = { kind: "two-pens", student: ann, pens: [first], wanted: second };
    expect(answered(changes, pens, "both")).toEqual([changes[0], { ...changes[1], keeps: "both" }]);
    expect(answered(changes, pens, "this")).toEqual([changes[0], { ...changes[1], keeps: "this" }]);
    expect(answered(changes, pens, "leave")).toEqual([changes[0]]);
  });

  it("names a pen by its end, or in full", () => {
    expect([shortPen(first), longPen(first)]).toEqual(["000001", "9C:7B:D2:00:00:01"]);
  });
});
