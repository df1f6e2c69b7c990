import type { ItemId, StudentId } from "@penlight/proto";
import { describe, expect, test } from "vitest";
import { finalTruth, parseTruth, truthKeyOf, truthLine } from "../../../src/source/simulator/truth.ts";

const STUDENT = "s01" as StudentId;
const ITEM = "q1" as ItemId;

describe("truth", () => {
  test("[CLASS-3] a line has exactly the five fields", () => {
    expect(truthLine(STUDENT, 123, { item: ITEM, answer: ["A", "C"], final: true })).toBe(
      '{"student":"s01","item":"q1","answer":["A","C"],"atMs":123,"final":true}',
    );
  });

  test("[CLASS-4] a line that is told again at another time has the same key; another meaning has another", () => {
    const line = (atMs: number, answer: string | null, final: boolean) =>
      truthLine(STUDENT, atMs, { item: ITEM, answer, final });
    expect(truthKeyOf(line(1, "A", false))).toBe(truthKeyOf(line(2, "A", false)));
    expect(
      new Set([line(1, "A", false), line(1, "B", false), line(1, null, false), line(1, "A", true)].map(truthKeyOf)).size,
    ).toBe(4);
  });

  test("[CLASS-3] torn and foreign lines are no truth", () => {
    const good = truthLine(STUDENT, 5, { item: ITEM, answer: null, final: true });
    expect([...finalTruth(["", "{", '{"student":1}', good.slice(0, -3), good]).values()]).toEqual([
      { student: STUDENT, item: ITEM, answer: null, atMs: 5, final: true },
    ]);
    expect(parseTruth("null")).toBeNull();
  });
});
