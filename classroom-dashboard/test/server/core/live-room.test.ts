import type { Board, BoardCell, CellState, EventRecord, InkRecord, ItemStats } from "@penlight/proto";
import { CELL_STATES } from "@penlight/proto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RoomDelta } from "../../../server/core/board-rows.ts";
import { LiveRoom } from "../../../server/core/live-room.ts";
import {
  assignmentOf,
  cellEvent,
  dots,
  GENERATION,
  ink,
  itemId,
  LESSON,
  PAGE_KEY,
  penId,
  penState,
  ROOM,
  START_MS,
  setupOf,
  setupRecords,
  studentId,
  tick,
} from "../lesson-fixture.ts";

const STUDENTS = 3;
const ITEMS = 2;
const SEED = 20260301;

const setup = () => setupOf(setupRecords(STUDENTS, ITEMS));
const newRoom = () => new LiveRoom(ROOM, setup(), START_MS + 1);

function itemStats(revision: number, item: number, states: Partial<Record<CellState, number>>): EventRecord {
  const all = Object.fromEntries(CELL_STATES.map((state) => [state, states[state] ?? 0])) as ItemStats["states"];
  const judged = all.right + all.partial + all.wrong;
  const stats = { item: itemId(item), states: all, judged, classSize: STUDENTS, pointsSum: 2 * all.right };
  const body = {
    kind: "item-stats" as const,
    items: [{ ...stats, wilson: [0, 1] as const, options: [{ option: "A", count: all.right }] }],
  };
  return { atMs: START_MS + revision, generation: GENERATION, revision, assignment: LESSON, body };
}

function studentEvent(revision: number, student: number, done: number): EventRecord {
  const stats = {
    student: studentId(student),
    done,
    right: done,
    points: 2 * done,
    lastInkMs: START_MS + revision,
    idle: false,
    pen: null,
  };
  return { atMs: START_MS + revision, generation: GENERATION, revision, assignment: LESSON, body: { kind: "student", stats } };
}

/** The client's side of LIVE-3: rows of the delta replace rows of the board. */
function applied(board: Board, delta: RoomDelta): Board {
  expect(delta.seq).toBe(board.seq + 1);
  const cells = board.cells.map(
    (old) => delta.cells.find((each) => each.student === old.student && each.item === old.item) ?? old,
  );
  const items = board.items.map((old) => delta.items.find((each) => each.item === old.item) ?? old);
  const students = board.students.map((old) => delta.students.find((each) => each.student === old.student) ?? old);
  return { ...board, seq: delta.seq, dataMs: delta.dataMs, cells, items, students };
}

/** Unique revisions: each event is another decision. */
const decisions = fc
  .array(
    fc.record({
      student: fc.integer({ min: 1, max: STUDENTS }),
      item: fc.integer({ min: 1, max: ITEMS }),
      state: fc.constantFrom(...CELL_STATES),
      kind: fc.constantFrom("cell", "item", "student"),
    }),
    { maxLength: 30 },
  )
  .map((list) =>
    list.map(({ student, item, state, kind }, i) => {
      if (kind === "item") return itemStats(i + 1, item, { [state]: 1 + (i % STUDENTS) });
      if (kind === "student") return studentEvent(i + 1, student, i % (ITEMS + 1));
      return cellEvent(i + 1, student, [{ item: itemId(item), state, answer: `A${i}`, points: i % 3 }]);
    }),
  );

const pens = fc
  .array(fc.record({ pen: fc.integer({ min: 1, max: STUDENTS }), up: fc.boolean() }), { maxLength: 8 })
  .map((list) => list.map(({ pen, up }, i) => tick(START_MS + i, [penState(pen, up ? "connected" : "lost", START_MS + i)])));

type Step = { readonly event: EventRecord } | { readonly ink: InkRecord } | { readonly flush: "now" | "all" };

/** Events in any order, each once or more, between ticks in their own order and flushes anywhere. */
const histories = fc.tuple(decisions, pens).chain(([events, ticks]) =>
  fc.record({
    events: fc.constant(events),
    ticks: fc.constant(ticks),
    steps: fc
      .tuple(
        fc.shuffledSubarray(events, { minLength: events.length }),
        fc.array(fc.nat(), { maxLength: 10 }),
        fc.array(fc.record({ at: fc.nat(), flush: fc.constantFrom("now" as const, "all" as const) }), { maxLength: 12 }),
        fc.array(fc.nat(), { minLength: ticks.length, maxLength: ticks.length }),
      )
      .map(([shuffled, repeats, flushes, tickPlaces]): Step[] => {
        const steps: Step[] = shuffled.map((event) => ({ event }));
        for (const n of repeats) if (events.length > 0) steps.push({ event: events[n % events.length] as EventRecord });
        for (const { at, flush } of flushes) steps.splice(at % (steps.length + 1), 0, { flush });
        const places = tickPlaces.map((place) => place % (steps.length + 1)).sort((a, b) => b - a);
        for (const [i, place] of places.entries()) steps.splice(place, 0, { ink: ticks[ticks.length - 1 - i] as InkRecord });
        return steps;
      }),
  }),
);

/** What the cells must be, from the list of decisions alone: the last decision of a cell, else what its pen says. */
function expectedCells(events: readonly EventRecord[], ticks: readonly InkRecord[]): BoardCell[] {
  const cells: BoardCell[] = [];
  for (let s = 1; s <= STUDENTS; s++) {
    for (let q = 1; q <= ITEMS; q++) {
      const own = events.filter(
        (e) => e.body.kind === "cells" && e.body.student === studentId(s) && e.body.cells[0]?.item === itemId(q),
      );
      const last = own.at(-1)?.body;
      const ofPen = ticks
        .filter((t) => t.body.kind === "tick" && t.body.pens[0]?.pen === penState(s, "lost", 0).pen)
        .at(-1)?.body;
      const connected = ofPen?.kind === "tick" && ofPen.pens[0]?.link === "connected";
      const place = { student: studentId(s), item: itemId(q) };
      if (last?.kind === "cells" && last.cells[0]) {
        const { state, answer, points } = last.cells[0];
        cells.push({ ...place, state, answer, points, mark: null });
      } else cells.push({ ...place, state: connected ? "not-started" : "no-signal", answer: null, points: null, mark: null });
    }
  }
  return cells;
}

describe("LiveRoom", () => {
  it(`[LIVE-3] a snapshot and the deltas after it are the board, in any order of events (seed ${SEED})`, () => {
    fc.assert(
      fc.property(histories, ({ events, ticks, steps }) => {
        const room = newRoom();
        let client = room.board();
        for (const step of steps) {
          if ("event" in step) room.foldEvent(step.event);
          else if ("ink" in step) room.foldInk(step.ink);
          else {
            const delta = room.takeDelta(step.flush);
            if (delta !== null) client = applied(client, delta);
            expect({ ...client, dataMs: 0 }).toEqual({ ...room.board(), dataMs: 0 });
          }
        }
        const last = room.takeDelta("all");
        if (last !== null) client = applied(client, last);
        expect({ ...client, dataMs: 0 }).toEqual({ ...room.board(), dataMs: 0 });
        expect(client.cells).toEqual(expectedCells(events, ticks));
        expect(room.takeDelta("all")).toBeNull();
      }),
      { seed: SEED, numRuns: 300 },
    );
  });

  it("[EVT-9] drops an event with a smaller revision, for cells, columns and rows alike", () => {
    const room = newRoom();
    for (const revision of [9, 4]) {
      room.foldEvent(cellEvent(revision, 1, [{ state: revision === 9 ? "right" : "wrong" }]));
      room.foldEvent(itemStats(revision, 1, { right: revision === 9 ? 1 : 0, wrong: revision === 9 ? 0 : 1 }));
      room.foldEvent(studentEvent(revision, 1, revision === 9 ? 1 : 0));
    }
    room.takeDelta("all");
    const { cells, items, students } = room.board();
    expect([cells[0]?.state, items[0]?.right, items[0]?.wrong, students[0]?.done]).toEqual(["right", 1, 0, 1]);
  });

  it("[EVT-9] [LOG-13] a new owner's word counts whatever its revision, and from then on an earlier owner's is none", () => {
    const room = newRoom();
    const told = (generation: number, revision: number, student: number, state: CellState) =>
      room.foldEvent({ ...cellEvent(revision, student, [{ state }]), generation });
    expect(told(4, 900, 1, "wrong")).toBe(true);
    // The zombie has read on, and its old setup says something else: nobody has taken over as far as anyone can tell.
    expect(told(4, 1000, 1, "partial")).toBe(true);
    expect(told(5, 950, 1, "right")).toBe(true);
    const { dataMs } = room;
    expect(told(4, 1001, 1, "wrong")).toBe(false);
    expect(told(4, 1002, 2, "wrong")).toBe(false);
    room.takeDelta("all");
    expect(room.board().cells.map((cell) => cell.state)).toEqual(["right", ...Array(STUDENTS * ITEMS - 1).fill("no-signal")]);
    expect(room.dataMs).toBe(dataMs);
  });

  it("[LIVE-3] coalesces: the last state of a cell goes out, and nothing when it is what it was", () => {
    const room = newRoom();
    room.foldEvent(cellEvent(1, 1, [{ state: "writing", answer: null, points: null }]));
    room.foldEvent(cellEvent(2, 1, [{ state: "wrong", answer: "B", points: 0 }]));
    const wrong = { state: "wrong", answer: "B", points: 0, mark: null };
    expect(room.takeDelta("now")?.cells).toEqual([{ student: "s1", item: "q1", ...wrong }]);
    room.foldEvent(cellEvent(3, 1, [{ state: "wrong", answer: "B", points: 0, version: 99 }]));
    expect(room.takeDelta("now")).toBeNull();
    expect(room.seq).toBe(1);
  });

  it("[LIVE-3] tells a mere passing of time once a second, not at every record", () => {
    const room = newRoom();
    room.foldInk(tick(START_MS + 1, [penState(1, "connected", START_MS + 1)]));
    expect(room.takeDelta("now")?.students[0]?.pen).toMatchObject({ link: "connected", heardMs: START_MS + 1 });
    room.foldInk(tick(START_MS + 251, [penState(1, "connected", START_MS + 251)]));
    expect(room.takeDelta("now")).toBeNull();
    expect(room.takeDelta("all")?.students[0]?.pen?.heardMs).toBe(START_MS + 251);
    room.foldInk(tick(START_MS + 501, [penState(1, "connected", START_MS + 501, { batteryPercent: 79 })]));
    expect(room.takeDelta("now")?.students[0]?.pen?.batteryPercent).toBe(79);
  });

  it("[LIVE-1] shows the newest lesson that has opened, and asks for a snapshot when it changes", () => {
    const next = assignmentOf({ id: "tuesday" as typeof LESSON, opensMs: START_MS + 5000 });
    const records = setupRecords(STUDENTS, ITEMS);
    const state = setupOf([...records, { kind: "assignments", id: next.id, version: 1, document: next }]);
    const room = new LiveRoom(ROOM, state, START_MS + 1);
    room.foldEvent(cellEvent(1, 1, [{}]));
    room.takeDelta("all");
    expect(room.board().assignment?.id).toBe(LESSON);
    expect(room.configure(state, START_MS + 4999)).toBe(false);
    const { seq } = room;
    expect(room.configure(state, START_MS + 5000)).toBe(true);
    const board = room.board();
    expect([board.assignment?.id, board.seq, board.cells[0]?.state]).toEqual(["tuesday", seq + 1, "no-signal"]);
  });

  it("[LIVE-1] keeps what came before its assignment was known", () => {
    const room = new LiveRoom(ROOM, setupOf([]), START_MS);
    room.foldEvent(cellEvent(1, 1, [{}]));
    expect(room.board()).toMatchObject({ assignment: null, cells: [], students: [], items: [] });
    expect(room.configure(setup(), START_MS + 1)).toBe(true);
    expect(room.board().cells[0]?.state).toBe("right");
  });

  it("[LIVE-8] history is under the events: it fills what they do not say and overrules nothing", () => {
    const room = newRoom();
    room.foldEvent(cellEvent(5, 1, [{ item: itemId(1), state: "wrong", answer: "B", points: 0 }]));
    const row = { room: ROOM, assignment: LESSON, student: studentId(1), atMs: 1, strokes: [], recognizer: "marks" };
    room.base(
      LESSON,
      [1, 2].map((n) => ({ ...row, item: itemId(n), version: 3, state: "right" as const, answer: "A" })),
      [],
      [],
    );
    room.takeDelta("all");
    expect(
      room
        .board()
        .cells.slice(0, 2)
        .map((cell) => cell.state),
    ).toEqual(["wrong", "right"]);
  });

  it("[LIVE-14] tells what is late as part of the numbered board: its beginning and end at once, figures once a second", () => {
    const room = newRoom();
    const late = (ageMs: number) => ({ ageMs, bytes: 100 + ageMs, bytesMax: 9000, shedTicks: 0, shedInk: 0 });
    const told = (ms: number, ageMs: number | null) =>
      room.foldInk({
        receivedMs: START_MS + ms,
        origin: { life: 7, seq: ms },
        body: { kind: "tick", pens: [], ...(ageMs === null ? {} : { delivery: late(ageMs) }) },
      });
    const { seq } = room;
    told(1, 2000);
    expect(room.takeDelta("now")).toMatchObject({ seq: seq + 1, cells: [], delays: { delivery: late(2000), history: null } });
    told(2, 2250);
    expect(room.takeDelta("now")).toBeNull();
    expect(room.takeDelta("all")?.delays?.delivery).toEqual(late(2250));
    told(3, null);
    expect(room.takeDelta("now")?.delays).toEqual({ delivery: null, history: null });
    expect(room.board().delays).toEqual({ delivery: null, history: null });
  });

  it("[LIVE-14] what the processor says of history stands until it takes it back, or a later owner speaks", () => {
    const room = newRoom();
    const says = (generation: number, ageMs: number): EventRecord => ({
      atMs: START_MS + 5,
      generation,
      revision: ageMs,
      assignment: "" as typeof LESSON,
      body: { kind: "history", delay: { ageMs, rows: ageMs > 0 ? 12 : 0 } },
    });
    room.foldEvent(says(GENERATION, 6000));
    expect(room.takeDelta("now")?.delays?.history).toEqual({ ageMs: 6000, rows: 12 });
    room.foldEvent(says(GENERATION, 0));
    expect(room.takeDelta("now")?.delays?.history).toBeNull();
    room.foldEvent(says(GENERATION, 7000));
    room.takeDelta("now");
    room.foldEvent({ ...cellEvent(1, 1, [{}]), generation: GENERATION + 1 });
    expect(room.takeDelta("now")?.delays?.history).toBeNull();
  });

  it("[LIVE-15] a loss is in the pupil's row, once, by reason, and changes no cell", () => {
    const room = newRoom();
    room.foldInk(tick(START_MS + 1, [penState(1, "connected", START_MS + 1)]));
    room.takeDelta("all");
    const before = room.board().cells;
    const gap = (ms: number, reason: string, lostEvents: number, pen = 1): InkRecord => ({
      receivedMs: START_MS + ms,
      body: { kind: "gap", pen: penId(pen), lostEvents, reason },
    });
    for (const record of [gap(10, "gap", 3), gap(20, "gap", 4), gap(10, "gap", 3), gap(30, "outbox-ink", 9)])
      room.foldInk(record);
    const cause = `${ROOM}/${penId(1)}/${START_MS + 40}/missing-page`;
    const stored = {
      room: ROOM,
      pen: penId(1),
      student: studentId(1),
      atMs: START_MS + 40,
      lostEvents: 5,
      reason: "missing-page",
    };
    room.base(LESSON, [], [], [{ ...stored, cause }]);
    // The same again from the log, one of nobody, one of before the lesson.
    for (const record of [gap(40, "missing-page", 5), gap(50, "gap", 8, 99), gap(-50, "gap", 8)]) room.foldInk(record);
    expect(room.takeDelta("now")?.students[0]?.gaps).toEqual([
      { reason: "gap", lostEvents: 7, lastMs: START_MS + 20 },
      { reason: "missing-page", lostEvents: 5, lastMs: START_MS + 40 },
      { reason: "outbox-ink", lostEvents: 9, lastMs: START_MS + 30 },
    ]);
    expect(room.board().cells).toEqual(before);
  });

  it("[LIVE-2] idle time starts at the ink itself, once the lesson is open", () => {
    const room = newRoom();
    room.foldInk(ink(dots(1, -500, 0, 1), START_MS + 1));
    room.takeDelta("all");
    expect(room.board().students[0]?.lastInkMs).toBe(0);
    room.foldInk(ink(dots(1, 700, 0, 1), START_MS + 710));
    room.takeDelta("all");
    expect(room.board().students[0]?.lastInkMs).toBe(START_MS + 710);
  });

  it("[LIVE-5] hands out ink of the lesson's pages and time only", () => {
    const room = newRoom();
    expect(room.foldInk(ink(dots(1, 100, 0, 3)))).toEqual({ student: "s1", page: PAGE_KEY });
    room.foldInk(ink(dots(1, -100, 0, 3)));
    expect(room.foldInk(ink(dots(9, 100, 0, 3)))).toBeNull();
    const page = PAGE_KEY as Parameters<LiveRoom["inkChunk"]>[1];
    expect(room.inkChunk(studentId(1), page, 0)?.strokes.map((stroke) => stroke.downMs)).toEqual([START_MS + 100]);
    expect(room.inkChunk(studentId(1), "1.1.1.1" as typeof page, 0)).toBeNull();
  });
});
