import type { Language } from "./messages.ts";

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

const formats = new Map<string, Intl.NumberFormat>();

/** Kept, because making one takes longer than drawing a row of the board. */
function numberFormat(language: Language, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = JSON.stringify([language, options]);
  const known = formats.get(key);
  if (known !== undefined) return known;
  const made = new Intl.NumberFormat(language, options);
  formats.set(key, made);
  return made;
}

/** @example formatPercent("en", 0.704) // "70%" */
export function formatPercent(language: Language, share: number): string {
  return numberFormat(language, { style: "percent", maximumFractionDigits: 0 }).format(share);
}

export function formatNumber(language: Language, value: number, digitsMax = 0): string {
  return numberFormat(language, { maximumFractionDigits: digitsMax }).format(value);
}

const BYTE_UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;

/** @example formatBytes("en", 214_300) // "214 kB" */
export function formatBytes(language: Language, bytes: number): string {
  const power = Math.min(BYTE_UNITS.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const options = {
    style: "unit",
    unit: BYTE_UNITS[power] as string,
    unitDisplay: "short",
    maximumSignificantDigits: 3,
  } as const;
  return numberFormat(language, options).format(bytes / 1000 ** power);
}

/**
 * Length of time in its largest sensible unit; seconds below ten keep one decimal, because that is how data age is read.
 * @example formatDuration("en", 3400) // "3.4 sec"
 */
export function formatDuration(language: Language, ms: number): string {
  const seconds = Math.max(0, ms) / SECOND_MS;
  if (seconds < 10) return unit(language, "second", Math.floor(seconds * 10) / 10);
  if (ms < MINUTE_MS) return unit(language, "second", Math.floor(seconds));
  if (ms < HOUR_MS) return unit(language, "minute", Math.floor(ms / MINUTE_MS));
  return unit(language, "hour", Math.floor(ms / HOUR_MS));
}

function unit(language: Language, name: string, value: number): string {
  return numberFormat(language, { style: "unit", unit: name, unitDisplay: "short", maximumFractionDigits: 1 }).format(value);
}

/** @example formatAgo("en", 42_000) // "42 sec. ago" */
export function formatAgo(language: Language, ms: number): string {
  const format = new Intl.RelativeTimeFormat(language, { numeric: "always", style: "short" });
  if (ms < MINUTE_MS) return format.format(-Math.floor(Math.max(0, ms) / SECOND_MS), "second");
  if (ms < HOUR_MS) return format.format(-Math.floor(ms / MINUTE_MS), "minute");
  return format.format(-Math.floor(ms / HOUR_MS), "hour");
}

/** Time of day. @example formatClockTime("en", atMs) // "10:42 AM" */
export function formatClockTime(language: Language, atMs: number): string {
  return new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit" }).format(atMs);
}

/** Day and time of day. @example formatDay("en", atMs) // "Mar 2, 10:42 AM" */
export function formatDay(language: Language, atMs: number): string {
  const options = { month: "short", day: "numeric", hour: "numeric", minute: "2-digit" } as const;
  return new Intl.DateTimeFormat(language, options).format(atMs);
}

/** Running time as on a clock. @example formatClock(702_000) // "11:42" */
export function formatClock(ms: number): string {
  const seconds = Math.floor(Math.max(0, ms) / SECOND_MS);
  const two = (value: number) => String(value).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours === 0 ? `${minutes}:${two(seconds % 60)}` : `${hours}:${two(minutes)}:${two(seconds % 60)}`;
}
