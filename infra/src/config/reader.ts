import path from "node:path";
import { isLoopback } from "@penlight/classroom-dashboard";
import { PENS_PER_ADAPTER } from "@penlight/pen-gateway";
import type { ClickHouseConfig, Config, KafkaConfig, PortConfig } from "../config.ts";
import { COMMANDS } from "./commands.ts";
import { ConfigError, type Given, readNamedFile } from "./given.ts";
import { Secret } from "./secret.ts";
import { type SettingName, settingOf, settingsOf } from "./settings.ts";

const TOKEN_LENGTH_MIN = 16;
const ID_LENGTH_MAX = 100;

/** From text to values, one method a kind of value. A value is quoted in an error unless it is a secret. */
export class Reader {
  readonly #given: Given;

  constructor(given: Given) {
    this.#given = given;
  }

  words(): readonly string[] {
    const { command, words } = this.#given;
    if (command === "dead-letters" || words.length === 0) return words;
    throw new ConfigError(`${COMMANDS[command].run} does not know what "${words[0]}" means; options begin with --`);
  }

  /** What the command cannot do without is there, and so is what another setting is about. */
  required(): void {
    const { command } = this.#given;
    for (const name of settingsOf(command)) {
      const { required, env, needs } = settingOf(name);
      const isGiven = this.text(name) !== null;
      if (isGiven && needs !== undefined && this.text(needs) === null) {
        throw new ConfigError(
          `${this.#by(name)} is of no use without --${needs} (${settingOf(needs).env}); give both or neither`,
        );
      }
      if (isGiven || required?.by.includes(command) !== true) continue;
      throw new ConfigError(
        `${COMMANDS[command].run} needs ${env} (or --${name}), e.g. ${required.example}; npm start is the form that needs neither broker nor database`,
      );
    }
  }

  text(name: SettingName): string | null {
    return this.#given.text(name)?.text ?? null;
  }

  list(name: SettingName): string[] {
    const entries = (this.text(name) ?? "").split(",").map((entry) => entry.trim());
    return entries.filter((entry) => entry !== "");
  }

  file(name: SettingName): string | null {
    const text = this.text(name);
    return text === null ? null : path.resolve(text);
  }

  pem(name: SettingName): string | null {
    const given = this.#given.text(name);
    if (given === null) return null;
    const text = readNamedFile(given, "PEM text");
    if (text.includes("-----BEGIN ")) return text;
    throw new ConfigError(`${given.by} names ${given.text}, which holds no PEM text (-----BEGIN ...)`);
  }

  yes(name: SettingName): boolean {
    return this.oneOf(name, "no", ["yes", "no"]) === "yes";
  }

  id(name: SettingName, fallback: string): string {
    const text = this.text(name) ?? fallback;
    if (text.length <= ID_LENGTH_MAX && !/[\s/]/.test(text)) return text;
    throw this.#wrong(name, `an id without spaces and slashes, at most ${ID_LENGTH_MAX} characters long`);
  }

  wholeNumber(name: SettingName, fallback: number, min: number, max: number): number {
    const text = this.text(name);
    if (text === null) return fallback;
    const value = Number(text);
    if (Number.isSafeInteger(value) && value >= min && value <= max && text.trim() !== "") return value;
    throw this.#wrong(name, `a whole number from ${min} to ${max}`);
  }

  oneOf<const T extends string>(name: SettingName, fallback: T, allowed: readonly T[]): T {
    const text = this.text(name) ?? fallback;
    const found = allowed.find((each) => each === text);
    if (found === undefined) throw this.#wrong(name, allowed.join(" or "));
    return found;
  }

  /** ISO 8601; without a zone it is this machine's time. Null: not given. */
  time(name: SettingName): number | null {
    const text = this.text(name);
    if (text === null) return null;
    const ms = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/.test(text) ? Date.parse(text) : Number.NaN;
    if (Number.isFinite(ms)) return ms;
    throw this.#wrong(name, "a time such as 2026-11-24T08:00 or 2026-11-24T08:00Z");
  }

  port(name: SettingName, fallback: number): PortConfig {
    return { number: this.wholeNumber(name, fallback, 0, 65_535), orNextFree: this.text(name) === null };
  }

  speed(): number {
    const speed = Number(this.text("speed") ?? "1");
    if (speed > 0 && speed <= 1000) return speed;
    throw this.#wrong("speed", "a number above 0, up to 1000");
  }

  pens(): Config["pens"] {
    const text = this.text("pens") ?? "simulated";
    if (text !== "bluetooth") this.#idle(["adapters", "pens-per-adapter"], "--pens bluetooth");
    if (text !== "simulated") this.#idle(["ink"], "--pens simulated");
    if (text === "simulated") return { kind: "simulated" };
    if (text === "bluetooth") return this.#bluetooth();
    if (text.startsWith("replay=") && text.length > 7) return { kind: "replay", file: path.resolve(text.slice(7)) };
    throw this.#wrong("pens", "simulated, bluetooth or replay=FILE");
  }

  /** Of these settings none is given: what says nothing is a slip. */
  #idle(names: readonly SettingName[], without: string): void {
    const idle = names.find((name) => this.text(name) !== null);
    if (idle !== undefined) throw new ConfigError(`${this.#by(idle)} is of no use without ${without}; leave it out`);
  }

  #bluetooth(): Config["pens"] {
    const names = this.list("adapters");
    const numbers = names.map((name) => Number(/^hci(\d{1,3})$/.exec(name)?.[1] ?? Number.NaN));
    if (numbers.some(Number.isNaN))
      throw this.#wrong("adapters", "hci0, or several with commas between; bluetoothctl list names them");
    if (this.speed() !== 1) throw new ConfigError(`${this.#by("speed")} is for simulated pens; others write at their own pace`);
    const perAdapter = this.wholeNumber("pens-per-adapter", PENS_PER_ADAPTER, 1, 20);
    return { kind: "bluetooth", adapters: names.length === 0 ? null : numbers, perAdapter };
  }

  /** An http or https address without a password in it: what is part of an address is printed sooner or later. */
  url(name: SettingName): string | null {
    const given = this.#given.text(name);
    if (given === null) return null;
    const url = URL.canParse(given.text) ? new URL(given.text) : null;
    if (url !== null && (url.username !== "" || url.password !== "")) {
      throw new ConfigError(`${given.by} holds a user or password; give them by settings of their own`);
    }
    if (url === null || !/^https?:$/.test(url.protocol)) throw this.#wrong(name, "an http:// or https:// address");
    return given.text;
  }

  /** Several dashboards behind one address need one token, so none is made up. */
  host(): string {
    const host = this.text("host") ?? "127.0.0.1";
    if (this.#given.command !== "dashboard" || isLoopback(host) || this.text("token") !== null) return host;
    throw new ConfigError(
      `${this.#by("host")} is "${host}", not loopback: set PENLIGHT_TOKEN or PENLIGHT_TOKEN_FILE, which every viewer is asked for`,
    );
  }

  token(): Secret | null {
    const given = this.#given.text("token");
    if (given === null) return null;
    if (given.text.length < TOKEN_LENGTH_MIN)
      throw new ConfigError(`${given.by} is too short: at least ${TOKEN_LENGTH_MIN} characters`);
    return new Secret(given.text);
  }

  kafka(): KafkaConfig | null {
    const brokers = this.list("kafka-brokers");
    for (const broker of brokers) {
      const port = Number(/^(?:\[[0-9a-f:.]+\]|[\w.-]+):(\d{1,5})$/i.exec(broker)?.[1]);
      if (!(port > 0 && port < 65_536)) throw this.#wrong("kafka-brokers", "host:port, or several of them with commas between");
    }
    const prefix = this.#named("kafka-prefix", /^[\w.-]*$/, "letters, digits, _, - and .") ?? "penlight.";
    const replication = this.wholeNumber("kafka-replication", 1, 1, 15);
    const makeTopics = this.oneOf("kafka-make-topics", "yes", ["yes", "no"]) === "yes";
    const [tls, sasl] = [this.#tls(), this.#sasl()];
    return brokers.length === 0 ? null : { brokers, prefix, replication, makeTopics, tls, sasl };
  }

  #tls(): KafkaConfig["tls"] {
    if (!this.yes("kafka-tls")) {
      const idle = (["kafka-ca", "kafka-cert", "kafka-key"] as const).find((name) => this.text(name) !== null);
      if (idle === undefined) return null;
      throw new ConfigError(`${this.#by(idle)} is of no use without --kafka-tls (PENLIGHT_KAFKA_TLS=yes)`);
    }
    const [ca, cert, key] = [this.pem("kafka-ca"), this.pem("kafka-cert"), this.pem("kafka-key")];
    if ((cert === null) !== (key === null))
      throw new ConfigError("PENLIGHT_KAFKA_CERT and PENLIGHT_KAFKA_KEY go together; give both or neither");
    return { ca, cert, key: key === null ? null : new Secret(key) };
  }

  #sasl(): KafkaConfig["sasl"] {
    const user = this.text("kafka-user");
    const password = this.text("kafka-password");
    if (this.text("kafka-sasl") === null) {
      if (user === null && password === null) return null;
      throw new ConfigError(
        "PENLIGHT_KAFKA_SASL is not set, but a user or password is; set it to plain, scram-sha-256 or scram-sha-512",
      );
    }
    const mechanism = this.oneOf("kafka-sasl", "plain", ["plain", "scram-sha-256", "scram-sha-512"]);
    if (user === null) throw new ConfigError(`${this.#by("kafka-sasl")} needs PENLIGHT_KAFKA_USER`);
    if (password === null)
      throw new ConfigError(`${this.#by("kafka-sasl")} needs PENLIGHT_KAFKA_PASSWORD or PENLIGHT_KAFKA_PASSWORD_FILE`);
    return { mechanism, user, password: new Secret(password) };
  }

  clickhouse(): ClickHouseConfig | null {
    const url = this.url("clickhouse-url");
    if (url === null) return null;
    return {
      url,
      user: this.text("clickhouse-user") ?? "default",
      password: new Secret(this.text("clickhouse-password") ?? ""),
      database: this.#named("clickhouse-database", /^[A-Za-z_][A-Za-z0-9_]*$/, "letters, digits and _") ?? "penlight",
      ca: this.pem("clickhouse-ca"),
      cluster: this.#named("clickhouse-cluster", /^[\w.-]+$/, "letters, digits, _, - and ."),
    };
  }

  #named(name: SettingName, pattern: RegExp, allowed: string): string | null {
    const text = this.text(name);
    if (text === null || pattern.test(text)) return text;
    throw this.#wrong(name, `a name of ${allowed}`);
  }

  #by(name: SettingName): string {
    return this.#given.text(name)?.by ?? settingOf(name).env;
  }

  #wrong(name: SettingName, allowed: string): ConfigError {
    return new ConfigError(`${this.#by(name)} is "${this.text(name) ?? ""}"; it may be ${allowed}`);
  }
}
