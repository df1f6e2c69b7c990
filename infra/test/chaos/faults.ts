import { setTimeout as sleep } from "node:timers/promises";
import type { Random } from "@penlight/proto";
import type { School } from "./school.ts";
import type { Supervised } from "./supervised.ts";

const HOUR_MS = 3_600_000;
/** What is left of a disk that is called full, bytes: less than a file of an outbox. */
const FULL_BYTES = 64 * 1024;

/** One thing that happens to a school. It is over when `strike` resolves; then everything has to become well again. */
export interface Fault {
  readonly name: string;
  /** @param longMs the longest that it may last; resolves to what was done, in words. */
  strike(school: School, random: Random, longMs: number): Promise<string>;
}

function kill(what: string, of: (school: School) => readonly Supervised[]): Fault {
  return {
    name: `kill-${what}`,
    async strike(school, random) {
      const victim = random.pick(of(school));
      await victim.kill();
      return `kill -9 of ${victim.name}`;
    },
  };
}

function pause(what: string, of: (school: School) => readonly Supervised[]): Fault {
  return {
    name: `pause-${what}`,
    async strike(school, random, longMs) {
      const victim = random.pick(of(school));
      const ms = random.between(5_000, Math.min(60_000, longMs));
      victim.pause();
      await sleep(ms);
      victim.resume();
      return `SIGSTOP of ${victim.name} for ${seconds(ms)}`;
    },
  };
}

/** A step of the clock shows when a process begins: while it runs, it measures time and does not read it. */
function step(direction: "ahead" | "back"): Fault {
  return {
    name: `clock-${direction}`,
    async strike(school, random) {
      const victim = random.pick([...school.processors, ...school.dashboards, ...school.gateways]);
      const offsetMs = direction === "ahead" ? HOUR_MS : -HOUR_MS;
      const preload = new URL("./stepped-clock.mjs", import.meta.url).href;
      await victim.kill({ NODE_OPTIONS: `--import ${preload}`, STEPPED_CLOCK_MS: String(offsetMs) });
      return `${victim.name} begins again with its clock an hour ${direction}`;
    },
  };
}

const gatewaysOf = ({ gateways }: School) => gateways;
const processorsOf = ({ processors }: School) => processors;
const dashboardsOf = ({ dashboards }: School) => dashboards;
const historyOf = ({ history }: School) => [history];

export const FAULTS: readonly Fault[] = [
  kill("gateway", gatewaysOf),
  kill("processor", processorsOf),
  kill("dashboard", dashboardsOf),
  kill("history", historyOf),
  {
    name: "kill-broker",
    async strike({ kafka }, random) {
      const victim = random.pick(kafka.nodes);
      await victim.kill();
      await sleep(random.between(1000, 5000));
      victim.start();
      return `kill -9 of broker ${victim.id}`;
    },
  },
  pause("gateway", gatewaysOf),
  pause("processor", processorsOf),
  pause("dashboard", dashboardsOf),
  pause("history", historyOf),
  {
    name: "pause-broker",
    async strike({ kafka }, random, longMs) {
      const victim = random.pick(kafka.nodes);
      const ms = random.between(5_000, Math.min(60_000, longMs));
      victim.pause();
      await sleep(ms);
      victim.resume();
      return `SIGSTOP of broker ${victim.id} for ${seconds(ms)}`;
    },
  },
  {
    name: "cut",
    async strike(school, random, longMs) {
      const ms = random.between(0.4, 1) * longMs;
      school.cut();
      await sleep(ms);
      school.mend();
      return `the gateways' way to the brokers is cut for ${seconds(ms)}`;
    },
  },
  {
    name: "cut-and-kill",
    async strike(school, random, longMs) {
      const ms = random.between(0.4, 1) * longMs;
      const victim = random.pick(school.gateways);
      school.cut();
      await sleep(ms / 2);
      await victim.kill();
      await sleep(ms / 2);
      school.mend();
      return `the gateways' way to the brokers is cut for ${seconds(ms)}, and ${victim.name} killed meanwhile`;
    },
  },
  {
    name: "full-outbox",
    async strike(school, random, longMs) {
      const ms = random.between(0.4, 1) * longMs;
      school.cut();
      await sleep(ms / 4);
      const giveBack = school.fillOutboxDisk(FULL_BYTES);
      await sleep(ms / 2);
      giveBack();
      await sleep(ms / 4);
      school.mend();
      return `the way to the brokers is cut for ${seconds(ms)}, and the outbox's disk full for half of it`;
    },
  },
  step("ahead"),
  step("back"),
];

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
