import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Clock } from "@penlight/proto";
import { HISTORY_DATABASE } from "../history/connection.ts";
import { type Account, READER_NAME, WRITER_NAME } from "./accounts.ts";
import { Engine } from "./engine.ts";
import { HistoryServer, type HistoryServerMetrics } from "./server.ts";
import type { ReaderLimits } from "./settings.ts";
import { Spool } from "./spool.ts";

export interface OpenOptions {
  /** Holds `history` (the engine's folder), `history-spool`, and `history-password` when no password is given. */
  readonly dataDirectory: string;
  readonly host: string;
  readonly port: number;
  readonly allowedHosts: readonly string[];
  /** Null: a random one, kept in a file that only this user of the machine can read. */
  readonly writerPassword: string | null;
  readonly readerPassword: string | null;
  readonly limits: ReaderLimits;
  /** Threads of libuv's pool: 4 unless UV_THREADPOOL_SIZE said otherwise when the process started. */
  readonly poolThreads: number;
  readonly clock: Clock;
  readonly metrics?: HistoryServerMetrics;
}

const WAITING_MAX = 64;
const WRITER_WAIT_MS = 60_000;
const READER_WAIT_MS = 30_000;

export interface OpenHistoryServer {
  readonly port: number;
  /** Where the writer's password is, when it is ours. */
  readonly passwordFile: string | null;
  lanes(): HistoryServer["lanes"];
  /** At most `graceMs` for what runs. */
  close(graceMs: number): Promise<void>;
}

/** @throws HistoryError, or an Error with a code of the system (EADDRINUSE ...) */
export async function openHistoryServer(options: OpenOptions): Promise<OpenHistoryServer> {
  const { dataDirectory, host, port, allowedHosts, limits, clock } = options;
  const engine = await Engine.open(path.join(dataDirectory, "history"));
  try {
    await engine.command(`CREATE DATABASE IF NOT EXISTS ${HISTORY_DATABASE}`);
    const spool = await Spool.open(path.join(dataDirectory, "history-spool"));
    const passwordFile = options.writerPassword === null ? path.join(dataDirectory, "history-password") : null;
    const accounts: readonly Account[] = [
      { name: WRITER_NAME, password: options.writerPassword ?? (await keptPassword(passwordFile as string)), role: "writer" },
      { name: READER_NAME, password: options.readerPassword, role: "reader" },
    ];
    const server = await HistoryServer.listen({
      ...{ engine, spool, accounts, database: HISTORY_DATABASE, host, port, allowedHosts, limits, clock },
      lanes: lanesFor(options.poolThreads),
      ...(options.metrics === undefined ? {} : { metrics: options.metrics }),
    });
    return {
      port: server.port,
      passwordFile,
      lanes: () => server.lanes,
      close: async (graceMs) => {
        await server.close(graceMs);
        engine.close();
      },
    };
  } catch (error) {
    engine.close();
    throw error;
  }
}

/** A statement holds a thread of libuv's pool while the engine computes; files and kills need some, too. */
function lanesFor(threads: number) {
  const readers = Math.max(1, Math.floor(threads / 4));
  const writers = Math.max(2, Math.floor(threads / 2));
  return {
    writer: { running: writers, waiting: WAITING_MAX, waitMs: WRITER_WAIT_MS },
    reader: { running: readers, waiting: WAITING_MAX, waitMs: READER_WAIT_MS },
  };
}

async function keptPassword(file: string): Promise<string> {
  const kept = await readFile(file, "utf8").catch(() => "");
  if (kept.trim() !== "") return kept.trim();
  const password = randomBytes(24).toString("base64url");
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, `${password}\n`, { mode: 0o600 });
  return password;
}
