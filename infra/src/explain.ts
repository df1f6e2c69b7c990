import { HistoryError, LogError } from "@penlight/proto";
import { ConfigError } from "./config.ts";

const DO: Readonly<Record<string, string>> = {
  "log.locked": "stop the other one, or give --data another folder",
  "log.full": "make room on the disk (or give --data another one) and start again; nothing that was acknowledged is lost",
  "history.full": "make room on the disk (or give --data another one) and start again; the event log keeps what history lacks",
  "history.locked": "stop the other one, or give --data another folder",
  "history.unavailable": "check PENLIGHT_CLICKHOUSE_URL and that the server is up",
  "dashboard.port-taken": "give --port another number, or leave it out to take the next free one",
  "start.not-writable": "give --data a folder that you may write to",
};
const DO_BY_ERRNO: Readonly<Record<string, string>> = {
  EACCES: "give --data a folder that you may write to",
  ENOTDIR: "give --data a folder that you may write to",
  EEXIST: "give --data a folder that you may write to",
  EROFS: "give --data a folder that you may write to",
  ENOSPC: "make room on the disk, or give --data another one",
  EADDRNOTAVAIL: "this machine has no such address: give --host another one",
};

/** One line for a person: what is wrong, and what to do. Only a bug of ours shows its stack. */
export function explain(error: unknown): { readonly text: string; readonly exitCode: number } {
  if (error instanceof ConfigError) return { text: error.message, exitCode: ConfigError.exitCode };
  const code = codeOf(error);
  const advice = code === null ? undefined : (DO[code] ?? DO_BY_ERRNO[code]);
  if (error instanceof Error && advice !== undefined) return { text: `${oneLine(error.message)}; ${advice}`, exitCode: 1 };
  if (error instanceof LogError || error instanceof HistoryError) return { text: oneLine(error.message), exitCode: 1 };
  if (error instanceof Error && code !== null) return { text: oneLine(error.message), exitCode: 1 };
  return {
    text: `this is a bug of ours: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    exitCode: 70,
  };
}

function codeOf(error: unknown): string | null {
  if (typeof error !== "object" || error === null || !("code" in error)) return null;
  return typeof error.code === "string" ? error.code : null;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, " ");
}
