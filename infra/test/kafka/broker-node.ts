import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { openSync, readFileSync, writeFileSync } from "node:fs";
import net from "node:net";
import path from "node:path";

/** One broker (and controller) of a test cluster: a process of its own. */
export class BrokerNode {
  readonly id: number;
  readonly address: string;
  readonly #folder: string;
  readonly #jars: string;
  readonly #heapMb: number;
  readonly #isSteady: boolean;
  #child: ChildProcess | null = null;

  constructor(options: { id: number; address: string; folder: string; jars: string; heapMb: number; isSteady?: boolean }) {
    this.id = options.id;
    this.address = options.address;
    this.#folder = options.folder;
    this.#jars = options.jars;
    this.#heapMb = options.heapMb;
    this.#isSteady = options.isSteady ?? false;
  }

  /** Writes the settings and makes the folder of the data. `users`: `name=password`, for SCRAM. */
  format(clusterId: string, settings: Readonly<Record<string, string>>, users: readonly string[]): Promise<void> {
    const file = this.#settingsFile;
    const text = Object.entries(settings).map(([key, value]) => `${key}=${value}\n`);
    writeFileSync(file, text.join(""));
    const scram = users.flatMap((user) => ["--add-scram", user]);
    return this.#java(["kafka.tools.StorageTool", "format", "-t", clusterId, "-c", file, ...scram]);
  }

  get #settingsFile(): string {
    return path.join(this.#folder, "server.properties");
  }

  async #java(args: readonly string[]): Promise<void> {
    const child = spawn("java", ["-Xmx128m", "-XX:TieredStopAtLevel=1", "-cp", `${this.#jars}/*`, ...args], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    let said = "";
    child.stdout.on("data", (data) => (said += String(data)));
    child.stderr.on("data", (data) => (said += String(data)));
    const [code] = await once(child, "exit");
    if (code !== 0) throw new Error(`${args[0]} ended with ${code}: ${said}`);
  }

  start(): void {
    const log = openSync(path.join(this.#folder, "broker.log"), "a");
    const jvm = this.#isSteady ? ["-XX:+UseG1GC", "-XX:MaxGCPauseMillis=20"] : ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"];
    const args = [`-Xmx${this.#heapMb}m`, ...jvm, "-cp", `${this.#jars}/*`, "kafka.Kafka", this.#settingsFile];
    const child = spawn("java", args, { stdio: ["ignore", log, log], cwd: this.#folder });
    this.#child = child;
    // Ends the broker when this process ends, however it does.
    const guard = spawn("sh", ["-c", `cat > /dev/null; kill -9 ${child.pid} 2> /dev/null`], {
      stdio: ["pipe", "ignore", "ignore"],
    });
    guard.unref();
    (guard.stdin as net.Socket).unref();
    child.on("exit", () => guard.stdin?.end());
  }

  get isRunning(): boolean {
    return this.#child !== null && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** The process id, for whoever kills at random. */
  get pid(): number | null {
    return this.isRunning ? (this.#child?.pid ?? null) : null;
  }

  /** As it would be stopped by hand. */
  async stop(): Promise<void> {
    await this.#end("SIGTERM");
  }

  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (child === null || !this.isRunning) return;
    const ended = once(child, "exit");
    child.kill(signal);
    await ended;
  }

  /** Stands still, with its connections open, until it is resumed. */
  pause(): void {
    this.#child?.kill("SIGSTOP");
  }

  resume(): void {
    this.#child?.kill("SIGCONT");
  }

  get log(): string {
    return readFileSync(path.join(this.#folder, "broker.log"), "utf8");
  }
}

/** Ports that nobody listens on. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => net.createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => once(server, "listening")));
  const ports = servers.map((server) => (server.address() as net.AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
