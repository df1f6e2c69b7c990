import { execFile, spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import type { Stretch } from "./readers/run.ts";
import { type BenchOptions, type BenchResult, hashOf, medianOf } from "./result.ts";

const PENS = 60;
const SECONDS = 30;
/** Without and with the question, in turn. */
const STRETCHES = 6;

/**
 * A class whose history is `npm run history` in a process of its own, while a researcher there asks a question that takes
 * 30 s, beside the same class half a minute earlier without one.
 */
export async function run({ smoke }: BenchOptions): Promise<BenchResult[]> {
  const [seconds, stretches] = smoke ? [3, 2] : [SECONDS, STRETCHES];
  const folder = await mkdtemp(path.join(tmpdir(), "penlight-readers-server-"));
  const server = await startServer(folder);
  try {
    const password = (await readFile(path.join(folder, "history-password"), "utf8")).trim();
    const file = path.join(import.meta.dirname, "readers", "run.ts");
    const args = ["--import", "tsx", file, String(PENS), String(seconds), String(stretches), server.url, password];
    const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 2 ** 24 });
    return resultsOf(JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Stretch[], seconds);
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

function resultsOf(stretches: readonly Stretch[], seconds: number): BenchResult[] {
  const line = (name: string, pick: (each: Stretch) => number): BenchResult => {
    const [without, withQuestion] = [false, true].map((asks) => stretches.filter((each) => each.asks === asks).map(pick));
    const median = medianOf(withQuestion as number[]);
    const beside = { name: "without a question", median: medianOf(without as number[]) };
    const hash = hashOf([PENS, seconds, "steady"]);
    const note = `alternating stretches of ${seconds} s`;
    return {
      bench: "readers",
      case: `${PENS} pens: ${name}`,
      unit: "ms",
      median,
      runs: withQuestion as number[],
      beside,
      ratio: median / beside.median,
      hash,
      note,
    };
  };
  return [
    line("correctness p50", (each) => each.correctnessP50),
    line("correctness p99", (each) => each.correctnessP99),
    line("insert p50", (each) => each.insertP50),
    line("insert p99", (each) => each.insertP99),
  ];
}

async function startServer(folder: string): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const entry = path.resolve(import.meta.dirname, "../../infra/src/run/history.ts");
  const child = spawn(
    process.execPath,
    ["--import", "tsx", entry, "--data", folder, "--history-port", "0", "--ops-port", "0"],
    {
      stdio: ["ignore", "pipe", "inherit"],
      env: { UV_THREADPOOL_SIZE: "16" },
    },
  );
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  for await (const text of createInterface({ input: child.stdout })) {
    const [, url] = /(http:\/\/\S+)/.exec(text) ?? [];
    if (url === undefined) continue;
    return {
      url,
      stop: async () => {
        child.kill("SIGTERM");
        await ended;
      },
    };
  }
  throw new Error("the history server did not start");
}
