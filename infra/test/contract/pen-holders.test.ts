import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PenId, StudentId } from "@penlight/proto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ClickHouseHistory, openClickHouseHistory } from "../../src/history/clickhouse-history.ts";
import { batchOf, PEN, strokeRow } from "./history-rows.ts";

const START_MS = 1_700_000_000_000;
const OTHER = "9c7bd2000002" as PenId;
let folder: string;
let history: ClickHouseHistory;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "penlight-holders-"));
  history = await openClickHouseHistory({
    target: { kind: "chdb", path: folder },
    clock: { nowMs: () => 0, sleep: async () => {} },
  });
});
afterAll(async () => {
  await history.close();
  await rm(folder, { recursive: true, force: true });
});

test("[HIS-16] a pen that changed hands has a row for each stretch of a pupil; a stroke that is gone has none", async () => {
  const stroke = (pen: PenId, student: string | null, second: number, over: object = {}) =>
    strokeRow(3, { pen, student: student as StudentId | null, downMs: START_MS + second * 1000, ...over });
  const wrong = stroke(PEN, "bob", 3);
  await history.write(
    batchOf({
      strokes: [
        ...[stroke(PEN, "ann", 1), stroke(PEN, "ann", 2), stroke(PEN, "bob", 4), stroke(PEN, "ann", 5)],
        ...[stroke(OTHER, null, 1), stroke(OTHER, "cid", 2)],
        // First under the wrong pupil, then told to be gone there.
        ...[wrong, { ...wrong, placement: 2, gone: true, dots: new Int32Array(0) }],
      ],
    }),
  );
  const seconds = (ms: unknown) => (Number(ms) - START_MS) / 1000;
  const rows = await history.query("SELECT * FROM pen_holders");
  expect(rows.map((row) => [row.pen, row.student, seconds(row.since_ms), seconds(row.until_ms), Number(row.strokes)])).toEqual([
    [OTHER, "", 1, 1.03, 1],
    [OTHER, "cid", 2, 2.03, 1],
    [PEN, "ann", 1, 2.03, 2],
    [PEN, "bob", 4, 4.03, 1],
    [PEN, "ann", 5, 5.03, 1],
  ]);
});
