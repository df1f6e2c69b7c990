import type { BoardPen } from "@penlight/proto";

/** How a pen is shown: the link's own words, plus `weak` (dots were lost a moment ago) and `none` (no pen given). */
export const PEN_MARKS = ["connected", "weak", "connecting", "lost", "off", "locked", "none"] as const;
export type PenMark = (typeof PEN_MARKS)[number];

/** A connected pen that lost dots is shown as weak for this long, ms of room time. */
export const WEAK_FOR_MS = 30_000;
/** At or below this a battery is shown, unless it is charging. */
const BATTERY_LOW_PERCENT = 20;

/** @param lostAtMs room time at which this viewer last saw `lostDots` grow, or null. */
export function penMarkOf(pen: BoardPen | null, lostAtMs: number | null, dataMs: number): PenMark {
  if (pen === null) return "none";
  if (pen.link !== "connected") return pen.link;
  return lostAtMs !== null && dataMs - lostAtMs < WEAK_FOR_MS ? "weak" : "connected";
}

export function isBatteryLow(pen: BoardPen | null): boolean {
  return pen !== null && pen.batteryPercent !== null && !pen.charging && pen.batteryPercent <= BATTERY_LOW_PERCENT;
}
