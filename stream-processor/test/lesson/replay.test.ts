import { type AnswerRow, type HistoryBatch, type InkRecord, type MarkRow, Random, type StoredRecord } from "@penlight/proto";
import { MemoryHistory } from "@penlight/proto/memory-history";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AppendedLog, BenchPartition, StillClock } from "../fixtures/bench-partition.ts";
import { ASSIGNMENT, LESSON, OPENS_MS, setupOf, worksheetOf } from "../fixtures/classroom.ts";
import { stored } from "../fixtures/ink.ts";
import { lessonRecords } from "../fixtures/lesson.ts";

const STUDENTS = 3;
const ITEMS = 4;
const sheet = worksheetOf(ITEMS);
const CLOSES_MS = OPENS_MS + 40_000;

function recordsOf(seed: string, lost: number): InkRecord[] {
  return lessonRecords({ students: STUDENTS, sheet, random: new Random(seed), lost, strokes: 8, lastsMs: 42_000 });
}
const setup = (closesMs = CLOSES_MS) => setupOf(STUDENTS, ITEMS, { ...LESSON, closesMs });

/** Keeps every row that was ever written, by identity and version. */
class RecordingHistory extends MemoryHistory {
  readonly answers = new Map<string, AnswerRow>();
  readonly marks = new Map<string, MarkRow>();
  override async write(batch: HistoryBatch): Promise<void> {
    for (const row of batch.answers) this.answers.set(`${row.student}/${row.item}/${row.version}`, row);
    for (const row of batch.marks) this.marks.set(`${row.student}/${row.item}/${row.answerVersion}`, row);
    await super.write(batch);
  }
}

/** What a lesson left behind: the board, and history. */
interface Outcome {
  readonly cells: unknown;
  readonly items: unknown;
  readonly students: unknown;
  readonly strokes: unknown;
  readonly answers: unknown;
  readonly marks: unknown;
  readonly gaps: unknown;
}

const byKey = (map: ReadonlyMap<string, unknown>) => Object.fromEntries([...map].sort(([a], [b]) => (a < b ? -1 : 1)));

function outcomeOf(bench: BenchPartition): Outcome {
  const history = bench.history as RecordingHistory;
  return {
    cells: byKey(bench.board.cells),
    items: byKey(bench.board.items),
    // When a pen was heard last is news of the moment it was told, not of the lesson.
    students: byKey(new Map([...bench.board.students].map(([id, { pen, ...stats }]) => [id, { ...stats, link: pen?.link }]))),
    // As text: comparing arrays number by number takes longer than the lesson.
    strokes: history.strokes().map((row) => ({ ...row, dots: row.dots.join() })),
    answers: byKey(history.answers),
    marks: byKey(history.marks),
    gaps: history.gaps(),
  };
}

async function run(records: readonly StoredRecord[], size = 7, closesMs = CLOSES_MS): Promise<Outcome> {
  const bench = new BenchPartition({ setup: setup(closesMs), history: new RecordingHistory() });
  await bench.feed(records, size);
  await bench.close();
  return outcomeOf(bench);
}

/** The processor dies after `crashAt` records and a new one goes on from the committed low-water mark. */
async function runWithCrashes(
  records: readonly StoredRecord[],
  crashes: readonly number[],
  size: number,
  closesMs = CLOSES_MS,
): Promise<Outcome> {
  const log = new AppendedLog();
  const history = new RecordingHistory();
  const clock = new StillClock();
  const at = [...new Set(crashes)].sort((a, b) => a - b);
  let bench = new BenchPartition({ setup: setup(closesMs), history, log, clock });
  let from = 0;
  for (const crash of at) {
    await bench.feed(records.slice(from, crash), size);
    const start = bench.lowWater;
    const offsets = { startOffset: start, endOffset: BigInt(crash) };
    bench = new BenchPartition({ setup: setup(closesMs), history, log, clock, ...offsets });
    from = Number(start);
  }
  await bench.feed(records.slice(from), size);
  await bench.close();
  return outcomeOf(bench);
}

describe("replay", () => {
  it("[LOG-7] a processor that dies anywhere, any number of times, ends with the same board and history", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 30 }),
        fc.array(fc.integer({ min: 0, max: 999 }), { minLength: 1, maxLength: 4 }),
        fc.constantFrom(1, 3, 40),
        async (seed, crashes, size) => {
          const records = stored(recordsOf(`crash-${seed}`, seed % 2 === 0 ? 0 : 0.15));
          const crashAt = crashes.map((share) => Math.floor((share * records.length) / 1000));
          expect(await runWithCrashes(records, crashAt, size)).toEqual(await run(records));
        },
      ),
      { seed: 1, numRuns: 8 },
    );
  }, 60_000);

  it("[LOG-7] [HIS-13] a stroke of no assignment that goes on after a crash keeps the dots that history has of it", async () => {
    const closesMs = OPENS_MS + 25_000;
    const random = new Random("crash-2991");
    const lesson = lessonRecords({ students: STUDENTS, sheet, random, lost: 0.15, strokes: 9, lastsMs: 27_000 });
    const records = stored(lesson);
    const whole = await run(records, 7, closesMs);
    // Two crashes: near the end of the recording, and before its first record.
    const crashes = [Math.floor(0.723 * records.length), 0];
    expect(await runWithCrashes(records, crashes, 1, closesMs)).toEqual(whole);
  });

  it.each([
    [5, 0.15],
    [17, 0.3],
  ])(
    "[ANS-52] [LOG-7] a processor that dies around closing, any number of times, decides the same (seed %i)",
    async (seed, lost) => {
      const random = new Random(`closing-${seed}`);
      const closesMs = OPENS_MS + random.integer(15_000, 25_000);
      const lesson = lessonRecords({
        students: STUDENTS,
        sheet,
        random: random.fork("lesson"),
        lost,
        strokes: 6,
        lastsMs: 27_000,
      });
      const records = stored(lesson);
      const whole = await run(records, 7, closesMs);
      const near = records.findIndex((each) => each.timestampMs >= closesMs);
      for (let i = 0; i < 24; i++) {
        const crashes = Array.from({ length: random.integer(1, 4) }, () => near + random.integer(-30, 40));
        const size = random.pick([1, 3, 7]);
        expect(await runWithCrashes(records, crashes, size, closesMs), `crashes ${crashes}, batches of ${size}`).toEqual(whole);
      }
    },
  );

  it("[ANS-1] cutting the same records into other batches changes nothing", async () => {
    for (let seed = 0; seed < 2; seed++) {
      const records = stored(recordsOf(`batches-${seed}`, 0.1));
      const whole = await run(records, records.length);
      expect(await run(records, 1)).toEqual(whole);
      expect(await run(records, 13)).toEqual(whole);
    }
  });

  it("[ANS-1] records that come twice change nothing but the offsets", async () => {
    for (let seed = 0; seed < 2; seed++) {
      const random = new Random(`twice-${seed}`);
      const once = recordsOf(`twice-${seed}`, 0.1).filter((each) => each.body.kind !== "gap");
      // A gateway that repeats what it is not sure of repeats the last few, in order.
      const twice: InkRecord[] = [];
      once.forEach((record, i) => {
        twice.push(record);
        if (random.chance(0.2)) twice.push(...once.slice(Math.max(0, i - random.integer(0, 6)), i + 1));
      });
      const plain = await run(stored(once));
      const doubled = await run(stored(twice));
      for (const part of ["cells", "items", "strokes", "answers", "marks"] as const) expect(doubled[part]).toEqual(plain[part]);
    }
  });

  it("[ANS-30] the order in which strokes arrive does not matter", async () => {
    for (let seed = 0; seed < 3; seed++) {
      const random = new Random(`order-${seed}`);
      const live = recordsOf(`order-${seed}`, 0);
      const dots = live.filter((each) => each.body.kind === "dots");
      const ticks = live.filter((each) => each.body.kind !== "dots");
      // The same strokes, whole, from the pens' memories, in any order.
      const strokes = new Map<string, InkRecord[]>();
      for (const record of dots) {
        if (record.body.kind !== "dots") continue;
        const key = `${record.body.batch.pen}/${record.body.batch.downMs}`;
        strokes.set(key, [...(strokes.get(key) ?? []), record]);
      }
      const shuffled = [...strokes.values()].map((list) => ({ list, at: random.unit() })).sort((a, b) => a.at - b.at);
      const firstMs = ticks[0]?.receivedMs ?? 0;
      const late = shuffled.flatMap(({ list }) =>
        list.map((record): InkRecord => {
          if (record.body.kind !== "dots") return record;
          return { receivedMs: firstMs, body: { kind: "dots", batch: { ...record.body.batch, source: "memory" } } };
        }),
      );
      const plain = await run(stored(live));
      const mixed = await run(stored([...late, ...ticks]));
      const content = (outcome: Outcome) =>
        Object.entries(
          outcome.cells as Record<string, { state: string; answer: unknown; points: number; version: number }>,
        ).map(([key, { state, answer, points, version }]) => [key, state, answer, points, version]);
      expect(content(mixed)).toEqual(content(plain));
      expect(mixed.items).toEqual(plain.items);
    }
  });

  it("[ANS-52] nothing is left undecided after closing", async () => {
    const outcome = await run(stored(recordsOf("closing", 0)));
    const states = Object.values(outcome.cells as Record<string, { state: string }>).map((cell) => cell.state);
    expect(states.length).toBe(STUDENTS * ITEMS);
    expect(states.filter((state) => state === "not-started" || state === "writing")).toEqual([]);
    expect(states.filter((state) => state === "blank").length).toBeGreaterThan(0);
    const history = Object.values(outcome.answers as Record<string, AnswerRow>);
    expect(history.filter((row) => row.state === "blank").every((row) => row.assignment === ASSIGNMENT)).toBe(true);
  });
});
