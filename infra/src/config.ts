import path from "node:path";

/** What `npm start` was told, validated once. Nothing below reads the environment. */
export interface Config {
  readonly pens: { readonly kind: "simulated" } | { readonly kind: "replay"; readonly file: string };
  /** What the gateway hears is appended to this file, for a replay. */
  readonly record: string | null;
  readonly worksheet: "fractions" | "science";
  readonly students: number;
  readonly seed: number;
  readonly speed: number;
  readonly dataDirectory: string;
  readonly port: { readonly number: number; readonly orNextFree: boolean };
  readonly host: string;
  readonly exitWhenDone: boolean;
  /** Extra names under which a browser may address this server (a reverse proxy's, say). */
  readonly allowedHosts: readonly string[];
  readonly token: string | null;
  readonly clickhouse: {
    readonly url: string;
    readonly user: string;
    readonly password: string;
    readonly database: string;
  } | null;
}

/** A setting is wrong: the message names it and says what to do. Exit code 78 (EX_CONFIG of sysexits.h). */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  static readonly exitCode = 78;
}

interface Setting {
  readonly env: string;
  /** How the option is written, e.g. `--port N`; absent: environment only. */
  readonly option?: string;
  readonly fallback: string;
  readonly help: string;
}

const SETTINGS = {
  pens: {
    env: "PENLIGHT_PENS",
    option: "--pens simulated|replay=FILE",
    fallback: "simulated",
    help: "where the pens come from: a simulated class, or a recording",
  },
  record: {
    env: "PENLIGHT_RECORD",
    option: "--record FILE",
    fallback: "",
    help: "append what the pens send to this file, for a replay",
  },
  worksheet: {
    env: "PENLIGHT_WORKSHEET",
    option: "--worksheet fractions|science",
    fallback: "fractions",
    help: "what the simulated class works on: 12 items on one page, or 20 on two",
  },
  students: { env: "PENLIGHT_STUDENTS", option: "--students N", fallback: "40", help: "size of the simulated class, 1 to 500" },
  seed: {
    env: "PENLIGHT_SEED",
    option: "--seed N",
    fallback: "1",
    help: "the same seed gives the same class and the same lesson",
  },
  speed: {
    env: "PENLIGHT_SPEED",
    option: "--speed X",
    fallback: "1",
    help: "how fast time passes: 1 is real pace, 20 is a lesson in half a minute",
  },
  data: { env: "PENLIGHT_DATA", option: "--data DIR", fallback: "data", help: "folder of the event log and the history" },
  port: {
    env: "PENLIGHT_PORT",
    option: "--port N",
    fallback: "7300 or the next free one",
    help: "port of the page; 0 takes any free one",
  },
  host: {
    env: "PENLIGHT_HOST",
    option: "--host ADDR",
    fallback: "127.0.0.1",
    help: "address to listen on; any but loopback asks for the token printed at start",
  },
  "exit-when-done": {
    env: "PENLIGHT_EXIT_WHEN_DONE",
    option: "--exit-when-done",
    fallback: "no",
    help: "stop when the class has handed in and everything is in history",
  },
  "allowed-hosts": {
    env: "PENLIGHT_ALLOWED_HOSTS",
    fallback: "",
    help: "more host names under which the page may be opened, comma separated",
  },
  token: {
    env: "PENLIGHT_TOKEN",
    fallback: "a random one",
    help: "the access token, at least 16 characters, for addresses that are not loopback",
  },
  "clickhouse-url": {
    env: "PENLIGHT_CLICKHOUSE_URL",
    fallback: "the embedded engine",
    help: "a ClickHouse server for the history, e.g. http://localhost:8123",
  },
  "clickhouse-user": { env: "PENLIGHT_CLICKHOUSE_USER", fallback: "default", help: "its user" },
  "clickhouse-password": { env: "PENLIGHT_CLICKHOUSE_PASSWORD", fallback: "", help: "its password" },
  "clickhouse-database": { env: "PENLIGHT_CLICKHOUSE_DATABASE", fallback: "penlight", help: "its database" },
} as const satisfies Record<string, Setting>;
type SettingName = keyof typeof SETTINGS;

const PORT_DEFAULT = 7300;
const TOKEN_LENGTH_MIN = 16;

export function helpText(): string {
  const rows = Object.values(SETTINGS as Record<string, Setting>).map((setting) => {
    const left = setting.option ?? setting.env;
    const env = setting.option === undefined ? "" : `; ${setting.env}`;
    return `  ${left.padEnd(30)} ${setting.help} (${setting.fallback === "" ? "none" : setting.fallback}${env})`;
  });
  return [
    "npm start -- [options]     a live class on this machine: gateway, processor, dashboard, log and history in one process",
    "",
    ...rows,
    `  ${"--help".padEnd(30)} this text`,
    "",
    "In brackets: the default, and the environment variable that means the same. An option wins over its variable.",
  ].join("\n");
}

/** @throws ConfigError naming the first setting that is wrong and what it may be. */
export function parseConfig(args: readonly string[], env: Readonly<Record<string, string | undefined>>): Config | "help" {
  const given = parseArguments(args);
  if (given === "help") return "help";
  for (const name of Object.keys(env)) {
    const known = Object.values(SETTINGS).some((setting) => setting.env === name);
    if (name.startsWith("PENLIGHT_") && !name.startsWith("PENLIGHT_TEST_") && !known) {
      throw new ConfigError(`there is no setting ${name}; npm start -- --help lists them`);
    }
  }
  const text = (name: SettingName): string | null => given.get(name) ?? (env[SETTINGS[name].env] || null);
  return {
    pens: parsePens(text("pens") ?? "simulated"),
    record: text("record") === null ? null : path.resolve(text("record") as string),
    worksheet: oneOf("worksheet", text("worksheet") ?? "fractions", ["fractions", "science"]),
    students: wholeNumber("students", text("students") ?? "40", 1, 500),
    seed: wholeNumber("seed", text("seed") ?? "1", 0, Number.MAX_SAFE_INTEGER),
    speed: parseSpeed(text("speed") ?? "1"),
    dataDirectory: path.resolve(text("data") ?? "data"),
    port: { number: wholeNumber("port", text("port") ?? String(PORT_DEFAULT), 0, 65535), orNextFree: text("port") === null },
    host: text("host") ?? "127.0.0.1",
    exitWhenDone: oneOf("exit-when-done", text("exit-when-done") ?? "no", ["yes", "no"]) === "yes",
    allowedHosts: (text("allowed-hosts") ?? "").split(",").filter((host) => host !== ""),
    token: parseToken(text("token")),
    clickhouse: parseClickhouse(text),
  };
}

function parseArguments(args: readonly string[]): Map<SettingName, string> | "help" {
  const given = new Map<SettingName, string>();
  for (let i = 0; i < args.length; i++) {
    const argument = args[i] as string;
    if (argument === "--help" || argument === "-h") return "help";
    const [flag, inline] = splitOnce(argument);
    const name = (Object.keys(SETTINGS) as SettingName[]).find((each) => `--${each}` === flag && "option" in SETTINGS[each]);
    if (name === undefined) throw new ConfigError(`there is no option ${flag}; npm start -- --help lists them`);
    if (name === "exit-when-done") given.set(name, inline ?? "yes");
    else {
      const value = inline ?? args[++i];
      if (value === undefined || value === "")
        throw new ConfigError(`${flag} needs a value: ${(SETTINGS[name] as Setting).option}`);
      given.set(name, value);
    }
  }
  return given;
}

function splitOnce(argument: string): [string, string | undefined] {
  const at = argument.indexOf("=");
  return at === -1 ? [argument, undefined] : [argument.slice(0, at), argument.slice(at + 1)];
}

function parsePens(text: string): Config["pens"] {
  if (text === "simulated") return { kind: "simulated" };
  if (text.startsWith("replay=") && text.length > 7) return { kind: "replay", file: path.resolve(text.slice(7)) };
  throw new ConfigError(`--pens is "${text}"; it may be simulated or replay=FILE`);
}

function parseSpeed(text: string): number {
  const speed = Number(text);
  if (!(speed > 0 && speed <= 1000)) throw new ConfigError(`--speed is "${text}"; it may be a number above 0, up to 1000`);
  return speed;
}

function parseToken(text: string | null): string | null {
  if (text !== null && text.length < TOKEN_LENGTH_MIN) {
    throw new ConfigError(`PENLIGHT_TOKEN is too short: at least ${TOKEN_LENGTH_MIN} characters`);
  }
  return text;
}

function parseClickhouse(text: (name: SettingName) => string | null): Config["clickhouse"] {
  const url = text("clickhouse-url");
  if (url === null) return null;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new ConfigError(`PENLIGHT_CLICKHOUSE_URL is "${url}"; it must be an http:// or https:// address`);
  }
  return {
    url,
    user: text("clickhouse-user") ?? "default",
    password: text("clickhouse-password") ?? "",
    database: text("clickhouse-database") ?? "penlight",
  };
}

function wholeNumber(name: SettingName, text: string, min: number, max: number): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < min || value > max || text.trim() === "") {
    throw new ConfigError(`--${name} is "${text}"; it may be a whole number from ${min} to ${max}`);
  }
  return value;
}

function oneOf<const T extends string>(name: SettingName, text: string, allowed: readonly T[]): T {
  const found = allowed.find((each) => each === text);
  if (found === undefined) throw new ConfigError(`--${name} is "${text}"; it may be ${allowed.join(" or ")}`);
  return found;
}
