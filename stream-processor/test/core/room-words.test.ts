import { describe, expect, it } from "vitest";
import { RoomSetup } from "../../src/core/room-setup.ts";
import { RoomWords } from "../../src/core/room-words.ts";
import { ASSIGNMENT, ROOM, setupOf } from "../fixtures/classroom.ts";
import { say, wordOn } from "../fixtures/words.ts";

describe("RoomWords", () => {
  it("[EVT-24] names the assignments of which something new was said, once", () => {
    const setup = setupOf(1, 2);
    say(setup, wordOn("i0", 1, { kind: "right" }));
    const { sheets } = new RoomSetup(setup, ROOM);
    const words = new RoomWords(setup, sheets);
    expect(words.take(sheets)).toEqual([]);
    say(setup, wordOn("i0", 2, null));
    expect(words.revision).not.toBe(setup.marksRevision);
    expect(words.take(sheets).map((sheet) => sheet.assignment.id)).toEqual([ASSIGNMENT]);
    expect([words.take(sheets), words.revision]).toEqual([[], setup.marksRevision]);
    expect(words.of(ASSIGNMENT).byCell.size).toBe(1);
  });
});
