import { type SetupState, type Worksheet, worksheetKey } from "@penlight/proto";
import { describe, expect, it } from "vitest";
import { BenchRoom } from "../fixtures/bench-room.ts";
import { ASSIGNMENT, inBox, LESSON, OPENS_MS, penOf, setupOf, studentOf, worksheetOf } from "../fixtures/classroom.ts";
import { dotsRecord, penStroke } from "../fixtures/ink.ts";
import { TICK } from "../fixtures/marks.ts";
import { say, wordOn } from "../fixtures/words.ts";

const sheet = worksheetOf(2);

function answered(box: string) {
  const setup = setupOf(1, 2);
  const bench = new BenchRoom(setup);
  const stroke = penStroke(
    penOf(0),
    OPENS_MS + 1000,
    TICK.map(([x, y]) => inBox(sheet, box, x, y)),
  );
  bench.read(dotsRecord(stroke)).tick(OPENS_MS + 4000, penOf(0));
  return { setup, bench };
}

/** Item i0 has another key from this version on. */
function correct(setup: SetupState, version: number, change: Partial<Worksheet["items"][number]>): void {
  const items = sheet.items.map((item, i) => (i === 0 ? ({ ...item, ...change } as Worksheet["items"][number]) : item));
  setup.apply({ kind: "worksheets", id: worksheetKey(sheet.id, version), version: 1, document: { ...sheet, version, items } });
  setup.apply({ kind: "assignments", id: LESSON.id, version, document: { ...LESSON, worksheetVersion: version } });
}
const shown = (bench: BenchRoom) => {
  const cell = bench.cell(studentOf(0), "i0");
  return [cell?.state, cell?.answer, cell?.points];
};

describe("a room adopts", () => {
  it("[SET-5] [ANS-61] [HIS-3] a corrected key scores what was read, and places and reads no ink again", () => {
    const { setup, bench } = answered("i0-A");
    expect(shown(bench)).toEqual(["wrong", "A", 0]);
    const lesson = bench.room.lessons.get(ASSIGNMENT);
    const strokes = bench.room.rows.strokes.length;
    correct(setup, 2, { key: "A", points: 5 } as Partial<Worksheet["items"][number]>);
    expect(bench.adopt(setup)).toEqual([]);
    expect(shown(bench)).toEqual(["right", "A", 5]);
    expect([bench.room.lessons.get(ASSIGNMENT) === lesson, bench.room.rows.strokes.length]).toEqual([true, strokes]);
    const marks = bench.room.rows.marks.map(({ worksheetVersion, state, points }) => [worksheetVersion, state, points]);
    expect(marks).toEqual([
      [1, "wrong", 0],
      [2, "right", 5],
    ]);
    correct(setup, 3, { key: "B", points: 2 } as Partial<Worksheet["items"][number]>);
    bench.adopt(setup);
    expect(shown(bench)).toEqual(["wrong", "A", 0]);
  });

  it("[ANS-60] a teacher's word stays through later ink and keys, and its withdrawal gives back what the ink says", () => {
    const { setup, bench } = answered("i0-A");
    say(setup, wordOn("i0", 1, { kind: "right" }));
    expect(bench.adopt(setup)).toBeNull();
    expect(shown(bench)).toEqual(["right", "A", 2]);
    const later = penStroke(
      penOf(0),
      OPENS_MS + 6000,
      TICK.map(([x, y]) => inBox(sheet, "i0-C", x, y)),
    );
    bench.read(dotsRecord(later)).tick(OPENS_MS + 9000, penOf(0));
    expect(shown(bench)).toEqual(["right", "C", 2]);
    correct(setup, 2, { key: "D" } as Partial<Worksheet["items"][number]>);
    bench.adopt(setup);
    expect(shown(bench)).toEqual(["right", "C", 2]);
    say(setup, wordOn("i0", 2, null));
    bench.adopt(setup);
    expect(shown(bench)).toEqual(["wrong", "C", 0]);
    const rows = bench.room.rows.marks.map(({ decision, by, state, worksheetVersion }) => [
      decision,
      by,
      state,
      worksheetVersion,
    ]);
    expect(rows).toEqual([
      [0, "machine", "wrong", 1],
      [1, "Ms Li", "right", 1],
      [1, "Ms Li", "right", 1],
      [1, "Ms Li", "right", 2],
      [2, "machine", "wrong", 2],
    ]);
  });

  it("[ANS-60] a cell without ink can be marked, counts in the statistics, and goes back to what it was", () => {
    const { setup, bench } = answered("i0-A");
    bench.flush();
    say(setup, wordOn("i1", 1, { kind: "points", points: 1 }));
    bench.adopt(setup);
    const stats = bench.flush().flatMap((body) => (body.kind === "item-stats" ? body.items : []));
    expect(stats).toMatchObject([{ item: "i1", judged: 1, pointsSum: 1, states: { partial: 1, "not-started": 0 } }]);
    expect(bench.room.rows.answers.map((row) => row.item)).toEqual(["i0"]);
    expect(bench.room.rows.marks.at(-1)).toMatchObject({ item: "i1", answerVersion: 0, by: "Ms Li", points: 1 });
    say(setup, wordOn("i1", 2, null));
    bench.adopt(setup);
    expect(bench.state(studentOf(0), "i1")).toBe("not-started");
  });

  it("[ANS-60] a word about nobody of the class, or an item that is not there, changes nothing", () => {
    const { setup, bench } = answered("i0-A");
    bench.flush();
    say(setup, wordOn("i7", 1, { kind: "right" }));
    say(setup, wordOn("i0", 1, { kind: "right" }, "Ms Li", studentOf(5)));
    expect([bench.adopt(setup), bench.flush()]).toEqual([null, []]);
  });
});
