import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openClickHouseHistory } from "../../src/history/clickhouse-history.ts";
import { recordLesson } from "./history-lesson.ts";
import { type HistoryProcess, startHistoryProcess } from "./history-process.ts";

const ROOT = path.resolve(import.meta.dirname, "../../..");
const hasCurl = spawnSync("curl", ["--version"]).status === 0;
const without = hasCurl ? "" : " (no curl; Debian: sudo apt-get install -y curl)";
const lesson = recordLesson("ten questions");
const clock = { nowMs: () => 0, sleep: async () => {} };
const folder = mkdtempSync(path.join(tmpdir(), "penlight-curl-"));
let server: HistoryProcess;

beforeAll(async () => {
  server = await startHistoryProcess();
  const target = { kind: "server", url: server.url, user: "penlight", password: server.writerPassword } as const;
  const history = await openClickHouseHistory({ target, clock });
  for (const batch of lesson.batches) await history.write(batch);
  await history.close();
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

/** In the shell, in the root of the repository, as a person would; fails with curl. */
async function shell(command: string): Promise<string> {
  const { stdout } = await promisify(execFile)("sh", ["-c", command.replace(/^curl /, "curl -sS --fail-with-body ")], {
    cwd: ROOT,
    env: { ...process.env, URL: server.url, PASSWORD: server.writerPassword, FOLDER: folder },
  });
  return stdout;
}

describe.skipIf(!hasCurl)(`curl${without}`, () => {
  it("[HTTP-1] every line of README works as it stands there", async () => {
    const lines = readFileSync(path.join(ROOT, "README.md"), "utf8")
      .split("\n")
      .filter((line) => /^curl .*127\.0\.0\.1:8123/.test(line))
      .map((line) => line.replace("http://127.0.0.1:8123", server.url).replace("=NAME", "=class-a"))
      .map((line) => line.replace("> ink.parquet", '> "$FOLDER/ink.parquet"'));
    expect(lines).toHaveLength(4);
    const [counts, speed, , marks] = [
      await shell(lines[0] ?? ""),
      await shell(lines[1] ?? ""),
      await shell(lines[2] ?? ""),
      await shell(lines[3] ?? ""),
    ];
    expect(counts).toMatch(/class-a\s*│\s*\d+/);
    expect(speed.trim().split("\n")).toHaveLength(5);
    expect(readFileSync(path.join(folder, "ink.parquet")).subarray(0, 4).toString()).toBe("PAR1");
    expect(marks.split("\n")[0]).toContain('"worksheet_version"');
  });

  it("[HTTP-1] a packed file goes in, a packed result comes out, and an error is an exit code", async () => {
    await shell(
      'curl "$URL" -u "penlight:$PASSWORD" -d "CREATE TABLE notes (id UInt32, text String) ENGINE = MergeTree ORDER BY id"',
    );
    await shell('printf "id,text\\n1,one\\n2,\\"two, too\\"\\n" | gzip > "$FOLDER/notes.csv.gz"');
    const insert = "query=INSERT%20INTO%20notes%20FORMAT%20CSVWithNames";
    await shell(
      `curl "$URL/?${insert}" -u "penlight:$PASSWORD" -H "Content-Encoding: gzip" --data-binary @"$FOLDER/notes.csv.gz"`,
    );
    expect(await shell('curl --compressed "$URL/?enable_http_compression=1" -d "SELECT * FROM notes ORDER BY id"')).toBe(
      "1\tone\n2\ttwo, too\n",
    );
    await expect(shell('curl "$URL" -d "SELECT nothing FROM notes"')).rejects.toMatchObject({
      code: 22,
      stdout: expect.stringMatching(/^Code: 47\. DB::Exception: .*UNKNOWN_IDENTIFIER/),
    });
    await expect(
      shell('curl "$URL" -d "SELECT throwIf(number = 900000) FROM numbers(1000000)" > "$FOLDER/half"'),
    ).rejects.toMatchObject({
      code: 18,
    });
  });
});
