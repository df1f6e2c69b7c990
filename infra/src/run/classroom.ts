import { runClassroom } from "../classroom.ts";
import { helpText, parseConfig } from "../config.ts";
import { explain } from "../explain.ts";

/** Everything in one process: one teacher, one laptop. */
async function main(): Promise<number> {
  const config = parseConfig(process.argv.slice(2), process.env);
  if (config === "help") {
    process.stdout.write(`${helpText()}\n`);
    return 0;
  }
  const stop = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => stop.abort());
  await runClassroom({ config, signal: stop.signal, say: (text) => process.stdout.write(`${text}\n`) });
  return 0;
}

try {
  process.exit(await main());
} catch (error) {
  const { text, exitCode } = explain(error);
  process.stderr.write(`penlight: ${text}\n`);
  process.exit(exitCode);
}
