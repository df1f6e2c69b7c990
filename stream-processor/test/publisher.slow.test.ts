import { LogError, type NewRecord, Random } from "@penlight/proto";
import { describe, expect, it } from "vitest";
import { Watermark } from "../src/core/watermark.ts";
import { NO_METRICS } from "../src/metrics.ts";
import { Publisher } from "../src/publisher.ts";
import { AppendedLog, StillClock } from "./fixtures/bench-partition.ts";

/** Appends that fail with the first one that fails, together with every outstanding later one (LOG-4); some happen all the same. */
class ShakyLog extends AppendedLog {
  readonly #random: Random;
  #outstanding: { readonly fail: (error: LogError) => void }[] = [];

  constructor(random: Random) {
    super();
    this.#random = random;
  }

  override append(topic: string, records: readonly NewRecord[]): Promise<void> {
    return new Promise((resolve, reject) => {
      const entry = { fail: reject };
      this.#outstanding.push(entry);
      const turns = this.#random.integer(0, 5);
      const settle = async () => {
        for (let i = 0; i < turns; i++) await null;
        if (!this.#outstanding.includes(entry)) return;
        if (this.#random.chance(0.3)) {
          const at = this.#outstanding.indexOf(entry);
          for (const { fail } of this.#outstanding.splice(at)) fail(new LogError("log.io"));
          return;
        }
        if (this.#outstanding[0] !== entry) return void settle();
        this.#outstanding.shift();
        await super.append(topic, records);
        resolve();
      };
      void settle();
    });
  }
}

describe("Publisher", () => {
  it("[LOG-4] repeats what failed until it is there, in order, and holds its records until then", async () => {
    for (let seed = 0; seed < 20; seed++) {
      const log = new ShakyLog(new Random(`publish-${seed}`));
      const watermark = new Watermark(0n);
      const publisher = new Publisher(log, new StillClock(), watermark, NO_METRICS, new AbortController().signal);
      for (let i = 0; i < 120; i++) {
        watermark.read(BigInt(i), 0);
        await publisher.publish([{ key: "room", value: Uint8Array.of(i), timestampMs: i }]);
        const there = new Set(log.appended.map(({ record }) => record.value[0]));
        for (let below = 0n; below < watermark.lowWater() && below <= i; below++) expect(there.has(Number(below))).toBe(true);
      }
      await publisher.settled();
      // Each one is there, and what a reader takes last of each came in order.
      const last = new Map(log.appended.map(({ record }, at) => [record.value[0] as number, at]));
      const places = Array.from({ length: 120 }, (_, i) => last.get(i) as number);
      expect(places).toEqual([...places].sort((a, b) => a - b));
      expect(watermark.lowWater()).toBe(120n);
    }
  });

  it("[LOG-1] an error that repeating cannot mend is thrown", async () => {
    const log = new AppendedLog();
    log.append = () => Promise.reject(new LogError("log.too-large"));
    const publisher = new Publisher(log, new StillClock(), new Watermark(0n), NO_METRICS, new AbortController().signal);
    await publisher.publish([]);
    await publisher.settled();
    await expect(publisher.publish([])).rejects.toThrow("larger than the log's limit");
  });
});
