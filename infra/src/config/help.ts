import { COMMANDS, type CommandName } from "./commands.ts";
import { type SettingName, settingOf, settingsOf } from "./settings.ts";

const COLUMN = 46;

/** `--help` of a command: its own settings, no others. */
export function helpText(command: CommandName): string {
  const { run, does } = COMMANDS[command];
  return [
    `${run} -- [options]     ${does}`,
    "",
    ...settingsOf(command).map((name) => rowOf(command, name)),
    `  ${"--help".padEnd(COLUMN)} this text`,
    "",
    "In brackets: the default, and the environment variable that means the same. An option wins over its variable.",
    "A password or token is never an option. Its variable with _FILE at the end names a file that holds it.",
  ].join("\n");
}

function rowOf(command: CommandName, name: SettingName): string {
  const { option, env, help, fallback, required } = settingOf(name);
  const isRequired = required?.by.includes(command) ?? false;
  const without = isRequired ? `must be given, e.g. ${required?.example}` : fallback === "" ? "none" : fallback;
  return `  ${(option ?? env).padEnd(COLUMN)} ${help} (${without}${option === undefined ? "" : `; ${env}`})`;
}
