import type { StoredLetter } from "./dead-letters.ts";

const BYTES_A_LINE = 16;
const SHOWN_BYTES_MAX = 4096;

/** @example "0-17  2026-05-04T08:00:00.000Z  ink/3@1042  demo-room  undecodable  12 bytes" */
export function letterLine(letter: StoredLetter): string {
  const { id, atMs, topic, partition, offset, key, reason, bytes, replayedMs } = letter;
  const columns = [
    id,
    timeOf(atMs),
    `${topic}/${partition}@${offset}`,
    key === "" ? "-" : key,
    reason,
    `${bytes.length} bytes`,
  ];
  if (replayedMs !== null) columns.push(`replayed ${timeOf(replayedMs)}`);
  return columns.map(printable).join("  ");
}

/** One line a field, then the bytes: as text when they are text, else in hex. */
export function letterDetails(letter: StoredLetter): string[] {
  const { id, atMs, topic, partition, offset, key, reason, bytes, cutFrom, replayedMs } = letter;
  const fields: [string, string][] = [
    ["id", id],
    ["written", timeOf(atMs)],
    ["from", `${topic}, partition ${partition}, offset ${offset}`],
    ["key", key],
    ["reason", reason],
    ["bytes", `${bytes.length}${cutFrom === undefined ? "" : ` of ${cutFrom}`}`],
    ["replayed", replayedMs === null ? "no" : timeOf(replayedMs)],
  ];
  const shown = bytes.subarray(0, SHOWN_BYTES_MAX);
  const rest = bytes.length - shown.length;
  return [
    ...fields.map(([name, value]) => `${name.padEnd(9)}${printable(value)}`),
    ...(textOf(shown)?.split("\n").map(printable) ?? hexLines(shown)),
    ...(rest > 0 ? [`... ${rest} bytes more`] : []),
  ];
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}

/** A letter's bytes are anybody's: no control character of theirs reaches the terminal. */
function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, "?");
}

function textOf(bytes: Uint8Array): string | null {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return /[^\P{Cc}\n\t]/u.test(text) ? null : text;
  } catch {
    return null;
  }
}

function hexLines(bytes: Uint8Array): string[] {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += BYTES_A_LINE) {
    const row = Buffer.from(bytes.subarray(at, at + BYTES_A_LINE));
    const text = row.toString("latin1").replaceAll(/[^ -~]/g, ".");
    lines.push(
      `${at.toString(16).padStart(6, "0")}  ${(row.toString("hex").match(/../g) ?? []).join(" ").padEnd(3 * BYTES_A_LINE)} ${text}`,
    );
  }
  return lines;
}
