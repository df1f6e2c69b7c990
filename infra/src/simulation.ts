import { appendFileSync, readFileSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import type { PenSource } from "@penlight/pen-gateway";
import { createSimulatedClass, type SimulatedClass, truthKeyOf } from "@penlight/pen-gateway/simulator";
import type { Assignment, AssignmentId, Clock, History, RoomId } from "@penlight/proto";
import { type Config, ConfigError } from "./config.ts";
import { DEMO_ROOM, type DemoClass, demoClass, demoSeedOf } from "./demo/demo-class.ts";
import { readInkFolder } from "./ink-folder.ts";
import type { PutSetup } from "./setup-client.ts";
import { compareWithTruth, type TruthReport } from "./truth/compare.ts";

/** How often the lesson's place is written down, ms of clock. */
const CHECKPOINT_MS = 1000;
/** The teacher collects the sheets this long after the last pupil handed in, ms of clock. */
const COLLECT_MS = 2000;
/** So long after the sheets are collected the room still has to tick, ms of clock: it makes blanks of empty cells. ANS-52. */
export const LAST_TICKS_MS = 3000;

/** What has to survive a restart: the lesson goes on where it was. */
interface LessonPlace {
  readonly assignment: AssignmentId;
  readonly room: string;
  readonly seed: number;
  readonly students: number;
  readonly worksheet: string;
  /** Absent in what an earlier version left. */
  readonly ink?: string | null;
  readonly startMs: number;
  readonly resumeAtMs: number;
  readonly handedIn: boolean;
}

export interface SimulationOptions {
  readonly config: Config;
  readonly clock: Clock;
  /** `<data>/simulation` */
  readonly directory: string;
  readonly put: PutSetup;
}

export interface Simulation {
  readonly room: RoomId;
  readonly source: PenSource;
  /**
   * Keeps the lesson's place, and closes the assignment when every pupil has handed in. Resolves then, or at the abort.
   * `durableMs`: everything that was received up to this time is on disk.
   */
  run(durableMs: () => number, signal: AbortSignal): Promise<"handed-in" | "aborted">;
  counts(): ReturnType<SimulatedClass["counts"]>;
  /** What history has of the lesson against what the pupils meant. */
  truth(history: History): Promise<TruthReport>;
}

/** Sets up the demo class (or finds it as it was left) and seats its pupils. */
export async function openSimulation(options: SimulationOptions): Promise<Simulation> {
  const { config, clock, directory, put } = options;
  const ink = config.inkDirectory === null ? undefined : await readInkFolder(config.inkDirectory);
  await mkdir(directory, { recursive: true });
  const placeFile = path.join(directory, "lesson.json");
  const found = await readPlace(placeFile);
  const goesOn =
    found !== null &&
    !found.handedIn &&
    found.room === config.room &&
    found.seed === config.seed &&
    found.students === config.students &&
    found.worksheet === config.worksheet &&
    (found.ink ?? null) === config.inkDirectory;
  const place = goesOn ? found : newPlace(config, clock.nowMs());
  const demo = demoOf(config, place.assignment, place.startMs);
  const truth = openTruth(path.join(directory, "truth.jsonl"), goesOn);
  if (!goesOn) await writeFile(path.join(directory, "truth.jsonl"), "");
  // Only a class that is set up has a place to go on from.
  if (!goesOn) await putAll(demo, put);
  await savePlace(placeFile, place);
  const pupils = createSimulatedClass({
    clock,
    seed: demoSeedOf(config),
    students: demo.schoolClass.students.map((student) => student.id),
    worksheet: demo.worksheet,
    startMs: place.startMs,
    resumeAtMs: place.resumeAtMs,
    truth,
    ink,
  });
  return {
    room: demo.room.id,
    source: pupils.source,
    counts: () => pupils.counts(),
    truth: (history) => truthOf(directory, history),
    run: (durableMs, signal) =>
      keepPlace({ clock, pupils, place, placeFile, assignment: demo.assignment, put }, durableMs, signal),
  };
}

interface Keeping extends Pick<SimulationOptions, "clock" | "put"> {
  readonly pupils: SimulatedClass;
  readonly place: LessonPlace;
  readonly placeFile: string;
  readonly assignment: Assignment;
}

async function keepPlace(keeping: Keeping, durableMs: () => number, signal: AbortSignal): Promise<"handed-in" | "aborted"> {
  const { clock, pupils, place, placeFile, assignment, put } = keeping;
  let finished = false;
  void pupils.finished.then(() => {
    finished = true;
  });
  while (!finished && !signal.aborted) {
    await clock.sleep(CHECKPOINT_MS, signal);
    const resumeAtMs = Math.max(place.resumeAtMs, pupils.checkpoint(durableMs()));
    if (!signal.aborted) await savePlace(placeFile, { ...place, resumeAtMs });
  }
  await clock.sleep(COLLECT_MS, signal);
  if (signal.aborted) return "aborted";
  await put("assignments", assignment.id, { ...assignment, closesMs: Math.ceil(clock.nowMs()) });
  await savePlace(placeFile, { ...place, handedIn: true });
  return "handed-in";
}

function demoOf(config: Config, assignment: AssignmentId, opensMs: number): DemoClass {
  const { room, students, seed, worksheet } = config;
  return demoClass({ room, students, seed, worksheet, assignment, opensMs });
}

export interface PutDemoClassOptions extends Omit<SimulationOptions, "directory"> {
  /** False: whose pen is whose is for somebody else to say. Default true. */
  readonly withPens?: boolean;
}

/** The demo class with a lesson that begins now: for a recording that was made with the same seed, or for other pens. */
export async function putDemoClass({ config, clock, put, withPens = true }: PutDemoClassOptions): Promise<RoomId> {
  const { assignment, startMs } = newPlace(config, clock.nowMs());
  const demo = demoOf(config, assignment, startMs);
  await putAll(withPens ? demo : { ...demo, pens: [] }, put);
  return demo.room.id;
}

async function putAll(demo: DemoClass, put: SimulationOptions["put"]): Promise<void> {
  await put("rooms", demo.room.id, demo.room);
  await put("classes", demo.schoolClass.id, demo.schoolClass);
  for (const pen of demo.pens) await put("pens", pen.id, pen);
  await put("worksheets", demo.worksheet.id, demo.worksheet);
  await put("assignments", demo.assignment.id, demo.assignment);
}

function newPlace(config: Config, nowMs: number): LessonPlace {
  const startMs = Math.ceil(nowMs);
  const { room, seed, students, worksheet, inkDirectory: ink } = config;
  const time = new Date(startMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, "");
  const assignment = `${worksheet}-${time}${room === DEMO_ROOM ? "" : `-${room}`}` as AssignmentId;
  return { assignment, room, seed, students, worksheet, ink, startMs, resumeAtMs: 0, handedIn: false };
}

/** A place that was torn by a crash is no place: the lesson begins anew. */
async function readPlace(file: string): Promise<LessonPlace | null> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as LessonPlace;
  } catch {
    return null;
  }
}

async function savePlace(file: string, place: LessonPlace): Promise<void> {
  await writeFile(`${file}.new`, JSON.stringify(place));
  await rename(`${file}.new`, file);
}

/**
 * What history has of the lesson in a folder (`<data>/simulation`) against what its pupils meant.
 * @throws ConfigError there is none
 */
export async function truthOf(directory: string, history: History): Promise<TruthReport> {
  const place = await readPlace(path.join(directory, "lesson.json"));
  if (place === null) throw new ConfigError(`--data has no simulated class in ${directory}; give the folder of one`);
  const answers = await history.answersOfAssignment(place.assignment);
  return compareWithTruth(answers, readLines(path.join(directory, "truth.jsonl")));
}

/** The time up to which a lesson that is taken up again was stored: a clock that starts behind it goes on from it. */
export async function lessonMs(directory: string): Promise<number> {
  const place = await readPlace(path.join(directory, "simulation", "lesson.json"));
  return place === null ? 0 : Math.max(place.startMs, place.resumeAtMs);
}

/** Appends lines that are not there yet: a lesson that goes on after a crash tells some intentions again. */
function openTruth(file: string, goesOn: boolean): (line: string) => void {
  const known = new Set(goesOn ? readLines(file).map(truthKeyOf) : []);
  return (line) => {
    const key = truthKeyOf(line);
    if (known.has(key)) return;
    known.add(key);
    appendFileSync(file, `${line}\n`);
  };
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, "utf8").split("\n");
  } catch {
    return [];
  }
}
