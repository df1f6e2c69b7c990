import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { type PensGrowth, SIZES } from "./growth/pens.ts";
import { measureLogStart } from "./growth-log.ts";
import { type BenchOptions, type BenchResult, medianOf, RUNS } from "./result.ts";

const execute = promisify(execFile);
/** A short run each, and more of them: what the neighbours do then meets all sizes alike. */
const ROUNDS = RUNS + 4;

/** What a dot costs by pens in a room, and what a start costs by records in the log: neither should know how many there are. */
export async function run(options: BenchOptions): Promise<BenchResult[]> {
  return [...(await pensGrowth(options)), ...(await measureLogStart(options))];
}

async function pensGrowth({ smoke }: BenchOptions): Promise<BenchResult[]> {
  const file = path.join(import.meta.dirname, "growth", "run.ts");
  const args = smoke ? ["2", "1"] : ["20", String(ROUNDS)];
  const { stdout } = await execute(process.execPath, ["--import", "tsx", file, ...args], { maxBuffer: 2 ** 24 });
  const { usPerDot, dots, hash } = JSON.parse(stdout) as PensGrowth;
  const smallest = medianOf(usPerDot[0] ?? []);
  return SIZES.map((size, i) => {
    const runs = usPerDot[i] ?? [];
    const median = medianOf(runs);
    return {
      bench: "growth",
      case: `pens in a room: ${size}`,
      unit: "us/dot",
      median: rounded(median),
      runs: runs.map(rounded),
      ...(i > 0 && { beside: { name: `${SIZES[0]} pen`, median: rounded(smallest) }, ratio: rounded(median / smallest) }),
      hash,
      note: `pen bytes to answers; ${dots} dots in ${(SIZES.at(-1) ?? 0) / size} rooms one after the other; CPU time of all threads`,
    };
  });
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
