import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import type { DayMemory } from "./day/run.ts";
import type { BenchOptions, BenchResult } from "./result.ts";

const execute = promisify(execFile);
/** As the systemd unit starts a gateway. */
const NODE = ["--max-semi-space-size=2", "--max-old-space-size=256", "--import", "tsx"];
/** Six lessons of 20 minutes from eight o'clock on. */
const LESSONS = "8,9,10,11,14,15";

/** Memory of a gateway with 40 pens at each hour of a simulated day: what it has heard it must not keep. */
export async function run({ smoke }: BenchOptions): Promise<BenchResult[]> {
  const file = path.join(import.meta.dirname, "day", "run.ts");
  const args = smoke ? ["4", "2", "20000", "0,1"] : ["40", "24", String(20 * 60_000), LESSONS];
  const { stdout } = await execute(process.execPath, [...NODE, file, ...args], { maxBuffer: 2 ** 24 });
  const { heapMib, rssMib, strokes, dots, records } = JSON.parse(stdout) as DayMemory;
  const what = `${args[0]} pens, ${args[1]} simulated hours, ${strokes} strokes, ${dots} dots, ${records} records`;
  return (
    [
      ["heap after a collection, each hour", heapMib],
      ["RSS, each hour", rssMib],
    ] as const
  ).map(([name, runs]) => ({
    bench: "day",
    case: name,
    unit: "MiB",
    median: runs.at(-1) ?? 0,
    runs,
    beside: { name: "after the first lesson", median: firstOf(runs, smoke) },
    ratio: Math.round(((runs.at(-1) ?? 0) / firstOf(runs, smoke)) * 100) / 100,
    note: `${what}; the last hour beside the one with the first lesson; the pens are simulated in the same process`,
  }));
}

/** The first lesson ends before nine o'clock. */
function firstOf(runs: readonly number[], smoke: boolean): number {
  return runs[smoke ? 0 : 8] as number;
}
