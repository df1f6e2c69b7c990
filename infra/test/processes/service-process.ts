import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import type { CommandName } from "../../src/config.ts";
import { eventually } from "../e2e/penlight-process.ts";

const ROOT = path.resolve(import.meta.dirname, "../../..");
const ENTRIES: Readonly<Record<CommandName, string>> = {
  start: "classroom",
  gateway: "gateway",
  processor: "processor",
  dashboard: "dashboard",
  history: "history",
  "dead-letters": "dead-letters",
  reconcile: "reconcile",
  truth: "truth",
  explain: "explain",
  reread: "reread",
};

export interface PartAnswer {
  readonly part: string;
  readonly ready: boolean;
  readonly required?: boolean;
  readonly sinceMs?: number;
  readonly detail?: string;
  readonly lastError?: string;
}

/** A command in a process of its own. */
export class ServiceProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  out = "";
  error = "";

  constructor(command: CommandName, args: readonly string[], env: Readonly<Record<string, string>>) {
    const entry = path.join(ROOT, "infra/src/run", `${ENTRIES[command]}.ts`);
    // Nothing of the machine's own settings gets in.
    const own = Object.entries(process.env).filter(([name]) => !name.startsWith("PENLIGHT_"));
    this.child = spawn(process.execPath, ["--import", "tsx", entry, ...args], {
      cwd: ROOT,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...Object.fromEntries(own), UV_THREADPOOL_SIZE: "16", ...env },
    });
    this.child.stdout?.on("data", (chunk: Buffer) => {
      this.out += chunk.toString("utf8");
    });
    this.child.stderr?.on("data", (chunk: Buffer) => {
      this.error += chunk.toString("utf8");
    });
    this.ended = new Promise((resolve) => this.child.once("exit", (code) => resolve(code)));
  }

  /** What the pattern's first group finds in what was printed so far, as soon as it is there. */
  async said(pattern: RegExp): Promise<string> {
    const found = eventually(`${pattern} was said`, async () => pattern.exec(this.out + this.error)?.[1]);
    const early = this.ended.then((code) => {
      const text = pattern.exec(this.out + this.error)?.[1];
      if (text !== undefined) return text;
      throw new Error(`ended with ${code}: ${this.out}${this.error}`);
    });
    return Promise.race([found, early]);
  }

  /** Address of its port for machines. */
  ops(): Promise<string> {
    return this.said(/started ops=(http:\/\/\S+)/);
  }

  async parts(path = "/readyz"): Promise<{ readonly status: number; readonly parts: readonly PartAnswer[] }> {
    const response = await fetch(`${await this.ops()}${path}`);
    const { parts } = (await response.json()) as { readonly parts: readonly PartAnswer[] };
    return { status: response.status, parts };
  }

  async part(name: string): Promise<PartAnswer | undefined> {
    return (await this.parts()).parts.find(({ part }) => part === name);
  }

  /** The value of a metric, summed over its labels. */
  async metric(name: string): Promise<number> {
    const text = await (await fetch(`${await this.ops()}/metrics`)).text();
    const lines = text.split("\n").filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`));
    return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" ") + 1)), 0);
  }

  async ready(): Promise<this> {
    const ended = this.ended.then((code) => {
      throw new Error(`ended with ${code}: ${this.out}${this.error}`);
    });
    const name = this.child.spawnargs.at(3);
    await Promise.race([eventually(`${name} is ready`, async () => (await this.parts()).status === 200), ended]);
    return this;
  }

  /** SIGTERM, and the exit code. */
  stop(): Promise<number | null> {
    this.child.kill("SIGTERM");
    return this.ended;
  }

  async kill(): Promise<void> {
    this.child.kill("SIGKILL");
    await this.ended;
  }
}

/** Runs a command to its end. */
export async function runToEnd(command: CommandName, args: readonly string[], env: Readonly<Record<string, string>>) {
  const service = new ServiceProcess(command, args, env);
  return { code: await service.ended, out: service.out, error: service.error };
}
