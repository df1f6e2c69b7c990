import type { Pen, PenSpan } from "@penlight/proto";
import { describe, expect, it } from "vitest";
import { Closing, PEN_STATES_WAIT_MS, PENS_KNOWN_MS_MAX } from "../../src/core/closing.ts";
import { Lesson } from "../../src/core/lesson.ts";
import { PEN_WINDOW_MS } from "../../src/core/pen-window.ts";
import { RoomPens } from "../../src/core/room-pens.ts";
import { RoomSetup, type Sheet } from "../../src/core/room-setup.ts";
import { type Hold, Watermark } from "../../src/core/watermark.ts";
import { LESSON, OPENS_MS, penOf, ROOM, setupOf, studentOf } from "../fixtures/classroom.ts";
import { penState } from "../fixtures/ink.ts";

const CLOSES_MS = OPENS_MS + 60_000;
const DUE_MS = CLOSES_MS + PEN_STATES_WAIT_MS;

function bench(closesMs: number | null = CLOSES_MS) {
  const setup = new RoomSetup(setupOf(1, 1, { ...LESSON, closesMs }), ROOM);
  const rows = { answers: [], marks: [] };
  const lesson = new Lesson(ROOM, setup.sheets[0] as Sheet, rows, () => ({ connected: true, pen: null }));
  const lessons = new Map([[LESSON.id, lesson]]);
  const watermark = new Watermark(0n);
  const holds: Hold[] = [];
  const closing = new Closing({ lessons, pens: new RoomPens(setup, lessons), watermark, holds });
  /** Records every 250 ms in [fromMs, toMs]. */
  const pass = (fromMs: number, toMs: number) => {
    for (let atMs = fromMs; atMs <= toMs; atMs += 250) {
      watermark.read(watermark.next, atMs);
      closing.pass(atMs);
    }
    return lesson.closed;
  };
  return { pass, lesson, watermark, holds, closing };
}

describe("Closing", () => {
  it("[ANS-52] closes when the states of the pens can be there, whether it began long before or just so", () => {
    for (const beganMs of [OPENS_MS, DUE_MS - PENS_KNOWN_MS_MAX]) {
      const { pass } = bench();
      expect(pass(beganMs, DUE_MS - 250)).toBe(false);
      expect(pass(DUE_MS, DUE_MS)).toBe(true);
    }
  });

  it("[ANS-52] one that begins later, or hears again after a silence, waits until the pens are known", () => {
    const late = bench();
    expect(late.pass(DUE_MS, DUE_MS + PENS_KNOWN_MS_MAX - 250)).toBe(false);
    expect(late.pass(DUE_MS + PENS_KNOWN_MS_MAX, DUE_MS + PENS_KNOWN_MS_MAX)).toBe(true);
    const silent = bench();
    silent.pass(OPENS_MS, DUE_MS - PEN_WINDOW_MS);
    expect(silent.pass(DUE_MS, DUE_MS)).toBe(false);
    expect(silent.pass(DUE_MS + 250, DUE_MS + PENS_KNOWN_MS_MAX)).toBe(true);
  });

  it("[ANS-52] [LOG-7] the records that a decision depends on are held until its rows are in history", () => {
    const { pass, watermark, holds } = bench();
    pass(OPENS_MS, DUE_MS - 250);
    const offset = watermark.lowWater();
    expect([pass(DUE_MS, DUE_MS + 20_000), holds.length, watermark.lowWater()]).toEqual([true, 1, offset]);
    for (const hold of holds) watermark.release(hold);
    expect(watermark.lowWater()).toBe(watermark.next);
  });

  it("[LOG-7] a silent room, and one whose assignment is far from open, hold nothing", () => {
    const { pass, watermark, closing } = bench(null);
    pass(OPENS_MS - 60_000, OPENS_MS - 30_000);
    expect(watermark.held).toBe(0);
    pass(OPENS_MS, OPENS_MS + 30_000);
    expect(watermark.held).toBeGreaterThan(0);
    closing.rest();
    expect(watermark.lowWater()).toBe(watermark.next);
  });

  it("[ANS-52] [REG-1] a pen that was given out after closing, and is known by now, is none of the student's there", () => {
    const decided = (...given: readonly [Pen, number][]) => {
      const state = setupOf(2, 1, { ...LESSON, closesMs: CLOSES_MS });
      // As if pen 2 had been nobody's.
      for (const [document, atMs] of given) state.apply({ kind: "pens", id: document.id, version: 1, document }, atMs);
      const setup = new RoomSetup(state, ROOM);
      const lessons = new Map<unknown, Lesson>();
      const pens = new RoomPens(setup, lessons);
      const lesson = new Lesson(ROOM, setup.sheets[0] as Sheet, { answers: [], marks: [] }, pens.signalOf);
      lessons.set(LESSON.id, lesson);
      const closing = new Closing({
        lessons,
        pens,
        watermark: new Watermark(0n),
        holds: [],
      });
      for (let atMs = DUE_MS - PENS_KNOWN_MS_MAX; atMs <= DUE_MS; atMs += 250) {
        pens.pass(atMs);
        pens.note(penState(penOf(2), atMs), atMs);
        closing.pass(atMs);
      }
      return [0, 1].map((student) => lesson.cellOf(studentOf(student), 0)?.closing);
    };
    const pen = { id: penOf(2), student: studentOf(0) };
    const none = ["no-signal", "no-signal"];
    expect(decided()).toEqual(none);
    expect(decided([pen, CLOSES_MS + 1])).toEqual(none);
    expect(decided([pen, CLOSES_MS])).toEqual(["blank", "no-signal"]);
    // Until it was handed over, between closing and the decision, it was the other one's; the document says so.
    const held: PenSpan[] = [{ student: studentOf(1), fromMs: null, untilMs: CLOSES_MS + 1 }];
    expect(decided([{ ...pen, held }, CLOSES_MS + 1])).toEqual(["no-signal", "blank"]);
  });
});
