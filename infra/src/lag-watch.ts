import type { Clock, Offset } from "@penlight/proto";
import type { ProcessorPosition } from "@penlight/stream-processor";
import type { Registry } from "prom-client";
import { lagGauges } from "./metrics.ts";

/** How often it is asked where the log ends, ms. */
const WATCH_MS = 2000;

export interface LagWatchOptions {
  /** One past the last record of each partition of topic `ink`. */
  readonly ends: () => Promise<readonly Offset[]> | readonly Offset[];
  readonly positions: ReadonlyMap<number, ProcessorPosition>;
  readonly registry: Registry;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Tells how far behind the partitions of this process are, until the signal aborts. A log that does not answer leaves it as it was. */
export async function watchLag({ ends, positions, registry, clock, signal }: LagWatchOptions): Promise<void> {
  const { records, seconds, lowWaterAge } = lagGauges(registry);
  const told = new Set<number>();
  while (!signal.aborted) {
    const now = await Promise.resolve(ends()).catch(() => null);
    for (const [partition, { next, readMs, neededMs }] of positions) {
      const labels = { partition: String(partition) };
      told.add(partition);
      const nowMs = clock.nowMs();
      const behind = now === null ? null : lagOf(now[partition] ?? next, next);
      if (behind !== null) {
        records.set(labels, behind);
        seconds.set(labels, behind === 0 ? 0 : ageOf(readMs, nowMs));
      }
      lowWaterAge.set(labels, neededMs === null ? 0 : ageOf(neededMs, nowMs));
    }
    for (const partition of told) {
      if (positions.has(partition)) continue;
      told.delete(partition);
      for (const gauge of [records, seconds, lowWaterAge]) gauge.remove({ partition: String(partition) });
    }
    await clock.sleep(WATCH_MS, signal);
  }
}

function lagOf(end: Offset, next: Offset): number {
  return end > next ? Number(end - next) : 0;
}

function ageOf(atMs: number, nowMs: number): number {
  return Math.max(0, nowMs - atMs) / 1000;
}
