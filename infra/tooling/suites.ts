import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { missingForJars } from "../test/kafka/kafka-jars.ts";
import { missingForPython } from "../test/python.ts";
import { prepareMachine } from "./apt.ts";
import { findChromium } from "./chromium.ts";
import { ROOT, runProgram, type Step, tool, vitest } from "./steps.ts";

const SIM_SEEDS_IN_CI = 500;

/** `npm run check`, at the same time: what nobody should ever avoid because it is slow. */
export const fastSteps: readonly Step[] = [
  vitest("unit"),
  tool("types", "tsc", ["-p", "."]),
  tool("format and lint", "biome", ["check", "--config-path=infra/tooling/format-and-lint.json", "--error-on-warnings", "."]),
];

/** The rest of `npm test`, cheapest first. */
export const slowSteps: readonly Step[] = [
  tool("unused code", "knip", ["--config", "infra/tooling/knip.jsonc"]),
  { name: "records", run: checkRecords },
  { name: "machine", run: getPrograms },
  vitest("slow"),
  vitest("deploy"),
  vitest("contract"),
  vitest("ble"),
  vitest("kafka"),
  vitest("sim"),
  { name: "sim seeds", run: simulateSeeds },
  { name: "bench smoke", run: smokeBenches },
  vitest("processes"),
  vitest("crash"),
  { name: "e2e", run: browserTests },
  { name: "chaos", run: chaosOnce },
];

/** Exit code of the chaos run where there is no broker for it. */
const CHAOS_NOT_RUN = 69;

/** No test: what is missing here is missed by the suites that need it, each by name. */
async function getPrograms() {
  prepareMachine();
  return { passed: 0, failed: 0, notRun: [] };
}

/** buf lint, and the committed code is what the .proto files generate. */
async function checkRecords() {
  const directory = mkdtempSync(path.join(tmpdir(), "penlight-buf-"));
  try {
    const env = { ...process.env, PATH: `${path.join(ROOT, "node_modules/.bin")}${path.delimiter}${process.env.PATH ?? ""}` };
    const lint = await runProgram("buf", ["lint", "proto"], { env });
    const generate = await runProgram("buf", ["generate", "proto", "--template", "proto/buf.gen.yaml", "-o", directory], {
      env,
    });
    const made = path.join(directory, "src/gen/penlight/v1");
    const kept = path.join(ROOT, "proto/src/gen/penlight/v1");
    const same =
      generate === 0 &&
      readdirSync(made).every(
        (file) => readFileSync(path.join(made, file), "utf8") === readFileSync(path.join(kept, file), "utf8"),
      );
    if (!same) process.stdout.write("proto/src/gen is not what the .proto files say: run npm run proto\n");
    return { passed: (lint === 0 ? 1 : 0) + (same ? 1 : 0), failed: (lint === 0 ? 0 : 1) + (same ? 0 : 1), notRun: [] };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function simulateSeeds() {
  const code = await runProgram(process.execPath, [
    "--import",
    "tsx",
    "infra/test/sim/main.ts",
    "--seeds",
    String(SIM_SEEDS_IN_CI),
    "--from",
    "1",
  ]);
  return { passed: code === 0 ? SIM_SEEDS_IN_CI : 0, failed: code === 0 ? 0 : 1, notRun: [] };
}

/** Every bench in its smallest form, but those that need what is not there. */
async function smokeBenches() {
  const chromium = await findChromium();
  if ("path" in chromium) process.env.CHROME_PATH = chromium.path;
  const noKafka = missingForJars();
  const noPython = missingForPython();
  const missing = new Map<string, string>([
    ...("missing" in chromium ? [["browser", chromium.missing] as const] : []),
    ...(noKafka === null ? [] : [["kafka-lesson", noKafka] as const]),
    ...(noPython === null ? [] : [["ble", noPython] as const]),
  ]);
  const without = [...missing.keys()].map((name) => `--without=${name}`);
  const code = await runProgram(process.execPath, ["--import", "tsx", "bench/src/main.ts", ...without, "--smoke"]);
  const notRun = [...missing].map(([name, what]) => `bench ${name}: ${what}`);
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, notRun };
}
async function browserTests() {
  const chromium = await findChromium();
  if ("missing" in chromium) return { passed: 0, failed: 0, notRun: [`e2e: ${chromium.missing}`] };
  process.env.CHROME_PATH = chromium.path;
  return vitest("e2e").run();
}

/** Each fault once; the long run is `npm run chaos`. */
async function chaosOnce() {
  const code = await runProgram(process.execPath, ["--import", "tsx", "infra/test/chaos/main.ts", "--once", "--seed", "1"]);
  if (code === CHAOS_NOT_RUN)
    return { passed: 0, failed: 0, notRun: ["chaos: it needs Kafka's own jars, with Java 17 and Maven"] };
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, notRun: [] };
}
