import { Random, type SetupState } from "@penlight/proto";
import { MemoryHistory } from "@penlight/proto/memory-history";
import { describe, expect, it } from "vitest";
import { LOOK_AGAIN_MS } from "../src/room-history.ts";
import { AppendedLog, BenchPartition, Board, StillClock } from "./fixtures/bench-partition.ts";
import { ASSIGNMENT, OPENS_MS, penOf, setupOf, studentOf, worksheetOf } from "./fixtures/classroom.ts";
import { MARKS } from "./fixtures/glyphs.ts";
import { dotsRecord, glyphStroke, penState, stored, tick } from "./fixtures/ink.ts";

const ITEMS = 2;
const sheet = worksheetOf(ITEMS);
const T = OPENS_MS + 1000;
const allPens = (atMs: number) =>
  tick(
    atMs,
    [0, 1].map((pen) => penState(penOf(pen), atMs)),
  );

/** Pen 0 is given to student 1: what it writes from now on, and has written, is that student's. */
function giveAway(setup: SetupState): SetupState {
  setup.apply({ kind: "pens", id: penOf(0), version: 2, document: { id: penOf(0), student: studentOf(1) } });
  return setup;
}

/** Two marks of pen 0: one that was there when the heir began, one that both owners read. */
function records() {
  const random = new Random("former owner");
  const mark = (atMs: number, box: string) => {
    const [glyph = []] = MARKS.tick(random);
    return dotsRecord(glyphStroke(penOf(0), atMs, sheet, box, glyph));
  };
  return stored([allPens(T), mark(T + 500, "i0-B"), allPens(T + 3000), mark(T + 3500, "i1-B"), allPens(T + 6000)]);
}

/** The zombie has read the first records and then stops; its heir has the partition from the beginning on. */
function twoOwners(setupOfHeir: SetupState) {
  const [log, history] = [new AppendedLog(), new MemoryHistory()];
  const zombie = new BenchPartition({ setup: setupOf(2, ITEMS), log, history, clock: new StillClock(), generation: 7 });
  const heir = new BenchPartition({ setup: setupOfHeir, log, history, endOffset: 3n, clock: new StillClock(), generation: 8 });
  return { log, history, zombie, heir };
}

/** History is read between two batches. */
async function lookAgain(heir: BenchPartition): Promise<void> {
  heir.clock.now += LOOK_AGAIN_MS[0];
  await heir.partition.onBatch([]);
  await new Promise((resolve) => setImmediate(resolve));
  await heir.partition.onBatch([]);
}

const answersOf = async (history: MemoryHistory) =>
  (await history.answersOfAssignment(ASSIGNMENT)).map((row) => `${row.student} ${row.item} ${row.state}`);
const strokesOf = (history: MemoryHistory) => history.strokes().map((row) => `${row.student} ${row.item}`);

describe("a former owner of a partition", () => {
  it("[OWN-2] reads on and tells with a larger revision and an older setup, and no board changes", async () => {
    const { log, zombie, heir } = twoOwners(giveAway(setupOf(2, ITEMS)));
    const all = records();
    await zombie.feed(all.slice(0, 3), 1);
    await heir.feed(all.slice(0, 3), 1);
    await zombie.feed(all.slice(3), 1);
    const states = () => ["s0", "s1"].map((student) => [0, 1].map((item) => heir.board.read(log).state(student, `i${item}`)));
    expect(states()).toEqual([
      ["no-signal", "no-signal"],
      ["right", "not-started"],
    ]);
    await heir.feed(all.slice(3), 1);
    expect(states()).toEqual([
      ["no-signal", "no-signal"],
      ["right", "right"],
    ]);
  });

  it("[OWN-2] a board that begins to read behind what the heir told, and hears the zombie alone, is right when the heir looks again", async () => {
    const { log, zombie, heir } = twoOwners(giveAway(setupOf(2, ITEMS)));
    const all = records();
    await zombie.feed(all.slice(0, 4), 1);
    await heir.feed(all, 1);
    const told = log.appended.length;
    await zombie.feed(all.slice(4), 1);
    const late = new AppendedLog();
    const board = new Board();
    const reads = () => board.read(Object.assign(late, { appended: log.appended.slice(told) }));
    expect(reads().state("s0", "i1")).toBe("right");
    await lookAgain(heir);
    expect([reads().state("s0", "i1"), board.state("s1", "i1")]).toEqual(["no-signal", "right"]);
  });

  it("[OWN-3] by the same setup whatever it writes, and whenever, changes nothing in history", async () => {
    const all = records();
    const alone = new BenchPartition({ setup: setupOf(2, ITEMS) });
    await alone.feed(all, 1);
    await alone.close();
    const { history, zombie, heir } = twoOwners(setupOf(2, ITEMS));
    await zombie.feed(all.slice(0, 4), 2);
    await heir.feed(all, 1);
    await heir.close();
    await zombie.close();
    expect(history.strokes()).toEqual(alone.history.strokes());
    expect(await history.answersOfAssignment(ASSIGNMENT)).toEqual(await alone.history.answersOfAssignment(ASSIGNMENT));
    expect(await history.marksOfAssignment(ASSIGNMENT)).toEqual(await alone.history.marksOfAssignment(ASSIGNMENT));
  });

  it("[OWN-4] what it writes late by an older setup is put right when the new owner looks again", async () => {
    const { history, zombie, heir } = twoOwners(giveAway(setupOf(2, ITEMS)));
    const all = records();
    await zombie.feed(all, 5);
    await heir.feed(all, 1);
    await zombie.close();
    expect(strokesOf(history).sort()).toEqual(["s0 i0", "s0 i1", "s1 i0", "s1 i1"]);
    expect(await answersOf(history)).toEqual(["s0 i0 right", "s0 i1 right", "s1 i0 right", "s1 i1 right"]);
    await lookAgain(heir);
    await heir.close();
    expect(strokesOf(history)).toEqual(["s1 i0", "s1 i1"]);
    expect(await answersOf(history)).toEqual(["s0 i0 not-started", "s0 i1 not-started", "s1 i0 right", "s1 i1 right"]);
  });
});
