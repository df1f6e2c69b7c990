import { expect, test } from "vitest";
import type { TruthReport } from "../../src/truth/compare.ts";
import { temporaryFolder } from "../e2e/penlight-process.ts";
import { runToEnd } from "../processes/service-process.ts";

const STUDENTS = 6;
/** Every item of the worksheet but the open one. */
const ITEMS = 16;
/** Cells that may say something else: a strike-out is read as a minus now and then. */
const WRONG_MAX = 0.02;

test("[CLASS-3] [CLASS-6] a class that writes numbers and letters: cells say what was meant, or wait for the teacher", async () => {
  const folder = temporaryFolder();
  try {
    const lesson = ["--worksheet", "numbers", "--students", String(STUDENTS), "--seed", "1", "--speed", "60"];
    const started = await runToEnd("start", [...lesson, "--data", folder.path, "--port", "0", "--exit-when-done"], {});
    expect([started.code, started.error]).toEqual([0, ""]);
    const truth = await runToEnd("truth", ["--data", folder.path, "--json"], {});
    const { cells, equal, wrong } = JSON.parse(truth.out) as TruthReport;
    expect([cells, truth.code]).toEqual([STUDENTS * ITEMS, wrong.length === 0 ? 0 : 1]);
    expect(wrong.length).toBeLessThanOrEqual(WRONG_MAX * cells);
    expect(equal).toBeGreaterThan(cells / 3);
    expect(started.out).toContain(`${cells} cells against what the pupils meant: ${equal} (`);
  } finally {
    folder.remove();
  }
}, 180_000);

test("[CLASS-3] a folder without a class is refused with the setting and what to do", async () => {
  const folder = temporaryFolder();
  const { code, error } = await runToEnd("truth", ["--data", folder.path], {});
  folder.remove();
  expect([code, error]).toEqual([
    78,
    expect.stringMatching(/^penlight: --data has no simulated class in .*; give the folder of one\n$/),
  ]);
});
