import type { NewRecord } from "./event-log.ts";

/** Value and key of one record together; a larger one is refused with "log.too-large". LOG-8. */
export const RECORD_BYTES_MAX = 1_000_000;

/** A batch ends at whichever comes first; it always has one record at least. LOG-9. */
export const BATCH_RECORDS_MAX = 1000;
export const BATCH_BYTES_MAX = 2 ** 20;

/** Upper bound of what a record takes in a log: value, key in UTF-8, lengths, offset and time. */
export function recordBytes(record: NewRecord): number {
  return record.value.length + record.key.length * 3 + 24;
}

/** Index after the last record of the batch that begins at index `first` of `records` and must end before `end`. */
export function batchEnd(records: readonly NewRecord[], first: number, end: number): number {
  const last = Math.min(end, first + BATCH_RECORDS_MAX);
  let bytes = 0;
  for (let at = first; at < last; at++) {
    bytes += recordBytes(records[at] as NewRecord);
    if (bytes > BATCH_BYTES_MAX && at > first) return at;
  }
  return Math.max(last, first);
}
