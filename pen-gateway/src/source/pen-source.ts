import type { PenId, RadioAdapter, RadioPen, RadioState } from "@penlight/proto";

/** What a source hears. The gateway sees bytes, nothing more. */
export type PenChunk =
  /** The link is up and notifications are on: the gateway may write. `mtu` is the negotiated ATT MTU. */
  | { readonly kind: "connected"; readonly pen: PenId; readonly receivedMs: number; readonly mtu: number }
  /** One notification. */
  | { readonly kind: "bytes"; readonly pen: PenId; readonly receivedMs: number; readonly bytes: Uint8Array }
  /** The link is gone; the source reconnects by itself. */
  | { readonly kind: "lost"; readonly pen: PenId; readonly receivedMs: number };

/** What the radios of a source say now; what only a pen's bytes tell is added by the gateway. EVT-23. */
export interface RadioReport extends Pick<RadioState, "waiting" | "unknown"> {
  readonly adapters: readonly RadioAdapter[];
  /** Pens that are connected now. */
  readonly pens: readonly Pick<RadioPen, "pen" | "adapter" | "signalDbm">[];
}

/** Port: bytes both ways between the gateway and the pens of a room. */
export interface PenSource {
  /** What was heard, in order, one list a turn; ends when `signal` aborts or there is nothing more to come (a replay). */
  open(signal: AbortSignal): AsyncIterable<readonly PenChunk[]>;
  /** One write, at most mtu - 3 bytes; resolves when the link took it. Rejects when the pen is not connected. */
  write(pen: PenId, bytes: Uint8Array): Promise<void>;
  /** Whoever is connected as this pen is another one: it is let go, counted, and put off. Absent: nothing can be done. PEN-2. */
  reject?(pen: PenId): void;
  /** Asked once a second. Absent or null: a source without radios (a replay). */
  radio?(): RadioReport | null;
}

export const PEN_SOURCE_ERROR_CODES = {
  "source.not-connected": { canRetry: true, text: "the pen is not connected" },
  "source.not-written": { canRetry: true, text: "the pen did not take what was written to it" },
  "source.replay-format": { canRetry: false, text: "the recording cannot be read" },
  "source.failed": { canRetry: false, text: "the pens cannot be heard any more" },
} as const;
export type PenSourceErrorCode = keyof typeof PEN_SOURCE_ERROR_CODES;

export class PenSourceError extends Error {
  readonly code: PenSourceErrorCode;
  constructor(code: PenSourceErrorCode, detail?: string, options?: ErrorOptions) {
    const { text } = PEN_SOURCE_ERROR_CODES[code];
    super(detail === undefined ? text : `${text}: ${detail}`, options);
    this.name = "PenSourceError";
    this.code = code;
  }
  get canRetry(): boolean {
    return PEN_SOURCE_ERROR_CODES[this.code].canRetry;
  }
}
