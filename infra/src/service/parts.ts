import type { PartState } from "@penlight/classroom-dashboard";
import type { Clock } from "@penlight/proto";

interface Part {
  ready: boolean;
  readonly required: boolean;
  sinceMs: number;
  detail: string | undefined;
  lastError: string | undefined;
}

/** What a process consists of and depends on, and how each of it is. `/healthz` and `/readyz` tell it. OPS-1, OPS-2. */
export class Parts {
  readonly #clock: Clock;
  readonly #parts = new Map<string, Part>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A part that is not ready yet. `required` false: the process is of use without it. */
  add(part: string, required = true): void {
    const sinceMs = this.#clock.nowMs();
    this.#parts.set(part, { ready: false, required, sinceMs, detail: undefined, lastError: undefined });
  }

  ready(part: string): void {
    const known = this.#of(part);
    if (!known.ready) known.sinceMs = this.#clock.nowMs();
    known.ready = true;
    known.detail = undefined;
  }

  /** `detail` is for a person: what is waited for. */
  notReady(part: string, detail: string, error?: unknown): void {
    const known = this.#of(part);
    if (known.ready) known.sinceMs = this.#clock.nowMs();
    known.ready = false;
    known.detail = detail;
    if (error !== undefined) known.lastError = error instanceof Error ? error.message : String(error);
  }

  states(): PartState[] {
    return [...this.#parts].map(([part, { ready, required, sinceMs, detail, lastError }]) => ({
      part,
      ready,
      required,
      sinceMs,
      ...(detail !== undefined && { detail }),
      ...(lastError !== undefined && { lastError }),
    }));
  }

  #of(part: string): Part {
    const known = this.#parts.get(part);
    if (known === undefined) throw new Error(`there is no part ${part}`);
    return known;
  }
}
