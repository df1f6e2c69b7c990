import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { findKafka, startKafka } from "@penlight/infra/test-kafka";
import type { LessonRun } from "./lesson/run.ts";
import { type BenchOptions, type BenchResult, hashOf, medianOf } from "./result.ts";

const execute = promisify(execFile);
const SECONDS = 20;
const RUNS_OF_LESSON = 3;

/**
 * The lesson of the bench `lesson` with its log in Kafka: one broker, client and services on the same machine. Ink goes
 * through the broker once before it reaches a socket, an answer twice. Beside it kafkajs alone echoes the bytes of the
 * same appends at the same pace, on the same broker, afterwards in the same process.
 */
export async function run({ smoke }: BenchOptions): Promise<BenchResult[]> {
  const source = findKafka("own process");
  if ("missing" in source) throw new Error(source.missing);
  const kafka = await startKafka({ heapMb: 1024, isSteady: true });
  try {
    const results: BenchResult[] = [];
    for (const pens of smoke ? [60] : [60, 500]) {
      const runs: LessonRun[] = [];
      for (let i = 0; i < (smoke ? 1 : RUNS_OF_LESSON); i++) {
        runs.push(await measure(pens, smoke ? 3 : SECONDS, kafka.brokers[0] as string));
      }
      results.push(...lines(pens, runs));
    }
    return results;
  } finally {
    await kafka.stop();
  }
}

async function measure(pens: number, seconds: number, broker: string): Promise<LessonRun> {
  const file = path.join(import.meta.dirname, "lesson", "run.ts");
  const args = ["--import", "tsx", file, String(pens), String(seconds), broker];
  const { stdout } = await execute(process.execPath, args, { maxBuffer: 2 ** 24 });
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as LessonRun;
}

function lines(pens: number, runs: readonly LessonRun[]): BenchResult[] {
  const line = (name: string, of: keyof LessonRun, echo?: "bareP50" | "bareP99"): BenchResult => {
    const values = runs.map((each) => each[of]);
    const median = medianOf(values);
    const bare = echo === undefined ? undefined : medianOf(runs.map((each) => each[echo]));
    return {
      bench: "kafka-lesson",
      case: `${pens} pens: ${name}`,
      unit: "ms",
      median,
      runs: values,
      ...(bare === undefined || echo === undefined
        ? {}
        : {
            beside: { name: `kafkajs echo of the same bytes, ${echo.slice(4).toLowerCase()}`, median: bare },
            ratio: median / bare,
          }),
      hash: hashOf([pens, "steady", "kafka"]),
    };
  };
  return [
    line("ink p50", "inkP50", "bareP50"),
    line("ink p99", "inkP99", "bareP99"),
    line("correctness p50", "correctnessP50", "bareP50"),
    line("correctness p99", "correctnessP99", "bareP99"),
    { ...line("CPU of services, client and simulated pens", "cpuUsPerDot"), unit: "us/dot" },
  ];
}
