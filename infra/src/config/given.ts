import { readFileSync } from "node:fs";
import { COMMANDS, type CommandName } from "./commands.ts";
import { nearestName } from "./nearest.ts";
import { SETTINGS, type SettingName, settingOf, settingsOf } from "./settings.ts";

/** A setting is wrong: the message names it and says what to do. Exit code 78 (EX_CONFIG of sysexits.h). */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  static readonly exitCode = 78;
}

/** One setting as it was given. */
export interface GivenText {
  readonly text: string;
  /** By which name: `--port`, `PENLIGHT_PORT` or `PENLIGHT_TOKEN_FILE`. */
  readonly by: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

const PREFIX = "PENLIGHT_";
/** Of the tests: what they may use, not how the product behaves. */
const TEST_PREFIX = "PENLIGHT_TEST_";
const ALL = Object.keys(SETTINGS) as SettingName[];

/** What the command was given, as text. @throws ConfigError an unknown name, with the nearest one that is known */
export class Given {
  readonly command: CommandName;
  readonly #options: ReadonlyMap<SettingName, string>;
  readonly #env: Environment;
  /** What stands beside the options, e.g. `list`. */
  readonly words: readonly string[];

  constructor(command: CommandName, args: readonly string[], env: Environment) {
    this.command = command;
    this.#env = env;
    const { options, words } = readArguments(command, args);
    this.#options = options;
    this.words = words;
    checkEnvironment(command, env);
  }

  /** An option wins over its variable. Null: not given, or not a setting of this command. */
  text(name: SettingName): GivenText | null {
    const { env, secret, commands } = settingOf(name);
    if (!commands.includes(this.command)) return null;
    const option = this.#options.get(name);
    if (option !== undefined) return { text: option, by: `--${name}` };
    const value = this.#env[env] ?? "";
    const file = secret === true ? (this.#env[`${env}_FILE`] ?? "") : "";
    if (file === "") return value === "" ? null : { text: value, by: env };
    if (value !== "") throw new ConfigError(`${env} and ${env}_FILE are both set; leave one of them out`);
    const text = readNamedFile({ text: file, by: `${env}_FILE` }, "the secret and nothing else");
    return { text: text.replace(/\r?\n$/, ""), by: `${env}_FILE` };
  }
}

/** What the file holds that a setting names. @throws ConfigError when it cannot be read or is empty */
export function readNamedFile({ text: file, by }: GivenText, content: string): string {
  let reason = "is empty";
  try {
    const text = readFileSync(file, "utf8");
    if (text.trim() !== "") return text;
  } catch (error) {
    reason = `cannot be read (${error instanceof Error && "code" in error ? String(error.code) : "for whatever reason"})`;
  }
  throw new ConfigError(`${by} names ${file}, which ${reason}; name a file that holds ${content}`);
}

function readArguments(command: CommandName, args: readonly string[]) {
  const options = new Map<SettingName, string>();
  const words: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const argument = args[i] as string;
    if (!argument.startsWith("-")) {
      words.push(argument);
      continue;
    }
    const [flag, inline] = splitOnce(argument);
    const name = optionNamed(command, flag);
    const { flag: isFlag, option } = settingOf(name);
    const value = inline ?? (isFlag === true ? "yes" : valueBehind(args[++i]));
    if (value === undefined || value === "") throw new ConfigError(`${flag} needs a value: ${option}`);
    options.set(name, value);
  }
  return { options, words };
}

/** What comes after an option, unless it is the next one already: a value that begins with `--` is written behind a `=`. */
function valueBehind(next: string | undefined): string | undefined {
  return next?.startsWith("--") === true ? undefined : next;
}

function optionNamed(command: CommandName, flag: string): SettingName {
  const name = ALL.find((each) => `--${each}` === flag);
  const help = `${helpOf(command)} lists them`;
  if (name === undefined) {
    const known = settingsOf(command).flatMap((each) => optionOf(each) ?? []);
    throw new ConfigError(`there is no option ${flag}${meant(nearestName(flag, known))}; ${help}`);
  }
  const { option, commands, env, secret } = settingOf(name);
  if (secret === true || option === undefined) {
    const way = secret === true ? `anybody may see a command line: set ${env} or ${env}_FILE` : `set ${env}`;
    throw new ConfigError(`there is no option ${flag}; ${way}`);
  }
  if (!commands.includes(command)) {
    const others = commands.map((each) => COMMANDS[each].run).join(", ");
    throw new ConfigError(`${flag} is no option of ${COMMANDS[command].run}, but of ${others}; ${help}`);
  }
  return name;
}

/** One set of variables may serve every command; a name that no command knows is a slip. */
function checkEnvironment(command: CommandName, env: Environment): void {
  const known = ALL.flatMap((each) => {
    const setting = settingOf(each);
    return setting.secret === true ? [setting.env, `${setting.env}_FILE`] : [setting.env];
  });
  for (const name of Object.keys(env)) {
    if (!name.startsWith(PREFIX) || name.startsWith(TEST_PREFIX) || known.includes(name)) continue;
    throw new ConfigError(`there is no setting ${name}${meant(nearestName(name, known))}; ${helpOf(command)} lists them`);
  }
}

function helpOf(command: CommandName): string {
  return command === "start" ? "npm start -- --help" : `${COMMANDS[command].run} -- --help`;
}

function meant(name: string | null): string {
  return name === null ? "" : ` (did you mean ${name}?)`;
}

function optionOf(name: SettingName): string | null {
  return settingOf(name).option === undefined ? null : `--${name}`;
}

function splitOnce(argument: string): [string, string | undefined] {
  const at = argument.indexOf("=");
  return at === -1 ? [argument, undefined] : [argument.slice(0, at), argument.slice(at + 1)];
}
