import { type ParseArgsConfig, parseArgs } from "node:util";

const EX_CONFIG = 78;

/** Options of a tool. `--help` tells its usage; what it does not know ends it with one line and the usage, exit code 78. */
export function optionsOf<T extends ParseArgsConfig>(usage: string, config: T): ReturnType<typeof parseArgs<T>> {
  const args = process.argv.slice(2);
  const end = args.indexOf("--");
  if (args.slice(0, end === -1 ? args.length : end).some((each) => each === "--help" || each === "-h")) {
    process.stdout.write(`${usage}\n`);
    process.exit(0);
  }
  try {
    return parseArgs<T>(config);
  } catch (error) {
    return refuse(`${(error as Error).message.split(". ")[0]}; ${usage}`);
  }
}

/** @param why one line */
export function refuse(why: string): never {
  process.stderr.write(`penlight: ${why}\n`);
  process.exit(EX_CONFIG);
}
