import { fork } from "node:child_process";
import { availableParallelism } from "node:os";
import { optionsOf, refuse } from "../../tooling/usage.ts";
import { plants } from "./plants.ts";
import { type Outcome, simulate } from "./simulate.ts";

/** Differences of one seed that are printed; the rest is counted. */
const SHOWN_MAX = 6;

const USAGE = `npm run sim -- --seeds N --from K [--verbose] [--plant ${Object.keys(plants).join("|")}]`;
const { values } = optionsOf(USAGE, {
  options: {
    seeds: { type: "string", default: "200" },
    from: { type: "string", default: "1" },
    verbose: { type: "boolean", default: false },
    plant: { type: "string" },
    worker: { type: "boolean", default: false },
    stride: { type: "string", default: "1" },
  },
});
const seeds = Number(values.seeds);
const from = Number(values.from);
const stride = Number(values.stride);
const plant = values.plant === undefined ? {} : plants[values.plant as keyof typeof plants];
if (plant === undefined || !Number.isInteger(seeds) || seeds < 1 || !Number.isInteger(from)) refuse(USAGE);

async function one(seed: number): Promise<Outcome> {
  const print = values.verbose ? (line: string) => process.stdout.write(`${line}\n`) : undefined;
  try {
    return await simulate({ seed, plant, ...(print === undefined ? {} : { print }) });
  } catch (error) {
    const failures = [`the simulation itself failed: ${error instanceof Error ? error.stack : String(error)}`];
    return {
      seed,
      failures,
      strokes: 0,
      lost: 0,
      doubled: 0,
      hash: "",
      events: 0,
      deaths: 0,
      syncKillsLeft: 0,
      simulatedMs: 0,
    };
  }
}

function describe({ seed, failures, deaths, simulatedMs, hash, events }: Outcome): void {
  if (values.verbose) {
    process.stdout.write(`seed ${seed}: ${events} events, hash ${hash}, ${deaths} deaths, ${simulatedMs / 1000} simulated s\n`);
  }
  if (failures.length === 0) return;
  const more = failures.length > SHOWN_MAX ? `; and ${failures.length - SHOWN_MAX} more` : "";
  process.stdout.write(`seed ${seed} FAILED: ${failures.slice(0, SHOWN_MAX).join("; ")}${more}\n`);
}

/** Seeds are dealt out to as many processes as there are cores. */
async function deal(): Promise<Outcome[]> {
  const workers = values.verbose ? 1 : Math.min(availableParallelism(), Math.ceil(seeds / 4));
  const outcomes: Outcome[] = [];
  if (workers <= 1) {
    for (let seed = from; seed < from + seeds; seed++) outcomes.push(await one(seed));
    for (const outcome of outcomes) describe(outcome);
    return outcomes;
  }
  const plantArgs = values.plant === undefined ? [] : ["--plant", values.plant];
  const ends = Array.from({ length: workers }, (_, index) => {
    const count = Math.ceil((seeds - index) / workers);
    const args = [
      "--worker",
      "--seeds",
      String(count),
      "--from",
      String(from + index),
      "--stride",
      String(workers),
      ...plantArgs,
    ];
    const child = fork(import.meta.filename, args, { execArgv: ["--import", import.meta.resolve("tsx")] });
    child.on("message", (outcome) => {
      outcomes.push(outcome as Outcome);
      describe(outcome as Outcome);
    });
    return new Promise<void>((resolve) => child.on("exit", () => resolve()));
  });
  await Promise.all(ends);
  return outcomes;
}

if (values.worker) {
  for (let i = 0; i < seeds; i++) process.send?.(await one(from + i * stride));
  process.disconnect();
} else {
  const outcomes = await deal();
  const sum = (of: (outcome: Outcome) => number) => outcomes.reduce((total, outcome) => total + of(outcome), 0);
  // A process that ended early took its seeds along: they count as failed.
  const failed = seeds - outcomes.length + outcomes.filter((outcome) => outcome.failures.length > 0).length;
  const strokes = sum((outcome) => outcome.strokes);
  const counts = `${strokes} strokes, ${sum((outcome) => outcome.lost)} lost, ${sum((outcome) => outcome.doubled)} doubled`;
  process.stdout.write(`${seeds} seeds, ${failed} failed, ${counts}\n`);
  process.exitCode = failed === 0 ? 0 : 1;
}
