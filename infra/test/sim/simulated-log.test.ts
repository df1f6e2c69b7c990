import { Random } from "@penlight/proto";
import { SimulatedClock } from "@penlight/proto/simulated-clock";
import { eventLogContract, type LogUnderTest } from "../contract/event-log-suite.ts";
import { CALM } from "./faults.ts";
import { Incarnation } from "./fence.ts";
import { SimulatedLog } from "./simulated-log.ts";
import { Trace } from "./trace.ts";

/** The log of the simulated world, on a good day, keeps the rules that every other log keeps. */
async function open(): Promise<LogUnderTest> {
  const clock = new SimulatedClock(1_790_000_000_000);
  const trace = new Trace(() => clock.nowMs());
  const world = new SimulatedLog({ clock, trace, faults: CALM.log, random: new Random("contract") });
  world.quiet = true;
  const client = () => world.client(new Incarnation({ name: "client", trace, fate: null, onDeath: () => {} }));
  let log = client();
  const pump = new AbortController();
  // Appends that a test awaits need time too, so time passes by itself.
  const running = (async () => {
    while (!pump.signal.aborted) await clock.run(clock.nowMs() + 1);
  })();
  return {
    log,
    reopen: async () => {
      await log.close();
      log = client();
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

eventLogContract("simulated", open);
