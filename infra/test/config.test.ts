import { rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { nearestName } from "../src/config/nearest.ts";
import { SETTINGS, settingsOf } from "../src/config/settings.ts";
import { COMMANDS, type CommandName, ConfigError, helpText, parseConfig } from "../src/config.ts";

type Env = Record<string, string>;
const NETWORK = { PENLIGHT_KAFKA_BROKERS: "broker:9092", PENLIGHT_CLICKHOUSE_URL: "http://history:8123" };

function parsed(command: CommandName, args: string[] = [], env: Env = {}) {
  const config = parseConfig(command, args, env);
  if (config === "help") throw new Error("help was not asked for");
  return config;
}

function refusal(command: CommandName, args: string[], env: Env): string {
  try {
    parseConfig(command, args, env);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as Error).message).not.toContain("\n");
    return (error as Error).message;
  }
  throw new Error("it was not refused");
}

describe("configuration", () => {
  test("defaults of npm start", () => {
    expect(parsed("start")).toMatchObject({
      pens: { kind: "simulated" },
      students: 40,
      seed: 1,
      speed: 1,
      host: "127.0.0.1",
      port: { number: 7300, orNextFree: true },
      exitWhenDone: false,
      token: null,
      kafka: null,
      clickhouse: null,
    });
  });

  test("every option has an environment variable that means the same, and the option wins", () => {
    const env = {
      PENLIGHT_STUDENTS: "60",
      PENLIGHT_SEED: "9",
      PENLIGHT_SPEED: "20",
      PENLIGHT_PORT: "8000",
      PENLIGHT_HOST: "0.0.0.0",
      PENLIGHT_DATA: "/tmp/x",
      PENLIGHT_PENS: "replay=/tmp/ink.jsonl",
      PENLIGHT_EXIT_WHEN_DONE: "yes",
      PENLIGHT_WORKSHEET: "science",
      ...NETWORK,
    };
    const args = ["--students", "60", "--seed=9", "--speed", "20", "--port", "8000", "--host", "0.0.0.0", "--data", "/tmp/x"];
    args.push("--pens", "replay=/tmp/ink.jsonl", "--exit-when-done", "--worksheet", "science");
    args.push("--kafka-brokers", "broker:9092", "--clickhouse-url=http://history:8123");
    expect(parsed("start", [], env)).toEqual(parsed("start", args));
    expect(parsed("start", ["--students", "5"], env).students).toBe(5);
    expect(parsed("start", [], env).port).toEqual({ number: 8000, orNextFree: false });
  });

  test("one set of variables serves every command: what belongs to another one is not looked at", () => {
    const env = { ...NETWORK, PENLIGHT_SPEED: "20", PENLIGHT_PORT: "not looked at by a processor" };
    expect(parsed("processor", [], env)).toMatchObject({ speed: 1, port: { number: 7300 } });
  });

  test.each([
    ["start", ["--students", "0"], {}, "--students"],
    ["start", ["--students", "many"], {}, "--students"],
    ["start", ["--speed", "-1"], {}, "--speed"],
    ["start", ["--port", "70000"], {}, "--port"],
    ["start", ["--pens", "radio"], {}, "--pens"],
    ["gateway", ["--pens", "bluetooth", "--adapters", "usb0"], NETWORK, "--adapters"],
    ["gateway", ["--pens", "bluetooth", "--speed", "2"], NETWORK, "--speed"],
    ["start", ["--pens", "replay="], {}, "--pens"],
    ["start", ["--sped", "20"], {}, "--sped (did you mean --speed?)"],
    ["start", ["--seed"], {}, "--seed needs a value"],
    ["start", ["--data", "--exit-when-done"], {}, "--data needs a value: --data DIR"],
    ["start", ["--adapters", "hci0"], {}, "--adapters is of no use without --pens bluetooth"],
    ["start", ["--pens", "bluetooth"], { PENLIGHT_INK: "/ink" }, "PENLIGHT_INK is of no use without --pens simulated"],
    ["start", ["--kafka-tls"], {}, "--kafka-tls is of no use without --kafka-brokers (PENLIGHT_KAFKA_BROKERS)"],
    ["start", [], { PENLIGHT_CLICKHOUSE_USER: "me" }, "PENLIGHT_CLICKHOUSE_USER is of no use without --clickhouse-url"],
    ["start", ["20"], {}, '"20"'],
    ["start", [], { PENLIGHT_SPED: "20" }, "PENLIGHT_SPED (did you mean PENLIGHT_SPEED?)"],
    ["start", [], { PENLIGHT_XYZZY: "20" }, "there is no setting PENLIGHT_XYZZY; npm start -- --help"],
    ["start", [], { PENLIGHT_TOKEN: "short" }, "PENLIGHT_TOKEN"],
    ["start", [], { PENLIGHT_CLICKHOUSE_URL: "localhost:8123" }, "PENLIGHT_CLICKHOUSE_URL"],
    ["start", ["--exit-when-done=maybe"], {}, "--exit-when-done"],
    ["processor", ["--students", "3"], NETWORK, "no option of npm run processor, but of npm start, npm run gateway"],
    ["processor", [], { PENLIGHT_CLICKHOUSE_URL: "http://h:8123" }, "npm run processor needs PENLIGHT_KAFKA_BROKERS"],
    ["dashboard", [], { PENLIGHT_KAFKA_BROKERS: "b:9092" }, "npm run dashboard needs PENLIGHT_CLICKHOUSE_URL"],
    ["gateway", [], {}, "npm run gateway needs PENLIGHT_KAFKA_BROKERS"],
    ["gateway", [], { ...NETWORK, PENLIGHT_KAFKA_BROKER: "b:9092" }, "did you mean PENLIGHT_KAFKA_BROKERS?"],
    ["gateway", [], { PENLIGHT_KAFKA_BROKERS: "b" }, 'PENLIGHT_KAFKA_BROKERS is "b"; it may be host:port'],
    ["gateway", [], { PENLIGHT_KAFKA_BROKERS: "b:0" }, "PENLIGHT_KAFKA_BROKERS"],
    ["gateway", ["--room", "a b"], NETWORK, "--room"],
    ["gateway", [], { ...NETWORK, PENLIGHT_KAFKA_SASL: "kerberos" }, "PENLIGHT_KAFKA_SASL"],
    ["gateway", [], { ...NETWORK, PENLIGHT_KAFKA_SASL: "plain" }, "PENLIGHT_KAFKA_USER"],
    ["gateway", [], { ...NETWORK, PENLIGHT_KAFKA_USER: "u" }, "PENLIGHT_KAFKA_SASL"],
    ["gateway", [], { ...NETWORK, PENLIGHT_KAFKA_CA: "/ca.pem" }, "PENLIGHT_KAFKA_CA is of no use without --kafka-tls"],
    ["processor", [], { ...NETWORK, PENLIGHT_CLICKHOUSE_DATABASE: "a;b" }, "PENLIGHT_CLICKHOUSE_DATABASE"],
  ] as [CommandName, string[], Env, string][])("%s %j %j is refused and named", (command, args, env, named) => {
    expect(refusal(command, args, env)).toContain(named);
  });

  test("--help of a command lists its settings and no others", () => {
    for (const command of Object.keys(COMMANDS) as CommandName[]) {
      expect(parseConfig(command, ["--help"], {})).toBe("help");
      const text = helpText(command);
      const own = settingsOf(command).map((name) => SETTINGS[name].env);
      for (const { env } of Object.values(SETTINGS))
        expect(new RegExp(`\\b${env}\\b`).test(text)).toBe(own.includes(env as never));
    }
    expect(helpText("processor")).toContain("must be given, e.g. localhost:9092");
  });
});

describe("secrets", () => {
  const PASSWORD = "correct-horse-battery";
  const sasl = { ...NETWORK, PENLIGHT_KAFKA_SASL: "scram-sha-256", PENLIGHT_KAFKA_USER: "penlight" };

  test("come from a variable or a file, and are printed in no form", () => {
    const file = path.join(tmpdir(), `penlight-secret-${process.pid}`);
    writeFileSync(file, `${PASSWORD}\n`);
    try {
      for (const given of [{ PENLIGHT_KAFKA_PASSWORD: PASSWORD }, { PENLIGHT_KAFKA_PASSWORD_FILE: file }]) {
        const config = parsed("gateway", [], { ...sasl, ...given });
        expect(config.kafka?.sasl?.password.reveal()).toBe(PASSWORD);
        for (const text of [inspect(config, { depth: null }), JSON.stringify(config), `${config.kafka?.sasl?.password}`])
          expect(text).not.toContain(PASSWORD);
      }
      const both = { ...sasl, PENLIGHT_KAFKA_PASSWORD: PASSWORD, PENLIGHT_KAFKA_PASSWORD_FILE: file };
      expect(refusal("gateway", [], both)).toContain("PENLIGHT_KAFKA_PASSWORD_FILE are both set");
    } finally {
      rmSync(file);
    }
  });

  test.each([
    ["start", [], { PENLIGHT_TOKEN: "hunter2" }],
    ["start", ["--token", "hunter2"], {}],
    ["start", ["--token=hunter2"], {}],
    ["gateway", ["--kafka-pasword=hunter2"], NETWORK],
    ["gateway", [], { ...NETWORK, PENLIGHT_KAFKA_PASSWORD: "hunter2" }],
    ["gateway", [], { ...NETWORK, PENLIGHT_KAFKA_PASWORD: "hunter2" }],
    ["processor", [], { ...NETWORK, PENLIGHT_CLICKHOUSE_URL: "http://me:hunter2@history:8123" }],
    ["processor", [], { ...NETWORK, PENLIGHT_CLICKHOUSE_URL: "ftp://me:hunter2@history" }],
  ] as [CommandName, string[], Env][])("stay out of errors: %s %j %j", (command, args, env) => {
    expect(refusal(command, args, env)).not.toContain("hunter2");
  });

  test("a file that is not there, or empty, is named with its variable", () => {
    const missing = { ...sasl, PENLIGHT_KAFKA_PASSWORD_FILE: "/nowhere/secret" };
    expect(refusal("gateway", [], missing)).toMatch(/PENLIGHT_KAFKA_PASSWORD_FILE names \/nowhere\/secret.*ENOENT/);
    expect(refusal("gateway", [], { ...sasl, PENLIGHT_KAFKA_PASSWORD_FILE: "/dev/null" })).toContain("which is empty");
  });
});

describe("the nearest name", () => {
  test.each([
    ["PENLIGHT_KAFKA_BROKRS", "PENLIGHT_KAFKA_BROKERS"],
    ["PENLIGHT_SPEDE", "PENLIGHT_SPEED"],
    ["PENLIGHT_ZZZZZZZZZZZZZ", null],
  ])("of %s is %s", (typed, meant) => {
    expect(nearestName(typed, ["PENLIGHT_SPEED", "PENLIGHT_KAFKA_BROKERS", "PENLIGHT_SEED"])).toBe(meant);
  });

  test("[REC-2] a time is ISO 8601, in this machine's time where it has no zone", () => {
    const config = parsed("reconcile", ["--from", "2026-11-24T08:00Z", "--to", "2026-11-24T09:30", "--json", "--room", "r1"]);
    expect(config).toMatchObject({
      fromMs: Date.UTC(2026, 10, 24, 8),
      toMs: new Date(2026, 10, 24, 9, 30).getTime(),
      json: true,
    });
    expect(parsed("reconcile")).toMatchObject({ fromMs: null, toMs: null, json: false, room: "demo-room" });
    for (const time of ["yesterday", "8:00", "2026-13-01", "1790000000000"]) {
      expect(refusal("reconcile", ["--from", time], {})).toContain(`--from is "${time}"; it may be a time such as`);
    }
  });

  test("[OUT-4] an outbox has room for four files at least", () => {
    expect(parsed("gateway", [], NETWORK)).toMatchObject({ outboxBytesMax: 2 ** 30, gatewayName: null });
    expect(parsed("gateway", ["--outbox-mib", "64"], NETWORK).outboxBytesMax).toBe(64 * 2 ** 20);
    expect(refusal("gateway", ["--outbox-mib", "2"], NETWORK)).toContain("--outbox-mib is");
  });
});
