import { setTimeout as sleep } from "node:timers/promises";
import { Random } from "@penlight/proto";
import { optionsOf, refuse } from "../../tooling/usage.ts";
import { findKafka } from "../kafka/broker.ts";
import { type Balance, balance, boardFailures } from "./checks.ts";
import { FAULTS, type Fault } from "./faults.ts";
import { fullLog } from "./full-log.ts";
import { ROOMS, School } from "./school.ts";

/** Between two faults, ms. */
const QUIET_MS = [3_000, 10_000] as const;
/** How long a fault may last where each comes once. */
const SHORT_MS = 12_000;
const LONG_MS_MAX = 600_000;
const HOUR_MS = 3_600_000;

const USAGE = "npm run chaos -- --minutes M --seed S, or --once --seed S for each fault once";
const { values } = optionsOf(USAGE, {
  options: { minutes: { type: "string" }, seed: { type: "string", default: "1" }, once: { type: "boolean", default: false } },
});
const seed = Number(values.seed);
const minutes = Number(values.minutes ?? 30);
if (!Number.isSafeInteger(seed) || !(minutes > 0)) refuse(USAGE);
const say = (text: string) => process.stdout.write(`${text}\n`);
const source = findKafka("own process");
if ("missing" in source) {
  say(`NOT RUN: ${source.missing}`);
  process.exit(69);
}

const random = new Random(`chaos ${seed}`);
const failures: string[] = [];
let faults = 0;
let failed = 0;

/** Every fault once in an order of the seed, or any of them until the time is over. */
function* plan(): Generator<{ readonly fault: Fault; readonly longMs: number }> {
  if (values.once) {
    const left = [...FAULTS];
    while (left.length > 0) {
      const [fault] = left.splice(random.integer(0, left.length - 1), 1);
      if (fault !== undefined) yield { fault, longMs: SHORT_MS };
    }
    return;
  }
  for (const endMs = performance.now() + minutes * 60_000; performance.now() < endMs; ) {
    yield { fault: random.pick(FAULTS), longMs: Math.min(LONG_MS_MAX, Math.max(SHORT_MS, (endMs - performance.now()) / 3)) };
  }
}

async function strike(school: School, fault: Fault, longMs: number): Promise<void> {
  if (fault.name === "full-outbox" && school.missingDisk !== null) {
    say(`full-outbox NOT RUN: ${school.missingDisk}`);
    return;
  }
  await sleep(random.between(...QUIET_MS));
  faults++;
  const begunMs = performance.now();
  const text = await fault.strike(school, random, longMs);
  const overMs = performance.now();
  try {
    await school.healthy();
    say(
      `${fault.name}: ${text}; over after ${seconds(overMs - begunMs)}, well again ${seconds(performance.now() - overMs)} later`,
    );
  } catch (error) {
    failed++;
    say(`${fault.name} FAILED: ${text}; ${String(error)}; ${await school.ailing()}`);
  }
}

async function settle(school: School): Promise<Balance[]> {
  await school.finish();
  say("the classes have handed in; the stores are held against each other");
  const times = [new Date(school.startMs - 2 * HOUR_MS), new Date(Date.now() + 24 * HOUR_MS)].map((time) => time.toISOString());
  const range = ["--from", times[0] as string, "--to", times[1] as string];
  const balances: Balance[] = [];
  for (const room of ROOMS) {
    balances.push(await balance(room, range, school.env));
    failures.push(...(await boardFailures(await school.boards(room), school.env)));
  }
  failures.push(...(await school.stop()).map((name) => `${name} did not end in good order`));
  return balances;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

const balances: Balance[] = [];
say(`seed ${seed}: three brokers, history, two processors, two dashboards, a class in each of ${ROOMS.length} rooms`);
const school = await School.open({ seed, failed: (what) => void failures.push(what) });
try {
  for (const { fault, longMs } of plan()) await strike(school, fault, longMs);
  balances.push(...(await settle(school)));
} finally {
  await school.close();
}
if (school.missingDisk === null) {
  faults++;
  const { text, balance: found } = await fullLog(seed);
  say(`full-log: ${text}`);
  if (found.failures.length > 0) failed++;
  balances.push(found);
}
const sum = (of: "strokes" | "lost" | "doubled") => balances.reduce((total, each) => total + each[of], 0);
for (const failure of [...failures, ...balances.flatMap((each) => each.failures)]) say(`FAILED: ${failure}`);
const isGood = failures.length === 0 && balances.every((each) => each.failures.length === 0);
say(`${faults} faults, ${failed} failed, ${sum("strokes")} strokes, ${sum("lost")} lost, ${sum("doubled")} doubled`);
process.exit(failed === 0 && isGood ? 0 : 1);
