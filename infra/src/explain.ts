import { HistoryError, LogError } from "@penlight/proto";
import { ConfigError } from "./config.ts";

/** What to do about an error, by its code. `isSetting`: the person who set this up has to change something. */
interface Advice {
  readonly text: string;
  readonly isSetting?: true;
}

const DO: Readonly<Record<string, Advice>> = {
  "log.locked": { text: "stop the other one, or give --data another folder" },
  "log.full": {
    text: "make room on the disk (or give --data another one) and start again; nothing that was acknowledged is lost",
  },
  "log.unreachable": { text: "check PENLIGHT_KAFKA_BROKERS and that the brokers are up" },
  "log.denied": {
    text: "check PENLIGHT_KAFKA_SASL, PENLIGHT_KAFKA_USER, PENLIGHT_KAFKA_PASSWORD and PENLIGHT_KAFKA_TLS, and what that user may do",
    isSetting: true,
  },
  "log.topic": {
    text: "change the topic in the cluster, or give PENLIGHT_KAFKA_PREFIX another value to begin with fresh topics",
    isSetting: true,
  },
  "log.newer": {
    text: "start the newer Penlight, or give PENLIGHT_KAFKA_PREFIX (--data for npm start) another value to begin with fresh topics",
    isSetting: true,
  },
  "history.full": {
    text: "make room on the disk (or give --data another one) and start again; the event log keeps what history lacks",
  },
  "history.locked": { text: "stop the other one, or give --data another folder" },
  "history.unavailable": { text: "check PENLIGHT_CLICKHOUSE_URL and that the server is up" },
  "history.denied": {
    text: "check PENLIGHT_CLICKHOUSE_USER and PENLIGHT_CLICKHOUSE_PASSWORD, and what that user may do",
    isSetting: true,
  },
  "history.migration": {
    text: "see in RUNBOOK.md what to do, or give PENLIGHT_CLICKHOUSE_DATABASE another name to begin with an empty history",
    isSetting: true,
  },
  "history.refused": {
    text: "this is for whoever looks after Penlight: the batch and the reason are in the database's own log",
  },
  "log.io": { text: "check the disk of --data, and what the system's log says of it" },
  "dashboard.address": { text: "give --host an address of this machine, and --port one that you may open", isSetting: true },
  "dashboard.port-taken": { text: "give --port another number, or leave it out to take the next free one" },
  "history-server.port-taken": { text: "give --history-port another number, or stop what listens there" },
  "history-server.address": { text: "give --history-host an address of this machine", isSetting: true },
  "ops.port-taken": { text: "give --ops-port another number, or leave it out to take the next free one" },
  "ops.address": { text: "give --ops-host an address of this machine", isSetting: true },
  "setup.unreachable": { text: "check PENLIGHT_DASHBOARD_URL and that the dashboard is up" },
  "setup.refused": { text: "start gateway and dashboard of the same version of Penlight, or give --data another folder" },
  "source.replay-format": { text: "give --pens replay= a file that --record has written", isSetting: true },
  "source.failed": { text: "start again; what was heard until then is stored" },
  "setup.access": {
    text: "check PENLIGHT_TOKEN, and the name under which PENLIGHT_DASHBOARD_URL asks for it",
    isSetting: true,
  },
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
  const advice = code === null ? undefined : (DO[code]?.text ?? DO_BY_ERRNO[code]);
  const exitCode = code !== null && isSetting(code) ? ConfigError.exitCode : 1;
  if (error instanceof Error && advice !== undefined) return { text: `${oneLine(error.message)}; ${advice}`, exitCode };
  if (error instanceof LogError || error instanceof HistoryError) return { text: oneLine(error.message), exitCode };
  if (error instanceof Error && code !== null) return { text: oneLine(error.message), exitCode };
  return {
    text: `this is a bug of ours: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    exitCode: 70,
  };
}

/** An error of this code does not go away by waiting: somebody has to change a setting. */
export function isSetting(code: string): boolean {
  return DO[code]?.isSetting === true;
}

function codeOf(error: unknown): string | null {
  if (typeof error !== "object" || error === null || !("code" in error)) return null;
  return typeof error.code === "string" ? error.code : null;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, " ");
}
