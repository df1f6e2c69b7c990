import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { DOT_STRIDE, DOT_X, decodeInk, dotsOf, type PenId, Random, type RoomId, type StrokeRow } from "@penlight/proto";
import { PROCESSOR_GROUP, runProcessor } from "@penlight/stream-processor";
import { describe, expect, test } from "vitest";
import { dumpLog } from "../../src/event-log/dump-log.ts";
import { openEmbeddedLog } from "../../src/event-log/embedded-log.ts";
import { openClickHouseHistory } from "../../src/history/clickhouse-history.ts";
import { SystemClock } from "../../src/system-clock.ts";
import { ROOT } from "../../tooling/steps.ts";
import { eventually, temporaryFolder } from "../e2e/penlight-process.ts";
import { PensBySocket } from "./pens-by-socket.ts";

const SEED = 5;
const KILLS = 5;
const PENS = 4;
const PAGES = 30;
const STROKES_PER_PAGE = 40;
/** A life of the gateway ends after so many chunks. */
const CHUNKS = [30, 90] as const;
/** The pens' clocks say another year until somebody sets them. */
const CLOCK_OFFSET_MS = -922 * 86_400_000;
const WAIT_MS_MAX = 120_000;

function startGateway(port: number, folder: string): ChildProcess {
  const file = path.join(import.meta.dirname, "gateway-by-socket.ts");
  return spawn(process.execPath, ["--import", "tsx", file, String(port), folder], { cwd: ROOT, stdio: "inherit" });
}

/** A stroke by what no other one has: its pen, and where it begins. */
const keyOf = (pen: PenId, dots: Int32Array) => `${pen} ${dots[DOT_X]}`;

/** Strokes that are whole in the log of a gateway that is not there. */
async function strokesInLog(folder: string): Promise<ReadonlySet<string>> {
  const records = (await dumpLog(path.join(folder, "log"))).topics.get("ink") ?? [];
  const found = new Set<string>();
  for (const { value } of records) {
    const record = decodeInk(value);
    if (record?.body.kind !== "dots" || record.body.batch.end === null || record.body.batch.firstDot !== 0) continue;
    found.add(keyOf(record.body.batch.pen, dotsOf(record.body.batch) ?? new Int32Array(DOT_STRIDE)));
  }
  return found;
}

/** What the pens have forgotten and the log does not hold. */
async function forgottenTooEarly({ pens, paper }: PensBySocket, folder: string): Promise<string[]> {
  const logged = await strokesInLog(folder);
  const kept = new Set(pens.flatMap(({ pen, memory }) => memory.strokes.map(({ dots }) => keyOf(pen, dots))));
  const written = [...paper].flatMap(([pen, strokes]) => strokes.map(({ dots }) => keyOf(pen, dots)));
  return written.filter((key) => !kept.has(key) && !logged.has(key));
}

/** The log of a gateway that has ended -> history, by the processor as it is; every stroke of the room. */
async function historyOf(folder: string): Promise<StrokeRow[]> {
  const clock = new SystemClock();
  const log = await openEmbeddedLog({ directory: path.join(folder, "log"), clock });
  const history = await openClickHouseHistory({ target: { kind: "chdb", path: path.join(folder, "history") }, clock });
  const stop = new AbortController();
  const running = runProcessor({ log, history, clock, signal: stop.signal });
  try {
    const end = log.endOffsets("ink");
    await eventually("history has everything", async () => {
      const committed = log.committedOffsets(PROCESSOR_GROUP, "ink");
      return end.every((offset, partition) => (committed[partition] ?? 0n) >= offset);
    });
    return await history.strokesWithoutAssignment("crash" as RoomId, 0);
  } finally {
    stop.abort();
    await running;
    await log.close();
    await history.close();
  }
}

describe("kill -9 of the gateway's process while pens hand over their memory", () => {
  test(`[PEN-9] [PEN-13] ${KILLS} times: a pen forgets only what is in the log, and history has each stroke once, at its own time (seed ${SEED})`, async () => {
    const folder = temporaryFolder();
    const random = new Random(`memory-kill/${SEED}`);
    const room = await PensBySocket.open(PENS, PAGES, STROKES_PER_PAGE, CLOCK_OFFSET_MS);
    const left: number[] = [];
    try {
      for (let kill = 0; kill < KILLS; kill++) {
        room.chunks = 0;
        const gateway = startGateway(room.port, folder.path);
        const chunks = random.integer(CHUNKS[0], CHUNKS[1]);
        await eventually(`${chunks} chunks are fetched`, async () => room.chunks >= chunks, WAIT_MS_MAX);
        await sleep(random.between(0, 10));
        gateway.kill("SIGKILL");
        await once(gateway, "exit");
        expect(await forgottenTooEarly(room, folder.path)).toEqual([]);
        left.push(room.pens.reduce((sum, { memory }) => sum + memory.strokes.length, 0));
      }
      expect(Math.min(...left)).toBeGreaterThan(0);
      const gateway = startGateway(room.port, folder.path);
      await eventually("all memories are home", async () => room.areHome, WAIT_MS_MAX);
      gateway.kill("SIGTERM");
      const [code] = (await once(gateway, "exit")) as [number | null];
      expect(code).toBe(0);
      const rows = await historyOf(folder.path);
      const times = new Map<string, number[]>();
      for (const { pen, dots, downMs, clockOffsetMs } of rows) {
        const key = keyOf(pen, dots);
        times.set(key, [...(times.get(key) ?? []), downMs + clockOffsetMs]);
      }
      const written = [...room.paper].flatMap(([pen, strokes]) =>
        strokes.map((each) => ({ key: keyOf(pen, each.dots), ...each })),
      );
      expect(rows.length).toBe(written.length);
      expect(written.filter(({ key }) => times.get(key)?.length !== 1)).toEqual([]);
      expect(written.filter(({ key, downMs }) => Math.abs((times.get(key)?.[0] ?? 0) - downMs) > 1000)).toEqual([]);
      process.stdout.write(
        `kill -9 while memories come home: ${written.length} strokes, left after each kill ${left.join(", ")}\n`,
      );
    } finally {
      room.close();
      folder.remove();
    }
  });
});
