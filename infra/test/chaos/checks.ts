import type { AnswerRow, AssignmentId, Board, MarkRow } from "@penlight/proto";
import { openClickHouseHistory } from "../../src/history/clickhouse-history.ts";
import type { ReconcileReport } from "../../src/reconcile/reconcile.ts";
import { SystemClock } from "../../src/system-clock.ts";
import { runToEnd } from "../processes/service-process.ts";

/** Differences that mean that something is gone, and those that mean that something is there twice. */
const LOST = ["records-missing", "dots-unrecorded", "not-dead-lettered", "stroke-missing", "stroke-short", "gap-missing"];
const DOUBLED = ["stroke-doubled", "stroke-long"];
const NOT_YET = /has not come so far/;
const CATCH_UP_MS_MAX = 120_000;

export interface Balance {
  readonly strokes: number;
  readonly lost: number;
  readonly doubled: number;
  /** What is wrong, in words. */
  readonly failures: readonly string[];
}

/** What `npm run reconcile` says of a room, once the processors have read everything. */
export async function balance(room: string, range: readonly string[], env: Readonly<Record<string, string>>): Promise<Balance> {
  for (const begunMs = performance.now(); ; ) {
    const { code, out, error } = await runToEnd("reconcile", ["--room", room, ...range, "--json"], env);
    if (code !== 0 && code !== 1) throw new Error(`reconcile ended with ${code}: ${error}`);
    const report = JSON.parse(out) as ReconcileReport;
    const isBehind = report.differences.some(({ explained }) => explained !== null && NOT_YET.test(explained));
    if (!isBehind || performance.now() - begunMs > CATCH_UP_MS_MAX) return balanceOf(report);
  }
}

function balanceOf({ room, pens, differences, unexplained }: ReconcileReport): Balance {
  const open = differences.filter(({ explained }) => explained === null || NOT_YET.test(explained));
  const sum = (kinds: readonly string[]) =>
    open.filter(({ kind }) => kinds.includes(kind)).reduce((total, { count }) => total + count, 0);
  const failures = open
    .slice(0, 10)
    .map(({ kind, id, count, explained }) => `${room}: ${kind} ${id}: ${count} ${explained ?? ""}`);
  if (unexplained > failures.length) failures.push(`${room}: ${unexplained} differences in all`);
  return {
    strokes: pens.reduce((total, { log }) => total + log.strokes, 0),
    lost: sum(LOST),
    doubled: sum(DOUBLED),
    failures,
  };
}

/** Where a board is not the fold of the latest answers and marks of its assignment in history. */
export async function boardFailures(boards: readonly Board[], env: Readonly<Record<string, string>>): Promise<string[]> {
  const { PENLIGHT_CLICKHOUSE_URL: url = "", PENLIGHT_CLICKHOUSE_PASSWORD: password = "" } = env;
  const target = { kind: "server", url, user: "penlight", password, database: "penlight" } as const;
  const history = await openClickHouseHistory({ target, clock: new SystemClock() });
  try {
    const failures: string[] = [];
    for (const [i, board] of boards.entries()) {
      const assignment = board.assignment?.id as AssignmentId;
      const answers = await history.answersOfAssignment(assignment);
      const marks = await history.marksOfAssignment(assignment);
      failures.push(...differences(board, answers, marks).map((text) => `dashboard ${i + 1}, ${board.room}: ${text}`));
    }
    return failures;
  } finally {
    await history.close();
  }
}

function differences(board: Board, answers: readonly AnswerRow[], marks: readonly MarkRow[]): string[] {
  const answerOf = new Map(answers.map((row) => [`${row.student} ${row.item}`, row]));
  const pointsOf = new Map(marks.map((row) => [`${row.student} ${row.item}`, row.points]));
  return board.cells.flatMap(({ student, item, state, answer, points }) => {
    const key = `${student} ${item}`;
    const row = answerOf.get(key);
    if (row === undefined) return [`${key} is ${state}, and history has no answer`];
    const shown = JSON.stringify([state, answer, points]);
    // What waits for the teacher is worth nothing yet, and shown without points.
    const worth = row.state === "unsure" ? null : (pointsOf.get(key) ?? null);
    const kept = JSON.stringify([row.state, row.answer, worth]);
    return shown === kept ? [] : [`${key} is ${shown}, history has ${kept}`];
  });
}
