import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type LiveObserver, runDashboard } from "@penlight/classroom-dashboard";
import { DEMO_WORKSHEETS, openClickHouseHistory, openEmbeddedLog, SystemClock } from "@penlight/infra";
import { runGateway } from "@penlight/pen-gateway";
import { runProcessor, worthOf } from "@penlight/stream-processor";
import WebSocket from "ws";
import { openRooms } from "../lesson/district.ts";
import { quantileOf } from "../result.ts";

/** One stretch of a lesson whose history is a server; with a researcher's question running all the time, or without. */
export interface Stretch {
  readonly asks: boolean;
  readonly correctnessP50: number;
  readonly correctnessP99: number;
  readonly insertP50: number;
  readonly insertP99: number;
  readonly inserts: number;
  /** Seconds of the question; 0: none was asked. */
  readonly asked: number;
}

const WARM_MS = 8000;
const [, , pens = "", seconds = "", stretches = "", url = "", password = ""] = process.argv;
const folder = await mkdtemp(path.join(tmpdir(), "penlight-readers-"));
const clock = new SystemClock();
const log = await openEmbeddedLog({ directory: path.join(folder, "log"), clock });
const correctness: number[] = [];
const inserts: number[] = [];
const history = await openClickHouseHistory({
  target: { kind: "server", url, user: "penlight", password },
  clock,
  metrics: {
    inserted(table, _rows, _bytes, latencyMs) {
      if (table === "strokes") inserts.push(latencyMs);
    },
  },
});
const stop = new AbortController();
const lessonSeconds = Number(seconds) * Number(stretches) + 60;
const rooms = await openRooms(log, clock, DEMO_WORKSHEETS.fractions, Number(pens), lessonSeconds);
const observer: LiveObserver = {
  sent(kind, receivedMs, sentMs) {
    if (kind === "correctness") correctness.push(sentMs - receivedMs);
  },
  stage() {},
  count() {},
  viewers() {},
};
const services = [
  runProcessor({ log, history, clock, signal: stop.signal }),
  runDashboard({ log, history, clock, worthOf, signal: stop.signal, observer, onListening: ({ port }) => watch(port) }),
  ...rooms.map(({ room, pupils }) => runGateway({ source: pupils.source, log, clock, room, signal: stop.signal })),
];
await clock.sleep(WARM_MS);
const results: Stretch[] = [];
for (let i = 0; i < Number(stretches); i++) results.push(await stretch(i % 2 === 1));
stop.abort();
await Promise.all(services);
await history.close();
await log.close();
await rm(folder, { recursive: true });
process.stdout.write(`${JSON.stringify(results)}\n`, () => process.exit(0));

/** One viewer a room: what it is sent is what is measured. */
function watch(port: number): void {
  for (const { room } of rooms) new WebSocket(`ws://127.0.0.1:${port}/api/v1/rooms/${room}/live`);
}

async function stretch(asks: boolean): Promise<Stretch> {
  correctness.length = 0;
  inserts.length = 0;
  const question = asks ? ask() : Promise.resolve(0);
  await clock.sleep(Number(seconds) * 1000);
  const [right, kept] = [[...correctness], [...inserts]];
  const asked = await question;
  return {
    ...{ asks, asked, inserts: kept.length },
    ...{ correctnessP50: quantileOf(right, 0.5), correctnessP99: quantileOf(right, 0.99) },
    ...{ insertP50: quantileOf(kept, 0.5), insertP99: quantileOf(kept, 0.99) },
  };
}

/** All that was written, decoded, over and over: more than any question of a person, until its time is over. Resolves to its seconds. */
async function ask(): Promise<number> {
  const sql = "SELECT avg(arrayAvg(x_mm) * n.number + arraySum(force)), uniqExact(student) FROM ink, numbers(1000000) AS n";
  const begun = clock.nowMs();
  const answer = await fetch(`${url}/?max_execution_time=${seconds}`, { method: "POST", body: sql });
  const text = await answer.text();
  if (answer.status !== 408) throw new Error(`the question ended too early: ${answer.status} ${text}`);
  return (clock.nowMs() - begun) / 1000;
}
