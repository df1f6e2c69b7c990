import type { CommandName } from "../../src/config.ts";
import { ServiceProcess } from "../processes/service-process.ts";

export interface SupervisedOptions {
  readonly name: string;
  readonly command: CommandName;
  readonly args: () => readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The process ended by itself with code 0: false, and it is not started again. */
  readonly again?: () => boolean;
  /** A code other than 0 is no failure this time. */
  readonly mayEnd?: (said: string) => boolean;
  readonly failed: (what: string) => void;
}

/** One service as systemd or Kubernetes would keep it: what ends is started again. */
export class Supervised {
  readonly name: string;
  readonly #options: SupervisedOptions;
  #service: ServiceProcess | null = null;
  #isWanted = true;
  /** Deaths that a fault asked for and that were not seen yet. */
  #isKilled = false;
  #more: Readonly<Record<string, string>> = {};

  constructor(options: SupervisedOptions) {
    this.name = options.name;
    this.#options = options;
  }

  start(): void {
    const { command, args, env } = this.#options;
    const service = new ServiceProcess(command, args(), { ...env, ...this.#more });
    this.#service = service;
    this.#isKilled = false;
    void service.ended.then((code) => this.#ended(service, code));
  }

  #ended(service: ServiceProcess, code: number | null): void {
    if (service !== this.#service) return;
    const { again, failed, mayEnd } = this.#options;
    this.#service = null;
    if (!this.#isWanted) return;
    const said = lastLines(service.error || service.out);
    if (!this.#isKilled && code !== 0 && mayEnd?.(said) !== true) failed(`${this.name} ended with ${code} by itself: ${said}`);
    if (this.#isKilled || code !== 0 || (again?.() ?? true)) this.start();
  }

  get isRunning(): boolean {
    return this.#service !== null;
  }

  /** kill -9; it comes again with `env` beside its own. */
  async kill(env: Readonly<Record<string, string>> = {}): Promise<void> {
    this.#more = env;
    this.#isKilled = true;
    const service = this.#service;
    if (service === null) return;
    service.child.kill("SIGKILL");
    await service.ended;
  }

  pause(): void {
    this.#service?.child.kill("SIGSTOP");
  }

  resume(): void {
    this.#service?.child.kill("SIGCONT");
  }

  async isReady(): Promise<boolean> {
    try {
      return (await this.#service?.parts())?.status === 200;
    } catch {
      return false;
    }
  }

  /** Asks it to end; it is not started again. Resolves to the exit code; null: it was not there. */
  async stop(): Promise<number | null> {
    this.#isWanted = false;
    const service = this.#service;
    if (service === null) return null;
    service.child.kill("SIGCONT");
    return service.stop();
  }

  /** What it wrote lately, for a report of a failure. */
  get lately(): string {
    return lastLines(this.#service?.error ?? "");
  }
}

function lastLines(text: string): string {
  return text.trimEnd().split("\n").slice(-5).join(" | ");
}
