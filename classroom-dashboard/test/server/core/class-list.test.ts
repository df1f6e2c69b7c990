import { describe, expect, it } from "vitest";
import { classListOf } from "../../../server/core/class-list.ts";
import { checkDocument } from "../../../server/core/setup-rules.ts";
import { classOf, setupOf } from "../lesson-fixture.ts";

const page = { address: { section: 3, owner: 27, note: 900, page: 1 }, widthMm: 210, heightMm: 297, originMm: { x: 0, y: 0 } };

describe("classListOf", () => {
  it("[REG-4] a box for each student of a class of any size, inside the page and apart from the others", () => {
    for (const students of [1, 4, 5, 40, 60]) {
      const schoolClass = classOf(students);
      const list = classListOf(schoolClass, page);
      expect(list?.boxes.map(({ student }) => student)).toEqual(schoolClass.students.map(({ id }) => id));
      const document = { ...schoolClass, list: list ?? undefined } as typeof schoolClass;
      expect(checkDocument({ kind: "classes", document }, setupOf([]))).toEqual([]);
    }
  });

  it("[REG-4] where they do not fit there is none", () => {
    expect(classListOf(classOf(40), { ...page, heightMm: 80 })).toBeNull();
    expect(classListOf(classOf(4), { ...page, widthMm: 40 })).toBeNull();
  });

  it("[REG-4] a list that another class has, a student twice and boxes that overlap are refused", () => {
    const schoolClass = classOf(2);
    const list = classListOf(schoolClass, page);
    if (list === null) throw new Error("they fit");
    const other = { ...classOf(0), id: "4a" as typeof schoolClass.id, list };
    const setup = setupOf([{ kind: "classes", id: "4a", version: 1, document: other }]);
    const [first] = list.boxes as [(typeof list.boxes)[number]];
    const document = { ...schoolClass, list: { ...list, boxes: [first, first] } };
    expect(checkDocument({ kind: "classes", document }, setup).map(({ at }) => at)).toEqual([
      "/list/page/address",
      "/list/boxes/1/student",
      "/list/boxes/1",
    ]);
  });
});
