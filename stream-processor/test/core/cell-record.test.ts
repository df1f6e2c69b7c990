import { type AnswerRow, boxIdsOf, type Item } from "@penlight/proto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ANSWER_STROKES_MAX, CellRecord, type PlacedStroke } from "../../src/core/cell-record.ts";
import { RoomSetup, type Sheet } from "../../src/core/room-setup.ts";
import { Stroke } from "../../src/core/stroke.ts";
import { StudentTally } from "../../src/core/student-tally.ts";
import type { PlacedBox } from "../../src/core/worksheet-map.ts";
import { penOf, ROOM, setupOf, studentOf, worksheetOf } from "../fixtures/classroom.ts";
import type { Glyph } from "../fixtures/glyphs.ts";
import { CLOCK_OFFSET_MS } from "../fixtures/ink.ts";
import { glyphInBox, placedOn, SHORT, STRIKE, TICK } from "../fixtures/marks.ts";

const worksheet = worksheetOf(3);
const sheet = new RoomSetup(setupOf(1, 3), ROOM).sheets[0] as Sheet;
const boxes = [...sheet.index.pages.values()].flatMap((page) => page.boxes);

function cellOf(index: number): CellRecord {
  const item = worksheet.items[index] as Item;
  const own = boxIdsOf(item).map((id) => boxes.find((box) => box.id === id) as PlacedBox);
  return new CellRecord(new StudentTally(studentOf(0)), index, item, own);
}
const drawn = (box: string, downMs: number, glyph: Glyph = TICK, pen = 0) =>
  placedOn(sheet, glyphInBox(penOf(pen), downMs, worksheet, box, glyph));
/** Any placed stroke of `dots` dots: where it lies does not matter to the version. */
function counted(stroke: Stroke, dots: number): PlacedStroke {
  const any = drawn("i0-A", 1);
  return { ...any, stroke, dots, firstMs: stroke.downMs, lastMs: stroke.downMs + dots };
}

describe("CellRecord", () => {
  it("[EVT-12] the version is the sum of the dots; a longer telling takes the place of the shorter one", () => {
    const cell = cellOf(0);
    const [one, two] = [new Stroke(penOf(0), null, 10), new Stroke(penOf(0), null, 20)];
    const seen = [cell.version];
    for (const [stroke, dots] of [
      [one, 12],
      [two, 30],
      [one, 20],
    ] as const) {
      cell.put(counted(stroke, dots));
      seen.push(cell.version);
    }
    expect(seen).toEqual([0, 12, 42, 50]);
    expect(cell.strokes.length).toBe(2);
  });

  it("[EVT-12] a stroke that goes elsewhere raises the version by one, and what comes after adds to that", () => {
    const cell = cellOf(0);
    const [one, two] = [new Stroke(penOf(0), null, 10), new Stroke(penOf(0), null, 20)];
    cell.put(counted(one, 12));
    cell.put(counted(two, 30));
    cell.remove(two);
    expect(cell.version).toBe(43);
    cell.remove(two);
    expect(cell.version).toBe(43);
    cell.put(counted(two, 5));
    expect(cell.version).toBe(48);
  });

  it("[EVT-12] it never goes back, and without a stroke that left it is the same in any order", () => {
    const step = fc.record({ stroke: fc.nat(4), dots: fc.integer({ min: 1, max: 50 }), leaves: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), fc.boolean(), (steps, mayLeave) => {
        const cell = cellOf(0);
        const strokes = Array.from({ length: 5 }, (_, i) => new Stroke(penOf(i), null, 100 - i));
        const dotsOf = new Map<Stroke, number>();
        for (const each of steps) {
          const stroke = strokes[each.stroke] as Stroke;
          const before = cell.version;
          if (mayLeave && each.leaves) {
            cell.remove(stroke);
            expect(cell.version).toBe(dotsOf.delete(stroke) ? before + 1 : before);
          } else {
            const more = (dotsOf.get(stroke) ?? 0) + each.dots;
            dotsOf.set(stroke, more);
            cell.put(counted(stroke, more));
            expect(cell.version).toBe(before + each.dots);
          }
        }
        const sum = [...dotsOf.values()].reduce((total, dots) => total + dots, 0);
        if (!mayLeave) expect(cell.version).toBe(sum);
        expect(cell.strokes.map((each) => each.stroke.downMs)).toEqual(
          [...dotsOf.keys()].map((s) => s.downMs).sort((a, b) => a - b),
        );
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  it("[ANS-30] [ANS-41] says the same whatever order its strokes arrive in", () => {
    // A is ticked, struck out and B ticked at last; C was marked in between by another pen at the very same time as the strike.
    const strokes = [drawn("i0-A", 1000), drawn("i0-C", 2000, TICK, 1), drawn("i0-A", 2000, STRIKE), drawn("i0-B", 3000)];
    fc.assert(
      fc.property(fc.shuffledSubarray(strokes, { minLength: 4 }), fc.nat(3), (order, again) => {
        const cell = cellOf(0);
        for (const each of order) cell.put(each);
        cell.put(order[again] as PlacedStroke);
        expect([cell.judged, cell.answer, cell.score?.milliPoints]).toEqual(["right", "B", 2000]);
        expect(cell.strokes).toEqual([strokes[0], strokes[2], strokes[1], strokes[3]]);
      }),
      { seed: 1, numRuns: 24 },
    );
  });

  it("[ANS-30] a stroke that is taken out has said nothing", () => {
    const cell = cellOf(0);
    const [mark, strike] = [drawn("i0-B", 1000), drawn("i0-B", 2000, STRIKE)];
    cell.put(mark);
    cell.put(strike);
    expect([cell.judged, cell.answer]).toEqual(["withdrawn", null]);
    cell.remove(strike.stroke);
    expect([cell.judged, cell.answer]).toEqual(["right", "B"]);
    cell.remove(mark.stroke);
    expect([cell.judged, cell.answer, cell.score]).toEqual([null, null, null]);
  });

  it("[ANS-43] an unsure cell has neither an answer nor points", () => {
    const one = cellOf(0);
    one.put(drawn("i0-A", 1000));
    one.put(drawn("i0-B", 2000, SHORT));
    expect([one.judged, one.answer, one.score]).toEqual(["unsure", null, null]);
    const several = cellOf(2);
    several.put(drawn("i2-A", 1000));
    expect([several.judged, several.answer, several.score?.milliPoints]).toEqual(["partial", ["A"], 1000]);
    several.put(drawn("i2-C", 2000, SHORT));
    expect([several.judged, several.answer, several.score]).toEqual(["unsure", null, null]);
  });

  it("[ANS-95] what a teacher has seen stays as another recogniser read it, until there is more ink", () => {
    const cell = cellOf(0);
    cell.put(drawn("i0-B", 1000));
    const row = {
      version: cell.version,
      state: "unsure",
      answer: null,
      recognizer: "marks-geometry/0",
    } as unknown as AnswerRow;
    cell.told = row;
    expect([cell.judged, cell.answer]).toEqual(["unsure", null]);
    cell.told = { ...row, state: "wrong", answer: "A" };
    expect([cell.judged, cell.answer]).toEqual(["wrong", "A"]);
    // Read by this one: the ink says what it says.
    cell.told = { ...row, recognizer: cell.recognizer };
    expect([cell.judged, cell.answer]).toEqual(["right", "B"]);
    cell.told = row;
    cell.put(drawn("i0-C", 2000));
    expect(cell.answer).toBe("C");
  });

  it("[HIS-2] a row names no more strokes than anybody reads, however full the box", () => {
    const cell = cellOf(0);
    for (let i = 0; i < ANSWER_STROKES_MAX + 40; i++) cell.put(counted(new Stroke(penOf(0), null, 1000 + i), 2));
    expect(cell.strokes.length).toBe(ANSWER_STROKES_MAX + 40);
    expect(cell.strokesNamed).toEqual(cell.strokes.slice(0, ANSWER_STROKES_MAX).map((each) => each.stroke.id));
  });

  it("knows the host time of its last ink", () => {
    const cell = cellOf(0);
    expect(cell.inkMs).toBe(0);
    cell.put(drawn("i0-B", 5000));
    cell.put(drawn("i0-A", 1000));
    expect(cell.inkMs).toBe(5000 + CLOCK_OFFSET_MS + (TICK.length - 1) * 10);
  });
});
