import { existsSync } from "node:fs";
import type { CommandName, Config } from "./config.ts";
import { ConfigError } from "./config.ts";

/** They look at what others have stored: an empty folder that they make would say that there is nothing. */
const LOOKING: ReadonlySet<CommandName> = new Set(["reconcile", "truth", "dead-letters", "explain", "reread"]);

/** Where what is embedded keeps its files. @throws ConfigError a command that looks at them finds no folder */
export function dataFolderOf({ command, dataDirectory }: Pick<Config, "command" | "dataDirectory">): string {
  if (LOOKING.has(command) && !existsSync(dataDirectory)) {
    throw new ConfigError(`--data is ${dataDirectory}, and there is no such folder; give the one that Penlight ran with`);
  }
  return dataDirectory;
}
