import { type Cell, type CellLate, LATE_ARRIVAL_MS } from "@penlight/proto";

/**
 * How a cell stands to the end of its assignment: written in time and heard after it, or written after it, which does not
 * count. Null: neither. LIVE-31.
 */
export function lateOf({ receivedMs, lateInkMs }: Cell, closesMs: number | null): CellLate | null {
  if (closesMs === null) return null;
  const isArrived = receivedMs >= closesMs + LATE_ARRIVAL_MS;
  if (lateInkMs === 0) return isArrived ? "arrived" : null;
  return isArrived ? "both" : "written";
}
