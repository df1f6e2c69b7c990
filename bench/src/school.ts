import { measure } from "./lesson.ts";
import { type BenchOptions, type BenchResult, hashOf } from "./result.ts";

/** Half of a school's pupils at once, and a tenth of them. */
const SCHOOL_PENS = 490;
const FEW_PENS = 49;
const SECONDS = 600;

/**
 * A school's peak on the embedded road, in one process with the pens that it simulates: is it as quick, and as cheap by
 * the dot, as with a tenth of the pens, and does it keep its size? One run of ten minutes each: it is about what lasts.
 */
export async function run({ smoke }: BenchOptions): Promise<BenchResult[]> {
  const few = await measure(FEW_PENS, smoke ? 3 : SECONDS, "nothing");
  const many = smoke ? few : await measure(SCHOOL_PENS, SECONDS, "nothing");
  const hash = hashOf([SCHOOL_PENS, FEW_PENS, "steady"]);
  const line = (name: string, unit: string, value: number, beside: BenchResult["beside"]): BenchResult => ({
    bench: "school",
    case: `${smoke ? FEW_PENS : SCHOOL_PENS} pens: ${name}`,
    unit,
    median: value,
    runs: [value],
    ...(beside !== undefined && { beside, ratio: value / beside.median }),
    hash,
  });
  const beside = (median: number) => ({ name: `${FEW_PENS} pens`, median });
  return [
    line("dots a second", "dots/s", many.dots / (smoke ? 3 : SECONDS), undefined),
    line("correctness p50", "ms", many.correctnessP50, beside(few.correctnessP50)),
    line("correctness p99", "ms", many.correctnessP99, beside(few.correctnessP99)),
    line("CPU", "us/dot", many.cpuUsPerDot, beside(few.cpuUsPerDot)),
    line("RSS at the end", "MiB", many.rssMb, { name: "RSS after a quarter of the time", median: many.rssQuarterMb }),
  ];
}
