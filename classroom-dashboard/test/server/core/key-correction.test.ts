import { type BoardCell, keyAnswerOf } from "@penlight/proto";
import { describe, expect, it } from "vitest";
import { checkChanges, correctedBy, previewOf } from "../../../server/core/key-correction.ts";
import { itemId, START_MS, studentId, worksheetOf } from "../lesson-fixture.ts";

const sheet = worksheetOf(2);

describe("a correction of keys", () => {
  it("[SET-20] is the same worksheet with other keys and points, as another version", () => {
    const after = correctedBy(sheet, [{ item: itemId(2), key: "B", points: 3 }], 7);
    expect(after).toEqual({
      ...sheet,
      version: 7,
      items: sheet.items.map((item, i) => (i === 1 ? { ...item, key: "B", points: 3 } : item)),
    });
  });

  it("[SET-20] what is partly right is corrected as well; null takes it away", () => {
    const [item] = [itemId(1)];
    const [first] = correctedBy(sheet, [{ item, partialCredit: "half-if-other-form" }], 2).items;
    expect(first).toEqual({ ...sheet.items[0], partialCredit: "half-if-other-form" });
    const again = correctedBy({ ...sheet, items: [first as (typeof sheet.items)[number]] }, [{ item, partialCredit: null }], 3);
    expect(again.items).toEqual([sheet.items[0]]);
  });

  it("[SET-20] names items that are not there, or twice, and refuses to change nothing", () => {
    const at = (...changes: Parameters<typeof checkChanges>[1]) => checkChanges(sheet, changes).map((fault) => fault.at);
    expect(at({ item: itemId(1), key: "B" }, { item: itemId(9) }, { item: itemId(1) })).toEqual([
      "/items/1/item",
      "/items/2/item",
    ]);
    expect(at({ item: itemId(1), key: "A" })).toEqual(["/items"]);
    expect(at({ item: itemId(1), points: 5 })).toEqual([]);
  });

  it("[SET-20] says which cells change; what is not judged, and what a teacher marked, stays", () => {
    const cell = (student: number, change: Partial<BoardCell>): BoardCell => ({
      ...{ student: studentId(student), item: itemId(1), state: "right", answer: "A", points: 2, mark: null },
      ...change,
    });
    const mark = { verdict: { kind: "right" }, by: "Ms Li", atMs: START_MS, version: 1 } as const;
    const cells = [
      cell(1, {}),
      cell(2, { state: "wrong", answer: "B", points: 0 }),
      cell(3, { state: "unsure", answer: null, points: null }),
      cell(4, { mark }),
      cell(5, { item: itemId(2) }),
    ];
    const after = correctedBy(sheet, [{ item: itemId(1), key: "B" }], 2);
    const changed = previewOf(cells, after, (item, answer, verdict) => {
      const isRight = verdict === null ? answer === keyAnswerOf(item) : verdict.kind === "right";
      return { state: isRight ? "right" : "wrong", points: isRight ? item.points : 0 };
    });
    expect(changed.map(({ student, from, to }) => [student, from.state, to.state, to.points])).toEqual([
      ["s1", "right", "wrong", 0],
      ["s2", "wrong", "right", 2],
    ]);
  });
});
