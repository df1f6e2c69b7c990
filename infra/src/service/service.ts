import { collectDefaultMetrics, Registry } from "prom-client";
import type { CommandName } from "../config.ts";
import { partMetrics } from "../metrics.ts";
import { SystemClock } from "../system-clock.ts";
import { type Command, DRAIN_MS_MAX, runCommand } from "./command.ts";
import { createLogger, type Logger } from "./logger.ts";
import { openOpsServer } from "./ops-server.ts";
import { Parts } from "./parts.ts";
import { StoppedWaiting, type WaitOptions, waitFor } from "./wait-for.ts";

/** What a service has besides: it lives long, and is watched. */
export interface Service extends Command {
  /** The machine's time, also where a class lives faster. */
  readonly clock: SystemClock;
  readonly parts: Parts;
  readonly logger: Logger;
  readonly registry: Registry;
  /** Opens a dependency, however long it takes to come. OPS-2. */
  waitFor<T>(dependency: Dependency<T>): Promise<T>;
}

export interface Dependency<T> extends Pick<WaitOptions<T>, "part" | "what" | "open" | "canWait"> {
  /** Ends the waiting; default: the service's. */
  readonly signal?: AbortSignal;
}

/** Runs a service with its own port for machines, from before its first dependency is there until it has drained. */
export function runService(name: CommandName, run: (service: Service) => Promise<void>): Promise<never> {
  return runCommand(name, async (command) => {
    const { config, signal } = command;
    const clock = new SystemClock();
    const logger = createLogger({ service: name, clock, write: (line) => process.stderr.write(`${line}\n`) });
    const parts = new Parts(clock);
    const registry = new Registry();
    collectDefaultMetrics({ register: registry });
    partMetrics(registry, () => parts.states());
    const ops = await openOpsServer({ ...config.ops, readiness: () => parts.states(), registry });
    const common = { parts, logger, clock, signal, waitMsMax: config.waitMsMax };
    logger.log("info", "started", { ops: `http://${config.ops.host}:${ops.port}`, pid: process.pid });
    signal.addEventListener("abort", () => logger.log("info", "stopping", { within_ms: DRAIN_MS_MAX }), { once: true });
    try {
      await run({ ...command, clock, parts, logger, registry, waitFor: (dependency) => waitFor({ ...common, ...dependency }) });
      logger.log("info", "stopped");
    } catch (error) {
      if (!(error instanceof StoppedWaiting)) throw error;
      logger.log("info", "stopped", { before: error.message });
    } finally {
      await ops.close();
    }
  });
}
