import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { missingForPython, pythonWith } from "../python.ts";
import { startHistoryProcess } from "./history-process.ts";

const SCRIPT = fileURLToPath(new URL("history-python.py", import.meta.url));
const REQUIREMENTS = fileURLToPath(new URL("history-python.txt", import.meta.url));
const missing = missingForPython();
const PACKAGES_MS_MAX = 600_000;

describe("clickhouse-connect with pandas", () => {
  it.skipIf(missing !== null)(
    `[HTTP-1] a data frame goes in and comes out${missing === null ? "" : ` (${missing})`}`,
    async () => {
      const python = pythonWith(REQUIREMENTS);
      const server = await startHistoryProcess();
      try {
        const { stdout } = await promisify(execFile)(python, [SCRIPT, server.url, server.writerPassword]);
        expect(JSON.parse(stdout)).toEqual({
          version: expect.stringMatching(/^\d+\.\d+/),
          columns: ["id", "name", "score", "at", "marks"],
          ids: true,
          names: true,
          scores: true,
          times: ["2026-09-01 00:00:00", "2026-09-01 05:33:19"],
          marks: [
            [0, 0],
            [4, 0],
          ],
          streamed: 20_000,
          parameters: [["it's\t\\", [1, 2]]],
          settings: [[1]],
          unknown: expect.stringMatching(/code: 60.*UNKNOWN_TABLE/),
          "half way": expect.stringMatching(/code: 395.*half way/),
          refused: expect.stringMatching(/code: 164.*READONLY/),
        });
      } finally {
        await server.stop();
      }
    },
    PACKAGES_MS_MAX,
  );
});
