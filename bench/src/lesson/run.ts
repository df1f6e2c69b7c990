import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type LiveObserver, runDashboard } from "@penlight/classroom-dashboard";
import { DEMO_WORKSHEETS, openClickHouseHistory, openEmbeddedLog, SystemClock } from "@penlight/infra";
import { openKafkaLog } from "@penlight/infra/event-log/kafka-log";
import { runGateway } from "@penlight/pen-gateway";
import type { EventLog } from "@penlight/proto";
import { runProcessor, worthOf } from "@penlight/stream-processor";
import { quantileOf } from "../result.ts";
import { bareEcho } from "./bare-echo.ts";
import { bareSync, type Written } from "./bare-sync.ts";
import { openRooms } from "./district.ts";

/** One measured lesson; printed as one line of JSON by this process, which ends afterwards. */
export interface LessonRun {
  readonly dots: number;
  readonly strokes: number;
  readonly inkP50: number;
  readonly inkP99: number;
  readonly correctnessP50: number;
  readonly correctnessP99: number;
  /** Milliseconds; NaN (null in JSON) where nothing was measured beside. */
  readonly bareP50: number;
  readonly bareP99: number;
  readonly cpuUsPerDot: number;
  readonly rssMb: number;
  /** The same when a quarter of the time was over. */
  readonly rssQuarterMb: number;
}

const WARM_MS = 8000;
/** The JVM of a broker compiles what it does often, and is slow until then. */
const WARM_KAFKA_MS = 25_000;
const SMOKE_SECONDS_MAX = 10;
const pens = Number(process.argv[2]);
const seconds = Number(process.argv[3]);
/** What is measured afterwards: a bare "append" of the same bytes, "nothing", or the echo of this broker, which then carries the log. */
const beside = process.argv[4] ?? "append";
const broker = beside === "append" || beside === "nothing" ? undefined : beside;
const folder = await mkdtemp(path.join(tmpdir(), "penlight-lesson-"));
const clock = new SystemClock();
const log: EventLog =
  broker === undefined
    ? await openEmbeddedLog({ directory: path.join(folder, "log"), clock })
    : await openKafkaLog({ brokers: [broker], clientId: "bench", clock, prefix: `bench-${process.pid}.` });
const history = await openClickHouseHistory({ target: { kind: "chdb", path: path.join(folder, "history") }, clock });
const stop = new AbortController();
const rooms = await openRooms(log, clock, DEMO_WORKSHEETS.fractions, pens, seconds + (broker === undefined ? 30 : 60));

let measuring = false;
const latencies = { ink: [] as number[], correctness: [] as number[] };
const observer: LiveObserver = {
  sent(kind, receivedMs, sentMs) {
    if (measuring) latencies[kind].push(sentMs - receivedMs);
  },
  stage() {},
  count() {},
  viewers() {},
};
const appends: Written[] = [];
const recorded: EventLog = {
  append(topic, records) {
    if (measuring)
      appends.push({ atMs: performance.now(), bytes: records.reduce((sum, each) => sum + each.value.length + 40, 0) });
    return log.append(topic, records);
  },
  consume: (options) => log.consume(options),
  close: () => log.close(),
};

const address = withResolvers<string>();
const services = [
  runProcessor({ log: recorded, history, clock, signal: stop.signal }),
  runDashboard({
    worthOf,
    log,
    history,
    clock,
    signal: stop.signal,
    observer,
    onListening: ({ port }) => address.resolve(`ws://127.0.0.1:${port}`),
  }),
];
const viewers = await startViewers(await address.promise);
let dots = 0;
for (const { room, pupils } of rooms) {
  const metrics = {
    dots(count: number) {
      dots += count;
    },
  };
  services.push(runGateway({ source: pupils.source, log: recorded, clock, room, signal: stop.signal, metrics }));
}
await clock.sleep(broker === undefined || seconds < SMOKE_SECONDS_MAX ? WARM_MS : WARM_KAFKA_MS);
const dotsBefore = dots;
const cpuBefore = process.cpuUsage();
measuring = true;
await clock.sleep(seconds * 250);
const rssQuarterMb = process.memoryUsage.rss() / 2 ** 20;
await clock.sleep(seconds * 750);
measuring = false;
const cpu = process.cpuUsage(cpuBefore);
const heard = dots - dotsBefore;
const rssMb = process.memoryUsage.rss() / 2 ** 20;
viewers.kill();
stop.abort();
await Promise.all(services);
await history.close();
await log.close();
const bare =
  beside === "nothing"
    ? null
    : await (broker === undefined ? bareSync(path.join(folder, "bare"), appends) : bareEcho(broker, appends));
await rm(folder, { recursive: true });
const run: LessonRun = {
  dots: heard,
  strokes: rooms.reduce((sum, { pupils }) => sum + pupils.counts().strokes, 0),
  inkP50: quantileOf(latencies.ink, 0.5),
  inkP99: quantileOf(latencies.ink, 0.99),
  correctnessP50: quantileOf(latencies.correctness, 0.5),
  correctnessP99: quantileOf(latencies.correctness, 0.99),
  bareP50: bare === null ? Number.NaN : quantileOf(bare, 0.5),
  bareP99: bare === null ? Number.NaN : quantileOf(bare, 0.99),
  cpuUsPerDot: (cpu.user + cpu.system) / heard,
  rssMb,
  rssQuarterMb,
};
process.stdout.write(`${JSON.stringify(run)}\n`, () => process.exit(0));

async function startViewers(server: string): Promise<ChildProcess> {
  const file = path.join(import.meta.dirname, "viewers.ts");
  const child = spawn(process.execPath, ["--import", "tsx", file, server, ...rooms.map(({ room }) => room)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout?.once("data", () => resolve());
    child.once("exit", (code) => reject(new Error(`the viewers ended with ${code}`)));
  });
  return child;
}

function withResolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
