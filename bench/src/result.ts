import { createHash } from "node:crypto";

/** One figure of one bench: a line of JSON. Medians of at least 5 runs (1 in smoke mode, which proves only that it runs). */
export interface BenchResult {
  readonly bench: string;
  readonly case: string;
  readonly unit: string;
  readonly median: number;
  readonly runs: readonly number[];
  /** The alternative that ran beside it in the same process or run. */
  readonly beside?: { readonly name: string; readonly median: number };
  /** median / beside.median */
  readonly ratio?: number;
  /** Hash of what was computed: nobody speeds a bench up by computing something else. */
  readonly hash?: string;
  readonly note?: string;
}

export interface BenchOptions {
  /** Small inputs and one run: proves that the bench still works. */
  readonly smoke: boolean;
  /** Executable of the browser bench's Chromium. */
  readonly chromium: string;
}

/** Runs in full mode. */
export const RUNS = 5;

/** @throws RangeError when there is none. */
export function medianOf(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError("medianOf requires at least 1 value");
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

/** The value below which the share `q` (0..1) of `values` lies (nearest rank). */
export function quantileOf(values: readonly number[], q: number): number {
  if (values.length === 0) throw new RangeError("quantileOf requires at least 1 value");
  const sorted = [...values].sort((a, b) => a - b);
  const rank = Math.min(sorted.length, Math.max(1, Math.ceil(q * sorted.length)));
  return sorted[rank - 1] as number;
}

export function hashOf(value: unknown): string {
  const text = value instanceof Uint8Array ? value : JSON.stringify(value);
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
