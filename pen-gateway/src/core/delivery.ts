import type { Delivery } from "@penlight/proto";

/** Waiting shorter than this is a log at work and nothing to tell a teacher, ms. EVT-16. */
export const DELAYED_MS = 1000;

/**
 * What a tick says of records that have not reached the log: those in the gateway's memory and those in an outbox behind
 * it, together. Null: nothing worth telling.
 */
export function deliveryOf(
  memory: { readonly oldestMs: number | null; readonly bytes: number; readonly bytesMax: number },
  stored: Delivery | null,
  nowMs: number,
): Delivery | null {
  const inMemoryMs = memory.oldestMs === null ? 0 : Math.max(0, nowMs - memory.oldestMs);
  const ageMs = Math.max(inMemoryMs, stored?.ageMs ?? 0);
  const { shedTicks = 0, shedInk = 0 } = stored ?? {};
  if (ageMs < DELAYED_MS && shedTicks + shedInk === 0) return null;
  return {
    ageMs,
    bytes: memory.bytes + (stored?.bytes ?? 0),
    bytesMax: memory.bytesMax + (stored?.bytesMax ?? 0),
    shedTicks,
    shedInk,
  };
}
