import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import type { LessonRun } from "./lesson/run.ts";
import { type BenchOptions, type BenchResult, hashOf, medianOf, RUNS } from "./result.ts";

const execute = promisify(execFile);
const SECONDS = 20;

/** Every run in a process of its own: fresh folders, fresh engine. `beside` "nothing" leaves the bare append out, which takes as long again. */
export async function measure(pens: number, seconds: number, beside: "append" | "nothing" = "append"): Promise<LessonRun> {
  const file = path.join(import.meta.dirname, "lesson", "run.ts");
  const { stdout } = await execute(process.execPath, ["--import", "tsx", file, String(pens), String(seconds), beside], {
    maxBuffer: 2 ** 24,
  });
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as LessonRun;
}

/**
 * Pupils who write all the time, the whole embedded road in one process, two viewers a room of 25 pens: from a
 * notification's receive time to the bytes in a socket. Beside it a bare append and fdatasync of the same bytes at the
 * same pace. The process also simulates the pens: their cost is in the CPU figure.
 */
export async function run({ smoke }: BenchOptions): Promise<BenchResult[]> {
  const results: BenchResult[] = [];
  for (const pens of smoke ? [60] : [60, 500]) {
    const runs: LessonRun[] = [];
    for (let i = 0; i < (smoke ? 1 : RUNS); i++) runs.push(await measure(pens, smoke ? 3 : SECONDS));
    const of = (pick: (each: LessonRun) => number) => runs.map(pick);
    const bareP99 = medianOf(of((each) => each.bareP99));
    const hash = hashOf([pens, "steady", DOTS_PER_SECOND_AND_PEN]);
    const line = (
      name: string,
      unit: string,
      pick: (each: LessonRun) => number,
      beside?: BenchResult["beside"],
    ): BenchResult => {
      const values = of(pick);
      const median = medianOf(values);
      return {
        bench: "lesson",
        case: `${pens} pens: ${name}`,
        unit,
        median,
        runs: values,
        ...(beside === undefined ? {} : { beside, ratio: median / beside.median }),
        hash,
      };
    };
    const bare = { name: "bare append and fdatasync of the same bytes, p99", median: bareP99 };
    const bareP50 = { name: "bare append and fdatasync of the same bytes, p50", median: medianOf(of((each) => each.bareP50)) };
    results.push(
      line("dots a second", "dots/s", (each) => each.dots / (smoke ? 3 : SECONDS)),
      line("ink p50", "ms", (each) => each.inkP50),
      line("ink p99", "ms", (each) => each.inkP99),
      line("correctness p50", "ms", (each) => each.correctnessP50, bareP50),
      line("correctness p99", "ms", (each) => each.correctnessP99, bare),
      line("CPU", "us/dot", (each) => each.cpuUsPerDot),
      line("RSS", "MiB", (each) => each.rssMb),
    );
  }
  return results;
}

const DOTS_PER_SECOND_AND_PEN = 42;
