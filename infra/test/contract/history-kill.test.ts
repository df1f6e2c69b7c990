import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { HistoryError, Random } from "@penlight/proto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openClickHouseHistory } from "../../src/history/clickhouse-history.ts";
import { KILL_ASSIGNMENT, KILL_STROKES, killBatch } from "./history-kill-batch.ts";

const CHILD = fileURLToPath(new URL("history-kill-child.ts", import.meta.url));
const clock = { nowMs: () => 0, sleep: async () => {} };
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "penlight-kill-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Lets a child write from batch `first` on, kills it in the middle of the work after `acks`, and resolves to what it acknowledged. */
async function writeUntilKilled(first: number, acks: number): Promise<number[]> {
  const child = spawn(process.execPath, ["--import", "tsx", CHILD, folder, String(first)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const acknowledged: number[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged.push(Number(line));
    if (acknowledged.length === acks) child.kill("SIGKILL");
  }
  expect(acknowledged.length).toBeGreaterThanOrEqual(acks);
  return acknowledged;
}

it.each([1, 2, 3])(
  "[HIS-6] kill -9 in the middle of inserts, round %i: every acknowledged batch is there, once",
  async (round) => {
    const first = round * 1000;
    const acknowledged = await writeUntilKilled(first, new Random(`kill ${round}`).integer(3, 12));
    const history = await openClickHouseHistory({ target: { kind: "chdb", path: folder }, clock });
    try {
      const afterKill = await readNumbers(history);
      const expected = acknowledged.flatMap(strokeNumbersOf);
      expect(expected.filter((number) => !afterKill.includes(number))).toEqual([]);
      expect(new Set(afterKill).size).toBe(afterKill.length);

      // What a processor does next: it repeats everything since its last commit, acknowledged or not.
      const last = Math.max(...acknowledged);
      const repeated = Array.from({ length: last - first + 3 }, (_, i) => first + i);
      for (const number of repeated) await history.write(killBatch(number));
      const ofRound = (await readNumbers(history)).filter((number) => number >= first * KILL_STROKES);
      expect(ofRound).toEqual(repeated.flatMap(strokeNumbersOf));
    } finally {
      await history.close();
    }
  },
);

it("[HIS-11] a folder that another process has open is refused", async () => {
  const child = spawn(process.execPath, ["--import", "tsx", CHILD, folder, "9000"], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  await Promise.race([ended, new Promise((resolve) => child.stdout.once("data", resolve))]);
  try {
    const opening = openClickHouseHistory({ target: { kind: "chdb", path: folder }, clock });
    await expect(opening).rejects.toMatchObject({ name: "HistoryError", code: "history.locked", canRetry: false });
    await expect(opening).rejects.toBeInstanceOf(HistoryError);
  } finally {
    child.kill("SIGKILL");
    await ended;
  }
});

function strokeNumbersOf(batch: number): number[] {
  return Array.from({ length: KILL_STROKES }, (_, i) => batch * KILL_STROKES + i);
}

async function readNumbers(history: Awaited<ReturnType<typeof openClickHouseHistory>>): Promise<number[]> {
  const strokes = await history.strokesOfAssignment(KILL_ASSIGNMENT);
  return strokes.map((row) => (row.downMs - 1_790_000_000_000) / 1000);
}
