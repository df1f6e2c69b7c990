import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

export const ROOT = path.resolve(import.meta.dirname, "../..");

/** What one step came to. `passed`/`failed` count tests, or 1 for a tool that has no tests. */
export interface StepResult {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
  /** Tests or suites that could not run here, each with what it would need. */
  readonly notRun: readonly string[];
  readonly seconds: number;
}

export interface Step {
  readonly name: string;
  /** `say` takes what its programs write; without it that is passed through. */
  run(say?: Say): Promise<Omit<StepResult, "name" | "seconds">>;
}

type Say = (chunk: Buffer) => void;

const BIN = path.join(ROOT, "node_modules", ".bin");

interface ProgramOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly say?: Say | undefined;
}

/** Runs a program of node_modules/.bin (or an absolute one) in the repository root, its output passed through. */
export function runProgram(program: string, args: readonly string[], { env, say }: ProgramOptions = {}): Promise<number> {
  return new Promise((resolve) => {
    const executable = path.isAbsolute(program) ? program : path.join(BIN, program);
    const output = say === undefined ? "inherit" : "pipe";
    const child = spawn(executable, args, { cwd: ROOT, stdio: ["ignore", output, output], env: env ?? process.env });
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk: Buffer) => say?.(chunk));
    child.on("error", (error) => {
      process.stderr.write(`${program}: ${error.message}\n`);
      resolve(127);
    });
    child.on("close", (code, signal) => resolve(signal === null ? (code ?? 1) : 128));
  });
}

/** A tool that only says yes or no. */
export function tool(name: string, program: string, args: readonly string[]): Step {
  return {
    name,
    async run(say) {
      const failed = (await runProgram(program, args, { say })) === 0 ? 0 : 1;
      return { passed: 1 - failed, failed, notRun: [] };
    },
  };
}

interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

/** One Vitest project. A file that fails before its first test counts as one failure; skipped tests count as not run. */
export function vitest(project: string): Step {
  return {
    name: project,
    async run(say) {
      const directory = mkdtempSync(path.join(tmpdir(), "penlight-vitest-"));
      const file = path.join(directory, "report.json");
      try {
        const args = ["run", "--config", "infra/tooling/vitest.config.ts", "--project", project];
        const reporters = ["--reporter=dot", "--reporter=json", `--outputFile.json=${file}`];
        const code = await runProgram("vitest", [...args, ...reporters], { say });
        const report = JSON.parse(readFileSync(file, "utf8")) as VitestReport;
        const brokenFiles = report.testResults.filter(
          (each) => each.status === "failed" && each.assertionResults.length === 0,
        ).length;
        const failed = report.numFailedTests + brokenFiles;
        const notRun = report.testResults.flatMap((each) =>
          each.assertionResults
            .filter((test) => test.status === "pending" || test.status === "skipped")
            .map((test) => test.fullName),
        );
        return { passed: report.numPassedTests, failed: failed === 0 && code !== 0 ? 1 : failed, notRun };
      } catch (error) {
        process.stderr.write(`${project}: no report was written: ${String(error)}\n`);
        return { passed: 0, failed: 1, notRun: [] };
      } finally {
        rmSync(directory, { recursive: true, force: true });
      }
    },
  };
}

/**
 * Runs the stages in order, the steps of one at the same time, and stops after the first stage with a failure. Prints a
 * table and, as the last line, `N passed, N failed`. With CI=true a test that could not run is a failure. Resolves to the
 * exit code.
 */
export async function runStages(stages: readonly (readonly Step[])[]): Promise<number> {
  const results: StepResult[] = [];
  for (const stage of stages) {
    const [first] = stage;
    if (first !== undefined && stage.length === 1) {
      process.stdout.write(`\n== ${first.name}\n`);
      results.push(await timed(first));
    } else results.push(...(await Promise.all(stage.map(quietly))));
    if (results.some((result) => result.failed > 0)) break;
  }
  const skipsFail = process.env.CI === "true";
  process.stdout.write("\n");
  for (const result of results) {
    const notRun = result.notRun.length > 0 ? `, ${result.notRun.length} NOT RUN` : "";
    process.stdout.write(
      `${result.name.padEnd(16)} ${result.passed} passed, ${result.failed} failed${notRun} in ${result.seconds.toFixed(1)} s\n`,
    );
  }
  for (const step of stages.flat().slice(results.length))
    process.stdout.write(`${step.name.padEnd(16)} not started: an earlier step failed\n`);
  for (const result of results) for (const name of result.notRun) process.stdout.write(`NOT RUN: ${name}\n`);
  const notRun = results.reduce((sum, result) => sum + result.notRun.length, 0);
  const passed = results.reduce((sum, result) => sum + result.passed, 0);
  const failed = results.reduce((sum, result) => sum + result.failed, 0) + (skipsFail ? notRun : 0);
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  return failed === 0 ? 0 : 1;
}

async function timed(step: Step, say?: Say): Promise<StepResult> {
  const begun = performance.now();
  const result = await step.run(say);
  return { name: step.name, ...result, seconds: (performance.now() - begun) / 1000 };
}

/** Beside others: what it says is told at its end, in one piece. */
async function quietly(step: Step): Promise<StepResult> {
  const said: Buffer[] = [];
  const result = await timed(step, (chunk) => said.push(chunk));
  process.stdout.write(`\n== ${step.name}\n`);
  process.stdout.write(Buffer.concat(said));
  return result;
}
