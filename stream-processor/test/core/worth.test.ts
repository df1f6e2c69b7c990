import type { Item } from "@penlight/proto";
import { describe, expect, it } from "vitest";
import { worthOf } from "../../src/core/worth.ts";
import { worksheetOf } from "../fixtures/classroom.ts";

describe("worthOf", () => {
  it("[SET-20] [ANS-60] is by the key, or by a teacher's word", () => {
    const [choice] = worksheetOf(1).items as [Item];
    expect(worthOf(choice, "B", null)).toEqual({ state: "right", points: 2 });
    expect(worthOf(choice, "A", null)).toEqual({ state: "wrong", points: 0 });
    expect(worthOf(choice, "A", { kind: "points", points: 1.5 })).toEqual({ state: "partial", points: 1.5 });
  });
});
