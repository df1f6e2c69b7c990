import type { RadioRow } from "@penlight/proto";

/** Below this a link drops when somebody walks by, dBm. */
export const WEAK_DBM = -75;
/** A stroke that was on its way for longer is felt on the board, ms. */
export const SLOW_MS = 1000;
const BATTERY_LOW_PERCENT = 15;
const MEMORY_FULL_PERCENT = 90;

/** A pen that a technician should look at. */
export function isWeak(row: RadioRow): boolean {
  const { link, signalDbm, latencyMs, batteryPercent, charging, memoryPercent, waitsSinceMs } = row;
  if (waitsSinceMs !== null || (link !== null && link !== "connected")) return true;
  if (signalDbm !== null && signalDbm < WEAK_DBM) return true;
  if (latencyMs !== null && latencyMs > SLOW_MS) return true;
  if (memoryPercent !== null && memoryPercent >= MEMORY_FULL_PERCENT) return true;
  return batteryPercent !== null && batteryPercent <= BATTERY_LOW_PERCENT && !charging;
}
