import { type BoardCell, type Item, wilson } from "@penlight/proto";
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

  it("[STAT-2] the interval of right among judged; [0, 1] while nothing is judged", () => {
    const cells = Array.from({ length: 40 }, (_, i) => cell(i < 12 ? "right" : "wrong"));
    expect(columnStats([...cells, cell("blank"), cell("unsure")], item).wilson).toEqual(wilson(12, 40));
    expect(columnStats([cell("blank")], item).wilson).toEqual([0, 1]);
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
