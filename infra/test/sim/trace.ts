import { murmur2 } from "@penlight/proto";

const encoder = new TextEncoder();

/**
 * What happened in a simulated system, as one number: every crossing of a port is noted with its simulated time, so two
 * runs of one seed that differ anywhere differ here. SIM-2.
 */
export class Trace {
  #hash = 0;
  #events = 0;
  readonly #print: ((line: string) => void) | null;
  readonly #nowMs: () => number;

  constructor(nowMs: () => number, print: ((line: string) => void) | null = null) {
    this.#nowMs = nowMs;
    this.#print = print;
  }

  note(event: string, bytes?: Uint8Array): void {
    const line = `${this.#nowMs().toFixed(3)} ${event}`;
    this.#events++;
    this.#hash = (Math.imul(this.#hash, 31) + murmur2(encoder.encode(line)) + (bytes === undefined ? 0 : murmur2(bytes))) | 0;
    this.#print?.(line);
  }

  get events(): number {
    return this.#events;
  }

  /** Eight hex digits of what happened and how often. */
  get hash(): string {
    return (this.#hash >>> 0).toString(16).padStart(8, "0");
  }
}
