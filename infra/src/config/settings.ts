import type { CommandName } from "./commands.ts";
import { HISTORY_SERVER_SETTINGS } from "./history-server-settings.ts";
import { PENS_SETTINGS } from "./pens-settings.ts";
import { RECONCILE_SETTINGS } from "./reconcile-settings.ts";
import { REREAD_SETTINGS } from "./reread-settings.ts";

export interface Setting {
  readonly env: string;
  /** How the option is written, e.g. `--port N`; absent: environment only. */
  readonly option?: string;
  readonly fallback: string;
  readonly help: string;
  readonly commands: readonly CommandName[];
  /** Never an option (anybody may see a command line) and never printed; `<env>_FILE` names a file that holds it. */
  readonly secret?: true;
  /** May be given without a value, which means yes. */
  readonly flag?: true;
  /** The setting without which this one says nothing. */
  readonly needs?: "kafka-brokers" | "clickhouse-url";
  /** Commands that cannot do without it, and what to write. */
  readonly required?: { readonly by: readonly CommandName[]; readonly example: string };
}

const PENS: readonly CommandName[] = ["start", "gateway"];
const BOARD: readonly CommandName[] = ["start", "dashboard"];
const SERVICES: readonly CommandName[] = ["gateway", "processor", "dashboard"];
const TOOLS: readonly CommandName[] = ["dead-letters", "reconcile", "explain", "reread"];
const LOG: readonly CommandName[] = ["start", ...SERVICES, ...TOOLS];
const HISTORY: readonly CommandName[] = ["start", "processor", "dashboard", ...TOOLS, "truth"];

/** Every setting of every command. An option and its variable mean the same. */
export const SETTINGS = {
  ...PENS_SETTINGS,
  room: {
    env: "PENLIGHT_ROOM",
    option: "--room ID",
    fallback: "demo-room",
    help: "the room where this gateway hangs, or that is looked at",
    commands: ["gateway", "reconcile"],
  },
  "gateway-name": {
    env: "PENLIGHT_GATEWAY_NAME",
    option: "--gateway-name ID",
    fallback: "the room",
    help: "what this gateway is called in reports",
    commands: ["gateway"],
  },
  "outbox-mib": {
    env: "PENLIGHT_OUTBOX_MIB",
    option: "--outbox-mib N",
    fallback: "1024",
    help: "room on the disk for what cannot be delivered, MiB; 1024 is several days of a class",
    commands: ["gateway"],
  },
  "pen-file": {
    env: "PENLIGHT_PEN_FILE",
    option: "--pen-file FILE",
    fallback: "",
    help: "JSON with the school's settings of its pens and their passwords; stays on this machine",
    commands: PENS,
  },
  "dashboard-url": {
    env: "PENLIGHT_DASHBOARD_URL",
    option: "--dashboard-url URL",
    fallback: "http://127.0.0.1:7300",
    help: "the dashboard that is told of the simulated class, or by which answers are read again",
    commands: ["gateway", "reread"],
  },
  worksheet: {
    env: "PENLIGHT_WORKSHEET",
    option: "--worksheet fractions|science|numbers",
    fallback: "fractions",
    help: "what the simulated class works on: 12 items to mark, 20 on two pages, or numbers and letters to write",
    commands: PENS,
  },
  ink: {
    env: "PENLIGHT_INK",
    option: "--ink DIR",
    fallback: "",
    help: "folder of real handwriting for the simulated class to write with; its form is in infra/RUNBOOK.md",
    commands: PENS,
  },
  students: {
    env: "PENLIGHT_STUDENTS",
    option: "--students N",
    fallback: "40",
    help: "size of the simulated class, 1 to 500",
    commands: PENS,
  },
  seed: {
    env: "PENLIGHT_SEED",
    option: "--seed N",
    fallback: "1",
    help: "the same seed gives the same class and the same lesson",
    commands: PENS,
  },
  speed: {
    env: "PENLIGHT_SPEED",
    option: "--speed X",
    fallback: "1",
    help: "how fast time passes: 1 is real pace, 20 is a lesson in half a minute",
    commands: PENS,
  },
  data: {
    env: "PENLIGHT_DATA",
    option: "--data DIR",
    fallback: "data",
    help: "folder of what is kept on this machine",
    commands: ["start", "gateway", "history", ...TOOLS, "truth"],
  },
  port: {
    env: "PENLIGHT_PORT",
    option: "--port N",
    fallback: "7300 or the next free one",
    help: "port of the page; 0 takes any free one",
    commands: BOARD,
  },
  host: {
    env: "PENLIGHT_HOST",
    option: "--host ADDR",
    fallback: "127.0.0.1",
    help: "address to listen on; any but loopback asks for the token",
    commands: BOARD,
  },
  "exit-when-done": {
    env: "PENLIGHT_EXIT_WHEN_DONE",
    option: "--exit-when-done",
    fallback: "no",
    help: "stop when the class has handed in and all of it is stored",
    commands: PENS,
    flag: true,
  },
  "allowed-hosts": {
    env: "PENLIGHT_ALLOWED_HOSTS",
    fallback: "",
    help: "more host names under which this server may be addressed, comma separated",
    commands: [...BOARD, "history"],
  },
  token: {
    env: "PENLIGHT_TOKEN",
    fallback: "a random one",
    help: "the access token, at least 16 characters, for addresses that are not loopback",
    commands: ["start", "dashboard", "gateway", "reread"],
    secret: true,
  },
  "kafka-brokers": {
    env: "PENLIGHT_KAFKA_BROKERS",
    option: "--kafka-brokers HOST:PORT,...",
    fallback: "the embedded log",
    help: "brokers of the Kafka cluster that carries the event log",
    commands: LOG,
    required: { by: SERVICES, example: "localhost:9092" },
  },
  "kafka-prefix": {
    env: "PENLIGHT_KAFKA_PREFIX",
    option: "--kafka-prefix TEXT",
    fallback: "penlight.",
    help: "put before the name of every topic and group, so that installations can share a cluster",
    commands: LOG,
    needs: "kafka-brokers",
  },
  "kafka-replication": {
    env: "PENLIGHT_KAFKA_REPLICATION",
    option: "--kafka-replication N",
    fallback: "1",
    help: "copies of each record, for topics that are not there yet; a cluster of three brokers or more wants 3",
    commands: LOG,
    needs: "kafka-brokers",
  },
  "kafka-make-topics": {
    env: "PENLIGHT_KAFKA_MAKE_TOPICS",
    option: "--kafka-make-topics yes|no",
    fallback: "yes",
    help: "no: topics that are not there are refused, not made",
    commands: LOG,
    needs: "kafka-brokers",
  },
  "kafka-tls": {
    env: "PENLIGHT_KAFKA_TLS",
    option: "--kafka-tls",
    fallback: "no",
    help: "speak TLS to the brokers",
    commands: LOG,
    needs: "kafka-brokers",
    flag: true,
  },
  "kafka-ca": {
    env: "PENLIGHT_KAFKA_CA",
    option: "--kafka-ca FILE",
    fallback: "those of Node",
    help: "PEM file of the authorities that sign the brokers' certificates",
    commands: LOG,
    needs: "kafka-brokers",
  },
  "kafka-cert": {
    env: "PENLIGHT_KAFKA_CERT",
    option: "--kafka-cert FILE",
    fallback: "",
    help: "PEM file of our own certificate, for brokers that ask for one",
    commands: LOG,
    needs: "kafka-brokers",
  },
  "kafka-key": {
    env: "PENLIGHT_KAFKA_KEY",
    option: "--kafka-key FILE",
    fallback: "",
    help: "PEM file of its private key",
    commands: LOG,
    needs: "kafka-brokers",
  },
  "kafka-sasl": {
    env: "PENLIGHT_KAFKA_SASL",
    option: "--kafka-sasl plain|scram-sha-256|scram-sha-512",
    fallback: "",
    help: "how to log in at the brokers",
    commands: LOG,
    needs: "kafka-brokers",
  },
  "kafka-user": {
    env: "PENLIGHT_KAFKA_USER",
    option: "--kafka-user NAME",
    fallback: "",
    help: "as whom",
    commands: LOG,
    needs: "kafka-brokers",
  },
  "kafka-password": {
    env: "PENLIGHT_KAFKA_PASSWORD",
    fallback: "",
    help: "the password of that user",
    commands: LOG,
    needs: "kafka-brokers",
    secret: true,
  },
  "clickhouse-url": {
    env: "PENLIGHT_CLICKHOUSE_URL",
    option: "--clickhouse-url URL",
    fallback: "the embedded engine",
    help: "the ClickHouse server that keeps the history",
    commands: HISTORY,
    required: { by: ["processor", "dashboard"], example: "http://localhost:8123" },
  },
  "clickhouse-user": {
    env: "PENLIGHT_CLICKHOUSE_USER",
    option: "--clickhouse-user NAME",
    fallback: "default",
    help: "its user",
    commands: HISTORY,
    needs: "clickhouse-url",
  },
  "clickhouse-password": {
    env: "PENLIGHT_CLICKHOUSE_PASSWORD",
    fallback: "",
    help: "the password of that user",
    commands: HISTORY,
    needs: "clickhouse-url",
    secret: true,
  },
  "clickhouse-database": {
    env: "PENLIGHT_CLICKHOUSE_DATABASE",
    option: "--clickhouse-database NAME",
    fallback: "penlight",
    help: "its database",
    commands: HISTORY,
    needs: "clickhouse-url",
  },
  "clickhouse-ca": {
    env: "PENLIGHT_CLICKHOUSE_CA",
    option: "--clickhouse-ca FILE",
    fallback: "those of Node",
    help: "PEM file of the authority that signs its certificate",
    commands: HISTORY,
    needs: "clickhouse-url",
  },
  "clickhouse-cluster": {
    env: "PENLIGHT_CLICKHOUSE_CLUSTER",
    option: "--clickhouse-cluster NAME",
    fallback: "none: one server",
    help: "the cluster on which the tables are made",
    commands: HISTORY,
    needs: "clickhouse-url",
  },
  ...HISTORY_SERVER_SETTINGS,
  ...RECONCILE_SETTINGS,
  ...REREAD_SETTINGS,
  "ops-port": {
    env: "PENLIGHT_OPS_PORT",
    option: "--ops-port N",
    fallback: "7310 or the next free one",
    help: "port of /livez, /healthz, /readyz and /metrics; 0 takes any free one",
    commands: [...SERVICES, "history"],
  },
  "ops-host": {
    env: "PENLIGHT_OPS_HOST",
    option: "--ops-host ADDR",
    fallback: "127.0.0.1",
    help: "address of that port; what is told there is no secret, yet nobody's business",
    commands: [...SERVICES, "history"],
  },
  all: {
    env: "PENLIGHT_ALL",
    option: "--all",
    fallback: "no",
    help: "replay every letter that was not replayed yet",
    commands: ["dead-letters"],
    flag: true,
  },
  "wait-seconds": {
    env: "PENLIGHT_WAIT_SECONDS",
    option: "--wait-seconds N",
    fallback: "for ever",
    help: "how long a broker or database that does not answer is waited for at the start",
    commands: SERVICES,
  },
} as const satisfies Record<string, Setting>;
export type SettingName = keyof typeof SETTINGS;

export function settingOf(name: SettingName): Setting {
  return SETTINGS[name];
}

export function settingsOf(command: CommandName): SettingName[] {
  return (Object.keys(SETTINGS) as SettingName[]).filter((name) => settingOf(name).commands.includes(command));
}
