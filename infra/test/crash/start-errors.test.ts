import { spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import net from "node:net";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { startPenlight, temporaryFolder } from "../e2e/penlight-process.ts";

const ROOT = path.resolve(import.meta.dirname, "../../..");

/** Runs `npm start`'s entry to its end. */
function run(args: readonly string[], env: Record<string, string> = {}): Promise<{ code: number | null; error: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ["infra/tooling/bootstrap.mjs", "start", ...args], {
      cwd: ROOT,
      stdio: ["ignore", "ignore", "pipe"],
      env: { ...process.env, ...env },
    });
    let error = "";
    child.stderr.on("data", (chunk: Buffer) => {
      error += chunk.toString("utf8");
    });
    child.on("exit", (code) => resolve({ code, error }));
  });
}

/** One line, that names what is wrong and what to do, and no stack. */
function expectOneLine({ error }: { error: string }, ...says: RegExp[]): void {
  const lines = error.split("\n").filter((line) => line !== "" && line !== "penlight: building the web page ...");
  expect(lines).toHaveLength(1);
  for (const each of says) expect(lines[0]).toMatch(each);
}

describe("what npm start says when it cannot start", () => {
  test("a wrong option: exit 78", async () => {
    const result = await run(["--students", "none"]);
    expect(result.code).toBe(78);
    expectOneLine(result, /--students/, /1 to 500/);
  });

  test("[OPS-3] the data folder is in use by another Penlight; the other one goes on, and ends in good order at SIGTERM", async () => {
    const folder = temporaryFolder();
    const first = await startPenlight(["--students", "2", "--data", folder.path]);
    try {
      const second = await run(["--data", folder.path, "--port", "0"]);
      expect(second.code).toBe(1);
      expectOneLine(second, /another Penlight/, /--data/);
      expect((await fetch(`${first.url}/healthz`)).status).toBe(200);
      expect(await first.stop()).toBe(0);
    } finally {
      await first.stop();
      folder.remove();
    }
  });

  test("a port that was asked for is taken", async () => {
    const folder = temporaryFolder();
    const server = net.createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
      const { port } = server.address() as net.AddressInfo;
      const result = await run(["--data", folder.path, "--port", String(port)]);
      expect(result.code).toBe(1);
      expectOneLine(result, new RegExp(String(port)), /--port/);
    } finally {
      server.close();
      folder.remove();
    }
  });

  test("the data folder is a file, or cannot be written", async () => {
    const folder = temporaryFolder();
    try {
      const file = path.join(folder.path, "file");
      writeFileSync(file, "");
      const result = await run(["--data", path.join(file, "data"), "--port", "0"]);
      expect(result.code).toBe(1);
      expectOneLine(result, /--data/);
      // Root may write everywhere; for everybody else a folder without rights is refused too.
      if (process.getuid?.() !== 0) {
        const closed = path.join(folder.path, "closed");
        mkdirSync(closed);
        chmodSync(closed, 0o500);
        const refused = await run(["--data", path.join(closed, "data"), "--port", "0"]);
        expect(refused.code).toBe(1);
        expectOneLine(refused, /--data/);
      }
    } finally {
      folder.remove();
    }
  });

  test("a recording that cannot be read names its line; a history server that is not there is named", async () => {
    const folder = temporaryFolder();
    try {
      const file = path.join(folder.path, "ink.jsonl");
      writeFileSync(file, '{"pen":"9c7bd2000001","atMs":1,"kind":"lost"}\n{"pen":');
      const replay = await run(["--data", path.join(folder.path, "a"), "--port", "0", "--pens", `replay=${file}`]);
      expect(replay.code).toBe(78);
      expectOneLine(replay, /line 2/, /--record/);
      const server = await run(["--data", path.join(folder.path, "b"), "--port", "0"], {
        PENLIGHT_CLICKHOUSE_URL: "http://127.0.0.1:9",
      });
      expect(server.code).toBe(1);
      expectOneLine(server, /PENLIGHT_CLICKHOUSE_URL/);
    } finally {
      folder.remove();
    }
  });
});

test("a tool that cannot do what it was asked says so in a line: exit 2", () => {
  const args = ["--import", "tsx", "infra/src/tools/vectors.ts", "none.json"];
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: "utf8" });
  expect([status, stderr]).toEqual([2, "none.json: cannot be read (ENOENT)\n"]);
});
