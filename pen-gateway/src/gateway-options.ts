import type { Clock, Delivery, EventLog, RoomId } from "@penlight/proto";
import type { GatewayMetrics } from "./metrics.ts";
import type { PenNotes } from "./pen-notes.ts";
import type { PenOrders } from "./pen-orders.ts";
import type { PenSource } from "./source/pen-source.ts";

/** Silence travels as data: a Tick this often, and every TICKS_PER_STATE-th of them with the states of all pens. EVT-6. */
export const TICK_MS = 250;
export const TICKS_PER_STATE = 4;
/** What may wait to become durable. At either limit the source is not read any further: nothing is dropped. EVT-13. */
export const OUTBOX_BYTES_MAX = 64 * 2 ** 20;
export const OUTBOX_RECORDS_MAX = 500_000;
/** Pause after a failed append: doubled each time, up to the maximum. EVT-13. */
export const RETRY_MS_MIN = 50;
export const RETRY_MS_MAX = 5000;
/** After the end of the source, or an abort, so long is tried to make the rest durable. */
export const FLUSH_MS_MAX = 10_000;

export interface GatewayOptions {
  readonly source: PenSource;
  readonly log: EventLog;
  readonly clock: Clock;
  readonly room: RoomId;
  readonly signal: AbortSignal;
  readonly metrics?: GatewayMetrics;
  readonly outbox?: { readonly bytesMax: number; readonly recordsMax: number };
  /** Name of this gateway in its ticks; default: the room. EVT-14. */
  readonly name?: string;
  /** What is known of pens before they are heard; default nothing. */
  readonly pens?: PenNotes;
  /** What people want of pens; default nothing. REG-9. */
  readonly orders?: PenOrders;
  /** What an outbox behind `log` holds, for the ticks to tell; null: nothing. EVT-16. */
  readonly delivery?: () => Delivery | null;
}
