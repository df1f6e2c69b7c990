import { MemoryLog, type MemoryLogOptions, MemoryStore } from "@penlight/proto/memory-log";
import { SimulatedClock } from "@penlight/proto/simulated-clock";
import type { LogUnderTest } from "./event-log-suite.ts";

/** A log in memory on a clock of its own, for a contract suite. */
export async function openMemory(
  options: (clock: SimulatedClock) => Omit<MemoryLogOptions, "clock" | "store">,
): Promise<LogUnderTest> {
  const clock = new SimulatedClock(1_790_000_000_000);
  const store = new MemoryStore();
  const open = () => new MemoryLog({ ...options(clock), clock, store });
  let log = open();
  const pump = new AbortController();
  // Appends that a test awaits need time too, so time passes by itself.
  const running = (async () => {
    while (!pump.signal.aborted) await clock.run(clock.nowMs() + 1);
  })();
  return {
    log,
    reopen: async () => {
      await log.close();
      log = open();
      return log;
    },
    pass: (ms) => clock.sleep(ms),
    nowMs: () => clock.nowMs(),
    dispose: async () => {
      await log.close();
      pump.abort();
      await running;
    },
  };
}
