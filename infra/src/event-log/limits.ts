import { RECORD_BYTES_MAX } from "@penlight/proto";

/** Every bound of the embedded log; tests make them small. */
export interface LogLimits {
  /** Size of a journal file. A start reads the journals that are not sealed, so this bounds its time too. */
  readonly journalBytes: number;
  /** What one write holds at most (and one record more): longer groups become several writes. */
  readonly groupBytes: number;
  /** Value and key of one record. LOG-8. */
  readonly recordBytes: number;
  /** Records that wait for the disk. Above it appends fail with "log.io" until half of them are written. LOG-8. */
  readonly pendingBytes: number;
  /** Committed offsets are written at most this often: a commit that is lost is a few records read again. */
  readonly commitIntervalMs: number;
  /** How often age is looked at, for retention and for sealing a quiet journal. */
  readonly maintenanceIntervalMs: number;
  /** A journal older than this is sealed though it is not full, so that retention reaches its records. */
  readonly journalAgeMs: number;
  /** Spare journals that are kept to be used again. */
  readonly spareJournals: number;
}

export const LOG_LIMITS: LogLimits = {
  journalBytes: 16 * 2 ** 20,
  groupBytes: 2 ** 20,
  recordBytes: RECORD_BYTES_MAX,
  pendingBytes: 64 * 2 ** 20,
  commitIntervalMs: 100,
  maintenanceIntervalMs: 10 * 60_000,
  journalAgeMs: 86_400_000,
  spareJournals: 2,
};
