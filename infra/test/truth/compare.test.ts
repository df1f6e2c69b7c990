import { expect, test } from "vitest";
import { compareWithTruth, truthText } from "../../src/truth/compare.ts";

const truth = (student: string, answer: unknown, final = true) =>
  JSON.stringify({ student, item: "q1", answer, atMs: 1, final });
const cell = (student: string, state: string, answer: unknown) =>
  ({ student, item: "q1", state, answer }) as Parameters<typeof compareWithTruth>[0] extends Iterable<infer Cell>
    ? Cell
    : never;

test("[CLASS-3] a cell is equal, unsure or wrong, whatever it is worth; intentions that were not the last are nothing", () => {
  const cells = [
    cell("a", "right", "1/2"),
    cell("b", "wrong", "0.5"),
    { ...cell("c", "unsure", null), insight: { guess: "7" } },
    cell("d", "withdrawn", null),
    cell("e", "blank", null),
    cell("f", "right", ["A", "C"]),
    cell("g", "wrong", "-5"),
  ];
  const meant = [
    ["a", "1/2"],
    ["b", "0.5"],
    ["c", "7"],
    ["d", null],
    ["e", null],
    ["f", ["A", "C"]],
    ["g", "5"],
    ["h", "3"],
    ["i", null],
  ] as const;
  const lines = [truth("a", "9", false), ...meant.map(([student, answer]) => truth(student, answer)), "torn {"];
  const report = compareWithTruth(cells, lines);
  expect(report).toMatchObject({ cells: 9, equal: 5, unsure: 1, guessed: 1 });
  expect(report.wrong.map(({ cell: { student, state }, meant: was }) => [student, state, was])).toEqual([
    ["g", "wrong", "5"],
    ["h", "not-started", "3"],
    ["i", "not-started", null],
  ]);
  expect(truthText(report).split("\n")).toEqual([
    '  g/q1 is wrong "-5", meant "5"',
    '  h/q1 is not-started null, meant "3"',
    "  i/q1 is not-started null, meant null",
    "9 cells against what the pupils meant: 5 (55.6 %) equal, 1 (11.1 %) unsure (1 of them guessed right), 3 (33.3 %) wrong",
  ]);
});
