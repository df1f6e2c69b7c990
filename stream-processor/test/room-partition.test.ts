import { Random } from "@penlight/proto";
import { describe, expect, it } from "vitest";
import { BenchPartition } from "./fixtures/bench-partition.ts";
import { ASSIGNMENT, OPENS_MS, penOf, setupOf, worksheetOf } from "./fixtures/classroom.ts";
import { MARKS, strikeLine } from "./fixtures/glyphs.ts";
import { dotsRecord, glyphStroke, penState, stored, tick, upMsOf } from "./fixtures/ink.ts";

const ITEMS = 4;
const sheet = worksheetOf(ITEMS);
const PENS = [0, 1].map(penOf);
const allPens = (atMs: number) =>
  tick(
    atMs,
    PENS.map((pen) => penState(pen, atMs)),
  );

describe("RoomPartition", () => {
  it("[ANS-50] shows a cell as not started, writing, right, withdrawn, wrong", async () => {
    const bench = new BenchPartition({ setup: setupOf(3, ITEMS) });
    const random = new Random("states");
    const t = OPENS_MS + 1000;
    await bench.feed(stored([allPens(t)]));
    expect(bench.board.state("s0", "i0")).toBe("not-started");
    expect(bench.board.state("s2", "i0")).toBe("no-signal");
    const [glyph] = MARKS.tick(random);
    const stroke = glyphStroke(penOf(0), t, sheet, "i0-B", glyph ?? []);
    await bench.feed(stored([dotsRecord(stroke, { to: 5, end: false })], 1n));
    expect(bench.board.state("s0", "i0")).toBe("writing");
    await bench.feed(stored([dotsRecord(stroke, { from: 5 })], 2n));
    expect(bench.board.state("s0", "i0")).toBe("writing");
    await bench.feed(stored([tick(upMsOf(stroke) + 250 + 700)], 3n));
    expect(bench.board.state("s0", "i0")).toBe("right");
    expect(bench.board.cells.get("s0/i0")).toMatchObject({ answer: "B", points: 2 });
    const strikes = strikeLine(random).map((each, i) => glyphStroke(penOf(0), t + 5000 + i * 1000, sheet, "i0-B", each));
    await bench.feed(stored([...strikes.map((each) => dotsRecord(each)), tick(t + 9000)], 4n));
    expect(bench.board.state("s0", "i0")).toBe("withdrawn");
    const [again] = MARKS.fill(random);
    await bench.feed(stored([dotsRecord(glyphStroke(penOf(0), t + 9000, sheet, "i0-C", again ?? [])), tick(t + 19000)], 20n));
    expect(bench.board.cells.get("s0/i0")).toMatchObject({ state: "wrong", answer: "C", points: 0 });
    await bench.close();
    expect(bench.history.strokes().length).toBe(2 + strikes.length);
    const answers = await bench.history.answersOfAssignment(ASSIGNMENT);
    expect(answers).toMatchObject([{ student: "s0", item: "i0", state: "wrong", answer: "C" }]);
  });
});
