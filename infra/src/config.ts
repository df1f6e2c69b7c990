import path from "node:path";
import type { CommandName } from "./config/commands.ts";
import { type Environment, Given } from "./config/given.ts";
import { type HistoryServerConfig, readHistoryServer } from "./config/history-server.ts";
import { readPenFile } from "./config/pen-file.ts";
import { Reader } from "./config/reader.ts";
import type { Secret } from "./config/secret.ts";

export { COMMANDS, type CommandName } from "./config/commands.ts";
export { ConfigError } from "./config/given.ts";
export { helpText } from "./config/help.ts";
export { Secret } from "./config/secret.ts";

export interface KafkaConfig {
  /** `host:port` of each. */
  readonly brokers: readonly string[];
  readonly prefix: string;
  readonly replication: number;
  readonly makeTopics: boolean;
  /** PEM texts. `ca` null: the authorities that Node knows. */
  readonly tls: { readonly ca: string | null; readonly cert: string | null; readonly key: Secret | null } | null;
  readonly sasl: {
    readonly mechanism: "plain" | "scram-sha-256" | "scram-sha-512";
    readonly user: string;
    readonly password: Secret;
  } | null;
}

export interface ClickHouseConfig {
  readonly url: string;
  readonly user: string;
  readonly password: Secret;
  readonly database: string;
  /** PEM text; null: the authorities that Node knows. */
  readonly ca: string | null;
  readonly cluster: string | null;
}

export interface PortConfig {
  readonly number: number;
  /** Nobody asked for this one: another will do. */
  readonly orNextFree: boolean;
}

/** What a command was told, validated once. Nothing below reads the environment. Settings of other commands have their defaults. */
export interface Config {
  readonly command: CommandName;
  /** What was said beside the options, e.g. `list`. */
  readonly words: readonly string[];
  readonly pens:
    | { readonly kind: "simulated" }
    | { readonly kind: "replay"; readonly file: string }
    /** Numbers of the adapters; null: every one. */
    | { readonly kind: "bluetooth"; readonly adapters: readonly number[] | null; readonly perAdapter: number };
  /** What the gateway hears is appended to this file, for a replay. */
  readonly record: string | null;
  readonly room: string;
  /** Null: not given. */
  readonly dashboardUrl: string | null;
  readonly worksheet: "fractions" | "science" | "numbers";
  /** Folder of handwriting that the simulated class writes with; null: it writes by glyphs of our own. */
  readonly inkDirectory: string | null;
  readonly students: number;
  readonly seed: number;
  readonly speed: number;
  readonly dataDirectory: string;
  readonly port: PortConfig;
  readonly host: string;
  readonly exitWhenDone: boolean;
  /** Extra names under which a browser may address this server (a reverse proxy's, say). */
  readonly allowedHosts: readonly string[];
  readonly token: Secret | null;
  /** Null: the embedded log. */
  readonly kafka: KafkaConfig | null;
  /** Null: the embedded engine. */
  readonly clickhouse: ClickHouseConfig | null;
  readonly historyServer: HistoryServerConfig;
  readonly ops: { readonly port: PortConfig; readonly host: string };
  /** Null: the room. */
  readonly gatewayName: string | null;
  readonly outboxBytesMax: number;
  /** What the school says of its pens; null: nothing. */
  readonly penFile: string | null;
  /** What is looked at, ms since 1970. Null: not given. */
  readonly fromMs: number | null;
  readonly toMs: number | null;
  readonly json: boolean;
  /** Which answer is explained; null: not given. */
  readonly answer: string | null;
  /** Whose ink is read again; null: not given. */
  readonly assignment: string | null;
  /** What is read otherwise becomes new versions. */
  readonly apply: boolean;
  /** In whose name. */
  readonly by: string;
  /** Replay whatever was not replayed yet. */
  readonly all: boolean;
  /** How long a dependency that does not answer is waited for at the start, ms; Infinity: for ever. */
  readonly waitMsMax: number;
}

const PORT_DEFAULT = 7300;
const OPS_PORT_DEFAULT = 7310;
/** Four files of an outbox (OUT-4), and some room to work. */
const OUTBOX_MIB_MIN = 8;

/** @throws ConfigError naming the first setting that is wrong and what it may be. */
export function parseConfig(command: CommandName, args: readonly string[], env: Environment): Config | "help" {
  if (args.includes("--help") || args.includes("-h")) return "help";
  const read = new Reader(new Given(command, args, env));
  read.required();
  return {
    command,
    words: read.words(),
    pens: read.pens(),
    record: read.file("record"),
    room: read.id("room", "demo-room"),
    dashboardUrl: read.url("dashboard-url"),
    worksheet: read.oneOf("worksheet", "fractions", ["fractions", "science", "numbers"]),
    inkDirectory: read.file("ink"),
    students: read.wholeNumber("students", 40, 1, 500),
    seed: read.wholeNumber("seed", 1, 0, Number.MAX_SAFE_INTEGER),
    speed: read.speed(),
    dataDirectory: read.file("data") ?? path.resolve("data"),
    port: read.port("port", PORT_DEFAULT),
    host: read.host(),
    exitWhenDone: read.yes("exit-when-done"),
    allowedHosts: read.list("allowed-hosts"),
    token: read.token(),
    kafka: read.kafka(),
    clickhouse: read.clickhouse(),
    historyServer: readHistoryServer(read),
    ops: { port: read.port("ops-port", OPS_PORT_DEFAULT), host: read.text("ops-host") ?? "127.0.0.1" },
    gatewayName: read.text("gateway-name") === null ? null : read.id("gateway-name", ""),
    outboxBytesMax: read.wholeNumber("outbox-mib", 1024, OUTBOX_MIB_MIN, 2 ** 20) * 2 ** 20,
    penFile: checkedPenFile(read.file("pen-file")),
    fromMs: read.time("from"),
    toMs: read.time("to"),
    json: read.yes("json"),
    answer: read.text("answer"),
    assignment: read.text("assignment"),
    apply: read.yes("apply"),
    by: read.text("by") ?? "npm run reread",
    all: read.yes("all"),
    waitMsMax:
      read.text("wait-seconds") === null ? Number.POSITIVE_INFINITY : 1000 * read.wholeNumber("wait-seconds", 0, 0, 86_400),
  };
}

/** It is read again when pens are opened, and when it changes; a wrong one ends a start at once. */
function checkedPenFile(file: string | null): string | null {
  if (file !== null) readPenFile(file, "--pen-file");
  return file;
}
