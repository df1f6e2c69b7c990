import type { InkRecord, PenId } from "@penlight/proto";
import type { PenFaultKind } from "@penlight/proto/pen";
import type { DamagedChunk } from "./core/memory-receiver.ts";
import type { PenClockNote } from "./core/pen-clock.ts";

/** What a pen tells whoever hears it. */
export interface HeardPenEvents {
  readonly record: (record: InkRecord) => void;
  readonly dots: (count: number) => void;
  readonly fault: (pen: PenId, kind: PenFaultKind, count: number) => void;
  /** The records of this memory chunk were given to `record`; once they are durable: {@link HeardPen.memoryStored}. */
  readonly memory: (packetId: number) => void;
  /** A chunk stayed unreadable; once its bytes are kept: {@link HeardPen.memoryStored}. */
  readonly damaged: (chunk: DamagedChunk) => void;
  /** Worth keeping for other lives of the gateway. `isUrgent`: {@link PenLink.clockRemembered} is waited for. */
  readonly clock: (note: PenClockNote, isUrgent: boolean) => void;
  /** Whoever is connected as this pen is another one, by its own word: it is to be let go. PEN-2. */
  readonly imitated: () => void;
  /** The pen has this password from now on, null: none; to be kept for other lives of the gateway. Never logged. */
  readonly password: (password: string | null) => void;
}
