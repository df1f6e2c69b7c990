import { type GapRow, type HistoryBatch, HistoryError, type PenId, type RoomId } from "@penlight/proto";
import { describe, expect, it } from "vitest";
import type { HistoryConnection } from "../../src/history/connection.ts";
import { HistoryInserter } from "../../src/history/history-inserter.ts";

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
    await Promise.all(["a", "b", "c"].map((cause) => inserter.write(gaps(cause))));
    expect(engine.inserts).toEqual([["a"], ["b", "c"]]);
    expect(engine.inFlightMax).toBe(1);
  });

  it("[HIS-5] a refused row fails its own batch and not those that waited with it", async () => {
    const engine = new Engine();
    engine.fail = (causes) => (causes.includes("bad") ? new HistoryError("history.refused") : null);
    const failed: string[] = [];
    const inserter = new HistoryInserter(engine.connection(), clock, {
      failed: (table, code) => failed.push(`${table} ${code}`),
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
});
