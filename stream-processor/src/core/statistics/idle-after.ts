import { median } from "simple-statistics";

/** Nobody is called idle sooner, ms. STAT-4. */
export const IDLE_MS_MIN = 45_000;

/**
 * How long without ink makes a student idle, ms: 45 s, or twice the class's habit where that is longer. STAT-4.
 * @param gapsMs each student's mean time from one item to the next, ms; any order, may be empty.
 */
export function idleAfterMs(gapsMs: readonly number[]): number {
  return gapsMs.length === 0 ? IDLE_MS_MIN : Math.max(IDLE_MS_MIN, 2 * median([...gapsMs]));
}
