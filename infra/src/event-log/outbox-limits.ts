/** Every bound of the outbox; tests make them small. */
export interface OutboxLogLimits {
  /** What it holds on the disk at most; four segments at least. OUT-4. */
  readonly bytesMax: number;
  /** Size of a file: what is delivered again after a kill at most. */
  readonly segmentBytes: number;
  /** An append that the log has not taken for so long goes to the disk, ms. OUT-1. */
  readonly patienceMs: number;
  /** The same from when the end is asked for, ms. OUT-6. */
  readonly endingPatienceMs: number;
  /** Pause before the log is tried again: doubled each time, up to the maximum, ms. */
  readonly retryMsMin: number;
  readonly retryMsMax: number;
  /** Bytes of one write to the disk (one append more at most). */
  readonly writeBytes: number;
  /** With so few records left to deliver, new ones wait for them and then go to the log directly. OUT-3. */
  readonly handoverRecords: number;
}

export const OUTBOX_LIMITS: OutboxLogLimits = {
  bytesMax: 2 ** 30,
  segmentBytes: 2 ** 20,
  patienceMs: 2000,
  endingPatienceMs: 200,
  retryMsMin: 50,
  retryMsMax: 5000,
  writeBytes: 2 ** 20,
  handoverRecords: 1000,
};
