import { describe, expect, it } from "vitest";
import type { CellRecord } from "../../src/core/cell-record.ts";
import { Lesson, type StudentSignal } from "../../src/core/lesson.ts";
import { PenDesk } from "../../src/core/pen-desk.ts";
import { RoomSetup, type Sheet } from "../../src/core/room-setup.ts";
import { penOf, ROOM, setupOf, studentOf } from "../fixtures/classroom.ts";

const CONNECTED: StudentSignal = { connected: true, pen: null };

function lessonOf() {
  const sheet = new RoomSetup(setupOf(1, 3), ROOM).sheets[0] as Sheet;
  const lesson = new Lesson(ROOM, sheet, { answers: [], marks: [] }, () => CONNECTED);
  const cells = [0, 1, 2].map((item) => lesson.cellOf(studentOf(0), item) as CellRecord);
  /** States of the cells that changed. */
  const told = () =>
    lesson.flush(true).flatMap((body) => (body.kind === "cells" ? body.cells.map((cell) => `${cell.item} ${cell.state}`) : []));
  return { lesson, cells, told };
}

describe("PenDesk", () => {
  it("[ANS-54] a pen writes in one cell at a time, and the one it left is told, too", () => {
    const { lesson, cells, told } = lessonOf();
    told();
    const desk = new PenDesk(penOf(0));
    desk.writeIn(lesson, cells[0] as CellRecord);
    expect(told()).toEqual(["i0 writing"]);
    desk.writeIn(lesson, cells[2] as CellRecord);
    expect(told().sort()).toEqual(["i0 not-started", "i2 writing"]);
    desk.writeIn(null, null);
    expect(told()).toEqual(["i2 not-started"]);
    expect(cells.map((cell) => cell.writers)).toEqual([0, 0, 0]);
  });

  it("[ANS-54] the same cell again is no second writer", () => {
    const { lesson, cells } = lessonOf();
    const desk = new PenDesk(penOf(0));
    for (let i = 0; i < 3; i++) desk.writeIn(lesson, cells[1] as CellRecord);
    expect(cells.map((cell) => cell.writers)).toEqual([0, 1, 0]);
    for (let i = 0; i < 3; i++) desk.writeIn(null, null);
    expect(cells.map((cell) => cell.writers)).toEqual([0, 0, 0]);
  });

  it("[ANS-54] a cell is writing while one of two pens is in it", () => {
    const { lesson, cells, told } = lessonOf();
    const [one, two] = [new PenDesk(penOf(0)), new PenDesk(penOf(1))];
    for (const desk of [one, two]) desk.writeIn(lesson, cells[0] as CellRecord);
    told();
    one.writeIn(null, null);
    expect(told()).toEqual([]);
    two.writeIn(lesson, null);
    expect(told()).toEqual(["i0 not-started"]);
    expect(two.writing).toBeNull();
  });
});
