import type { PenState, SetupRecord } from "@penlight/proto";
import { describe, expect, it } from "vitest";
import type { CellRecord } from "../../src/core/cell-record.ts";
import { Lesson } from "../../src/core/lesson.ts";
import { PEN_STATE_STALE_MS } from "../../src/core/pen-desk.ts";
import { RoomPens } from "../../src/core/room-pens.ts";
import { RoomSetup, type Sheet } from "../../src/core/room-setup.ts";
import { RoomStroke } from "../../src/core/room-stroke.ts";
import { Stroke } from "../../src/core/stroke.ts";
import { ASSIGNMENT, OPENS_MS, PAGE, penOf, ROOM, setupOf, studentOf } from "../fixtures/classroom.ts";
import { penState } from "../fixtures/ink.ts";

const T = OPENS_MS;

function bench(students = 2) {
  const state = setupOf(students, 1);
  const setup = new RoomSetup(state, ROOM);
  const lessons = new Map<unknown, Lesson>();
  const pens = new RoomPens(setup, lessons);
  const lesson = new Lesson(ROOM, setup.sheets[0] as Sheet, { answers: [], marks: [] }, pens.signalOf);
  lessons.set(ASSIGNMENT, lesson);
  lesson.flush(true);
  const connected = (student: number) => pens.signalOf(studentOf(student)).connected;
  /** Cells and students that the lesson tells anew. */
  const told = () =>
    lesson.flush(true).flatMap((body) => {
      if (body.kind === "cells") return body.cells.map((cell) => `${body.student} ${cell.state}`);
      return body.kind === "student" ? [`${body.stats.student} ${body.stats.pen?.link}`] : [];
    });
  return { state, pens, lesson, connected, told };
}

describe("RoomPens", () => {
  it("[ANS-51] a pen is connected from a state that says so until one that says otherwise", () => {
    const { pens, connected, told } = bench();
    expect(connected(0)).toBe(false);
    const links: PenState["link"][] = ["connecting", "connected", "locked", "connected", "off", "connected", "lost"];
    const seen = links.map((link, i) => {
      pens.note(penState(penOf(0), T + i, link), T + i);
      return connected(0);
    });
    expect(seen).toEqual([false, true, false, true, false, true, false]);
    expect(connected(1)).toBe(false);
    pens.note(penState(penOf(0), T + 10), T + 10);
    expect(told()).toEqual(["s0 not-started", "s0 connected"]);
  });

  it("[ANS-51] without a state for more than 3.5 s it is not connected any more; each state begins them anew", () => {
    const { pens, connected, told } = bench();
    pens.note(penState(penOf(0), T), T);
    pens.note(penState(penOf(0), T), T + 1000);
    told();
    pens.expire(T + 1000 + 3500);
    expect([connected(0), told()]).toEqual([true, []]);
    pens.expire(T + 1000 + 3501);
    expect([connected(0), told()]).toEqual([false, ["s0 no-signal", "s0 connected"]]);
    expect(PEN_STATE_STALE_MS).toBe(3500);
  });

  it("[ANS-51] before its first state live ink is as good as one, after it ink says nothing", () => {
    const { pens, connected } = bench();
    pens.noteInk(pens.deskOf(penOf(0)), T);
    expect(connected(0)).toBe(true);
    pens.note(penState(penOf(0), T, "lost"), T + 1);
    pens.noteInk(pens.deskOf(penOf(0)), T + 2);
    expect(connected(0)).toBe(false);
  });

  it("[ANS-51] a state that is older than the one known is no news", () => {
    const { pens, connected } = bench();
    pens.note(penState(penOf(0), T, "lost"), T + 100);
    pens.note(penState(penOf(0), T), T + 99);
    expect(connected(0)).toBe(false);
    pens.note(penState(penOf(0), T), T + 100);
    expect(connected(0)).toBe(true);
  });

  it("[ANS-51] of two gateways the one that heard the pen last is right, also when its word comes by another room, and late", () => {
    const { pens, connected } = bench();
    const [own, other] = [penState(penOf(0), T, "lost"), penState(penOf(0), T + 500)];
    pens.note(own, T + 1002);
    pens.note(other, T + 1000);
    expect(connected(0)).toBe(true);
    pens.note(own, T + 2002);
    pens.note(other, T + 2000);
    expect(connected(0)).toBe(true);
    pens.expire(T + 2000 + PEN_STATE_STALE_MS);
    expect(connected(0)).toBe(true);
  });

  it("[ANS-51] any connected pen of a student will do", () => {
    const { state, pens, connected } = bench();
    state.apply({ kind: "pens", id: penOf(5), version: 1, document: { id: penOf(5), student: studentOf(0) } });
    pens.adopt(new RoomSetup(state, ROOM), false);
    pens.note(penState(penOf(0), T, "lost"), T);
    expect(connected(0)).toBe(false);
    pens.note(penState(penOf(5), T), T);
    expect([connected(0), pens.signalOf(studentOf(0)).pen?.pen]).toEqual([true, penOf(5)]);
  });

  it("tells a student again when the battery changes, and not when nothing does", () => {
    const { pens, told } = bench();
    pens.note(penState(penOf(0), T), T);
    told();
    pens.note({ ...penState(penOf(0), T), heardMs: T + 999 }, T + 1000);
    expect(told()).toEqual([]);
    pens.note({ ...penState(penOf(0), T + 2000), batteryPercent: 79 }, T + 2000);
    expect(told()).toEqual(["s0 connected"]);
  });

  it("[ANS-4] a state that is not connected ends the open stroke, unless the stroke was heard after it", () => {
    const { pens } = bench();
    const desk = pens.deskOf(penOf(0));
    const trace = new RoomStroke(new Stroke(penOf(0), PAGE, T), null);
    desk.open = trace;
    desk.last = trace;
    trace.heardMs = T + 500;
    expect(pens.lastOf(penOf(0))).toBe(trace);
    expect(pens.note(penState(penOf(0), T), T + 600)).toBeNull();
    expect(pens.note(penState(penOf(0), T, "lost"), T + 700)).toBe(trace);
    trace.heardMs = T + 900;
    expect(pens.note(penState(penOf(0), T, "off"), T + 800)).toBeNull();
  });

  it("[REG-3] a pen that is lent is its owner's again by itself, and the boards of both are told", () => {
    const { state, pens, connected, told } = bench();
    const span = { student: studentOf(1), fromMs: T + 1000, untilMs: T + 2000 };
    const document = { id: penOf(0), student: studentOf(0), held: [span] };
    state.apply({ kind: "pens", id: penOf(0), version: 2, document });
    pens.adopt(new RoomSetup(state, ROOM), true);
    pens.pass(T);
    pens.note(penState(penOf(0), T), T);
    told();
    const holders = [T, T + 999, T + 1000, T + 1999, T + 2000].map((atMs) => {
      pens.pass(atMs);
      return [pens.deskOf(penOf(0)).student, connected(0), connected(1), told().length > 0];
    });
    expect(holders).toEqual([
      ["s0", true, false, false],
      ["s0", true, false, false],
      ["s1", false, true, true],
      ["s1", false, true, false],
      ["s0", true, false, true],
    ]);
  });

  it("[ANS-12] a pen that is given to another is that one's, and writes in no cell of before", () => {
    const { state, pens, lesson, connected } = bench();
    pens.note(penState(penOf(0), T), T);
    const cell = lesson.cellOf(studentOf(0), 0) as CellRecord;
    pens.deskOf(penOf(0)).writeIn(lesson, cell);
    const given: SetupRecord = { kind: "pens", id: penOf(0), version: 2, document: { id: penOf(0), student: studentOf(1) } };
    state.apply(given);
    pens.adopt(new RoomSetup(state, ROOM), false);
    expect([pens.deskOf(penOf(0)).student, connected(0), connected(1), cell.writers]).toEqual(["s1", false, true, 0]);
  });
});
