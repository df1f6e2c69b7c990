import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { isLoopback, runDashboard } from "@penlight/classroom-dashboard";
import { type BluetoothTrouble, runGateway, troubleText } from "@penlight/pen-gateway";
import type { EventLog, History, Offset } from "@penlight/proto";
import { PROCESSOR_GROUP, runProcessor, worthOf } from "@penlight/stream-processor";
import { Registry } from "prom-client";
import { type Config, Secret } from "./config.ts";
import { gatewayMetrics, historyMetrics, processorMetrics } from "./metrics.ts";
import { openHistory } from "./open-history.ts";
import { type MeasuredLog, openLog } from "./open-log.ts";
import { addressOf, outsideAddresses, WEB_ROOT } from "./page.ts";
import { openPenNotes } from "./pen-notes.ts";
import { SealedOrders } from "./pen-orders.ts";
import { openPens } from "./pens.ts";
import { onFreePort } from "./service/free-port.ts";
import { Parts } from "./service/parts.ts";
import { seldom } from "./service/seldom.ts";
import { watchedHistory, watchedLog } from "./service/watched.ts";
import { setupClient } from "./setup-client.ts";
import { LAST_TICKS_MS, lessonMs, type Simulation } from "./simulation.ts";
import { SystemClock } from "./system-clock.ts";
import { truthText } from "./truth/compare.ts";

export interface ClassroomOptions {
  readonly config: Config;
  readonly signal: AbortSignal;
  /** One line for the person at the terminal. */
  readonly say: (text: string) => void;
  /** Something between the services and the log, for a test that wants to hear what is acknowledged. */
  readonly wrapLog?: (log: EventLog) => EventLog;
}

/** How often it is looked whether history has caught up, ms of clock. */
const CATCH_UP_MS = 250;

/**
 * Gateway, processor, dashboard, log and history in one process, the last two embedded unless others are named, until the
 * signal aborts (or, with exitWhenDone, until the class has handed in and everything is in history). Everything that it
 * opens it closes. @throws LogError | HistoryError | DashboardError | PenSourceError
 */
export async function runClassroom(options: ClassroomOptions): Promise<void> {
  const { config, say } = options;
  await mkdir(config.dataDirectory, { recursive: true });
  const clock = new SystemClock({ speed: config.speed });
  const stored = await openLog(config, clock);
  try {
    clock.advanceTo(Math.max(stored.lastTimestampMs?.() ?? 0, await lessonMs(config.dataDirectory)));
    const metrics = new Registry();
    const history = await openHistory(config, clock, historyMetrics(metrics));
    const states = new Parts(new SystemClock());
    for (const part of ["log", "history", "processor", "gateway"]) states.add(part);
    states.ready("log");
    states.ready("history");
    // What is in this process cannot be away; a cluster or a server can.
    const log = config.kafka === null ? stored : watchedLog(stored, states);
    const watched = config.clickhouse === null ? history : watchedHistory(history, states);
    const wrapped = options.wrapLog?.(log) ?? log;
    try {
      await new Classroom(options, { clock, stored, log: wrapped, history: watched, metrics, states, say }).run();
    } finally {
      await history.close();
    }
  } finally {
    await stored.close();
  }
}

interface Opened {
  readonly clock: SystemClock;
  readonly stored: MeasuredLog;
  readonly log: EventLog;
  readonly history: History;
  readonly metrics: Registry;
  readonly states: Parts;
  readonly say: (text: string) => void;
}

class Classroom {
  readonly #config: Config;
  readonly #parts: Opened;
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  readonly #token: Secret | null;
  #failure: unknown = null;

  constructor(options: ClassroomOptions, parts: Opened) {
    this.#config = options.config;
    this.#parts = parts;
    this.#signal = AbortSignal.any([options.signal, this.#stop.signal]);
    this.#token = isLoopback(options.config.host)
      ? options.config.token
      : (options.config.token ?? new Secret(randomBytes(24).toString("base64url")));
  }

  /** Runs every service; the first that ends (or fails) ends the others. */
  async run(): Promise<void> {
    const { log, history, clock, metrics } = this.#parts;
    const services = [
      onFreePort(this.#config.port, (port) => this.#dashboard(port)),
      runProcessor({
        log,
        history,
        clock,
        signal: this.#signal,
        metrics: processorMetrics(metrics),
        ready: () => this.#parts.states.ready("processor"),
      }),
    ];
    const ended = services.map((service) => service.finally(() => this.#stop.abort()));
    const results = await Promise.allSettled(ended);
    for (const result of results) if (result.status === "rejected") throw result.reason;
    if (this.#failure !== null) throw this.#failure;
  }

  /** The page, and behind it the pens: they come in once the page's API can take the demo class. */
  async #dashboard(port: number): Promise<void> {
    const { log, history, clock, metrics } = this.#parts;
    const { host, allowedHosts } = this.#config;
    let openedPort = port;
    let lesson: Promise<void> = Promise.resolve();
    await runDashboard({
      log,
      history,
      clock,
      worthOf,
      signal: this.#signal,
      host,
      port,
      access: { token: this.#token?.reveal() ?? null, allowedHosts },
      webRoot: WEB_ROOT,
      metrics,
      readiness: () => this.#parts.states.states(),
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

  async #lesson(port: number): Promise<void> {
    const { clock, say, log, metrics } = this.#parts;
    const { host } = this.#config;
    const address = addressOf(host, port);
    const put = setupClient({ address, token: this.#token, signal: this.#signal });
    const { source, room, simulation } = await openPens({
      config: this.#config,
      clock,
      put,
      directory: this.#config.dataDirectory,
      log,
      signal: this.#signal,
      tell: seldomTold(clock, say),
      fail: (error) => this.#fail(error),
    });
    const heard = gatewayMetrics(metrics);
    const { dataDirectory: directory, room: name, penFile: file } = this.#config;
    const pens = await openPenNotes({ directory, room: name, file, clock });
    const orders = new SealedOrders();
    const following = orders.follow(log, clock, this.#signal);
    const gateway = runGateway({ source, log, clock, room, signal: this.#signal, metrics: heard, pens, orders });
    this.#parts.states.ready("gateway");
    const entrance = this.#token === null || isLoopback(host) ? "" : `?token=${this.#token.reveal()}`;
    say(`Penlight is at ${address}/${entrance}`);
    for (const other of outsideAddresses(host, port)) say(`  for other machines: ${other}/${entrance}`);
    await Promise.all([
      gateway,
      following,
      simulation === null ? gateway.then(() => this.#ended(null)) : this.#handedIn(simulation, () => heard.durableMs()),
    ]);
  }

  #fail(error: unknown): void {
    this.#failure ??= error;
    this.#stop.abort();
  }

  async #handedIn(simulation: Simulation, durableMs: () => number): Promise<void> {
    if ((await simulation.run(durableMs, this.#signal)) === "handed-in") await this.#ended(simulation);
  }

  /** The class is over: says so, and with exitWhenDone ends the process once history has everything. */
  async #ended(simulation: Simulation | null): Promise<void> {
    const { clock, stored, say } = this.#parts;
    await clock.sleep(LAST_TICKS_MS, this.#signal);
    const ends = await stored.endOffsets("ink");
    while (!this.#signal.aborted && !reached(await stored.committedOffsets(PROCESSOR_GROUP, "ink"), ends)) {
      await clock.sleep(CATCH_UP_MS, this.#signal);
    }
    if (this.#signal.aborted) return;
    const counts = simulation?.counts();
    say(
      counts === undefined
        ? "The recording has ended; everything is in history."
        : `The class has handed in: ${counts.strokes} strokes, ${counts.dots} dots; everything is in history.`,
    );
    if (simulation !== null) say(truthText(await simulation.truth(this.#parts.history)));
    if (this.#config.exitWhenDone) this.#stop.abort();
  }
}

/** What is wrong with Bluetooth, on the terminal; the same thing once in a while. */
function seldomTold(clock: SystemClock, say: (text: string) => void): (trouble: BluetoothTrouble | null) => void {
  const saySeldom = seldom(clock, say);
  return (trouble) => {
    if (trouble !== null) saySeldom(`Bluetooth: ${troubleText(trouble)}`);
  };
}

function reached(committed: readonly Offset[], ends: readonly Offset[]): boolean {
  return ends.every((end, partition) => (committed[partition] ?? 0n) >= end);
}
