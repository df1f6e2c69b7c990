import type { Item } from "@penlight/proto";
import { describe, expect, it } from "vitest";
import { inkReaderOf } from "../../src/core/ink-reader.ts";
import { RoomSetup, type Sheet } from "../../src/core/room-setup.ts";
import { penOf, ROOM, setupOf, worksheetOf } from "../fixtures/classroom.ts";
import { glyphInBox, placedOn, TICK } from "../fixtures/marks.ts";

const worksheet = worksheetOf(1);
const sheet = new RoomSetup(setupOf(1, 1), ROOM).sheets[0] as Sheet;
const boxes = [...sheet.index.pages.values()].flatMap((page) => page.boxes);
const tick = placedOn(sheet, glyphInBox(penOf(0), 1000, worksheet, "i0-B", TICK));
const choice = worksheet.items[0] as Item;
const open = { ...choice, kind: "open", box: "i0-B" } as Item;

describe("inkReaderOf", () => {
  it("[ANS-41] reads marks in printed boxes", () => {
    const reader = inkReaderOf(choice, boxes);
    expect(reader.reading).toEqual({ kind: "none" });
    reader.read(tick);
    expect(reader.reading).toEqual({ kind: "answer", value: "B" });
  });

  it("[ANS-45] ink of an open answer waits for the teacher; a rest is no ink", () => {
    const reader = inkReaderOf(open, boxes);
    reader.read({ ...tick, kind: "rest" });
    expect(reader.reading).toEqual({ kind: "none" });
    reader.read(tick);
    expect(reader.reading).toEqual({ kind: "unsure" });
  });
});
