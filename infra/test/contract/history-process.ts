import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const ENTRY = fileURLToPath(new URL("../../src/run/history.ts", import.meta.url));

/** `npm run history` in a process of its own, with a data folder of its own. */
export interface HistoryProcess {
  readonly url: string;
  readonly writerPassword: string;
  readonly pid: number;
  /** SIGTERM; resolves to the exit code, and removes the folder. */
  stop(): Promise<number | null>;
}

export async function startHistoryProcess(env: Readonly<Record<string, string>> = {}): Promise<HistoryProcess> {
  const folder = await mkdtemp(join(tmpdir(), "penlight-history-server-"));
  const args = ["--import", "tsx", ENTRY, "--data", folder, "--history-port", "0", "--ops-port", "0"];
  const child = spawn(process.execPath, args, {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, UV_THREADPOOL_SIZE: "16", ...env },
  });
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const url = await Promise.race([readyAddress(child), ended.then(() => Promise.reject(new Error("history did not start")))]);
  return {
    url,
    writerPassword: (await readFile(join(folder, "history-password"), "utf8")).trim(),
    pid: child.pid as number,
    stop: async () => {
      child.kill("SIGTERM");
      const code = await ended;
      await rm(folder, { recursive: true, force: true });
      return code;
    },
  };
}

async function readyAddress(child: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
    const [, url] = /(http:\/\/\S+)/.exec(line) ?? [];
    if (url !== undefined) return url;
  }
  throw new Error("history said no address");
}

/** Starts it with settings that cannot work, and resolves to what it said. */
export async function failedStart(args: readonly string[]): Promise<{ code: number | null; error: string }> {
  const folder = await mkdtemp(join(tmpdir(), "penlight-history-server-"));
  const child = spawn(process.execPath, ["--import", "tsx", ENTRY, "--data", folder, "--ops-port", "0", ...args], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let error = "";
  child.stderr.on("data", (chunk: Buffer) => {
    error += chunk.toString("utf8");
  });
  const code = await new Promise<number | null>((resolve) => child.once("exit", resolve));
  await rm(folder, { recursive: true, force: true });
  // Before it stands what a service logs.
  return { code, error: error.trimEnd().split("\n").at(-1) ?? "" };
}
