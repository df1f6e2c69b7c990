import { describe, expect, it } from "vitest";
import { CSV_LINES_MAX, parsePenCsv } from "../../../server/core/pen-csv.ts";
import { classOf, penId } from "../lesson-fixture.ts";

const CLASS = classOf(3);
const changesOf = (text: string) => {
  const answer = parsePenCsv(text, CLASS);
  return answer.kind === "changes" ? answer.changes.map(({ pen, student }) => [pen, student]) : answer;
};
const faultsOf = (text: string) => {
  const answer = parsePenCsv(text, CLASS);
  return answer.kind === "invalid" ? answer.faults.map(({ at, reason }) => `${at}: ${reason}`) : answer;
};

describe("parsePenCsv", () => {
  it("[REG-5] a MAC in any spelling; a student by id, seat or name; any of three separators, with or without a heading", () => {
    const text = '\uFEFFpen,student\r\n9C:7B:D2:00:00:01,s1\r\n\r\n9c-7b-d2-00-00-02;2\r\n"9c7bd2000003"\t"Student 3"\r\n';
    expect(changesOf(text)).toEqual([
      [penId(1), "s1"],
      [penId(2), "s2"],
      [penId(3), "s3"],
    ]);
    expect(changesOf("9c7bd2000001,Student 2（中）")).toEqual([[penId(1), "s2"]]);
  });

  it("[REG-5] everything that is wrong is told at once, by line", () => {
    const text = "9c7bd2000001,s1\n9c7bd20001,s2\n9c7bd2000002,\n9c7bd2000003,s9\n9C7BD2000001,s2\n9c7bd2000004,s1,x";
    expect(faultsOf(text)).toEqual([
      'line 2: "9c7bd20001" is no pen: its MAC has 12 hex digits, as 9C:7B:D2:51:F4:1F',
      "line 3: the student is missing",
      'line 4: nobody in this class has the id, seat or name "s9"',
      "line 5: this pen stands in line 1 already",
      "line 6: more than a pen and a student",
    ]);
    expect(faultsOf("")).toEqual(["line 1: there is no line with a pen and a student"]);
    expect(faultsOf("\n".repeat(CSV_LINES_MAX))).toEqual([
      `line ${CSV_LINES_MAX + 1}: at most ${CSV_LINES_MAX} lines are read`,
    ]);
  });

  it("[REG-5] a name that several have is not guessed at", () => {
    const name = { zh: "王伟", en: "Wang Wei" };
    const twins = { ...CLASS, students: CLASS.students.map((each) => (each.seat < 3 ? { ...each, name } : each)) };
    const answer = parsePenCsv("9c7bd2000001,王伟", twins);
    expect(answer).toEqual({
      kind: "invalid",
      faults: [
        {
          ...{ at: "line 1", reason: '"王伟" is the name of several: use the id or the seat' },
          ...{ code: "several-students", values: ["王伟"] },
        },
      ],
    });
  });
});
