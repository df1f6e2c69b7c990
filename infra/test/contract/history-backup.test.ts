import type { AssignmentId } from "@penlight/proto";
import { expect, it } from "vitest";
import { openClickHouseHistory } from "../../src/history/clickhouse-history.ts";
import { type HistoryProcess, startHistoryProcess } from "./history-process.ts";
import { answerRow, gapRow, markRow, strokeRow } from "./history-rows.ts";

/** As infra/RUNBOOK.md has them. */
const TABLES = ["strokes", "answers", "marks", "gaps"];
const clock = { nowMs: () => 0, sleep: async () => {} };
const A = "a" as AssignmentId;

const open = ({ url, writerPassword }: HistoryProcess) =>
  openClickHouseHistory({
    target: { kind: "server", url, user: "penlight", password: writerPassword, database: "penlight" },
    clock,
  });

async function post({ url, writerPassword }: HistoryProcess, query: string, body: BodyInit): Promise<Response> {
  const authorization = `Basic ${Buffer.from(`penlight:${writerPassword}`).toString("base64")}`;
  const response = await fetch(`${url}?database=penlight${query}`, { method: "POST", headers: { authorization }, body });
  expect({ status: response.status, text: response.ok ? "" : await response.text() }).toEqual({ status: 200, text: "" });
  return response;
}

async function restore(copies: ReadonlyMap<string, ArrayBuffer>, into: HistoryProcess): Promise<void> {
  for (const [table, rows] of copies) {
    await (await post(into, `&query=${encodeURIComponent(`INSERT INTO ${table} FORMAT Native`)}`, rows)).text();
  }
}

it("a copy of the tables, taken and restored as the runbook says, is the same history, also when it is restored twice", async () => {
  const before = await startHistoryProcess();
  const after = await startHistoryProcess();
  try {
    const history = await open(before);
    const batch = {
      strokes: [1, 2, 3].map((i) => strokeRow(5 * i, { downMs: 1_700_000_000_000 + 1000 * i })),
      answers: [answerRow(5), answerRow(15, { state: "wrong", answer: "A" })],
      marks: [markRow(5), markRow(15)],
      gaps: [gapRow("a cause")],
    };
    await history.write(batch);
    const copies = new Map<string, ArrayBuffer>();
    for (const table of TABLES) {
      copies.set(table, await (await post(before, "", `SELECT * FROM ${table} FORMAT Native`)).arrayBuffer());
    }

    const restored = await open(after);
    expect(await restored.strokesOfAssignment(A)).toEqual([]);
    for (let times = 0; times < 2; times++) {
      await restore(copies, after);
      expect(await restored.strokesOfAssignment(A)).toEqual(batch.strokes);
      expect(await restored.answersOfAssignment(A)).toEqual(await history.answersOfAssignment(A));
      expect(await restored.marksOfAssignment(A)).toEqual(await history.marksOfAssignment(A));
    }
    await restored.close();
    await history.close();
  } finally {
    await Promise.all([before.stop(), after.stop()]);
  }
});
