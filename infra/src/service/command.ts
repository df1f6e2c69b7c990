import { type CommandName, type Config, helpText, parseConfig } from "../config.ts";
import { explain } from "../explain.ts";

/** After the first signal a process has so long to flush, commit and close. OPS-3. */
export const DRAIN_MS_MAX = 10_000;

/** What every command has in hand. */
export interface Command {
  readonly config: Config;
  /** Aborts with SIGTERM or SIGINT: flush, commit, close. */
  readonly signal: AbortSignal;
  /** One line for the person at the terminal. */
  readonly say: (text: string) => void;
}

/** Runs a command to its end and exits: 0 (or what it answers), 78 for a wrong setting, 1 for the world, 70 for a bug of ours. */
export async function runCommand(
  name: CommandName,
  run: (command: Command) => Promise<void> | Promise<number>,
): Promise<never> {
  try {
    const config = parseConfig(name, process.argv.slice(2), process.env);
    if (config === "help") process.stdout.write(`${helpText(name)}\n`);
    const command = { signal: signalOfEnd(), say: (text: string) => process.stdout.write(`${text}\n`) };
    const exitCode = config === "help" ? 0 : await run({ config, ...command });
    process.exit(exitCode ?? 0);
  } catch (error) {
    const { text, exitCode } = explain(error);
    process.stderr.write(`penlight: ${text}\n`);
    process.exit(exitCode);
  }
}

/** npm passes a terminal's Ctrl+C on that the process has heard itself: a second signal within this time is the same one. */
const SAME_SIGNAL_MS = 500;

/** Aborts at the first SIGTERM or SIGINT. At the second one, or when the time is over, the process ends as it is. OPS-3. */
function signalOfEnd(): AbortSignal {
  const end = new AbortController();
  let firstMs = Number.POSITIVE_INFINITY;
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.on(name, () => {
      if (performance.now() - firstMs > SAME_SIGNAL_MS) process.exit(1);
      if (end.signal.aborted) return;
      firstMs = performance.now();
      end.abort();
      setTimeout(() => {
        process.stderr.write(
          `penlight: did not end within ${DRAIN_MS_MAX} ms of ${name}; what is not stored comes back by replay\n`,
        );
        process.exit(1);
      }, DRAIN_MS_MAX).unref();
    });
  }
  return end.signal;
}
