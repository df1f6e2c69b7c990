import { type DotBatch, MM_PER_CENTIUNIT, packDots } from "@penlight/proto";
import { describe, expect, it } from "vitest";
import { classListOf } from "../../../server/core/class-list.ts";
import { PenTaps, TAPS_MAX } from "../../../server/core/pen-taps.ts";
import { classOf, dots, penId, START_MS } from "../lesson-fixture.ts";

const address = { section: 3, owner: 27, note: 900, page: 1 };
const page = { address, widthMm: 210, heightMm: 297, originMm: { x: 5, y: 7 } };
const schoolClass = { ...classOf(8), list: classListOf(classOf(8), page) ?? { page, boxes: [] } };

/** Dots at these places of the page, mm. */
function marked(pen: number, places: readonly (readonly [number, number])[], change: Partial<DotBatch> = {}): DotBatch {
  const unit = (mm: number) => Math.round(mm / MM_PER_CENTIUNIT);
  const values = Int32Array.from(places.flatMap(([x, y], i) => [i * 10, unit(x + 5), unit(y + 7), 100, 90, 90, 0]));
  return dots(pen, 50, 0, places.length, { page: address, ink: packDots(values), ...change });
}

function taps() {
  const book = new PenTaps();
  book.configure([schoolClass]);
  return book;
}
const middleOf = (seat: number): [number, number] => {
  const box = schoolClass.list.boxes[seat - 1];
  return box === undefined ? [0, 0] : [box.xMm + box.widthMm / 2, box.yMm + box.heightMm / 2];
};

describe("PenTaps", () => {
  it("[REG-4] the first dot in a box is the mark, the last mark of a pen counts, the latest come first", () => {
    const book = taps();
    book.fold(marked(1, [[2, 2], middleOf(3), middleOf(4)]), START_MS);
    book.fold(marked(2, [middleOf(1)]), START_MS + 1);
    expect(book.of(schoolClass.id)).toEqual([
      { pen: penId(2), student: "s1", atMs: START_MS + 1 },
      { pen: penId(1), student: "s3", atMs: START_MS },
    ]);
    book.fold(marked(1, [middleOf(8)]), START_MS + 2);
    expect(book.of(schoolClass.id).map(({ pen, student }) => [pen, student])).toEqual([
      [penId(1), "s8"],
      [penId(2), "s1"],
    ]);
    expect(book.of("4a" as typeof schoolClass.id)).toEqual([]);
  });

  it("[REG-4] ink beside the boxes, on other pages, from memory or that cannot be read marks nothing", () => {
    const book = taps();
    book.fold(marked(1, [[2, 2]]), START_MS);
    book.fold(marked(1, [middleOf(1)], { page: { ...address, page: 2 } }), START_MS);
    book.fold(marked(1, [middleOf(1)], { page: null }), START_MS);
    book.fold(marked(1, [middleOf(1)], { source: "memory" }), START_MS);
    book.fold(marked(1, [middleOf(1)], { ink: new Uint8Array([0x80]) }), START_MS);
    expect(book.of(schoolClass.id)).toEqual([]);
    book.configure([]);
    book.fold(marked(1, [middleOf(1)]), START_MS);
    expect(book.of(schoolClass.id)).toEqual([]);
  });

  it("[REG-4] the oldest of too many pens is forgotten", () => {
    const book = taps();
    for (let pen = 0; pen <= TAPS_MAX; pen++) book.fold(marked(pen, [middleOf(1)]), START_MS + pen);
    const known = book.of(schoolClass.id);
    expect([known.length, known.at(-1)?.pen]).toEqual([TAPS_MAX, penId(1)]);
  });
});
