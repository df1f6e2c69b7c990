/** Age from which the page says how old its data is, ms. LIVE-21. */
export const AGE_SHOWN_MS = 2000;
/** Two server times this far apart (local ms) tell how fast the server's clock runs. */
const RATE_SPAN_MS = 1500;
/** Rates this close to 1 are 1: the rest is network jitter. */
const RATE_TOLERANCE = 0.15;

/**
 * How old the newest data is. The server says its time (`serverMs`) and the room's time (`dataMs`); between messages
 * the local clock carries on, so the age keeps growing when the server falls silent. A lesson played faster than life
 * has a server clock that runs faster, too; the age is given in the viewer's seconds. LIVE-21.
 */
export class DataClock {
  private first: Sample | null = null;
  private last: Sample | null = null;
  private dataMs = 0;

  /** A message that carries the server's time. `localMs`: any monotonic clock of this page. */
  observeServer(serverMs: number, localMs: number): void {
    const sample = { serverMs, localMs };
    if (this.last !== null && serverMs < this.last.serverMs) this.first = null;
    this.first ??= sample;
    this.last = sample;
  }

  /** Room time moved on; it never goes back except with a fresh {@link DataClock}. */
  observeData(dataMs: number): void {
    this.dataMs = Math.max(this.dataMs, dataMs);
  }

  /** Server milliseconds per local millisecond. */
  rate(): number {
    if (this.first === null || this.last === null) return 1;
    const localMs = this.last.localMs - this.first.localMs;
    if (localMs < RATE_SPAN_MS) return 1;
    const rate = (this.last.serverMs - this.first.serverMs) / localMs;
    return rate <= 0 || Math.abs(rate - 1) < RATE_TOLERANCE ? 1 : rate;
  }

  /** Room time now, ms, carried on from the last message; 0 when nothing is known. */
  serverNowMs(localMs: number): number {
    return this.last === null ? 0 : this.last.serverMs + (localMs - this.last.localMs) * this.rate();
  }

  /** Age of the newest data in the viewer's milliseconds; null when there is no data yet. */
  ageMs(localMs: number): number | null {
    if (this.last === null || this.dataMs === 0) return null;
    return Math.max(0, (this.serverNowMs(localMs) - this.dataMs) / this.rate());
  }
}

interface Sample {
  readonly serverMs: number;
  readonly localMs: number;
}
