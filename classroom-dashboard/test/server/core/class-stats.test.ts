import type { BoardCell, Item } from "@penlight/proto";
import { describe, expect, it } from "vitest";
import { columnStats, rowStats } from "../../../server/core/class-stats.ts";
import { itemId, studentId, worksheetOf } from "../lesson-fixture.ts";

const item = worksheetOf(1).items[0] as Item;
const cell = (state: BoardCell["state"], answer: BoardCell["answer"] = null, points: number | null = null): BoardCell => ({
  student: studentId(1),
  item: itemId(1),
  state,
  answer,
  points,
  mark: null,
});

describe("class statistics from cells", () => {
  it("[STAT-1] counts states, options and points", () => {
    const cells = [
      cell("right", "A", 2),
      cell("wrong", "B", 0),
      cell("partial", ["A", "B"], 1),
      cell("blank"),
      cell("no-signal"),
      cell("unsure", "B", 1),
    ];
    expect(columnStats(cells, item)).toMatchObject({
      right: 1,
      partial: 1,
      wrong: 1,
      judged: 3,
      blank: 1,
      noSignal: 1,
      classSize: 6,
      pointsSum: 3,
      options: [
        { option: "A", count: 2 },
        { option: "B", count: 2 },
      ],
    });
  });

  // Newcombe 1998, table I (method 3, Wilson): 81/263, 15/148, 0/20, 1/29.
  const WILSON = [
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
    [0, 0, 0, 1],
  ] as const;
  it.each(WILSON)("[STAT-2] Wilson interval of %i of %i is %f to %f", (right, judged, low, high) => {
    const cells = Array.from({ length: judged }, (_, i) => cell(i < right ? "right" : "wrong"));
    const { wilson } = columnStats(cells, item);
    expect(wilson[0]).toBeCloseTo(low, 4);
    expect(wilson[1]).toBeCloseTo(high, 4);
  });

  it("[STAT-1] a row is done where something was decided", () => {
    const open = [cell("no-signal"), cell("not-started"), cell("writing")];
    expect(rowStats([...open, cell("right", "A", 2), cell("withdrawn"), cell("unsure"), cell("blank")])).toEqual({
      done: 4,
      right: 1,
      points: 2,
    });
  });
});
