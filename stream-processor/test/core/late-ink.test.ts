import type { AssignmentId, RoomId, SetupRecord } from "@penlight/proto";
import { describe, expect, it } from "vitest";
import { NO_METRICS } from "../../src/metrics.ts";
import { BenchRoom } from "../fixtures/bench-room.ts";
import { LESSON, OPENS_MS, penOf, ROOM, setupOf, worksheetOf } from "../fixtures/classroom.ts";
import type { Glyph } from "../fixtures/glyphs.ts";
import { CLOCK_OFFSET_MS, dotsRecord, glyphStroke, upMsOf } from "../fixtures/ink.ts";
import { TICK } from "../fixtures/marks.ts";

const sheet = worksheetOf(3);
const PEN = penOf(0);
const T = OPENS_MS + 1000;
const CLOSES_MS = T + 10_000;
const CLOSED = { ...LESSON, closesMs: CLOSES_MS };
const drawn = (box: string, atMs = 0, glyph: Glyph = TICK) => glyphStroke(PEN, T + atMs, sheet, box, glyph);
const closing = (version: number, closesMs: number | null): SetupRecord => ({
  ...{ kind: "assignments", id: LESSON.id, version },
  document: { ...LESSON, closesMs },
});
const heard = (receivedMs: number) => ({ source: "memory", receivedMs }) as const;
const lastMs = (stroke: ReturnType<typeof drawn>) => upMsOf(stroke) + CLOCK_OFFSET_MS;

/** A room at the end of its lesson, with the cells decided. */
function closed(setup = setupOf(2, 3, CLOSED)) {
  const bench = new BenchRoom(setup);
  for (let atMs = T - 500; atMs <= CLOSES_MS + 2500; atMs += 500) bench.tick(atMs, PEN);
  return { setup, bench };
}

describe("Room: late", () => {
  it("[ANS-55] [HIS-17] what was begun before the end counts whenever it is heard, and cell and rows say when that was", () => {
    const { bench } = closed();
    expect(bench.cell("s0", "i0")).toMatchObject({ state: "blank", receivedMs: 0, lateInkMs: 0 });
    const days = CLOSES_MS + 2 * 86_400_000;
    bench.read(dotsRecord(drawn("i0-B"), heard(days)), dotsRecord(drawn("i1-A", 1000), heard(days + 1)));
    expect(bench.cell("s0", "i0")).toMatchObject({ state: "right", answer: "B", receivedMs: days, lateInkMs: 0 });
    expect(bench.cell("s0", "i1")).toMatchObject({ state: "wrong", answer: "A", receivedMs: days + 1 });
    // Versions: the blank of the end, then what came.
    const versions = bench.room.rows.answers.filter((row) => row.student === "s0" && row.item === "i0");
    expect(versions.map((row) => [row.version, row.state, row.atMs, row.receivedMs])).toEqual([
      [0, "blank", CLOSES_MS, undefined],
      [TICK.length, "right", lastMs(drawn("i0-B")), days],
    ]);
    expect(bench.room.rows.strokes.map(({ row }) => row.receivedMs)).toEqual([days, days + 1]);
    expect(bench.students.get("s0")).toMatchObject({ done: 3, right: 1, points: 2 });
    // Read back, it is the same.
    const after = new BenchRoom(setupOf(2, 3, CLOSED));
    for (const lesson of after.room.lessons.values()) {
      const rows = bench.room.rows;
      after.fold(
        lesson,
        rows.strokes.map(({ row }) => row),
        rows.answers,
        rows.marks,
      );
    }
    after.tick(days + 2000, PEN).tick(days + 4500, PEN);
    expect(after.cell("s0", "i0")).toEqual(bench.cell("s0", "i0"));
  });

  it("[ANS-55] [ANS-12] what was begun after the end changes no answer: the cell says that it is there", () => {
    const { setup, bench } = closed();
    bench.read(dotsRecord(drawn("i0-A", 9000)));
    const before = bench.cell("s0", "i0");
    expect(before).toMatchObject({ state: "wrong", answer: "A", lateInkMs: 0 });
    const late = drawn("i0-B", 11_000);
    bench.read(dotsRecord(late));
    expect(bench.cell("s0", "i0")).toEqual({ ...before, lateInkMs: lastMs(late) });
    // A rest of the pen says nothing.
    bench.read(dotsRecord(drawn("i1-B", 12_000, TICK.slice(0, 1))));
    expect(bench.cell("s0", "i1")).toMatchObject({ state: "blank", lateInkMs: 0 });
    const row = bench.room.rows.strokes.map((each) => each.row).find((each) => each.downMs === late.downMs);
    expect(row).toMatchObject({ student: "s0", assignment: null, item: null });
    // The teacher gives more time: then it counts. And takes it back.
    setup.apply(closing(2, null));
    bench.adopt(setup);
    expect(bench.cell("s0", "i0")).toMatchObject({ state: "right", answer: "B", lateInkMs: 0 });
    setup.apply(closing(3, CLOSES_MS));
    bench.adopt(setup);
    expect(bench.cell("s0", "i0")).toMatchObject({ state: "wrong", answer: "A", lateInkMs: lastMs(late) });
  });

  it("[ANS-55] a new owner that reads it back says the same", () => {
    const { setup, bench } = closed();
    const late = drawn("i0-B", 11_000);
    bench.read(dotsRecord(late));
    const after = new BenchRoom(setup);
    after.room.foldStrokes(bench.room.rows.strokes.map(({ row }) => row));
    after.tick(CLOSES_MS + 60_000, PEN).tick(CLOSES_MS + 63_000, PEN);
    expect(after.cell("s0", "i0")?.lateInkMs).toBe(lastMs(late));
  });

  it("[ANS-55] [ANS-14] a guest's goes to the room of the assignment that was over", () => {
    const setup = setupOf(2, 3, CLOSED);
    const later = { ...LESSON, id: "later" as AssignmentId, opensMs: CLOSES_MS + 100_000 };
    setup.apply({ kind: "assignments", id: "later", version: 1, document: later });
    const hall = new BenchRoom(setup, NO_METRICS, "hall" as RoomId);
    hall.read(dotsRecord(drawn("i0-B", 11_000)));
    expect(hall.room.guests.records.map(({ room }) => room)).toEqual([ROOM]);
    expect(hall.room.rows.strokes).toEqual([]);
  });
});
