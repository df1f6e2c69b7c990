import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { type ClickHouseHistory, openClickHouseHistory } from "@penlight/infra/history/clickhouse-history";
import { type HistoryConnection, openConnection } from "@penlight/infra/history/connection";
import { askQuestion, PAUSE_MS, QUESTIONS, type QuestionName } from "@penlight/infra/history/questions";
import { SystemClock } from "@penlight/infra/system-clock";
import {
  type AssignmentId,
  DOT_STRIDE,
  type HistoryBatch,
  type PageAddress,
  Random,
  type StrokeRow,
  type StudentId,
} from "@penlight/proto";
import { BESIDE_SQL, ROW_PER_DOT, ROW_PER_DOT_COLUMNS } from "./history/row-per-dot.ts";
import { answersOf, realisticLesson } from "./realistic-ink.ts";
import { type BenchOptions, type BenchResult, hashOf, medianOf, RUNS } from "./result.ts";

/**
 * History: how fast strokes go in and how long the event loop stands still meanwhile, what a dot costs on disk, and how
 * long a researcher waits, beside the obvious design of one row per dot with default codecs. Everything in one process,
 * as a classroom has it.
 */
export async function run({ smoke }: BenchOptions): Promise<BenchResult[]> {
  const folder = await mkdtemp(join(tmpdir(), "penlight-bench-history-"));
  const target = { kind: "chdb", path: folder } as const;
  const history = await openClickHouseHistory({ target, clock: new SystemClock(), groupMsMin: 0 });
  const connection = await openConnection(target);
  try {
    const bench = new HistoryBench(history, connection, smoke ? SMOKE : FULL);
    return await bench.run();
  } finally {
    await connection.close();
    await history.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** A class of 40 with 20 items of about four strokes each. */
const STUDENTS = 40;
const ITEMS = 20;
const STROKES_PER_STUDENT = 80;
const DAY_MS = 86_400_000;
const OPENS_MS = 1_790_000_000_000;
const PAGE = "3.27.603.1";
/** Different lessons; more of them are copies on other days. */
const LESSONS = 40;
const BASE = Array.from({ length: LESSONS }, (_, i) => `'lesson-${i}'`).join(", ");

/** How much of everything; `besideDotsMax`: one row per dot is not measured beyond, it would take longer than all the rest. */
interface Scale {
  readonly lessons: number;
  readonly insertStrokes: readonly number[];
  readonly dots: readonly number[];
  readonly besideDotsMax: number;
  readonly runs: number;
}
const FULL: Scale = {
  lessons: LESSONS,
  insertStrokes: [50, 150, 650, 2000],
  dots: [10_000_000, 100_000_000],
  besideDotsMax: 15_000_000,
  runs: 3 * RUNS,
};
const SMOKE: Scale = { lessons: 1, insertStrokes: [150], dots: [200_000], besideDotsMax: 200_000, runs: 1 };

class HistoryBench {
  readonly #history: ClickHouseHistory;
  readonly #connection: HistoryConnection;
  readonly #scale: Scale;
  readonly #results: BenchResult[] = [];

  constructor(history: ClickHouseHistory, connection: HistoryConnection, scale: Scale) {
    this.#history = history;
    this.#connection = connection;
    this.#scale = scale;
  }

  async run(): Promise<BenchResult[]> {
    const { lessons, besideDotsMax } = this.#scale;
    await this.#connection.command(ROW_PER_DOT);
    const base = Array.from({ length: lessons }, (_, i) => baseLesson(i));
    const dots = sum(base.flat().map(dotCount));
    await this.#measureInserts(base[0] as StrokeRow[]);
    for (const [i, lesson] of base.entries()) await this.#writeLesson(lesson, i);
    await this.#measureSize(dots);
    const alone = await this.#answersOfFirstLesson();
    let copies = 1;
    for (const size of this.#scale.dots) {
      const withBeside = size <= besideDotsMax;
      for (; copies < Math.ceil(size / dots); copies++) await this.#copyBase(copies, withBeside);
      await this.#measureQuestions(dots * copies, lessons * copies, withBeside);
      const answers = await this.#answersOfFirstLesson();
      if (answers !== alone) throw new Error("the questions about a lesson have other answers when there are more lessons");
    }
    return this.#results;
  }

  /** Serialising, inserting and fsync, and the longest time that the event loop did nothing else. */
  async #measureInserts(lesson: readonly StrokeRow[]): Promise<void> {
    const byTime = [...lesson].sort((a, b) => a.downMs - b.downMs);
    for (const size of this.#scale.insertStrokes) {
      const rates: number[] = [];
      const stalls: number[] = [];
      const beside: number[] = [];
      const dots = sum(byTime.slice(0, size).map(dotCount));
      for (let i = 0; i < this.#scale.runs; i++) {
        const strokes = byTime.slice(0, size).map((row) => ({ ...row, assignment: `insert-${size}-${i}` as AssignmentId }));
        const loop = monitorEventLoopDelay({ resolution: 1 });
        loop.enable();
        await new Promise((resolve) => setTimeout(resolve, 20));
        loop.reset();
        const startMs = performance.now();
        await this.#history.write(batchOf({ strokes }));
        rates.push(dots / (performance.now() - startMs));
        await new Promise((resolve) => setTimeout(resolve, 3));
        loop.disable();
        stalls.push(loop.max / 1e6 - 1);
        beside.push(dots / (await this.#insertRowPerDot(strokes)));
      }
      const name = `${size} strokes (${dots} dots) an insert`;
      this.#add(`insert, ${name}`, "kdots/s", rates, { name: "row per dot, text made beforehand", median: medianOf(beside) });
      this.#add(`longest event loop stall, ${name}`, "ms", stalls);
    }
    for (const table of ["strokes", "row_per_dot"]) await this.#connection.command(`TRUNCATE TABLE ${table}`);
  }

  /** ms that the engine takes; the text is not counted. */
  async #insertRowPerDot(strokes: readonly StrokeRow[]): Promise<number> {
    const lines: string[] = [];
    for (const row of strokes) {
      const key = `${row.assignment}\t${row.student}\t${PAGE}\t${row.item}\t${row.box}\t${row.stroke}\t${row.downMs + row.clockOffsetMs}`;
      for (let at = 0; at < row.dots.length; at += DOT_STRIDE) {
        lines.push(`${key}\t${row.dots.subarray(at, at + DOT_STRIDE).join("\t")}\n`);
      }
    }
    const rows = Buffer.from(lines.join(""));
    const startMs = performance.now();
    await this.#connection.insert({ table: "row_per_dot", columns: ROW_PER_DOT_COLUMNS, rows });
    return performance.now() - startMs;
  }

  async #writeLesson(lesson: readonly StrokeRow[], number: number): Promise<void> {
    const byTime = [...lesson].sort((a, b) => a.downMs - b.downMs);
    for (let at = 0; at < byTime.length; at += 650) {
      await this.#history.write(batchOf({ strokes: byTime.slice(at, at + 650) }));
      await this.#insertRowPerDot(byTime.slice(at, at + 650));
    }
    await this.#history.write(batchOf(answersOf(new Random(`answers ${number}`), lesson)));
  }

  /** On disk after all parts were merged, keys and scalars of the strokes included. */
  async #measureSize(dots: number): Promise<void> {
    for (const table of ["strokes", "row_per_dot"]) await this.#connection.command(`OPTIMIZE TABLE ${table} FINAL`);
    const size = async (what: string, where: string) =>
      Number((await this.#history.query(`SELECT sum(${what})::Float64 AS size FROM ${where} AND active`))[0]?.size) / dots;
    const all = await size("bytes_on_disk", "system.parts WHERE table = 'strokes'");
    const ink = await size(
      "column_bytes_on_disk",
      `system.parts_columns WHERE table = 'strokes' AND match(column, '^(low|high)\\\\.|^first_')`,
    );
    const beside = await size("bytes_on_disk", "system.parts WHERE table = 'row_per_dot'");
    const other = { name: "row per dot, default codecs", median: beside };
    this.#add("size of a dot, all columns of a stroke", "B/dot", [all], other);
    // Small parts are kept in one file, where columns have no size of their own.
    if (ink > 0) this.#add("size of a dot, the seven fields of the dots alone", "B/dot", [ink], other);
  }

  /** All rows of the base once more, as other classes' lessons on other days. */
  async #copyBase(copy: number, withBeside: boolean): Promise<void> {
    const copyOf = (table: string, time: string) =>
      `INSERT INTO ${table} SELECT * REPLACE (concat(assignment, '-${copy}') AS assignment, ${time} + ${copy * DAY_MS} AS ${time})
        FROM (SELECT * FROM ${table} WHERE assignment IN (${BASE}))`;
    await this.#connection.command(copyOf("strokes", "pen_down_ms"));
    await this.#connection.command(copyOf("answers", "at_ms"));
    await this.#connection.command(copyOf("marks", "at_ms"));
    if (withBeside) await this.#connection.command(copyOf("row_per_dot", "down_ms"));
  }

  async #answersOfFirstLesson(): Promise<string> {
    const answers: unknown[] = [];
    for (const name of QUESTIONS) answers.push(await askQuestion(this.#history, name, parametersOf("lesson-0", 3, 0)[name]));
    return hashOf(answers);
  }

  /** Every question about other lessons each time, so that nothing is answered from memory. */
  async #measureQuestions(dots: number, lessons: number, withBeside: boolean): Promise<void> {
    const random = new Random(`questions ${dots}`);
    const { runs } = this.#scale;
    const label = `at ${(dots / 1e6).toFixed(1)} M dots`;
    for (const name of QUESTIONS) {
      const rows = await askQuestion(this.#history, name, parametersOf("lesson-0", 3, 0)[name]);
      const times = await timesOf(runs, () => askQuestion(this.#history, name, drawParameters(random, lessons)[name]));
      const beside = withBeside ? await this.#besideOf(name, random, lessons) : undefined;
      this.#add(`${name} ${label}`, "ms", times, beside, hashOf(rows));
    }
    const page: PageAddress = { section: 3, owner: 27, note: 603, page: 1 };
    const times = await timesOf(runs, () => {
      const { assignment, student } = drawParameters(random, lessons)["01-page-ink"];
      return this.#history.strokesOfPage(assignment as AssignmentId, student as StudentId, page);
    });
    this.#add(`page ink through the port ${label}`, "ms", times);
  }

  async #besideOf(name: QuestionName, random: Random, lessons: number): Promise<BenchResult["beside"]> {
    const sql = BESIDE_SQL[name];
    if (sql === undefined) return undefined;
    const times = await timesOf(this.#scale.runs, () => this.#history.query(sql, drawParameters(random, lessons)[name]));
    return { name: "row per dot, default codecs", median: medianOf(times) };
  }

  #add(name: string, unit: string, runs: readonly number[], beside?: BenchResult["beside"], hash?: string): void {
    const median = medianOf(runs);
    const compared = beside === undefined ? {} : { beside, ratio: median / beside.median };
    this.#results.push({
      bench: "history",
      case: name,
      unit,
      median,
      runs,
      ...compared,
      ...(hash === undefined ? {} : { hash }),
    });
  }
}

type Parameters = Record<QuestionName, Record<string, string | number | string[]>>;

function drawParameters(random: Random, lessons: number): Parameters {
  const kinds = Math.min(LESSONS, lessons);
  const lesson = random.integer(0, lessons - 1);
  const base = lesson % kinds;
  const copy = Math.floor(lesson / kinds);
  return parametersOf(copy === 0 ? `lesson-${base}` : `lesson-${base}-${copy}`, random.integer(0, STUDENTS - 1), copy * DAY_MS);
}

function parametersOf(assignment: string, student: number, shiftMs: number): Parameters {
  const id = `s${String(student).padStart(2, "0")}`;
  const from_ms = OPENS_MS + shiftMs;
  return {
    "01-page-ink": { assignment, student: id, page: PAGE },
    "02-strokes-of-item": { assignment, item: "q7" },
    "03-time-to-first-stroke": { assignment, opened_ms: from_ms },
    "04-pen-down-and-in-air": { assignment, pause_ms: PAUSE_MS },
    "05-pauses": { assignment, pause_ms: PAUSE_MS },
    "06-changes-of-mind": { assignment },
    "07-writing-speed": { assignment },
    "08-item-difficulty": { assignments: [assignment] },
    "09-timeline": { assignment, student: id },
    "10-data-gaps": { room: "room-1", from_ms, until_ms: from_ms + 2 * 3_600_000 },
  };
}

async function timesOf(runs: number, task: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < runs; i++) {
    const startMs = performance.now();
    await task();
    times.push(performance.now() - startMs);
  }
  return times;
}

function baseLesson(number: number): StrokeRow[] {
  const shape = {
    students: STUDENTS,
    strokesPerStudent: STROKES_PER_STUDENT,
    items: ITEMS,
    startMs: OPENS_MS + number * 3_600_000,
  };
  return [...realisticLesson(new Random(`lesson ${number}`), { assignment: `lesson-${number}`, ...shape })];
}

function batchOf(over: Partial<HistoryBatch>): HistoryBatch {
  return { strokes: [], answers: [], marks: [], gaps: [], ...over };
}

const dotCount = (row: StrokeRow): number => row.dots.length / DOT_STRIDE;
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
