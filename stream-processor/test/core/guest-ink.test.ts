import {
  type AssignmentId,
  type ClassId,
  type InkRecord,
  type RoomId,
  type SetupRecord,
  type SetupState,
  strokeIdOf,
} from "@penlight/proto";
import { describe, expect, it } from "vitest";
import type { GuestRecord } from "../../src/core/guest-ink.ts";
import { NO_METRICS } from "../../src/metrics.ts";
import { BenchRoom } from "../fixtures/bench-room.ts";
import { ASSIGNMENT, LESSON, OPENS_MS, penOf, ROOM, setupOf, studentOf, worksheetOf } from "../fixtures/classroom.ts";
import { dotsRecord, glyphStroke, penState, tick } from "../fixtures/ink.ts";
import { TICK } from "../fixtures/marks.ts";

const HALL = "hall" as RoomId;
const sheet = worksheetOf(3);
const PEN = penOf(0);
const T = OPENS_MS + 1000;
const drawn = (box: string, atMs = 0) => glyphStroke(PEN, T + atMs, sheet, box, TICK);
const penTo = (student: number | null, version: number): SetupRecord => ({
  ...{ kind: "pens", id: PEN, version },
  document: { id: PEN, student: student === null ? null : studentOf(student) },
});

/** The room that hears the pen, which has no lesson, and the one whose lesson it is. */
function rooms(setup: SetupState = setupOf(2, 3)) {
  const hall = new BenchRoom(setup, NO_METRICS, HALL);
  const home = new BenchRoom(setup).tick(T - 500, penOf(1));
  /** What the hall passes on arrives, each record twice. */
  const arrive = (): GuestRecord[] => {
    const records = hall.room.guests.records.splice(0);
    for (const { room, record } of records) {
      expect(room).toBe(ROOM);
      home.read(record, record);
    }
    return records;
  };
  const rowsOf = (bench: BenchRoom) => bench.room.rows.strokes.map(({ row }) => row);
  return { setup, hall, home, arrive, rowsOf };
}

describe("GuestInk", () => {
  it("[ANS-14] what is written on a page of another room's lesson goes there batch by batch, and is no row here", () => {
    const { hall, home, arrive, rowsOf } = rooms();
    const stroke = drawn("i0-B");
    hall.read(dotsRecord(stroke, { to: 2, end: false }));
    expect(arrive()).toMatchObject([{ record: { body: { kind: "dots", batch: { firstDot: 0, dotCount: 2, end: null } } } }]);
    expect(home.state("s0", "i0")).toBe("writing");
    const rest = dotsRecord(stroke, { from: 2 });
    hall.read(rest, rest);
    // As it was heard, without a number of a gateway's life; what is known already goes nowhere.
    expect(arrive()).toEqual([{ room: ROOM, record: rest }]);
    home.tick(T + 5000, PEN);
    expect(home.cell("s0", "i0")).toMatchObject({ state: "right", answer: "B" });
    expect([rowsOf(hall), hall.watermark.held]).toEqual([[], 0]);
    expect(rowsOf(home)).toMatchObject([{ room: ROOM, assignment: ASSIGNMENT, student: "s0", box: "i0-B" }]);
  });

  it("[ANS-14] so does what a pen's memory brings home to another room, by its own time", () => {
    const { hall, home, arrive } = rooms();
    hall.read(dotsRecord(drawn("i1-B"), { source: "memory", receivedMs: T + 9_000_000 }));
    hall.read(dotsRecord({ ...drawn("i0-B"), downMs: OPENS_MS - 5000 }, { source: "memory", receivedMs: T + 9_000_000 }));
    expect(arrive().length).toBe(1);
    expect([home.state("s0", "i1"), home.cell("s0", "i0")?.answer ?? null]).toEqual(["right", null]);
  });

  it("[ANS-14] [ANS-12] a pen that is given out later takes all its ink along, and history hears that it is not here", () => {
    const setup = setupOf(2, 3);
    setup.apply(penTo(null, 2));
    const { hall, home, arrive, rowsOf } = rooms(setup);
    const [whole, open] = [drawn("i0-B"), drawn("i1-B", 3000)];
    hall.read(dotsRecord(whole), dotsRecord(open, { to: 3, end: false }));
    expect([arrive(), rowsOf(hall).length]).toEqual([[], 1]);
    hall.room.rows.strokes.length = 0;
    setup.apply(penTo(0, 3));
    hall.adopt(setup);
    home.adopt(setup);
    expect(arrive().length).toBe(2);
    const gone = { stroke: strokeIdOf(PEN, whole.page, whole.downMs), student: null, assignment: null, gone: true };
    expect(rowsOf(hall)).toMatchObject([{ ...gone, placement: setup.revision }]);
    // The rest of the open one follows.
    hall.read(dotsRecord(open, { from: 3 }));
    arrive();
    home.tick(T + 9000, PEN);
    expect([home.state("s0", "i0"), home.state("s0", "i1")]).toEqual(["right", "right"]);
    expect(rowsOf(home).map((row) => row.box)).toEqual(["i0-B", "i1-B"]);
    // Another change that concerns none of it: nothing is passed on again.
    setup.apply({ kind: "rooms", id: "x", version: 1, document: { id: "x" as RoomId, name: { zh: "甲", en: "X" } } });
    hall.adopt(setup);
    expect([arrive(), rowsOf(hall).length]).toEqual([[], 1]);
  });

  it("[ANS-14] ink that belongs to no lesson any more is whose it was heard by, and theirs once more when it does again", () => {
    const { setup, hall, arrive, rowsOf } = rooms();
    hall.read(dotsRecord(drawn("i0-B")));
    expect(arrive().length).toBe(1);
    setup.apply(penTo(9, 2));
    hall.adopt(setup);
    expect(rowsOf(hall)).toMatchObject([{ room: HALL, student: "s9", assignment: null, gone: false }]);
    setup.apply(penTo(0, 3));
    hall.adopt(setup);
    expect(rowsOf(hall).at(-1)).toMatchObject({ student: "s9", assignment: null, gone: true, placement: setup.revision });
    expect(arrive().length).toBe(1);
  });

  it("[ANS-14] dots that are known to be lost stay lost, and what waits for them waits there", () => {
    const setup = setupOf(2, 3);
    setup.apply(penTo(null, 2));
    const { hall, home, arrive } = rooms(setup);
    const stroke = drawn("i0-B");
    hall.read(dotsRecord(stroke, { to: 2, end: false }), dotsRecord(stroke, { from: 4, end: false }));
    setup.apply(penTo(0, 3));
    hall.adopt(setup);
    home.adopt(setup);
    const firsts = arrive().map(({ record }) => (record.body.kind === "dots" ? record.body.batch.firstDot : -1));
    expect(firsts).toEqual([0, 4]);
    hall.read(dotsRecord(stroke, { from: 2, to: 4, end: false }));
    arrive();
    home.tick(T + 60_000, PEN);
    expect(home.cell("s0", "i0")).toMatchObject({ answer: "B", version: TICK.length });
  });

  it("[ANS-15] its own room hears how a guest's pen is as long as it is here, once that it is not, and what it lost", () => {
    const { hall, home, arrive, rowsOf } = rooms();
    const totals = { liveDots: 7, liveStrokes: 1, memoryDots: 0, memoryStrokes: 0, lostEvents: 3 };
    const told = (atMs: number, link: "connected" | "lost"): InkRecord =>
      tick(atMs, [{ ...penState(PEN, link === "lost" ? T + 2000 : atMs, link), totals }, penState(penOf(9), atMs)]);
    hall.read(told(T, "connected"), told(T + 1000, "connected"));
    expect(arrive()).toMatchObject([0, 1000].map((ms) => ({ record: { receivedMs: T + ms, body: { kind: "pen-state" } } })));
    expect(home.state("s0", "i0")).toBe("not-started");
    hall.read(told(T + 2000, "lost"), told(T + 3000, "lost"));
    const [lost, ...more] = arrive();
    expect([lost?.record.body, more]).toMatchObject([{ state: { link: "lost" } }, []]);
    expect(lost?.record.body).not.toHaveProperty("state.totals");
    expect(home.state("s0", "i0")).toBe("no-signal");
    const gap = { receivedMs: T + 4000, body: { kind: "gap", pen: PEN, lostEvents: 3, reason: "gap" } } as const;
    hall.read(gap);
    arrive();
    expect(hall.room.rows.gaps).toEqual([]);
    expect(home.room.rows.gaps.map(({ row }) => row)).toContainEqual(
      expect.objectContaining({ room: ROOM, student: "s0", lostEvents: 3 }),
    );
    expect(rowsOf(home)).toEqual([]);
  });

  it("[ANS-15] a gateway that heard the pen earlier than another one says nothing of it any more", () => {
    const { home } = rooms();
    home.read(tick(T, [penState(PEN, T)]));
    home.read(tick(T + 100, [penState(PEN, T - 5000, "lost")]));
    expect(home.state("s0", "i0")).toBe("not-started");
    home.read(tick(T + 200, [penState(PEN, T + 150, "lost")]));
    expect(home.state("s0", "i0")).toBe("no-signal");
  });

  it("[ANS-14] a page that both rooms gave to a class is the newer assignment's, whoever hears it", () => {
    const setup = setupOf(2, 3);
    const again = { ...LESSON, id: "again" as AssignmentId, room: HALL, class: "class-1" as ClassId, opensMs: OPENS_MS + 500 };
    setup.apply({ kind: "assignments", id: "again", version: 1, document: again });
    const { hall, home } = rooms(setup);
    home.read(dotsRecord(drawn("i0-B")));
    const ink = home.room.guests.records.filter(({ record }) => record.body.kind === "dots");
    expect(ink.map(({ room }) => room)).toEqual([HALL]);
    expect(home.cell("s0", "i0")?.answer ?? null).toBeNull();
    hall.read(dotsRecord(drawn("i0-B")));
    hall.tick(T + 5000, PEN);
    expect(hall.cell("s0", "i0")).toMatchObject({ state: "right" });
    expect(hall.room.guests.records).toEqual([]);
  });
});
