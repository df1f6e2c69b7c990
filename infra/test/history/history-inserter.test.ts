import {
  type GapRow,
  HISTORY_BATCH_STROKES_MAX,
  type HistoryBatch,
  HistoryError,
  type PenId,
  type RoomId,
  type StrokeRow,
} from "@penlight/proto";
import { describe, expect, it } from "vitest";
import type { HistoryConnection } from "../../src/history/connection.ts";
import { HISTORY_GROUP_MS_MIN, HistoryInserter } from "../../src/history/history-inserter.ts";
import { killBatch } from "../contract/history-kill-batch.ts";

const clock = { nowMs: () => 0, sleep: async () => {} };

/** The other side of the connection: keeps what was inserted, refuses what the test says. */
class Engine {
  readonly inserts: string[][] = [];
  inFlight = 0;
  inFlightMax = 0;
  fail: (causes: readonly string[]) => HistoryError | null = () => null;

  connection(): HistoryConnection {
    const insert = async ({ rows }: { rows: Buffer }) => {
      this.inFlightMax = Math.max(this.inFlightMax, ++this.inFlight);
      await new Promise((resolve) => setImmediate(resolve));
      this.inFlight--;
      const causes = rows
        .toString()
        .trimEnd()
        .split("\n")
        .map((line) => line.split("\t").at(-1) ?? "");
      const error = this.fail(causes);
      if (error !== null) throw error;
      this.inserts.push(causes);
    };
    return { insert } as unknown as HistoryConnection;
  }
}

const gaps = (...causes: string[]): HistoryBatch => {
  const row = (cause: string): GapRow => {
    return { room: "r" as RoomId, pen: "000000000001" as PenId, student: null, atMs: 1, lostEvents: 1, reason: "x", cause };
  };
  return { strokes: [], answers: [], marks: [], gaps: causes.map(row) };
};

describe("history inserter", () => {
  it("[HIS-5] one insert in flight; what comes meanwhile goes together", async () => {
    const engine = new Engine();
    const inserter = new HistoryInserter(engine.connection(), clock, {});
    const later: Promise<void>[] = [];
    engine.fail = ([cause]) => {
      if (cause === "a") for (const each of ["b", "c"]) later.push(inserter.write(gaps(each)));
      return null;
    };
    await inserter.write(gaps("a"));
    await Promise.all(later);
    expect(engine.inserts).toEqual([["a"], ["b", "c"]]);
    expect(engine.inFlightMax).toBe(1);
  });

  it("[HIS-5] a refused row fails its own batch and not those that waited with it", async () => {
    const engine = new Engine();
    engine.fail = (causes) => (causes.includes("bad") ? new HistoryError("history.refused") : null);
    const failed: string[] = [];
    const inserter = new HistoryInserter(engine.connection(), clock, {
      metrics: { failed: (table, code) => failed.push(`${table} ${code}`) },
    });
    const written = await Promise.allSettled([gaps("a"), gaps("b", "bad"), gaps("c")].map((batch) => inserter.write(batch)));
    expect(written.map((each) => each.status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(engine.inserts).toEqual([["a"], ["c"]]);
    expect(failed).toEqual(["gaps history.refused", "gaps history.refused"]);
  });

  it("[HIS-12] what can be retried fails the whole group at once, and the next write is tried again", async () => {
    const engine = new Engine();
    engine.fail = () => new HistoryError("history.full");
    const inserter = new HistoryInserter(engine.connection(), clock, {});
    const written = await Promise.allSettled(["a", "b", "c"].map((cause) => inserter.write(gaps(cause))));
    expect(written.map((each) => each.status)).toEqual(["rejected", "rejected", "rejected"]);
    engine.fail = () => null;
    await inserter.write(gaps("a", "b", "c"));
    expect(engine.inserts).toEqual([["a", "b", "c"]]);
  });

  const gapsIn = ({ inserts }: Engine) => inserts.filter(({ length }) => length < HISTORY_BATCH_STROKES_MAX);

  it("[HIS-5] groups begin HISTORY_GROUP_MS_MIN apart, but a whole batch of strokes or the end waits for nothing", async () => {
    const engine = new Engine();
    let nowMs = 0;
    const pauses: number[] = [];
    const pausing = {
      nowMs: () => nowMs,
      sleep: (ms: number, signal?: AbortSignal) => {
        pauses.push(ms);
        return new Promise<void>((resolve) => signal?.addEventListener("abort", () => resolve()));
      },
    };
    const inserter = new HistoryInserter(engine.connection(), pausing, {});
    await inserter.write(gaps("a"));
    nowMs = 400;
    const second = [gaps("b"), gaps("c")].map((batch) => inserter.write(batch));
    expect(await Promise.race([...second, new Promise((resolve) => setImmediate(resolve, "waiting"))])).toBe("waiting");
    const [stroke] = killBatch(1).strokes;
    const strokes = Array.from({ length: HISTORY_BATCH_STROKES_MAX }, () => stroke as StrokeRow);
    const full = inserter.write({ ...gaps("d"), strokes });
    await Promise.all([...second, full]);
    expect(pauses).toEqual([HISTORY_GROUP_MS_MIN - 400]);
    expect(gapsIn(engine)).toEqual([["a"], ["b", "c", "d"]]);
    const last = inserter.write(gaps("e"));
    await inserter.close();
    await last;
    expect(pauses).toEqual([HISTORY_GROUP_MS_MIN - 400, HISTORY_GROUP_MS_MIN]);
    expect(gapsIn(engine)).toEqual([["a"], ["b", "c", "d"], ["e"]]);
  });
});
