import {
  DOT_STRIDE,
  type InkRecord,
  type Item,
  type PageAddress,
  type PenId,
  type SetupRecord,
  type SetupState,
  type StrokeRow,
  strokeIdOf,
  type Worksheet,
} from "@penlight/proto";
import { MemoryHistory } from "@penlight/proto/memory-history";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PEN_STATES_WAIT_MS, PENS_KNOWN_MS_MAX } from "../../src/core/closing.ts";
import { settle } from "../../src/core/lesson-fold.ts";
import { REST_MS } from "../../src/core/room.ts";
import { NO_METRICS } from "../../src/metrics.ts";
import { BenchRoom } from "../fixtures/bench-room.ts";
import { LESSON, OPENS_MS, penOf, ROOM, setupOf, studentOf, worksheetOf } from "../fixtures/classroom.ts";
import type { Glyph } from "../fixtures/glyphs.ts";
import {
  CLOCK_OFFSET_MS,
  dotsRecord,
  glyphStroke,
  type PenStroke,
  penState,
  penStroke,
  pieceOf,
  tick,
  upMsOf,
} from "../fixtures/ink.ts";
import { ring, STRIKE, TICK } from "../fixtures/marks.ts";

const ITEMS = 3;
const worksheet = worksheetOf(ITEMS);
const [PEN, OTHER] = [penOf(0), penOf(1)];
const T = OPENS_MS + 1000;
const drawn = (box: string, atMs = 0, glyph: Glyph = TICK, pen: PenId = PEN) =>
  glyphStroke(pen, T + atMs, worksheet, box, glyph);
/** Host time of a stroke's last dot. */
const lastMs = (stroke: PenStroke) => upMsOf(stroke) + CLOCK_OFFSET_MS;
const inMargin = (atMs = 0, pen: PenId = PEN) =>
  penStroke(
    pen,
    T + atMs,
    Array.from({ length: 20 }, (_, i) => [150 + i, 150 + i] as const),
  );
/** A room whose pens are known. */
const opened = (setup: SetupState = setupOf(2, ITEMS)) => new BenchRoom(setup).tick(T - 500, PEN, OTHER);
/** Another version of a worksheet, with another key of its first item. */
const keyed = (sheet: Worksheet, version: number, key: string): Worksheet => ({
  ...sheet,
  version,
  items: sheet.items.map((item, i) => (i === 0 ? ({ ...item, key } as Item) : item)),
});
const closing = (id: string, version: number, closesMs: number): SetupRecord => ({
  kind: "assignments",
  id,
  version,
  document: { ...LESSON, closesMs },
});
const rowsOf = (bench: BenchRoom): StrokeRow[] => bench.room.rows.strokes.map(({ row }) => row);

describe("Room: writing", () => {
  it("[ANS-54] a cell is writing from the first dot until the stroke has ended and 700 ms have passed since its last dot", () => {
    const bench = opened();
    const stroke = drawn("i0-B");
    bench.read(dotsRecord(stroke, { to: 1, end: false }));
    expect([bench.state("s0", "i0"), bench.state("s1", "i0")]).toEqual(["writing", "not-started"]);
    bench.read(dotsRecord(stroke, { from: 1 }));
    bench.tick(lastMs(stroke) + 699, PEN, OTHER);
    expect(bench.state("s0", "i0")).toBe("writing");
    bench.tick(lastMs(stroke) + 700, PEN, OTHER);
    expect(bench.cell("s0", "i0")).toMatchObject({ state: "right", answer: "B", points: 2, version: TICK.length });
    expect(REST_MS).toBe(700);
  });

  it("[ANS-54] the rest begins anew with each stroke", () => {
    const bench = opened();
    const [one, two] = [drawn("i0-B"), drawn("i0-B", 1200, STRIKE)];
    bench.read(dotsRecord(one), dotsRecord(two, { receivedMs: lastMs(two) + 5 }));
    bench.tick(lastMs(two) + 699, PEN, OTHER);
    expect(bench.state("s0", "i0")).toBe("writing");
    bench.tick(lastMs(two) + 700, PEN, OTHER);
    expect(bench.state("s0", "i0")).toBe("withdrawn");
  });

  it("[ANS-54] a stroke that has not ended keeps its cell writing, however still the pen is", () => {
    const bench = opened();
    const stroke = drawn("i0-B");
    const heardMs = lastMs(stroke) + 5;
    bench.read(dotsRecord(stroke, { end: false }));
    bench.tick(heardMs + 9999, PEN, OTHER);
    expect(bench.state("s0", "i0")).toBe("writing");
    // ANS-4: silent for 10 s, it is closed at its last dot, which was longer ago than a rest.
    bench.tick(heardMs + 10_000, PEN, OTHER);
    expect(bench.state("s0", "i0")).toBe("right");
    expect(rowsOf(bench)).toMatchObject([{ syntheticEnd: true, upMs: upMsOf(stroke), item: "i0", version: TICK.length }]);
  });

  it("[ANS-54] the pen begins a stroke elsewhere: the cell that it left is judged at once", () => {
    for (const next of [drawn("i1-B", 900), inMargin(900)]) {
      const bench = opened();
      bench.read(dotsRecord(drawn("i0-B")), dotsRecord(next, { to: 3, end: false }));
      expect(bench.state("s0", "i0")).toBe("right");
      expect(bench.state("s0", "i1")).toBe(next.dots[1] === drawn("i1-B").dots[1] ? "writing" : "not-started");
    }
  });

  it("[ANS-54] ink from a pen's memory is judged, and nobody writes", () => {
    const bench = opened();
    bench.read(dotsRecord(drawn("i0-B"), { source: "memory" }));
    expect(bench.state("s0", "i0")).toBe("right");
  });

  it("[ANS-54] a setup that changes nothing for the room leaves the pen where it writes", () => {
    const setup = setupOf(2, ITEMS);
    const bench = opened(setup);
    const stroke = drawn("i0-B");
    bench.read(dotsRecord(stroke));
    setup.apply({
      kind: "pens",
      id: penOf(8),
      version: 1,
      document: { id: penOf(8), student: studentOf(8) },
    });
    expect(bench.adopt(setup)).toBeNull();
    expect(bench.state("s0", "i0")).toBe("writing");
    bench.tick(lastMs(stroke) + 700, PEN, OTHER);
    expect(bench.state("s0", "i0")).toBe("right");
  });
});

describe("Room: ends", () => {
  const open = (bench: BenchRoom) => bench.read(dotsRecord(drawn("i0-B"), { to: 20, end: false }));

  it("[ANS-4] live dots of a later stroke of the same pen close the one before, those of another pen do not", () => {
    const bench = open(opened());
    bench.read(dotsRecord(drawn("i0-B", 500, TICK, OTHER), { to: 1, end: false }));
    expect([rowsOf(bench), bench.room.openStrokes]).toEqual([[], 2]);
    bench.read(dotsRecord(drawn("i1-B", 900), { source: "memory" }));
    expect(rowsOf(bench)).toMatchObject([{ item: "i1", syntheticEnd: false }]);
    bench.read(dotsRecord(drawn("i2-A", 1500), { to: 1, end: false }));
    expect(rowsOf(bench)[1]).toMatchObject({ item: "i0", version: 20, syntheticEnd: true, upMs: T + 190 });
    expect(bench.room.openStrokes).toBe(2);
  });

  it("[ANS-4] a pen that says that it is not connected ends its stroke", () => {
    const bench = open(opened());
    bench.read({ receivedMs: T + 1000, body: { kind: "pen-state", state: penState(PEN, T + 1000, "lost") } });
    expect(rowsOf(bench)).toMatchObject([{ item: "i0", version: 20, syntheticEnd: true }]);
    expect(bench.room.openStrokes).toBe(0);
  });

  it("[ANS-4] [EVT-3] more dots open it again; at its real end it is a newer version of the same stroke", () => {
    const bench = open(opened());
    bench.tick(T + 20_000, PEN, OTHER);
    bench.read(dotsRecord(drawn("i0-B"), { from: 20, receivedMs: T + 20_100 }));
    const [first, second, ...more] = rowsOf(bench);
    expect([first?.version, second?.version, more.length]).toEqual([20, TICK.length, 0]);
    expect(second).toMatchObject({ stroke: first?.stroke, syntheticEnd: false });
    expect(bench.cell("s0", "i0")).toMatchObject({ state: "right", version: TICK.length });
  });

  it("[ANS-4] a live stroke that hangs is closed though its whole telling came from the pen's memory", () => {
    const bench = opened();
    const stroke = drawn("i0-B");
    bench.read(dotsRecord(stroke, { end: false }));
    const backMs = T + 2000;
    // As many dots as were heard live: the live telling counts, and its end was never heard.
    bench.read(dotsRecord(stroke, { source: "memory", receivedMs: backMs }));
    bench.tick(backMs + 10_000, PEN, OTHER);
    expect([bench.room.openStrokes, rowsOf(bench).length]).toEqual([0, 1]);
    expect(bench.state("s0", "i0")).toBe("right");
    for (const { hold } of bench.room.rows.strokes) bench.watermark.release(hold);
    bench.room.rest();
    expect(bench.watermark.held).toBe(0);
  });
});

describe("Room: history", () => {
  it("[ANS-5] every closed stroke with a dot is a row: placed, in the margin, on no page, of nobody's pen", () => {
    const bench = opened();
    const nobody = drawn("i0-B", 0, TICK, penOf(9));
    const lost = { ...inMargin(2000), page: null };
    bench.read(...[drawn("i0-B"), inMargin(1000), lost, nobody].map((stroke) => dotsRecord(stroke)));
    // Only an end, no dots: none.
    bench.read(dotsRecord(drawn("i1-B", 3000), { from: 0, to: 0, end: true }));
    expect(rowsOf(bench).map((row) => [row.pen, row.student, row.item, row.version, row.page?.page ?? null])).toEqual([
      [PEN, "s0", "i0", TICK.length, 1],
      [PEN, "s0", null, 20, 1],
      [PEN, "s0", null, 20, null],
      [penOf(9), null, null, TICK.length, 1],
    ]);
    expect(bench.room.openStrokes).toBe(0);
    for (const { hold } of bench.room.rows.strokes) bench.watermark.release(hold);
    bench.room.rest();
    expect([bench.watermark.held, bench.watermark.lowWater()]).toEqual([0, bench.watermark.next]);
  });

  it("[LOG-7] an open stroke holds its first record, and no other", () => {
    const bench = opened();
    bench.read(dotsRecord(drawn("i0-B"), { to: 5, end: false }), dotsRecord(drawn("i0-B"), { from: 5, to: 9, end: false }));
    bench.tick(T + 400, PEN, OTHER);
    bench.room.rest();
    expect([bench.watermark.lowWater(), bench.watermark.next, bench.watermark.held]).toEqual([1n, 4n, 1]);
  });

  it("[ANS-1] dots that were there are counted, and change nothing", () => {
    const counted: unknown[] = [];
    const bench = new BenchRoom(setupOf(2, ITEMS), { ...NO_METRICS, count: (...args) => counted.push(args) });
    const record = dotsRecord(drawn("i0-B"));
    bench.read(record, record);
    expect(counted).toEqual([
      ["dots", TICK.length, "live"],
      ["dots-known", TICK.length, "duplicate"],
    ]);
    expect(rowsOf(bench).length).toBe(1);
  });

  it("[HIS-4] [LOG-7] a gap is a row with the pen's student, and holds its record until history has it", () => {
    const bench = opened();
    const gap = (pen: PenId): InkRecord => ({ receivedMs: T, body: { kind: "gap", pen, lostEvents: 3, reason: "gap" } });
    bench.read(gap(OTHER), gap(penOf(9)));
    const row = { room: ROOM, atMs: T, lostEvents: 3, reason: "gap" };
    bench.tick(T + 250, PEN, OTHER);
    expect(bench.room.rows.gaps.map((each) => each.row)).toMatchObject([
      { ...row, pen: OTHER, student: "s1" },
      { ...row, pen: penOf(9), student: null },
    ]);
    expect(bench.room.rows.gaps.map((each) => each.hold.offset)).toEqual([1n, 2n]);
    bench.room.rest();
    expect([bench.watermark.lowWater(), bench.watermark.next]).toEqual([1n, 4n]);
  });

  it("[EVT-12] the same strokes give the same version in any order of arrival, each time larger than before", () => {
    const strokes = [drawn("i0-A"), drawn("i0-A", 2000, STRIKE), drawn("i0-B", 4000), drawn("i0-B", 6000, ring(0.5, 0.5, 0.8))];
    const total = 2 * TICK.length + STRIKE.length + 49;
    fc.assert(
      fc.property(fc.shuffledSubarray(strokes, { minLength: 4 }), fc.array(fc.nat(3), { maxLength: 4 }), (order, again) => {
        const bench = opened();
        const late = [...order, ...again.map((i) => order[i] as PenStroke)];
        bench.read(...late.map((stroke) => dotsRecord(stroke, { source: "memory", receivedMs: T + 9000 })));
        bench.tick(T + 10_000, PEN, OTHER);
        const versions = bench.room.rows.answers.map((row) => row.version);
        expect([versions.length, versions.at(-1), bench.cell("s0", "i0")?.version]).toEqual([4, total, total]);
        expect(versions.every((version, i) => i === 0 || version > (versions[i - 1] as number))).toBe(true);
      }),
      { seed: 1, numRuns: 20 },
    );
  });

  it("[EVT-12] a processor that reads history goes on from the versions that history has", () => {
    const before = opened();
    before.read(dotsRecord(drawn("i0-A")));
    const setup = setupOf(2, ITEMS);
    const after = new BenchRoom(setup);
    const [lesson] = after.room.lessons.values();
    if (lesson === undefined) throw new Error("no lesson");
    const { answers, marks } = before.room.rows;
    after.fold(lesson, rowsOf(before), answers, marks);
    after.tick(T + 5000, PEN, OTHER);
    expect(after.cell("s0", "i0")).toMatchObject({ state: "wrong", answer: "A", version: TICK.length });
    expect([after.room.rows.answers, after.room.rows.strokes]).toEqual([[], []]);
    after.read(dotsRecord(drawn("i0-A")), dotsRecord(drawn("i0-B", 6000)));
    expect(after.room.rows.answers).toMatchObject([{ version: 2 * TICK.length, answer: "B" }]);
    expect(rowsOf(after).map((row) => row.box)).toEqual(["i0-B"]);
  });

  it("[ANS-2] dots that a stroke lost before it was read back from history are not counted again", () => {
    const counted: [string, number, string | undefined][] = [];
    const metrics = { ...NO_METRICS, count: (name: string, by: number, what?: string) => void counted.push([name, by, what]) };
    const stroke = drawn("i0-A");
    const before = opened();
    before.read(dotsRecord(stroke, { to: 8 }), dotsRecord(stroke, { from: 12, to: 20 }));
    before.tick(T + 60_000, PEN, OTHER);
    const after = new BenchRoom(setupOf(2, ITEMS), metrics);
    after.room.foldStrokes(rowsOf(before));
    after.read(dotsRecord(stroke, { to: 8 }), dotsRecord(stroke, { from: 12, to: 20 }), dotsRecord(stroke, { from: 20 }));
    const version = TICK.length - 4;
    expect([...rowsOf(before), ...rowsOf(after)]).toMatchObject([
      { version: 16, lostDots: 4, syntheticEnd: true },
      { version, lostDots: 4, syntheticEnd: false },
    ]);
    expect(counted.filter(([name]) => name === "dots-missing")).toEqual([]);
  });
});

describe("Room: pens and time", () => {
  it("[ANS-51] a cell is not started while a pen of the student is connected, and no signal when no state comes for 3.5 s", () => {
    const bench = opened();
    bench.tick(T + 3000, OTHER);
    expect(bench.state("s0", "i0")).toBe("not-started");
    bench.tick(T + 3001, OTHER);
    expect([bench.state("s0", "i0"), bench.state("s1", "i0")]).toEqual(["no-signal", "not-started"]);
    // Ticks without pens are no news of them.
    bench.tick(T + 60_000);
    expect(bench.state("s1", "i0")).toBe("not-started");
    bench.read(tick(T + 61_000, [penState(OTHER, T + 61_000, "off")]));
    expect(bench.state("s1", "i0")).toBe("no-signal");
  });

  it("[ANS-53] tells only cells with ink until a tick brings all pens", () => {
    const bench = new BenchRoom(setupOf(2, ITEMS));
    bench.read(tick(T), dotsRecord(drawn("i0-B")));
    expect(bench.flush()).toMatchObject([{ kind: "cells", student: "s0", cells: [{ item: "i0", state: "writing" }] }]);
    bench.read({ receivedMs: T + 900, body: { kind: "pen-state", state: penState(OTHER, T) } });
    expect(bench.flush()).toEqual([]);
    bench.tick(T + 1000, PEN, OTHER);
    expect(bench.flush().map((body) => body.kind)).toEqual(["cells", "cells", "item-stats", "student", "student"]);
    expect([bench.state("s0", "i1"), bench.state("s1", "i0")]).toEqual(["not-started", "not-started"]);
  });

  it("[ANS-53] and 2 s of room time at most: pens that were not heard of are no signal", () => {
    const bench = new BenchRoom(setupOf(2, ITEMS));
    bench.read(tick(T), tick(T + 1999));
    expect(bench.flush()).toEqual([]);
    bench.read(tick(T + 2000));
    bench.flush();
    expect([bench.cells.size, bench.students.size, bench.state("s1", "i2")]).toEqual([6, 2, "no-signal"]);
    expect(PENS_KNOWN_MS_MAX).toBe(2000);
  });

  it("[ANS-52] decides 1.5 s after closing; ink of before closing that comes then counts, later ink does not", () => {
    const closesMs = T + 10_000;
    const bench = opened(setupOf(2, ITEMS, { ...LESSON, closesMs }));
    for (let atMs = T; atMs <= closesMs + 1000; atMs += 1000) bench.tick(atMs, PEN);
    bench.tick(closesMs + 1499, PEN);
    expect(bench.state("s0", "i0")).toBe("not-started");
    bench.tick(closesMs + 1500, PEN);
    expect([bench.state("s0", "i0"), bench.state("s1", "i0")]).toEqual(["blank", "no-signal"]);
    const late = { source: "memory", receivedMs: closesMs + 5000 } as const;
    bench.read(dotsRecord(drawn("i0-B"), late), dotsRecord(drawn("i1-B", 10_000), late));
    expect([bench.state("s0", "i0"), bench.state("s0", "i1")]).toEqual(["right", "blank"]);
    expect(PEN_STATES_WAIT_MS).toBe(1500);
  });

  it("[ANS-52] a cell that had ink when it was closed, or has some since, is blank when that goes elsewhere", () => {
    const closesMs = T + 4000;
    const setup = setupOf(2, ITEMS, { ...LESSON, closesMs });
    const bench = opened(setup);
    const late = { source: "memory", receivedMs: closesMs + 3000 } as const;
    bench.read(dotsRecord(drawn("i0-B")));
    // Nobody hears of a pen in the last seconds.
    for (let atMs = T + 1000; atMs <= closesMs + 2500; atMs += 500) bench.read(tick(atMs, [penState(PEN, atMs, "lost")]));
    bench.read(dotsRecord(drawn("i1-B", 1000), late));
    expect(["i0", "i1", "i2"].map((item) => bench.state("s0", item))).toEqual(["right", "right", "no-signal"]);
    setup.apply({ kind: "pens", id: PEN, version: 2, document: { id: PEN, student: studentOf(9) } });
    bench.adopt(setup);
    expect(["i0", "i1", "i2"].map((item) => bench.state("s0", item))).toEqual(["blank", "blank", "no-signal"]);
  });

  it("[EVT-4] room time never goes back", () => {
    const bench = opened();
    bench.tick(T + 5000, PEN, OTHER).tick(T + 1000, PEN, OTHER);
    expect(bench.room.roomMs).toBe(T + 5000);
  });
});

describe("Room: pieces", () => {
  /** A bent line through box B of i0: no two of its dots are alike. */
  const WHOLE = drawn("i0-B");
  const piece = pieceOf(WHOLE, 4);
  const heard = [
    dotsRecord(piece, { syntheticStart: true }),
    dotsRecord(WHOLE, { source: "memory", receivedMs: T + 3000 }),
  ] as const;
  const seen = (rows: readonly StrokeRow[]) => rows.map((row) => [row.version, row.item, row.gone]);
  const strokes = async (bench: BenchRoom) => {
    const history = new MemoryHistory();
    await history.write({ strokes: rowsOf(bench), answers: bench.room.rows.answers, marks: [], gaps: [] });
    return { rows: history.strokes(), answers: await history.answersOfAssignment(LESSON.id) };
  };

  it("[ANS-6] [EVT-22] a piece and the whole that it is a part of are one stroke, whichever comes first", async () => {
    for (const order of [heard, [heard[1], heard[0]]]) {
      const bench = opened();
      bench.read(...order);
      bench.tick(T + 6000, PEN, OTHER);
      const { rows, answers } = await strokes(bench);
      expect(seen(rows)).toEqual([[TICK.length, "i0", false]]);
      expect(answers).toMatchObject([{ item: "i0", state: "right", strokes: [strokeIdOf(PEN, WHOLE.page, WHOLE.downMs)] }]);
      expect(bench.cell("s0", "i0")).toMatchObject({ state: "right", answer: "B", version: answers[0]?.version });
      const versions = bench.room.rows.answers.map((row) => row.version);
      expect(new Set(versions).size).toBe(versions.length);
    }
  });

  it("[ANS-6] a piece whose page nobody knows is found, too; one of another pen, page or time is none", async () => {
    const nowhere = { ...piece, page: null };
    const others = [
      { ...piece, pen: OTHER },
      { ...piece, page: { ...WHOLE.page, page: 2 } as PageAddress },
      { ...piece, downMs: piece.downMs + 60_000 },
    ];
    for (const [each, count] of [[nowhere, 1], ...others.map((other) => [other, 2] as const)] as const) {
      const bench = opened();
      bench.read(dotsRecord(each, { syntheticStart: true }), heard[1]);
      expect((await strokes(bench)).rows.length).toBe(count);
    }
  });

  it("[ANS-6] a piece that grows after that is looked at anew", async () => {
    const bench = opened();
    const longer = { ...piece, dots: Int32Array.from([...piece.dots, ...strange(6)]) };
    const [from, to] = [piece.dots.length / DOT_STRIDE, longer.dots.length / DOT_STRIDE];
    bench.read(dotsRecord(piece, { syntheticStart: true, end: false }));
    bench.read({ receivedMs: T + 900, body: { kind: "pen-state", state: penState(PEN, T + 900, "lost") } }, heard[1]);
    expect(seen((await strokes(bench)).rows)).toEqual([[TICK.length, "i0", false]]);
    bench.read(dotsRecord(longer, { syntheticStart: true, from, to, receivedMs: T + 4000 }));
    expect(seen((await strokes(bench)).rows).map(([version]) => version)).toEqual([TICK.length, to]);
  });

  it("[ANS-6] what history has of both becomes one when it is read back, and stays one", async () => {
    const before = opened();
    before.read(heard[0]);
    const first = await strokes(before);
    const wholeAlone = opened();
    wholeAlone.read(heard[1]);
    const both = [...first.rows, ...rowsOf(wholeAlone)];
    for (const rows of [both, [...both].reverse()]) {
      const after = opened();
      const [lesson] = after.room.lessons.values();
      if (lesson === undefined) throw new Error("no lesson");
      after.fold(lesson, rows, first.answers, []);
      settle(lesson);
      const history = new MemoryHistory();
      await history.write({ strokes: both, answers: first.answers, marks: [], gaps: [] });
      await history.write({ strokes: rowsOf(after), answers: after.room.rows.answers, marks: [], gaps: [] });
      expect(seen(history.strokes())).toEqual([[TICK.length, "i0", false]]);
      expect(await history.answersOfAssignment(LESSON.id)).toMatchObject([{ state: "right", strokes: [both[1]?.stroke] }]);
      // The piece comes again, from the log.
      after.read(heard[0]);
      await history.write({ strokes: rowsOf(after), answers: [], marks: [], gaps: [] });
      expect(seen(history.strokes())).toEqual([[TICK.length, "i0", false]]);
    }
  });
});

/** Dots far from all others. */
const strange = (count: number) =>
  Array.from({ length: count }, (_, i) => [500 + 10 * i, 9000 + i, 9000, 300, 90, 90, 0]).flat();

describe("Room: setup", () => {
  it("[ANS-12] ink of a pen that is given out later is placed then, its rows are told anew, and the other way round", () => {
    const setup = setupOf(2, ITEMS);
    const bench = opened(setup);
    const pen = penOf(9);
    bench.read(dotsRecord(drawn("i0-B", 0, TICK, pen)));
    expect([bench.room.unplacedStrokes, bench.state("s1", "i0")]).toEqual([1, "not-started"]);
    setup.apply({
      kind: "pens",
      id: pen,
      version: 1,
      document: { id: pen, student: studentOf(1) },
    });
    expect(bench.adopt(setup)).toEqual([]);
    expect([bench.room.unplacedStrokes, bench.state("s1", "i0")]).toEqual([0, "right"]);
    setup.apply({
      kind: "pens",
      id: pen,
      version: 2,
      document: { id: pen, student: studentOf(0) },
    });
    bench.adopt(setup);
    expect([bench.state("s1", "i0"), bench.state("s0", "i0")]).toEqual(["not-started", "right"]);
    const revision = setup.revision;
    expect(rowsOf(bench).map((row) => [row.student, row.item, row.gone, row.placement])).toEqual([
      [null, null, false, revision - 2],
      ["s1", "i0", false, revision - 1],
      [null, null, true, revision - 1],
      ["s0", "i0", false, revision],
      ["s1", null, true, revision],
    ]);
    expect(bench.room.rows.answers.map((row) => [row.student, row.version, row.state])).toEqual([
      ["s1", TICK.length, "right"],
      ["s0", TICK.length, "right"],
      ["s1", TICK.length + 1, "not-started"],
    ]);
  });

  it("[REG-1] [ANS-12] a pen that is given to another in mid-lesson leaves its ink with the one who wrote it", () => {
    const setup = setupOf(2, ITEMS);
    const bench = opened(setup);
    bench.read(dotsRecord(drawn("i0-B")));
    const given = { id: PEN, student: studentOf(1), held: [{ student: studentOf(0), fromMs: null, untilMs: T + 1500 }] };
    setup.apply({ kind: "pens", id: PEN, version: 2, document: given });
    bench.adopt(setup);
    bench.read(dotsRecord(drawn("i1-B", 2000)));
    // What the pen's memory brings home later, of before.
    bench.read(dotsRecord(drawn("i2-A", 1000), { source: "memory" }));
    bench.tick(T + 9000, PEN, OTHER);
    const states = (student: string) => ["i0", "i1", "i2"].map((item) => bench.state(student, item));
    expect(states("s0")).toEqual(["right", "no-signal", "partial"]);
    expect(states("s1")).toEqual(["not-started", "right", "not-started"]);
    expect(rowsOf(bench).map((row) => [row.student, row.item, row.gone])).toEqual([
      ["s0", "i0", false],
      ["s1", "i1", false],
      ["s0", "i2", false],
    ]);
    // A mistake is corrected: the pen always was the second one's.
    setup.apply({ kind: "pens", id: PEN, version: 3, document: { id: PEN, student: studentOf(1) } });
    bench.adopt(setup);
    expect(states("s1")).toEqual(["right", "right", "partial"]);
  });

  it("[ANS-12] ink of an assignment that is not read yet says which one is missing, once", () => {
    const setup = setupOf(2, ITEMS, { ...LESSON, closesMs: T + 1000 });
    const bench = new BenchRoom(setup);
    bench.room.lessons.clear();
    const { body } = dotsRecord(drawn("i0-B"));
    if (body.kind !== "dots") throw new Error("no dots");
    expect(bench.room.missingFor(body.batch)?.assignment.id).toBe("lesson-1");
    expect(bench.room.missingFor({ ...body.batch, downMs: T + 1000 })).toBeNull();
    expect(bench.room.missingFor({ ...body.batch, pen: penOf(9) })).toBeNull();
    for (const sheet of bench.room.setup.sheets) bench.room.addLesson(sheet);
    expect(bench.room.missingFor(body.batch)).toBeNull();
  });

  it("[HIS-3] a key that is corrected marks the same ink anew, and so does the old key when it is brought back", () => {
    const setup = setupOf(2, ITEMS, { ...LESSON, closesMs: T + 5000 });
    const bench = opened(setup);
    bench.read(dotsRecord(drawn("i0-B")), dotsRecord(drawn("i1-B", 1000)));
    bench.tick(T + 6000, PEN).tick(T + 7000, PEN);
    const marks = () =>
      bench.room.rows.marks.splice(0).map((row) => [row.student, row.item, row.answerVersion, row.worksheetVersion, row.state]);
    expect(marks().length).toBe(ITEMS);
    const answers = bench.room.rows.answers.length;
    /** The first item's key is another from here on. */
    const correct = (version: number, key: string) => {
      const document = keyed(worksheet, version, key);
      setup.apply({ kind: "worksheets", id: `sheet@${version}`, version: 1, document });
      const given = { ...LESSON, closesMs: T + 5000, worksheetVersion: version };
      setup.apply({ kind: "assignments", id: "lesson-1", version, document: given });
      bench.adopt(setup);
    };
    correct(2, "A");
    expect(bench.cell("s0", "i0")).toMatchObject({ state: "wrong", answer: "B", points: 0, version: TICK.length });
    const told = marks();
    expect(told).toContainEqual(["s0", "i0", TICK.length, 2, "wrong"]);
    expect(told).toContainEqual(["s0", "i1", TICK.length, 2, "right"]);
    expect(told).toContainEqual(["s0", "i2", 0, 2, "blank"]);
    correct(3, "B");
    expect(bench.cell("s0", "i0")).toMatchObject({ state: "right", answer: "B", points: 2 });
    expect(marks()).toContainEqual(["s0", "i0", TICK.length, 3, "right"]);
    expect(bench.room.rows.answers.length).toBe(answers);
  });

  it("[ANS-52] an item whose only stroke went elsewhere before closing is decided as any other, in history too", () => {
    const setup = setupOf(1, ITEMS);
    const bench = opened(setup);
    const stroke = drawn("i0-B");
    bench.read(dotsRecord(stroke, { to: 12, end: false }));
    bench.read({ receivedMs: T + 900, body: { kind: "pen-state", state: penState(PEN, T + 900, "lost") } });
    // The whole stroke lies in another item.
    const whole = penStroke(PEN, T, [
      ...Array(12).fill([60, 22]),
      ...Array.from({ length: 40 }, (_, i) => [61, 32 + i / 10] as const),
    ]);
    bench.read(dotsRecord(whole, { source: "memory", receivedMs: T + 3000 }));
    setup.apply(closing("lesson-1", 2, T + 5000));
    bench.adopt(setup);
    bench.tick(T + 6000, PEN).tick(T + 7000, PEN);
    const last = bench.room.rows.answers.filter((row) => row.item === "i0").at(-1);
    expect([bench.state("s0", "i0"), last?.state]).toEqual(["blank", "blank"]);
    expect(bench.room.rows.marks.filter((row) => row.item === "i0").at(-1)).toMatchObject({ state: "blank", points: 0 });
  });
});
