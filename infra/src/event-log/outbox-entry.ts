import { LogError, type NewRecord, RECORD_BYTES_MAX, recordBytes } from "@penlight/proto";

/** One call of `append` of a log with an outbox. */
export interface Entry {
  readonly records: readonly NewRecord[];
  readonly bytes: number;
  /** When the log behind was given it, ms; what waits for a handover has not been. */
  sentMs: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
  /** The caller has its answer. */
  settled: boolean;
}

/** Answers the caller, once. `error` null: the records are durable. */
export function settle(entry: Entry, error: unknown): void {
  if (entry.settled) return;
  entry.settled = true;
  if (error === null) entry.resolve();
  else entry.reject(error);
}

/** The first ones that wait for an answer, up to so many bytes and one entry more; `pending` loses them. */
export function takeGroup(pending: Entry[], bytesMax: number): Entry[] {
  const group: Entry[] = [];
  for (let bytes = 0; bytes < bytesMax; ) {
    const entry = pending.shift();
    if (entry === undefined) break;
    if (entry.settled) continue;
    group.push(entry);
    bytes += entry.bytes;
  }
  return group;
}

/** `tooLarge`: one of them is larger than any log takes. */
export function weigh(records: readonly NewRecord[]): { readonly bytes: number; readonly tooLarge: LogError | null } {
  const sizes = records.map(recordBytes);
  const largest = sizes.reduce((most, each) => Math.max(most, each), 0);
  const tooLarge = largest > RECORD_BYTES_MAX ? new LogError("log.too-large", `${largest} of ${RECORD_BYTES_MAX} bytes`) : null;
  return { bytes: sizes.reduce((sum, each) => sum + each, 0), tooLarge };
}
