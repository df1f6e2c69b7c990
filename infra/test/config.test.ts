import { describe, expect, test } from "vitest";
import { ConfigError, helpText, parseConfig } from "../src/config.ts";

function parsed(args: string[], env: Record<string, string> = {}) {
  const config = parseConfig(args, env);
  if (config === "help") throw new Error("help was not asked for");
  return config;
}

describe("configuration", () => {
  test("defaults", () => {
    const config = parsed([]);
    expect(config).toMatchObject({
      pens: { kind: "simulated" },
      students: 40,
      seed: 1,
      speed: 1,
      host: "127.0.0.1",
      port: { number: 7300, orNextFree: true },
      exitWhenDone: false,
      token: null,
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
    };
    const args = ["--students", "60", "--seed=9", "--speed", "20", "--port", "8000", "--host", "0.0.0.0", "--data", "/tmp/x"];
    args.push("--pens", "replay=/tmp/ink.jsonl", "--exit-when-done", "--worksheet", "science");
    expect(parsed([], env)).toEqual(parsed(args));
    expect(parsed(["--students", "5"], env).students).toBe(5);
    expect(parsed([], env).port).toEqual({ number: 8000, orNextFree: false });
  });

  test.each([
    [["--students", "0"], {}, "--students"],
    [["--students", "many"], {}, "--students"],
    [["--speed", "-1"], {}, "--speed"],
    [["--port", "70000"], {}, "--port"],
    [["--pens", "bluetooth"], {}, "--pens"],
    [["--pens", "replay="], {}, "--pens"],
    [["--sped", "20"], {}, "--sped"],
    [["--seed"], {}, "--seed needs a value"],
    [[], { PENLIGHT_SPED: "20" }, "PENLIGHT_SPED"],
    [[], { PENLIGHT_TOKEN: "short" }, "PENLIGHT_TOKEN"],
    [[], { PENLIGHT_CLICKHOUSE_URL: "localhost:8123" }, "PENLIGHT_CLICKHOUSE_URL"],
    [["--exit-when-done=maybe"], {}, "--exit-when-done"],
  ] as [string[], Record<string, string>, string][])("%j %j is refused and named", (args, env, named) => {
    let error: unknown;
    try {
      parseConfig(args, env);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as Error).message).toContain(named);
    expect((error as Error).message).not.toContain("\n");
  });

  test("--help lists every option", () => {
    expect(parseConfig(["--help"], {})).toBe("help");
    for (const option of ["--pens", "--students", "--seed", "--speed", "--data", "--port", "--host", "--exit-when-done"]) {
      expect(helpText()).toContain(option);
    }
  });
});
