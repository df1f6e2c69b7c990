import type { PenId } from "@penlight/proto";
import type { PasswordOrder } from "./core/password-errand.ts";

/** Port: what people want of pens, for this life of the gateway alone. REG-9. */
export interface PenOrders {
  /** What they are sealed to; told with the ticks. */
  readonly sealKey: Uint8Array;
  /** The next one for this pen, once; null: none. Never logged. */
  take(pen: PenId, nowMs: number): PasswordOrder | null;
}
