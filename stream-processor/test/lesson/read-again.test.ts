import type { AnswerRow, Assignment, MarkRow, SetupState, StoredRecord } from "@penlight/proto";
import { Random } from "@penlight/proto";
import { MemoryHistory } from "@penlight/proto/memory-history";
import { describe, expect, it } from "vitest";
import { BenchPartition } from "../fixtures/bench-partition.ts";
import { LESSON, OPENS_MS, penOf, setupOf, studentOf, worksheetOf } from "../fixtures/classroom.ts";
import { penState, stored, tick } from "../fixtures/ink.ts";
import { lessonRecords } from "../fixtures/lesson.ts";
import { say, wordOn } from "../fixtures/words.ts";

const STUDENTS = 4;
const ITEMS = 4;
const OLD = "marks-geometry/0";
const LATER_MS = OPENS_MS + 3_600_000;

function order(setup: SetupState, version: number, recognizers = ["marks-geometry/1"], atMs = LATER_MS): void {
  const document: Assignment = { ...LESSON, reread: { by: "Ms Li", atMs, recognizers } };
  setup.apply({ kind: "assignments", id: LESSON.id, version, document });
}

function setupWithWords(): SetupState {
  const setup = setupOf(STUDENTS, ITEMS);
  say(setup, wordOn("i0", 1, { kind: "right" }, "Ms Li", studentOf(1)));
  say(setup, wordOn("i1", 1, { kind: "points", points: 1 }, "Mr Wu", studentOf(2)));
  say(setup, wordOn("i1", 2, null, "Mr Wu", studentOf(2)));
  return setup;
}

/** What an older recogniser would have told of the same ink: every second answer another one. */
function asReadBefore(rows: readonly AnswerRow[]): AnswerRow[] {
  return rows.map((row, at) => {
    const other = { state: "unsure", answer: null } as const;
    return { ...row, recognizer: OLD, ...(at % 2 === 0 && row.state !== "unsure" ? other : {}) };
  });
}

function asMarkedBefore(marks: readonly MarkRow[], answers: readonly AnswerRow[]): MarkRow[] {
  return marks.map((mark) => {
    const row = answers.find(({ student, item }) => student === mark.student && item === mark.item);
    return row?.state === "unsure" && mark.by === "machine" ? { ...mark, state: "unsure", points: 0 } : mark;
  });
}

/** A lesson in history as an older recogniser told it, and a processor that has just begun. */
async function begun(seed: number) {
  const random = new Random(`again-${seed}`);
  const records = stored(lessonRecords({ students: STUDENTS, sheet: worksheetOf(ITEMS), random, strokes: 8 }));
  const scratch = new BenchPartition({ setup: setupWithWords() });
  await (await scratch.feed(records)).close();
  const answers = asReadBefore(await scratch.history.answersOfAssignment(LESSON.id));
  const marks = asMarkedBefore(await scratch.history.marksOfAssignment(LESSON.id), answers);
  const history = new MemoryHistory();
  await history.write({ strokes: scratch.history.strokes(), answers, marks, gaps: [] });
  const setup = setupWithWords();
  return { scratch, answers, history, setup, records, bench: await started(setup, history, records) };
}

/** Hears one tick behind everything. */
async function started(setup: SetupState, history: MemoryHistory, records: readonly StoredRecord[], generation = 2) {
  const at = BigInt(records.length + generation);
  const atMs = (records.at(-1)?.timestampMs ?? 0) + 1000;
  const bench = new BenchPartition({ setup, history, startOffset: at, generation });
  const pens = Array.from({ length: STUDENTS }, (_, i) => penState(penOf(i), atMs));
  return bench.feed(stored([tick(atMs, pens)], at));
}

/** What a teacher, the statistics and a researcher see, whatever the version of the answer is. */
async function seen({ board, history }: BenchPartition) {
  const sorted = <Value>(map: ReadonlyMap<string, Value>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    cells: sorted(board.cells).map(([id, { state, answer, points }]) => [id, state, answer, points]),
    items: sorted(board.items),
    students: sorted(board.students).map(([id, { done, right, points }]) => [id, done, right, points]),
    answers: (await history.answersOfAssignment(LESSON.id)).map(({ student, item, answer }) => [student, item, answer]),
    marks: (await history.marksOfAssignment(LESSON.id)).map(({ answerVersion, ...mark }) => mark),
  };
}

async function settled(bench: BenchPartition): Promise<BenchPartition> {
  await bench.partition.onBatch([]);
  return bench.close();
}

describe("ink that is to be read again", () => {
  it.each([1, 2, 3])("[ANS-96] [ANS-95] [ANS-60] stays as it was told until somebody wants it: seed %d", async (seed) => {
    const { scratch, answers, history, setup, records, bench } = await begun(seed);
    expect(await history.answersOfAssignment(LESSON.id)).toEqual(answers);
    expect(bench.board.cells.get(`${answers[0]?.student}/${answers[0]?.item}`)?.answer).toBe(answers[0]?.answer);
    order(setup, 2);
    await settled(bench);
    const after = await seen(bench);
    expect(after).toEqual(await seen(scratch));
    expect(after.marks.find(({ student, item }) => student === studentOf(1) && item === "i0")).toMatchObject({
      state: "right",
      by: "Ms Li",
    });
    const told = await history.answersOfAssignment(LESSON.id);
    told.forEach((row, at) => {
      const before = answers[at] as AnswerRow;
      const said = ({ state, answer }: AnswerRow) => JSON.stringify(answer ?? state);
      const isSame = said(before) === said(row);
      const grown = isSame ? [OLD, before.version] : ["marks-geometry/1", before.version + 1];
      expect([row.recognizer, row.version]).toEqual(grown);
    });
    // Another process that begins now, and somebody who wants the same once more.
    const again = await started(setup, history, records, 3);
    order(setup, 3, ["marks-geometry/1"], LATER_MS + 1000);
    await settled(again);
    expect(await seen(again)).toEqual(after);
    expect(await history.answersOfAssignment(LESSON.id)).toEqual(told);
  });

  it("[ANS-96] not by a recogniser that does not run here, and not what was written since", async () => {
    const { answers, history, setup, bench } = await begun(4);
    order(setup, 2, ["marks-geometry/2"]);
    await bench.partition.onBatch([]);
    order(setup, 3, ["marks-geometry/1"], OPENS_MS);
    await settled(bench);
    expect(await history.answersOfAssignment(LESSON.id)).toEqual(answers);
  });
});
