import { judge } from "./checks.ts";
import type { LessonSetup } from "./lesson.ts";
import { World, type WorldOptions } from "./world.ts";

/** Simulated time after which a lesson must be over, ms. */
const LESSON_MS_MAX = 300_000;
/** Simulated time in which the system must come to rest once nothing fails any more, ms. SIM-8. */
const SETTLE_MS_MAX = 60_000;
/** What is settled is looked at after this, ms: a moment for the last deltas. */
export const LAST_DELTAS_MS = 4000;
/** A service that was asked to end has ended within this, ms. */
const STOP_MS_MAX = 20_000;

export interface Outcome {
  readonly seed: number;
  readonly failures: readonly string[];
  readonly strokes: number;
  readonly lost: number;
  readonly doubled: number;
  /** Of everything that crossed a port. SIM-2. */
  readonly hash: string;
  readonly events: number;
  readonly deaths: number;
  /** Kills of `sync` that did not happen: the memories were empty before. */
  readonly syncKillsLeft: number;
  readonly simulatedMs: number;
}

/** One seed from the first stroke to the verdict. SIM-1. */
export async function simulate(options: WorldOptions): Promise<Outcome> {
  const world = new World(options);
  const startMs = world.clock.nowMs();
  world.start();
  const failures = [...(await live(world))];
  const verdict = await judge(world);
  failures.push(...world.failures, ...verdict.failures, ...(await stop(world)));
  world.end();
  // Lets what slept wake up and go, so that nothing of this seed outlives it.
  await world.clock.run(world.clock.nowMs() + 1000);
  return {
    seed: options.seed,
    failures,
    strokes: world.radio.desks.reduce((sum, desk) => sum + desk.strokes, 0),
    lost: verdict.lost,
    doubled: verdict.doubled,
    hash: world.trace.hash,
    events: world.trace.events,
    deaths: world.services.reduce((sum, service) => sum + service.deaths, 0),
    syncKillsLeft: world.syncKillsLeft,
    simulatedMs: world.clock.nowMs() - startMs,
  };
}

/** The lesson, then rest until everything has arrived. */
async function live(world: World): Promise<readonly string[]> {
  const { clock, radio, setup } = world;
  const lesson = await reached(world, () => radio.handedIn, LESSON_MS_MAX);
  if (!lesson) return [`the lesson is not over after ${LESSON_MS_MAX / 1000} s`];
  world.rest();
  // Else the checks could fall between a teacher's late word and its row in history, which may wait for a batch.
  const lastActMs = lastActOf(setup);
  if (lastActMs > clock.nowMs()) await clock.run(lastActMs + 100);
  // Restarts that were on their way, reconnecting viewers and pens.
  await clock.run(clock.nowMs() + LAST_DELTAS_MS);
  if (!(await reached(world, () => world.isSettled, SETTLE_MS_MAX))) return [`stalled: ${whyNotSettled(world)}`];
  await clock.run(clock.nowMs() + LAST_DELTAS_MS);
  return [];
}

/** Host time of the last thing that happens by itself, ms: the closing, a late pen, a teacher's last word or correction. SIM-8. */
export function lastActOf({ closesMs, later }: LessonSetup): number {
  return Math.max(closesMs ?? 0, ...later.map((act) => act.atMs));
}

/** Asked four times a simulated second. */
async function reached(world: World, done: () => boolean, withinMs: number): Promise<boolean> {
  const { clock } = world;
  const untilMs = clock.nowMs() + withinMs;
  while (!done()) {
    if (clock.nowMs() >= untilMs) return false;
    await clock.run(clock.nowMs() + 250);
  }
  return true;
}

async function stop(world: World): Promise<readonly string[]> {
  let ended = false;
  void world.stop().then(() => {
    ended = true;
  });
  return (await reached(world, () => ended, STOP_MS_MAX)) ? [] : ["a service that was asked to end has not"];
}

function whyNotSettled(world: World): string {
  const { radio, services, history, log, seats } = world;
  const why: string[] = [];
  for (const desk of radio.desks) {
    const { pen } = desk;
    const memory = pen.memory.strokes.length;
    if (!desk.silent)
      why.push(
        `${pen.pen} ${pen.linked ? "linked" : "not linked"} ${pen.registered ? "" : "not "}registered, ${memory} strokes in memory`,
      );
  }
  for (const service of services) if (service.life === null) why.push("a service is dead");
  if (!world.disk.isDelivered) why.push("the outbox is not delivered");
  if (history.writing > 0) why.push(`${history.writing} history writes under way`);
  if (!log.inkIsRead()) why.push("the processor does not need less of the log");
  if (!world.isShown) why.push(`viewers have boards ${seats.map((seat) => seat.viewer.board?.seq ?? "none").join(", ")}`);
  return why.join("; ");
}
