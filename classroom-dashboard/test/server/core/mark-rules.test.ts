import type { Assignment, Item, Verdict, WantedMark } from "@penlight/proto";
import { describe, expect, it } from "vitest";
import { checkMarks } from "../../../server/core/mark-rules.ts";
import { assignmentOf, itemId, setupOf, setupRecords, studentId, worksheetOf } from "../lesson-fixture.ts";

const setup = setupOf(setupRecords(2, 2));
const check = (marks: readonly WantedMark[], assignment: Assignment = assignmentOf()) => checkMarks(marks, assignment, setup);
const on = (verdict: Verdict | null, item = 1, student = 1): WantedMark => ({
  student: studentId(student),
  item: itemId(item),
  verdict,
});

describe("checkMarks", () => {
  it("[SET-10] says everything that is wrong, each with its place", () => {
    const marks = [
      on({ kind: "right" }),
      on({ kind: "points", points: 2.5 }, 2),
      on(null, 3),
      on({ kind: "wrong" }, 1, 9),
      on({ kind: "answer", answer: "X" }, 1, 2),
      on({ kind: "wrong" }),
    ];
    expect(check(marks).map(({ at }) => at)).toEqual([
      "/marks/1/verdict/points",
      "/marks/2/item",
      "/marks/3/student",
      "/marks/4/verdict/answer",
      "/marks/5",
    ]);
  });

  it.each([
    ["choice", "A", true],
    ["choice", true, false],
    ["choices", ["A", "B"], true],
    ["choices", ["A", "A"], false],
    ["choices", "A", false],
    ["true-false", false, true],
    ["true-false", "false", false],
    ["number", "-3", true],
    ["number", "", false],
    ["open", "text", false],
    ["help", true, false],
  ] as const)("[SET-10] of a %s item %j is an answer: %s", (kind, answer, isRight) => {
    const worksheet = worksheetOf(1);
    const items = worksheet.items.map((item) => ({ ...item, kind }) as Item);
    const own = setupOf([
      ...setupRecords(1, 1).filter((record) => record.kind !== "worksheets"),
      { kind: "worksheets", id: "sums@1", version: 1, document: { ...worksheet, items } },
    ]);
    expect(checkMarks([on({ kind: "answer", answer: answer as string })], assignmentOf(), own)).toHaveLength(isRight ? 0 : 1);
  });
});
