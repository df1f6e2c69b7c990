import { randomBytes } from "node:crypto";
import { appendFileSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import { DashboardError, isLoopback, type Readiness, runDashboard } from "@penlight/classroom-dashboard";
import { type PenSource, parseRecording, RecordedSource, ReplaySource, runGateway } from "@penlight/pen-gateway";
import type { EventLog, Offset, SetupDocuments, SetupKind } from "@penlight/proto";
import { PROCESSOR_GROUP, runProcessor } from "@penlight/stream-processor";
import { Registry } from "prom-client";
import type { Config } from "./config.ts";
import { type EmbeddedLog, openEmbeddedLog } from "./event-log/embedded-log.ts";
import { openClickHouseHistory } from "./history/clickhouse-history.ts";
import { gatewayMetrics, historyMetrics, processorMetrics } from "./metrics.ts";
import { openSimulation, putDemoClass, type Simulation } from "./simulation.ts";
import { SystemClock } from "./system-clock.ts";

export interface ClassroomOptions {
  readonly config: Config;
  readonly signal: AbortSignal;
  /** One line for the person at the terminal. */
  readonly say: (text: string) => void;
  /** Something between the services and the log, for a test that wants to hear what is acknowledged. */
  readonly wrapLog?: (log: EventLog) => EventLog;
}

const WEB_ROOT = path.resolve(import.meta.dirname, "../../classroom-dashboard/web/dist");
/** Ports tried after the default one. */
const PORTS_TRIED = 100;
/** How often it is looked whether history has caught up, ms of clock. */
const CATCH_UP_MS = 250;

/**
 * Gateway, processor, dashboard, embedded log and embedded ClickHouse in one process, until the signal aborts (or, with
 * exitWhenDone, until the class has handed in and everything is in history). Everything that it opens it closes.
 * @throws LogError | HistoryError | DashboardError | PenSourceError
 */
export async function runClassroom(options: ClassroomOptions): Promise<void> {
  const { config, say } = options;
  await mkdir(config.dataDirectory, { recursive: true });
  const clock = new SystemClock({ speed: config.speed });
  const stored = await openEmbeddedLog({ directory: path.join(config.dataDirectory, "log"), clock });
  try {
    clock.advanceTo(stored.lastTimestampMs());
    const metrics = new Registry();
    const target =
      config.clickhouse === null
        ? { kind: "chdb" as const, path: path.join(config.dataDirectory, "history") }
        : { kind: "server" as const, ...config.clickhouse };
    const history = await openClickHouseHistory({ target, clock, metrics: historyMetrics(metrics) });
    try {
      await new Classroom(options, { clock, stored, log: options.wrapLog?.(stored) ?? stored, history, metrics, say }).run();
    } finally {
      await history.close();
    }
  } finally {
    await stored.close();
  }
}

interface Parts {
  readonly clock: SystemClock;
  readonly stored: EmbeddedLog;
  readonly log: EventLog;
  readonly history: Awaited<ReturnType<typeof openClickHouseHistory>>;
  readonly metrics: Registry;
  readonly say: (text: string) => void;
}

class Classroom {
  readonly #config: Config;
  readonly #parts: Parts;
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  readonly #token: string | null;
  /** What is not ready yet; a part that is up removes itself. */
  readonly #starting = new Set(["processor", "gateway"]);

  constructor(options: ClassroomOptions, parts: Parts) {
    this.#config = options.config;
    this.#parts = parts;
    this.#signal = AbortSignal.any([options.signal, this.#stop.signal]);
    this.#token = isLoopback(options.config.host)
      ? options.config.token
      : (options.config.token ?? randomBytes(24).toString("base64url"));
  }

  /** Runs every service; the first that ends (or fails) ends the others. */
  async run(): Promise<void> {
    const { log, history, clock, metrics } = this.#parts;
    const services = [
      this.#serve(),
      runProcessor({
        log,
        history,
        clock,
        signal: this.#signal,
        metrics: processorMetrics(metrics),
        ready: () => this.#starting.delete("processor"),
      }),
    ];
    const ended = services.map((service) => service.finally(() => this.#stop.abort()));
    const results = await Promise.allSettled(ended);
    for (const result of results) if (result.status === "rejected") throw result.reason;
  }

  /** The page, and behind it the pens: they come in once the page's API can take the demo class. */
  async #serve(): Promise<void> {
    const first = this.#config.port.number;
    const last = this.#config.port.orNextFree ? first + PORTS_TRIED : first;
    for (let port = first; ; port++) {
      try {
        await this.#dashboard(port);
        return;
      } catch (error) {
        if (!(error instanceof DashboardError && error.code === "dashboard.port-taken" && port < last)) throw error;
      }
    }
  }

  async #dashboard(port: number): Promise<void> {
    const { log, history, clock, metrics } = this.#parts;
    const { host, allowedHosts } = this.#config;
    let openedPort = port;
    let lesson: Promise<void> = Promise.resolve();
    await runDashboard({
      log,
      history,
      clock,
      signal: this.#signal,
      host,
      port,
      access: { token: this.#token, allowedHosts },
      webRoot: WEB_ROOT,
      metrics,
      readiness: this.#readiness,
      onListening: (address) => {
        openedPort = address.port;
      },
      onReady: () => {
        lesson = this.#lesson(openedPort).finally(() => this.#stop.abort());
        // Its error is thrown below, when the dashboard has closed.
        lesson.catch(() => {});
      },
    });
    await lesson;
  }

  readonly #readiness: Readiness = () => {
    const names = ["log", "history", "processor", "gateway"];
    return names.map((part) => ({ part, ready: !this.#starting.has(part) }));
  };

  async #lesson(port: number): Promise<void> {
    const { clock, say, log, metrics } = this.#parts;
    const { host, pens, dataDirectory } = this.#config;
    const reachable = isLoopback(host) || host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
    const address = `http://${reachable.includes(":") ? `[${reachable}]` : reachable}:${port}`;
    const put = <Kind extends SetupKind>(kind: Kind, id: string, document: SetupDocuments[Kind]) =>
      this.#put(address, kind, id, document);
    const setup = { config: this.#config, clock, put };
    const simulation =
      pens.kind === "simulated" ? await openSimulation({ ...setup, directory: path.join(dataDirectory, "simulation") }) : null;
    const { source, room } = simulation ?? { source: await this.#replay(), room: await putDemoClass(setup) };
    const heard = gatewayMetrics(metrics);
    const gateway = runGateway({ source: this.#recorded(source), log, clock, room, signal: this.#signal, metrics: heard });
    this.#starting.delete("gateway");
    say(`Penlight is at ${address}/${this.#token === null || isLoopback(host) ? "" : `?token=${this.#token}`}`);
    await Promise.all([
      gateway,
      simulation === null ? gateway.then(() => this.#ended(null)) : this.#handedIn(simulation, () => heard.durableMs()),
    ]);
  }

  async #replay(): Promise<PenSource> {
    if (this.#config.pens.kind !== "replay") throw new Error("no recording was named");
    const text = await readFile(this.#config.pens.file, "utf8");
    return new ReplaySource({ clock: this.#parts.clock, chunks: parseRecording(text.split("\n")) });
  }

  #recorded(source: PenSource): PenSource {
    const { record } = this.#config;
    return record === null ? source : new RecordedSource(source, (line) => appendFileSync(record, `${line}\n`));
  }

  async #put<Kind extends SetupKind>(address: string, kind: Kind, id: string, document: SetupDocuments[Kind]): Promise<void> {
    const response = await fetch(`${address}/api/v1/setup/${kind}/${id}`, {
      method: "PUT",
      headers: {
        "content-type": "application/json",
        ...(this.#token === null ? {} : { authorization: `Bearer ${this.#token}` }),
      },
      body: JSON.stringify(document),
      signal: this.#signal,
    });
    if (!response.ok) throw new Error(`PUT ${kind}/${id} was answered ${response.status}: ${await response.text()}`);
  }

  async #handedIn(simulation: Simulation, durableMs: () => number): Promise<void> {
    if ((await simulation.run(durableMs, this.#signal)) === "handed-in") await this.#ended(simulation);
  }

  /** The class is over: says so, and with exitWhenDone ends the process once history has everything. */
  async #ended(simulation: Simulation | null): Promise<void> {
    const { clock, stored, say } = this.#parts;
    // The tick after the close has to be there too: it is what makes blanks of empty cells.
    await clock.sleep(4 * CATCH_UP_MS, this.#signal);
    const ends = stored.endOffsets("ink");
    while (!this.#signal.aborted && !reached(stored.committedOffsets(PROCESSOR_GROUP, "ink"), ends)) {
      await clock.sleep(CATCH_UP_MS, this.#signal);
    }
    if (this.#signal.aborted) return;
    const counts = simulation?.counts();
    say(
      counts === undefined
        ? "The recording has ended; everything is in history."
        : `The class has handed in: ${counts.strokes} strokes, ${counts.dots} dots; everything is in history.`,
    );
    if (this.#config.exitWhenDone) this.#stop.abort();
  }
}

function reached(committed: readonly Offset[], ends: readonly Offset[]): boolean {
  return ends.every((end, partition) => (committed[partition] ?? 0n) >= end);
}
