import { isLoopback } from "@penlight/classroom-dashboard";
import { ConfigError } from "./given.ts";
import type { HISTORY_SERVER_SETTINGS } from "./history-server-settings.ts";
import { Secret } from "./secret.ts";

/** What `npm run history` offers. */
export interface HistoryServerConfig {
  readonly host: string;
  readonly port: number;
  /** Null: a random one, kept in the data folder. */
  readonly writerPassword: Secret | null;
  /** Null: none is asked for. */
  readonly readerPassword: Secret | null;
  readonly readerSeconds: number;
  readonly readerRows: number;
  readonly readerMemoryMb: number;
}

type Name = keyof typeof HISTORY_SERVER_SETTINGS;

interface SettingReader {
  text(name: Name): string | null;
  wholeNumber(name: Name, fallback: number, min: number, max: number): number;
}

/** ClickHouse's own: tools try it first. */
const PORT_DEFAULT = 8123;

/** Beyond this machine nobody comes without a password. @throws ConfigError */
export function readHistoryServer(read: SettingReader): HistoryServerConfig {
  const host = read.text("history-host") ?? "127.0.0.1";
  const [writer, reader] = [read.text("history-writer-password"), read.text("history-reader-password")];
  if (!isLoopback(host) && (writer === null || reader === null)) {
    const env = `PENLIGHT_HISTORY_${writer === null ? "WRITER" : "READER"}_PASSWORD`;
    throw new ConfigError(`PENLIGHT_HISTORY_HOST is "${host}", not loopback: set ${env} or ${env}_FILE`);
  }
  return {
    host,
    port: read.wholeNumber("history-port", PORT_DEFAULT, 0, 65_535),
    writerPassword: writer === null ? null : new Secret(writer),
    readerPassword: reader === null ? null : new Secret(reader),
    readerSeconds: read.wholeNumber("reader-seconds", 60, 1, 3600),
    readerRows: read.wholeNumber("reader-rows", 10_000_000, 1, Number.MAX_SAFE_INTEGER),
    readerMemoryMb: read.wholeNumber("reader-memory-mb", 1024, 16, 1_000_000),
  };
}
