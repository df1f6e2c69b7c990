import {
  type Item,
  Random,
  type SetupRecord,
  type SetupState,
  type StoredRecord,
  type Verdict,
  worksheetKey,
} from "@penlight/proto";
import { MemoryHistory } from "@penlight/proto/memory-history";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AppendedLog, BenchPartition, StillClock } from "./fixtures/bench-partition.ts";
import { LESSON, OPENS_MS, setupOf, studentOf, worksheetOf } from "./fixtures/classroom.ts";
import { stored } from "./fixtures/ink.ts";
import { lessonRecords } from "./fixtures/lesson.ts";
import { wordOn } from "./fixtures/words.ts";

const STUDENTS = 3;
const ITEMS = 4;
const sheet = worksheetOf(ITEMS);
const CLOSES_MS = OPENS_MS + 40_000;

/** What somebody does in the middle of a lesson. */
type Act =
  | { readonly kind: "read"; readonly count: number }
  | { readonly kind: "say"; readonly student: number; readonly item: number; readonly verdict: Verdict | null }
  | { readonly kind: "correct"; readonly item: number; readonly key: number; readonly points: number }
  | { readonly kind: "restart" };

const OPTIONS = ["A", "B", "C", "D"];
const verdict = fc.oneof(
  fc.constantFrom<Verdict | null>({ kind: "right" }, { kind: "wrong" }, null),
  fc.integer({ min: 0, max: 6 }).map((half): Verdict => ({ kind: "points", points: half / 2 })),
  fc.constantFrom(...OPTIONS).map((answer): Verdict => ({ kind: "answer", answer })),
);
const act: fc.Arbitrary<Act> = fc.oneof(
  fc.record({ kind: fc.constant("read" as const), count: fc.integer({ min: 1, max: 120 }) }),
  fc.record({
    kind: fc.constant("say" as const),
    student: fc.integer({ min: 0, max: STUDENTS - 1 }),
    item: fc.integer({ min: 0, max: ITEMS - 1 }),
    verdict,
  }),
  fc.record({
    kind: fc.constant("correct" as const),
    item: fc.integer({ min: 0, max: ITEMS - 1 }),
    key: fc.integer({ min: 0, max: 3 }),
    points: fc.integer({ min: 1, max: 4 }),
  }),
  fc.constant<Act>({ kind: "restart" }),
);

/** The setup as it grows, and every record of it from the first on. */
class GrowingSetup {
  readonly state = setupOf(STUDENTS, ITEMS, { ...LESSON, closesMs: CLOSES_MS });
  readonly later: SetupRecord[] = [];
  #version = 1;
  #items: readonly Item[] = sheet.items;

  #put(record: SetupRecord): void {
    this.later.push(record);
    this.state.apply(record);
  }

  say(student: number, item: number, said: Verdict | null): void {
    const id = studentOf(student);
    const before = this.state.markOf(LESSON.id, id, (sheet.items[item] as Item).id)?.version ?? 0;
    const { mark, version } = wordOn(`i${item}`, before + 1, said, "Ms Li", id);
    this.#put({ kind: "marks", id: mark.id, version, document: mark });
  }

  correct(item: number, key: number, points: number): void {
    const version = ++this.#version;
    this.#items = this.#items.map((each, i) => (i === item ? withKey(each, key, points) : each));
    const document = { ...sheet, version, items: this.#items };
    this.#put({ kind: "worksheets", id: worksheetKey(sheet.id, version), version: 1, document });
    const assignment = { ...LESSON, closesMs: CLOSES_MS, worksheetVersion: version };
    this.#put({ kind: "assignments", id: LESSON.id, version, document: assignment });
  }

  /** As a process that begins now reads it. */
  again(): SetupState {
    const state = setupOf(STUDENTS, ITEMS, { ...LESSON, closesMs: CLOSES_MS });
    for (const record of this.later) state.apply(record);
    return state;
  }
}

function withKey(item: Item, key: number, points: number): Item {
  if (item.kind === "true-false") return { ...item, key: key % 2 === 0, points };
  const option = OPTIONS[key] as string;
  if (item.kind === "choice") return { ...item, key: option, points };
  return item.kind === "choices" ? { ...item, key: [option], points } : item;
}

interface Outcome {
  readonly cells: unknown;
  readonly items: unknown;
  readonly students: unknown;
  readonly answers: unknown;
  readonly marks: unknown;
}

async function outcomeOf(bench: BenchPartition): Promise<Outcome> {
  const { board, history } = bench;
  const sorted = (map: ReadonlyMap<string, unknown>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    cells: sorted(board.cells),
    items: sorted(board.items),
    students: [...board.students].map(([id, { done, right, points }]) => [id, done, right, points]).sort(),
    answers: (await history.answersOfAssignment(LESSON.id)).map(({ state, ...row }) => row),
    marks: await history.marksOfAssignment(LESSON.id),
  };
}

/** Everything known from the start, in one go. */
async function fromScratch(setup: SetupState, records: readonly StoredRecord[]): Promise<Outcome> {
  const bench = new BenchPartition({ setup });
  await bench.feed(records);
  await bench.close();
  return outcomeOf(bench);
}

async function asItHappens(
  acts: readonly Act[],
  records: readonly StoredRecord[],
): Promise<{ setup: GrowingSetup; outcome: Outcome }> {
  const setup = new GrowingSetup();
  const shared = { history: new MemoryHistory(), log: new AppendedLog(), clock: new StillClock() };
  let bench = new BenchPartition({ ...shared, setup: setup.state });
  let [at, generation] = [0, 1];
  for (const each of acts) {
    if (each.kind === "read") {
      await bench.feed(records.slice(at, at + each.count), 9);
      at = Math.min(records.length, at + each.count);
    } else if (each.kind === "restart") {
      const offsets = { startOffset: bench.lowWater, endOffset: BigInt(at) };
      at = Number(bench.lowWater);
      bench = new BenchPartition({ ...shared, setup: setup.state, generation: ++generation, ...offsets });
    } else {
      if (each.kind === "say") setup.say(each.student, each.item, each.verdict);
      else setup.correct(each.item, each.key, each.points);
      await bench.partition.onBatch([]);
    }
  }
  await bench.feed(records.slice(at), 40);
  await bench.partition.onBatch([]);
  await bench.close();
  return { setup, outcome: await outcomeOf(bench) };
}

describe("marks at any time", () => {
  it("[ANS-60] [SET-5] [HIS-8] any order of ink, words, corrected keys and restarts ends as computed from scratch", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 20 }), fc.array(act, { minLength: 3, maxLength: 24 }), async (seed, acts) => {
        const random = new Random(`marks-${seed}`);
        const records = stored(lessonRecords({ students: STUDENTS, sheet, random, lost: 0.1, strokes: 6, lastsMs: 42_000 }));
        const { setup, outcome } = await asItHappens(acts, records);
        expect(outcome).toEqual(await fromScratch(setup.again(), records));
      }),
      { seed: 6, numRuns: 40 },
    );
  }, 60_000);
});
