import { type Clock, type PenId, Random, type StudentId, type Worksheet } from "@penlight/proto";
import type { PenSource } from "../pen-source.ts";
import { Air, type AirFaults } from "./air.ts";
import { Desk, type UnheardInk } from "./desk.ts";
import { createLesson, type Lesson } from "./lesson.ts";
import type { RecordedInk } from "./recorded-script.ts";
import { SimulatedSource } from "./simulated-source.ts";
import { VirtualPen } from "./virtual-pen.ts";

export interface SimulatedClassOptions {
  readonly clock: Clock;
  readonly seed: string | number;
  readonly students: readonly StudentId[];
  readonly worksheet: Worksheet;
  /** Clock time at which the lesson began for the first time, ms: lesson time 0. The same after every restart. */
  readonly startMs: number;
  /** Lesson time to go on from; 0: from the beginning. See {@link SimulatedClass.checkpoint}. */
  readonly resumeAtMs?: number;
  /** Takes one line of truth.jsonl, without the line break. */
  readonly truth?: (line: string) => void;
  /** Another lesson than the worksheet's; default {@link createLesson}. */
  readonly lesson?: Lesson;
  /** Handwriting to write with; default: drawn. */
  readonly ink?: RecordedInk | undefined;
  readonly faults?: AirFaults;
  /** Default "memory". */
  readonly unheard?: UnheardInk;
  /** Pupils write on while their pen is not linked, into its memory. Default false: they wait. */
  readonly writesUnlinked?: boolean;
  /** Share of the pens that speak the legacy events. Default 0.1. */
  readonly legacyShare?: number;
}

export interface SimulatedClass {
  readonly source: PenSource;
  readonly pens: readonly { readonly pen: PenId; readonly student: StudentId }[];
  /** Resolves when every pupil has handed in and the gateway has heard everything. */
  readonly finished: Promise<void>;
  /** Lesson time at a gateway time, ms; 0 before the source is opened. */
  lessonAt(nowMs: number): number;
  /**
   * Lesson time from which a restart must go on when everything that was received up to gateway time `durableMs` is
   * durable: a stroke that may not have been is written again, under the same pen-down time and with the same dots.
   */
  checkpoint(durableMs: number): number;
  /** What was put on paper so far. */
  counts(): { readonly strokes: number; readonly dots: number; readonly handedIn: number };
}

/** From opening the source to lesson time: the pens connect meanwhile. */
const LEAD_IN_MS = 2500;
const CONNECT_SPREAD_MS = 1800;
/** A stroke's last frames come with the next connection event; after a stall later. Covered by every checkpoint. */
const CHECKPOINT_SLACK_MS = 1500;
/** Clocks of pens that nobody set: up to three years off, either way. */
const CLOCK_OFF_MS_MAX = 3 * 365 * 86_400_000;

const MODELS = [
  { model: "NWP-F50", subName: "Neosmartpen_M1", firmware: "1.07.0014", versionBytes: 70 },
  { model: "NWP-F51", subName: "Neosmartpen_M1+", firmware: "1.02.0065", versionBytes: 65 },
  { model: "NWP-F80", subName: "LAMY_safari", firmware: "1.02.0070", versionBytes: 69 },
  { model: "NWP-F30", subName: "Neosmartpen_dimo", firmware: "1.05.0031", versionBytes: 64 },
] as const;
const MTUS = [23, 64, 160, 185, 247] as const;

/** Pen ids of a class: NeoLAB's prefix and three bytes from the seed, all different. */
export function penIdsOf(seed: string | number, count: number): PenId[] {
  const random = new Random(`pens/${seed}`);
  const ids = new Set<string>();
  while (ids.size < count) ids.add(`9c7bd2${random.integer(0, 0xffffff).toString(16).padStart(6, "0")}`);
  return [...ids] as PenId[];
}

/** A class at work: what happens is a function of seed, students and worksheet alone; when it is heard is the clock's. */
export function createSimulatedClass(options: SimulatedClassOptions): SimulatedClass {
  const { students, seed, startMs } = options;
  const lesson = options.lesson ?? createLesson({ ...options, writesWhileAway: options.writesUnlinked ?? false });
  const resumeAtMs = options.resumeAtMs ?? 0;
  const pens = penIdsOf(seed, students.length).map((pen, i) => ({ pen, student: students[i] as StudentId }));
  let desks: Desk[] = [];
  let originMs: number | null = null;
  let finish: () => void = () => {};
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const lessonAt = (nowMs: number) => (originMs === null ? resumeAtMs : Math.max(resumeAtMs, nowMs - originMs));
  const seat = (nowMs: number) => {
    originMs = nowMs + LEAD_IN_MS - resumeAtMs;
    desks = pens.map((each, i) => {
      const connectMs = nowMs + 20 + (CONNECT_SPREAD_MS * i) / Math.max(40, students.length);
      return new Desk(deskOptions(options, lesson, i, each, startMs), connectMs);
    });
    return desks;
  };
  const turned = () => {
    if (desks.every((desk) => desk.finished)) finish();
  };
  return {
    source: new SimulatedSource({ clock: options.clock, seat, lessonAt, turned }),
    pens,
    finished,
    lessonAt,
    checkpoint: (durableMs) => (originMs === null ? resumeAtMs : Math.max(0, durableMs - originMs - CHECKPOINT_SLACK_MS)),
    counts: () => ({
      strokes: desks.reduce((sum, desk) => sum + desk.strokes, 0),
      dots: desks.reduce((sum, desk) => sum + desk.dots, 0),
      handedIn: desks.reduce((sum, desk) => sum + (desk.handedIn ? 1 : 0), 0),
    }),
  };
}

function deskOptions(
  options: SimulatedClassOptions,
  lesson: Lesson,
  index: number,
  { pen, student }: { readonly pen: PenId; readonly student: StudentId },
  startMs: number,
) {
  const random = new Random(`class/${options.seed}`).fork(student);
  return {
    student,
    pen: virtualPenOf(pen, random.fork("pen"), options.legacyShare ?? 0.1),
    air: airOf(random.fork("air"), options.faults),
    acts: lesson.actsOf(index),
    random: random.fork("desk"),
    startMs,
    resumeAtMs: options.resumeAtMs ?? 0,
    unheard: options.unheard ?? "memory",
    writesUnlinked: options.writesUnlinked ?? false,
    truth: options.truth ?? (() => {}),
  };
}

function virtualPenOf(pen: PenId, random: Random, legacyShare: number): VirtualPen {
  return new VirtualPen({
    pen,
    ...random.pick(MODELS),
    protocol: random.chance(legacyShare) ? "2.10" : random.pick(["2.12", "2.16", "2.18", "2.20"]),
    batteryPercent: random.chance(0.06) ? random.integer(6, 15) : random.integer(25, 100),
    charging: false,
    clockOffsetMs: Math.round(random.between(-CLOCK_OFF_MS_MAX, CLOCK_OFF_MS_MAX)),
    clockErrorMs: random.integer(-30, 30),
  });
}

function airOf(random: Random, faults: AirFaults | undefined): Air {
  return new Air({
    random: random.fork("radio"),
    mtu: random.pick(MTUS),
    intervalMs: random.pick([7.5, 15, 15, 30, 30, 45, 50]),
    jitter: random.between(0, 0.25),
    packs: random.chance(0.6),
    ...(faults === undefined ? {} : { faults }),
  });
}
