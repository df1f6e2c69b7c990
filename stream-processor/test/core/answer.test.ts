import type { BoxId, Item } from "@penlight/proto";
import { describe, expect, it } from "vitest";
import { answerOf } from "../../src/core/answer.ts";
import type { BoxReading } from "../../src/core/recognize/read-boxes.ts";
import { worksheetOf } from "../fixtures/classroom.ts";

const [choice, , choices, trueFalse] = worksheetOf(4).items as [Item, Item, Item, Item];
const empty: BoxReading = { state: "empty", order: 0 };
const struck: BoxReading = { state: "struck", order: 1 };
const marked = (order: number): BoxReading => ({ state: "marked", order });
const doubtful = (order: number): BoxReading => ({ state: "doubtful", order });

describe("answerOf", () => {
  it("[ANS-40] tells nothing written from everything withdrawn", () => {
    expect(answerOf(choice, [empty, empty, empty, empty])).toEqual({ kind: "none" });
    expect(answerOf(choice, [empty, struck, empty, empty])).toEqual({ kind: "withdrawn" });
    expect(answerOf(choices, [struck, struck, empty, empty])).toEqual({ kind: "withdrawn" });
  });
  it("[ANS-41] of several marks the last one counts", () => {
    expect(answerOf(choice, [marked(3), marked(1), empty, empty])).toEqual({ kind: "answer", value: "A" });
    expect(answerOf(choice, [struck, marked(2), empty, empty])).toEqual({ kind: "answer", value: "B" });
    expect(answerOf(trueFalse, [empty, marked(1)])).toEqual({ kind: "answer", value: false });
    expect(answerOf(trueFalse, [marked(1), empty])).toEqual({ kind: "answer", value: true });
  });
  it("[ANS-41] a doubt before a clear mark is settled, one after it is not", () => {
    expect(answerOf(choice, [doubtful(1), marked(2), empty, empty])).toEqual({ kind: "answer", value: "B" });
    expect(answerOf(choice, [doubtful(3), marked(2), empty, empty])).toEqual({ kind: "unsure" });
  });
  it("[ANS-42] marks of `choices` add up, sorted; any doubt makes the set doubtful", () => {
    expect(answerOf(choices, [marked(4), empty, marked(2), struck])).toEqual({ kind: "answer", value: ["A", "C"] });
    expect(answerOf(choices, [doubtful(1), empty, marked(2), empty])).toEqual({ kind: "unsure" });
  });
  it("[ANS-44] a signal is true while its box is marked", () => {
    const help: Item = { ...choice, kind: "help", box: "b" as BoxId, points: 0 } as Item;
    expect([[empty], [marked(1)], [struck], [doubtful(1)]].map((readings) => answerOf(help, readings))).toEqual([
      { kind: "none" },
      { kind: "answer", value: true },
      { kind: "withdrawn" },
      { kind: "unsure" },
    ]);
  });
});
