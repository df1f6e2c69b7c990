import type { AssignmentId, SetupState } from "@penlight/proto";
import { Random } from "@penlight/proto";
import { describe, expect, it } from "vitest";
import { LOOK_AGAIN_MS } from "../../src/room-history.ts";
import { BenchPartition } from "../fixtures/bench-partition.ts";
import { ASSIGNMENT, LESSON, OPENS_MS, penOf, setupOf, studentOf, worksheetOf } from "../fixtures/classroom.ts";
import { MARKS } from "../fixtures/glyphs.ts";
import { dotsRecord, glyphStroke, penState, stored, tick } from "../fixtures/ink.ts";
import { say, wordOn } from "../fixtures/words.ts";

const ITEMS = 2;
const CLOSES_MS = OPENS_MS + 10_000;
const NEXT_MS = CLOSES_MS + 3_600_000;

/** A lesson that is over, and the next one. */
function setup(): SetupState {
  const state = setupOf(1, ITEMS, { ...LESSON, closesMs: CLOSES_MS });
  const next = { ...LESSON, id: "lesson-2" as AssignmentId, opensMs: NEXT_MS };
  state.apply({ kind: "assignments", id: next.id, version: 1, document: next });
  return state;
}

const isFirst = ({ item }: { readonly item: string }) => item === "i0";

describe("what is said of an assignment that is over", () => {
  it("[ANS-62] while nobody is there to hear it is told by whoever has the room next, once", async () => {
    const [glyph = []] = MARKS.tick(new Random("late"));
    const mark = dotsRecord(glyphStroke(penOf(0), OPENS_MS + 1000, worksheetOf(ITEMS), "i0-A", glyph));
    const first = new BenchPartition({ setup: setup() });
    await (await first.feed(stored([mark, tick(CLOSES_MS + 5000, [penState(penOf(0), CLOSES_MS + 5000)])]))).close();
    const { history } = first;
    const said = setup();
    say(said, { ...wordOn("i0", 1, { kind: "right" }), mark: { ...wordOn("i0", 1, { kind: "right" }).mark, atMs: NEXT_MS } });
    const bench = new BenchPartition({ setup: said, history, startOffset: 2n, generation: 2 });
    await bench.feed(stored([tick(NEXT_MS + 1000, [penState(penOf(0), NEXT_MS + 1000)])], 2n));
    const marks = async () =>
      (await history.marksOfAssignment(ASSIGNMENT)).filter(isFirst).map(({ item, state, by }) => [item, state, by]);
    expect(await marks()).toEqual([["i0", "wrong", "machine"]]);
    const lookAgain = async () => {
      bench.clock.now += LOOK_AGAIN_MS[0];
      await bench.partition.onBatch([]);
      await new Promise((resolve) => setImmediate(resolve));
      await bench.partition.onBatch([]);
    };
    await lookAgain();
    await bench.close();
    expect(await marks()).toEqual([["i0", "right", "Ms Li"]]);
    expect(
      (await history.answersOfAssignment(ASSIGNMENT))
        .filter(isFirst)
        .map(({ student, item, answer }) => [student, item, answer]),
    ).toEqual([[studentOf(0), "i0", "A"]]);
  });
});
