import path from "node:path";
import { type AssignmentId, type Board, Random, type StrokeId } from "@penlight/proto";
import { describe, expect, test } from "vitest";
import { openClickHouseHistory } from "../../src/history/clickhouse-history.ts";
import { SystemClock } from "../../src/system-clock.ts";
import { eventually, type PenlightProcess, startPenlight, temporaryFolder } from "../e2e/penlight-process.ts";
import { differencesFromTruth, finalAnswers } from "../e2e/truth.ts";

const KILLS = 10;
const SEED = 11;
const ENTRY = ["--import", "tsx", "infra/test/crash/classroom-with-acknowledgements.ts"];
const SETTLED = ["right", "partial", "wrong", "withdrawn", "blank"];

const boardOf = async (penlight: PenlightProcess) =>
  (await (await fetch(`${penlight.url}/api/v1/rooms/demo-room/board`)).json()) as Board;

/** The most dots of each stroke whose append was acknowledged. Only whole lines count: the last one may be torn. */
function acknowledged(output: string, into: Map<StrokeId, number>): void {
  for (const line of output.split("\n").slice(0, -1)) {
    const match = /^ack (\S+) (\d+)$/.exec(line);
    if (match === null) continue;
    const stroke = match[1] as StrokeId;
    into.set(stroke, Math.max(into.get(stroke) ?? 0, Number(match[2])));
  }
}

/** Cells that were settled in `before` and are not in `now`, except where the pupil has written since. */
function forgotten(before: Board, now: Board): string[] {
  const cells = new Map(now.cells.map((cell) => [`${cell.student}/${cell.item}`, cell]));
  const lastInk = new Map(before.students.map((student) => [student.student, student.lastInkMs]));
  const wroteSince = new Set(
    now.students.filter((student) => student.lastInkMs > (lastInk.get(student.student) ?? 0)).map((student) => student.student),
  );
  return before.cells
    .filter((cell) => SETTLED.includes(cell.state) && !wroteSince.has(cell.student))
    .filter((cell) => {
      const again = cells.get(`${cell.student}/${cell.item}`);
      return again?.state !== cell.state || JSON.stringify(again.answer) !== JSON.stringify(cell.answer);
    })
    .map((cell) => `${cell.student}/${cell.item} was ${cell.state}`);
}

describe("kill -9", () => {
  test(`${KILLS} times in the middle of a lesson: nothing acknowledged is lost or doubled, the board comes back (seed ${SEED})`, async () => {
    const folder = temporaryFolder();
    const random = new Random(`kill/${SEED}`);
    const acks = new Map<StrokeId, number>();
    const args = ["--students", "20", "--seed", String(SEED), "--speed", "8", "--data", folder.path];
    const backAfterMs: number[] = [];
    let before: Board | null = null;
    try {
      for (let kill = 0; kill <= KILLS; kill++) {
        const penlight = await startPenlight(args, ENTRY);
        const ready = performance.now();
        const known: Board | null = before;
        if (known !== null) {
          await eventually("the board is right again", async () => forgotten(known, await boardOf(penlight)).length === 0);
          backAfterMs.push(performance.now() - ready);
        }
        if (kill === KILLS) {
          const last = await eventually(
            "the class has handed in",
            async () => {
              const board = await boardOf(penlight);
              const settled = board.cells.every((cell) => !["writing", "not-started"].includes(cell.state));
              return board.assignment?.closesMs !== null && settled ? board : null;
            },
            240_000,
          );
          expect(differencesFromTruth(last, finalAnswers(folder.path))).toEqual([]);
          await eventually("history has everything", async () => penlight.output().includes("everything is in history"));
          before = last;
          expect(await penlight.stop()).toBe(0);
        } else {
          await new Promise((resolve) => setTimeout(resolve, random.between(1500, 5000)));
          before = await boardOf(penlight);
          await penlight.kill();
        }
        acknowledged(penlight.output(), acks);
      }
      const history = await openClickHouseHistory({
        target: { kind: "chdb", path: path.join(folder.path, "history") },
        clock: new SystemClock(),
      });
      const strokes = await history.strokesOfAssignment(before?.assignment?.id as AssignmentId);
      const unplaced = await history.query("SELECT count() AS n FROM strokes_latest WHERE assignment = ''");
      await history.close();
      const dots = new Map(strokes.map((stroke) => [stroke.stroke, stroke.version]));
      expect(dots.size).toBe(strokes.length);
      const short = [...acks].filter(([stroke, count]) => (dots.get(stroke) ?? 0) < count);
      process.stdout.write(
        `kill -9: ${KILLS} kills, ${acks.size} strokes acknowledged, ${strokes.length} in history (${JSON.stringify(unplaced)} unplaced), board right again after ${backAfterMs.map((ms) => Math.round(ms)).join(", ")} ms\n`,
      );
      expect(acks.size).toBeGreaterThan(100);
      expect(short).toEqual([]);
    } finally {
      folder.remove();
    }
  });
});
