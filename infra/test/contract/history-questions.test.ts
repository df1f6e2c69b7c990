import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AssignmentId, DOT_X, DOT_Y, type ItemId, pageKeyOf, type StudentId } from "@penlight/proto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ClickHouseHistory, openClickHouseHistory } from "../../src/history/clickhouse-history.ts";
import type { QueryParameters } from "../../src/history/connection.ts";
import { askQuestion, PAUSE_MS, QUESTIONS, type QuestionName, readQuestion } from "../../src/history/questions.ts";
import { LESSON_PAGES, recordLesson } from "./history-lesson.ts";
import { batchOf, markRow, strokeRow } from "./history-rows.ts";
import * as truth from "./history-truth.ts";

const lesson = recordLesson("ten questions");
const A = "class-a" as AssignmentId;
let folder: string;
let history: ClickHouseHistory;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "penlight-questions-"));
  history = await openClickHouseHistory({
    target: { kind: "chdb", path: folder },
    clock: { nowMs: () => 0, sleep: async () => {} },
  });
  for (const batch of lesson.batches) await history.write(batch);
});

afterAll(async () => {
  await history.close();
  await rm(folder, { recursive: true, force: true });
});

const ask = (name: QuestionName, parameters: QueryParameters) => askQuestion(history, name, parameters);

/** Scalars are stored in hundredths of a mm (lengths), tenths (force, speed); sums of 24 strokes may be 24 halves off. */
const near = (value: number, tolerance: number) => ({
  asymmetricMatch: (other: unknown) => typeof other === "number" && Math.abs(other - value) <= tolerance,
});

describe("a recorded lesson", () => {
  it("[HIS-10] 01 page ink: every dot of the page, in the order of writing", async () => {
    const student = "class-a-s2" as StudentId;
    for (const page of LESSON_PAGES) {
      const strokes = truth.strokesOf(lesson, A, student).filter((row) => row.page?.page === page.page);
      strokes.sort((a, b) => truth.downOf(a) - truth.downOf(b));
      const rows = await ask("01-page-ink", { assignment: A, student, page: pageKeyOf(page) });
      expect(strokes.length).toBeGreaterThan(0);
      expect(rows).toEqual(
        strokes.map((row) => ({
          stroke: row.stroke,
          item: row.item ?? "",
          box: "",
          down_ms: truth.downOf(row),
          t_ms: truth.dotsOf(row).map((dot) => dot.t),
          x_mm: truth.dotsOf(row).map((dot) => near(dot.x, 1e-9)),
          y_mm: truth.dotsOf(row).map((dot) => near(dot.y, 1e-9)),
          force: truth.dotsOf(row).map((dot) => dot.force),
        })),
      );
    }
  });

  it("[HIS-10] 02 strokes of an item", async () => {
    const strokes = truth.strokesOf(lesson, A).filter((row) => row.item === "q2");
    strokes.sort(
      (a, b) =>
        ((a.student ?? "") < (b.student ?? "") ? -1 : 1) * Number(a.student !== b.student) || truth.downOf(a) - truth.downOf(b),
    );
    expect(await ask("02-strokes-of-item", { assignment: A, item: "q2" })).toEqual(
      strokes.map((row) => ({
        student: row.student,
        stroke: row.stroke,
        box: "",
        down_ms: truth.downOf(row),
        duration_ms: truth.durationOf(row),
        dots: row.version,
        length_mm: near(truth.lengthOf(row), 0.0051),
        width_mm: near(truth.extentOf(row, DOT_X), 1e-9),
        height_mm: near(truth.extentOf(row, DOT_Y), 1e-9),
        mean_speed:
          truth.durationOf(row) === 0
            ? 0
            : near((truth.lengthOf(row) / truth.durationOf(row)) * 1000, 5.1 / truth.durationOf(row)),
        peak_speed: near(truth.peakSpeedOf(row), 0.051),
        mean_force: near(truth.sum(truth.dotsOf(row).map((dot) => dot.force)) / row.version, 0.051),
      })),
    );
  });

  it("[HIS-10] 03 time to the first stroke", async () => {
    const expected = truth.cellsOf(lesson).flatMap(({ student, item }) => {
      const strokes = truth.strokesOf(lesson, A, student).filter((row) => row.item === item);
      const first = Math.min(...strokes.map((row) => truth.downOf(row) - lesson.opensMs));
      return strokes.length === 0 ? [] : [{ student, item, first_stroke_ms: first }];
    });
    expect(await ask("03-time-to-first-stroke", { assignment: A, opened_ms: lesson.opensMs })).toEqual(expected);
  });

  it("[HIS-10] 04 pen-down and in-air time", async () => {
    const expected = truth.cellsOf(lesson).flatMap(({ student, item }) => {
      const all = truth.strokesOf(lesson, A, student);
      const own = all.filter((row) => row.item === item);
      const gaps = truth.pairsOf(all).filter(([a, b]) => a.item === item && b.item === item);
      const air = gaps.map(([a, b]) => truth.firstOf(b) - truth.lastOf(a)).filter((gap) => gap > 0 && gap < PAUSE_MS);
      if (own.length === 0) return [];
      const penDownMs = truth.sum(own.map(truth.durationOf));
      const inkMm = near(truth.sum(own.map(truth.lengthOf)), 0.0051 * own.length);
      return [{ student, item, strokes: own.length, pen_down_ms: penDownMs, in_air_ms: truth.sum(air), ink_mm: inkMm }];
    });
    expect(truth.sum(expected.map((row) => row.in_air_ms))).toBeGreaterThan(0);
    expect(await ask("04-pen-down-and-in-air", { assignment: A, pause_ms: PAUSE_MS })).toEqual(expected);
  });

  it("[HIS-10] 05 pauses; a silence with lost ink is none", async () => {
    let silences = 0;
    const expected = [...lesson.students].sort().flatMap((student) =>
      truth.pairsOf(truth.strokesOf(lesson, A, student)).flatMap(([a, b]) => {
        const [from, until] = [truth.lastOf(a), truth.firstOf(b)];
        const isPause = until - from >= PAUSE_MS;
        const lost = lesson.gaps.some((gap) => gap.student === student && gap.atMs > from && gap.atMs <= until);
        if (isPause && lost) silences++;
        if (!isPause || lost) return [];
        return [{ student, item_before: a.item ?? "", item_after: b.item ?? "", from_ms: from, pause_ms: until - from }];
      }),
    );
    expect(silences).toBeGreaterThan(0);
    expect(await ask("05-pauses", { assignment: A, pause_ms: PAUSE_MS })).toEqual(expected);
  });

  it("[HIS-10] 06 changes of mind", async () => {
    const expected = truth.cellsOf(lesson).flatMap(({ student, item }) => {
      const path: string[] = [];
      const own = lesson.answers.filter((row) => row.assignment === A && row.student === student && row.item === item);
      for (const row of [...own].sort((a, b) => a.version - b.version)) {
        const text = JSON.stringify(row.answer);
        const isFirst = path.length === 0 && row.answer === null;
        if (!isFirst && path.at(-1) !== text) path.push(text);
      }
      return path.length < 2 ? [] : [{ student, item, path, changes: path.length - 1 }];
    });
    expect(expected.length).toBeGreaterThan(3);
    expect(await ask("06-changes-of-mind", { assignment: A })).toEqual(expected);
  });

  it("[HIS-10] 07 writing speed", async () => {
    const students = lesson.students.filter((student) => student.startsWith(A)).sort();
    const expected = students.map((student) => {
      const own = truth.strokesOf(lesson, A, student);
      const [mm, ms] = [truth.sum(own.map(truth.lengthOf)), truth.sum(own.map(truth.durationOf))];
      const forces = own.flatMap((row) => truth.dotsOf(row).map((dot) => dot.force));
      return {
        student,
        strokes: own.length,
        ink_mm: near(mm, 0.0051 * own.length),
        pen_down_ms: ms,
        mean_speed: near((mm / ms) * 1000, 0.1),
        peak_speed: near(Math.max(...own.map(truth.peakSpeedOf)), 0.051),
        mean_force: near(truth.sum(forces) / forces.length, 0.051),
      };
    });
    expect(await ask("07-writing-speed", { assignment: A })).toEqual(expected);
  });

  it("[HIS-10] 08 item difficulty by class", async () => {
    const expected = lesson.assignments.flatMap((assignment) =>
      lesson.items.map((item) => {
        const cells = lesson.students.flatMap((student) => {
          const own = lesson.marks.filter(
            (row) => row.assignment === assignment && row.student === student && row.item === item,
          );
          const latest = own.sort((a, b) => b.answerVersion - a.answerVersion)[0];
          return latest === undefined || latest.state === "withdrawn" ? [] : [latest];
        });
        const right = cells.filter((row) => row.state === "right").length;
        const [low, high] = truth.wilson(right, cells.length);
        const facility = truth.sum(cells.map((row) => row.points / row.maxPoints)) / cells.length;
        const interval = { low: near(low, 1e-12), high: near(high, 1e-12) };
        return { assignment, item, right, judged: cells.length, blank: 0, facility: near(facility, 1e-12), ...interval };
      }),
    );
    expect(await ask("08-item-difficulty", { assignments: lesson.assignments })).toEqual(expected);
  });

  it("[HIS-10] 09 a pupil's timeline", async () => {
    const student = "class-a-s3" as StudentId;
    const visits: { item: string; strokes: ReturnType<typeof truth.strokesOf> }[] = [];
    for (const row of truth.strokesOf(lesson, A, student)) {
      const last = visits.at(-1);
      if (last?.item === (row.item ?? "")) last.strokes.push(row);
      else visits.push({ item: row.item ?? "", strokes: [row] });
    }
    const rows = await ask("09-timeline", { assignment: A, student });
    const found = rows.filter((row) => row.kind === "visit");
    expect(found.map(({ from_ms, until_ms, item }) => ({ from_ms, until_ms, item }))).toEqual(
      visits.map(({ item, strokes }) => ({
        from_ms: Math.min(...strokes.map(truth.firstOf)),
        until_ms: Math.max(...strokes.map(truth.lastOf)),
        item,
      })),
    );
    expect(found.map((row) => Number.parseInt(String(row.detail), 10))).toEqual(visits.map(({ strokes }) => strokes.length));
    const answers = lesson.answers.filter((row) => row.assignment === A && row.student === student);
    expect(rows.filter((row) => row.kind === "answer").map((row) => `${row.from_ms} ${row.item} ${row.detail}`)).toEqual(
      answers
        .sort((a, b) => a.atMs - b.atMs)
        .map((row) => `${row.atMs} ${row.item} ${row.state} ${JSON.stringify(row.answer)}`),
    );
    const gaps = lesson.gaps
      .filter((row) => row.student === student)
      .map((row) => `${row.atMs} ${row.lostEvents} lost: ${row.reason}`);
    expect(rows.filter((row) => row.kind === "gap").map((row) => `${row.from_ms} ${row.detail}`)).toEqual(gaps.sort());
    expect(rows.map((row) => Number(row.from_ms))).toEqual(rows.map((row) => Number(row.from_ms)).sort((a, b) => a - b));
  });

  it("[HIS-4] [HIS-10] 10 data gaps", async () => {
    const room = "room-class-a";
    const pens = [...new Set(lesson.strokes.filter((row) => row.room === room).map((row) => row.pen))].sort();
    const expected = pens.flatMap((pen) => {
      const gaps = lesson.gaps.filter((row) => row.pen === pen);
      const lossy = lesson.strokes.filter((row) => row.pen === pen && row.lostDots > 0);
      const student = lesson.strokes.find((row) => row.pen === pen)?.student;
      const lost = { gaps: gaps.length, lost_events: truth.sum(gaps.map((row) => row.lostEvents)) };
      const lostDots = truth.sum(lossy.map((row) => row.lostDots));
      return gaps.length + lossy.length === 0
        ? []
        : [{ pen, student, ...lost, lossy_strokes: lossy.length, lost_dots: lostDots }];
    });
    expect(expected.length).toBeGreaterThan(1);
    expect(await ask("10-data-gaps", { room, from_ms: 0, until_ms: 4e12 })).toEqual(expected);
    expect(await ask("10-data-gaps", { room, from_ms: 0, until_ms: 1 })).toEqual([]);
  });
});

describe("published numbers", () => {
  /** One unit of the published table, mm, as history's coordinates: a tenth of it is 10 of ours, so that nothing is rounded. */
  const UNITS_PER_MM = 100;
  const MM = (UNITS_PER_MM * ((56 / 600) * 25.4)) / 100;

  it("[HIS-10] stroke process measures: pen-down 90 ms, in air 150 ms, one pause of 2,500 ms, 4.9 mm at 54.4 mm/s", async () => {
    const assignment = "process" as AssignmentId;
    const openedMs = 1_790_000_000_000;
    const strokes = PROCESS.strokes.map((dots) => {
      const [downMs] = dots[0] as readonly [number, number, number, number];
      const numbers = dots.flatMap(([t, x, y, f]) => [
        t - downMs,
        Math.round(x * UNITS_PER_MM),
        Math.round(y * UNITS_PER_MM),
        f,
        90,
        90,
        0,
      ]);
      return strokeRow(dots.length, {
        assignment,
        downMs: openedMs - PROCESS.itemOpenMs + downMs,
        dots: Int32Array.from(numbers),
      });
    });
    await history.write(batchOf({ strokes }));
    const cell = { student: "s01", item: "q1" };
    expect(await ask("03-time-to-first-stroke", { assignment, opened_ms: openedMs })).toEqual([
      { ...cell, first_stroke_ms: 1500 },
    ]);
    expect(await ask("04-pen-down-and-in-air", { assignment, pause_ms: 2000 })).toEqual([
      { ...cell, strokes: 3, pen_down_ms: 90, in_air_ms: 150, ink_mm: near(4.9 * MM, 0.0151) },
    ]);
    const pauses = await ask("05-pauses", { assignment, pause_ms: 2000 });
    expect(pauses.map((row) => row.pause_ms)).toEqual([2500]);
    expect((await ask("05-pauses", { assignment, pause_ms: 2501 })).length).toBe(0);
    const each = await ask("02-strokes-of-item", { assignment, item: "q1" });
    expect(each.map((row) => row.length_mm)).toEqual([1.8, 1.6, 1.5].map((mm) => near(mm * MM, 0.0051)));
    expect(each.map((row) => row.peak_speed)).toEqual([60, 80, 100].map((speed) => near(speed * MM, 0.051)));
    const [speed] = await ask("07-writing-speed", { assignment });
    expect(speed?.mean_speed).toEqual(near(54.44444444 * MM, 0.2));
    expect(speed?.mean_force).toEqual(near(410, 0.051));
    const [x, y] = [(await ink(assignment)).flatMap((row) => row.x_mm), (await ink(assignment)).flatMap((row) => row.y_mm)];
    expect([Math.min(...x), Math.min(...y), Math.max(...x), Math.max(...y)]).toEqual(
      PROCESS.bbox.map((mm) => near(mm * MM, 1e-9)),
    );
  });

  it.each([
    [3, 5, 0.2307, 0.8824],
    [12, 40, 0.1807, 0.4543],
    [36, 48, 0.6122, 0.8508],
    [0, 10, 0, 0.2775],
    [10, 10, 0.7225, 1],
  ])("[HIS-10] Wilson interval of %i right among %i judged", async (right, judged, low, high) => {
    const assignment = `wilson-${right}` as AssignmentId;
    const marks = Array.from({ length: judged }, (_, i) => {
      const worth = i < right ? ({ state: "right", points: 2 } as const) : ({ state: "wrong", points: 0 } as const);
      return markRow(1, { assignment, student: `s${i}` as StudentId, item: "q1" as ItemId, ...worth });
    });
    await history.write(batchOf({ marks }));
    const facility = near(right / judged, 1e-12);
    expect(await ask("08-item-difficulty", { assignments: [assignment] })).toEqual([
      { assignment, item: "q1", right, judged, blank: 0, facility, low: near(low, 5e-5), high: near(high, 5e-5) },
    ]);
  });

  async function ink(assignment: AssignmentId): Promise<{ x_mm: number[]; y_mm: number[] }[]> {
    const rows = await ask("01-page-ink", { assignment, student: "s01", page: "3.27.603.1" });
    return rows as unknown as { x_mm: number[]; y_mm: number[] }[];
  }
});

it("[HIS-10] every question is one SELECT under a sentence that ends with a question mark", async () => {
  for (const name of QUESTIONS) {
    const sql = await readQuestion(name);
    expect(sql).toMatch(/^-- [A-Z][^\n]*\?\n/);
    const code = sql.replaceAll(/^--.*$/gm, "");
    expect(code).not.toContain(";");
    expect(code.trim()).toMatch(/^(SELECT|WITH)\b/);
  }
});

/** Three strokes of (ms, mm, mm, force) with known measures; a worked example, checked by hand. */
const PROCESS = {
  itemOpenMs: -1500,
  bbox: [10, 10, 21.2, 12.9],
  strokes: [
    [
      [0, 10, 10, 400],
      [10, 10.3, 10, 420],
      [20, 10.9, 10, 440],
      [30, 11.5, 10, 430],
      [40, 11.8, 10, 410],
    ],
    [
      [190, 12, 10, 300],
      [200, 12, 10.4, 320],
      [210, 12, 11.2, 340],
      [220, 12, 11.6, 330],
    ],
    [
      [2720, 20, 12, 500],
      [2730, 20.4, 12.3, 520],
      [2740, 21.2, 12.9, 510],
    ],
  ],
} as const;
