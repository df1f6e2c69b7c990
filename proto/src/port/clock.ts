/** Time as a port: the wall clock is read in one place per process, and a simulation can own it. */
export interface Clock {
  /** Milliseconds since 1970-01-01 UTC; may have a fraction; never goes backwards. */
  nowMs(): number;
  /** Resolves after `ms` on this clock, or at once when `signal` aborts (it never rejects). */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
