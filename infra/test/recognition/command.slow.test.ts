import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { runRecognition } from "../../src/recognition/command.ts";

const FIXTURE = path.resolve(import.meta.dirname, "../../../stream-processor/test/fixtures/handwriting");
const root = mkdtempSync(path.join(tmpdir(), "penlight-recognition-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function run(...args: string[]): { exitCode: number; text: string } {
  const lines: string[] = [];
  const exitCode = runRecognition(args, { root, say: (line) => lines.push(line) });
  return { exitCode, text: lines.join("\n") };
}

/** A folder with one file of these lines. */
function folderOf(name: string, lines: readonly string[]): string {
  const folder = mkdtempSync(path.join(root, "data-"));
  writeFileSync(path.join(folder, name), `${lines.join("\n")}\n`);
  return folder;
}

describe("npm run recognition", () => {
  test("the fixture is measured: table, report, figures", () => {
    const { exitCode, text } = run("--data", FIXTURE);
    expect(exitCode).toBe(0);
    const row = text.split("\n").find((line) => line.startsWith("| pendigits 0-9 | 150 | 99.36 | 98.28 |"));
    expect(Number(row?.split("|")[5])).toBeGreaterThan(97);
    const report = readFileSync(path.join(root, "bench/RECOGNITION.md"), "utf8");
    for (const part of ["Marked without a teacher", "Coverage", "Calibration", "Confusions", "Time and size"])
      expect(report).toContain(part);
  });

  test("--json says the same in figures, and the nearest neighbour beside", () => {
    const { exitCode, text } = run("--data", FIXTURE, "--json", "--rows", "pendigits", "--report", "other.md");
    expect(exitCode).toBe(0);
    const { split, rows, weightsBytes } = JSON.parse(text) as {
      split: string;
      weightsBytes: number;
      rows: Record<string, number>[];
    };
    expect([split, rows.length, rows[0]?.samples]).toEqual(["dev", 1, 150]);
    expect(weightsBytes).toBeLessThan(2_000_000);
    expect(rows[0]?.nearest).toBeGreaterThan(70);
    expect(rows[0]?.accuracy).toBeGreaterThan(rows[0]?.nearest ?? 100);
  });

  test("files of others are read in the same form, packed or not, and what is misread becomes a picture", () => {
    const line = {
      label: "1",
      writer: "somebody",
      split: "test",
      strokes: [
        [
          [0, 0],
          [3, 1],
          [4, 4],
          [0, 9],
          [7, 9],
        ],
      ],
    };
    const folder = folderOf("unipen-digits.jsonl", [JSON.stringify(line)]);
    const { exitCode, text } = run("--data", folder, "--split", "test", "--report", "others.md");
    expect(exitCode).toBe(0);
    expect(text).toContain("| UNIPEN 0-9 | 1 |");
    expect(readFileSync(path.join(root, "artifacts/recognition/digits.svg"), "utf8")).toContain("1 read 2 (1)");
  });

  test("what cannot be measured is said in a line", () => {
    expect(run()).toMatchObject({ exitCode: 78, text: expect.stringContaining("--data is missing") });
    expect(run("--data", "nowhere")).toMatchObject({ exitCode: 78, text: expect.stringContaining("nowhere is not there") });
    expect(run("--data", FIXTURE, "--split", "train").text).toContain("neither dev nor test");
    expect(run("--data", FIXTURE, "--rows", "digits,hats").text).toContain("--rows hats: there are pendigits");
    expect(run("--data", FIXTURE, "--colour").exitCode).toBe(78);
    expect(run("--data", FIXTURE, "--split", "test").text).toContain("has no samples of split test");
    expect(run("--data", folderOf("pendigits.jsonl", ["{"])).text).toContain("pendigits, line 1 is not JSON");
    const wrong = JSON.stringify({ label: "1", writer: "w", split: "dev", strokes: [[1, 2]] });
    expect(run("--data", folderOf("pendigits.jsonl", [wrong])).text).toContain("pendigits, line 1 needs label, split");
  });
});
