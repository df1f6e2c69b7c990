import { Random, type StudentId, type Worksheet } from "@penlight/proto";
import { itemModelOf, pupilModelOf } from "./class-model.ts";
import type { Away, PupilAct } from "./pupil-act.ts";
import { PupilAtWork } from "./pupil-at-work.ts";
import { type RecordedInk, RecordedScript } from "./recorded-script.ts";
import { DrawnScript, type Script } from "./script.ts";

/** Everything that happens at the desks: a pure function of its options, whatever hears it and whenever. */
export interface Lesson {
  readonly students: readonly StudentId[];
  /** Lesson time after which nobody begins another item, ms. */
  readonly bellMs: number;
  /** Generated as it is read; every call begins anew and gives the same. */
  actsOf(index: number): Generator<PupilAct>;
}

export interface LessonOptions {
  readonly seed: string | number;
  readonly students: readonly StudentId[];
  readonly worksheet: Worksheet;
  /** Pupils go on writing while their pen is out of reach, into the pen's memory. Default false: they wait. */
  readonly writesWhileAway?: boolean;
  /** Handwriting of real people to write with, pupil by pupil; default: drawn. */
  readonly ink?: RecordedInk | undefined;
}

/** Share of pens that lose their link for a while. */
const AWAY_SHARE = 0.04;
const CLASS_SLOWNESS_MAX = 1.12;

export function createLesson(options: LessonOptions): Lesson {
  const { worksheet, students, writesWhileAway = false } = options;
  const random = new Random(`lesson/${options.seed}`);
  const models = new Map(worksheet.items.map((item) => [item.id, itemModelOf(item, random.fork(`item/${item.id}`))]));
  const bellMs = worksheet.items.reduce((sum, item) => sum + item.expectedSeconds * 1000, 30_000) * CLASS_SLOWNESS_MAX;
  const aways = drawAways(students.length, bellMs, random.fork("away"));
  return {
    students,
    bellMs,
    actsOf(index) {
      const student = students[index];
      if (student === undefined) throw new RangeError(`a lesson of ${students.length} has no student ${index}`);
      const own = random.fork(`student/${student}`);
      const pupil = pupilModelOf(student, own, scriptOf(options, index, own));
      const away = aways.get(index) ?? null;
      return new PupilAtWork({ worksheet, models, pupil, random: own, bellMs, away, writesWhileAway }).acts();
    },
  };
}

function scriptOf({ ink }: LessonOptions, index: number, random: Random): Script | undefined {
  const writer = ink?.writers[index % ink.writers.length];
  return ink === undefined || writer === undefined ? undefined : new RecordedScript(writer, ink, new DrawnScript(random));
}

function drawAways(students: number, bellMs: number, random: Random): Map<number, Away> {
  const aways = new Map<number, Away>();
  const wanted = students < 8 ? 0 : Math.max(1, Math.round(students * AWAY_SHARE));
  while (aways.size < wanted) {
    const fromMs = Math.round(bellMs * random.between(0.25, 0.6));
    aways.set(random.integer(0, students - 1), { fromMs, toMs: fromMs + random.integer(20_000, 55_000) });
  }
  return aways;
}
