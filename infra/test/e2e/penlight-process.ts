import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const ROOT = path.resolve(import.meta.dirname, "../../..");
const READY_MS_MAX = 120_000;

/** Penlight started as a user does, in a process of its own. */
export interface PenlightProcess {
  readonly url: string;
  readonly data: string;
  readonly child: ChildProcess;
  /** Everything it printed so far. */
  output(): string;
  /** Asks it to stop and waits until it has. */
  stop(): Promise<number | null>;
  /** kill -9, and waits. */
  kill(): Promise<void>;
}

export function temporaryFolder(): { readonly path: string; remove(): void } {
  const folder = mkdtempSync(path.join(tmpdir(), "penlight-"));
  return { path: folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Resolves when the address was printed. @throws Error with the output when the process ends before. */
export async function startPenlight(
  args: readonly string[],
  entry = ["infra/tooling/bootstrap.mjs", "start"],
): Promise<PenlightProcess> {
  const dataAt = args.indexOf("--data");
  if (dataAt === -1) throw new Error("a test must say --data");
  const child = spawn(process.execPath, [...entry, ...args, ...(args.includes("--port") ? [] : ["--port", "0"])], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const exited = new Promise<number | null>((resolve) => child.on("exit", (code) => resolve(code)));
  const url = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no address within ${READY_MS_MAX} ms:\n${output}`)), READY_MS_MAX);
    const read = (chunk: Buffer) => {
      output += chunk.toString("utf8");
      const address = /(http:\/\/[^\s]+)\/?\s/.exec(output);
      if (address !== null) {
        clearTimeout(timer);
        resolve((address[1] as string).replace(/\/$/, ""));
      }
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    void exited.then((code) => {
      clearTimeout(timer);
      reject(new Error(`ended with ${code} before it was ready:\n${output}`));
    });
  });
  return {
    url,
    data: args[dataAt + 1] as string,
    child,
    output: () => output,
    stop: async () => {
      child.kill("SIGTERM");
      return exited;
    },
    kill: async () => {
      child.kill("SIGKILL");
      await exited;
    },
  };
}

/** Polls until `check` gives something; the limit only keeps a broken test from hanging. */
export async function eventually<T>(
  what: string,
  check: () => Promise<T | null | undefined | false>,
  limitMs = 60_000,
): Promise<T> {
  const deadline = performance.now() + limitMs;
  let last: unknown;
  while (performance.now() < deadline) {
    try {
      const value = await check();
      if (value !== null && value !== undefined && value !== false) return value;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${what}: not within ${limitMs} ms${last === undefined ? "" : ` (last: ${String(last)})`}`);
}
