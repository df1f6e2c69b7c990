import {
  type AnswerRow,
  type AnswerValue,
  type AssignmentId,
  DOT_STRIDE,
  type GapRow,
  type HistoryBatch,
  type ItemId,
  type MarkRow,
  type PageAddress,
  type PenId,
  Random,
  type RoomId,
  type StrokeRow,
  type StudentId,
  strokeIdOf,
} from "@penlight/proto";
import { answerRow, gapRow, markRow, strokeRow } from "./history-rows.ts";

/** A lesson as it happened: every row once, in its newest version where there are several. */
export interface RecordedLesson {
  readonly opensMs: number;
  readonly assignments: readonly AssignmentId[];
  readonly students: readonly StudentId[];
  readonly items: readonly ItemId[];
  readonly strokes: readonly StrokeRow[];
  readonly answers: readonly AnswerRow[];
  readonly marks: readonly MarkRow[];
  readonly gaps: readonly GapRow[];
  /** What a gateway that loses its connection makes of it: shorter copies, repeats, all of it in some disorder. */
  readonly batches: readonly HistoryBatch[];
}

export const LESSON_PAGES: readonly PageAddress[] = [1, 2].map((page) => ({ section: 3, owner: 27, note: 603, page }));
const OPENS_MS = 1_790_000_000_000;

export function recordLesson(seed: string): RecordedLesson {
  const random = new Random(seed);
  const assignments = ["class-a", "class-b"] as AssignmentId[];
  const items = ["q1", "q2", "q3", "q4"] as ItemId[];
  const students: StudentId[] = [];
  const lesson = { strokes: [] as StrokeRow[], answers: [] as AnswerRow[], marks: [] as MarkRow[], gaps: [] as GapRow[] };
  for (const assignment of assignments) {
    for (let seat = 1; seat <= 5; seat++) {
      const student = `${assignment}-s${seat}` as StudentId;
      students.push(student);
      recordStudent(random.fork(student), lesson, {
        assignment,
        student,
        items,
        pen: 100 * assignments.indexOf(assignment) + seat,
      });
    }
  }
  return { opensMs: OPENS_MS, assignments, students, items, ...lesson, batches: disorder(random.fork("faults"), lesson) };
}

interface Recording {
  readonly strokes: StrokeRow[];
  readonly answers: AnswerRow[];
  readonly marks: MarkRow[];
  readonly gaps: GapRow[];
}

interface Pupil {
  readonly assignment: AssignmentId;
  readonly student: StudentId;
  readonly items: readonly ItemId[];
  readonly pen: number;
}

function recordStudent(random: Random, lesson: Recording, pupil: Pupil): void {
  const { assignment, student, items } = pupil;
  const pen = pupil.pen.toString(16).padStart(12, "0") as PenId;
  const room = `room-${assignment}` as RoomId;
  const clockOffsetMs = random.integer(-5000, 5000);
  let atMs = OPENS_MS - clockOffsetMs + random.integer(500, 4000);
  const versions = new Map<ItemId, number>();
  for (let i = 0; i < 24; i++) {
    const place = random.chance(0.1) ? null : random.pick(items);
    const dots = randomDots(random);
    const page = LESSON_PAGES[place === "q4" ? 1 : 0] as PageAddress;
    const lastMs = dots[dots.length - DOT_STRIDE] as number;
    const row: StrokeRow = {
      ...strokeRow(0, { assignment, student, pen, page, downMs: atMs, clockOffsetMs, room, item: place }),
      stroke: strokeIdOf(pen, page, atMs),
      version: dots.length / DOT_STRIDE,
      box: null,
      upMs: atMs + lastMs + 4,
      lostDots: random.chance(0.1) ? random.integer(1, 9) : 0,
      dots,
    };
    lesson.strokes.push(row);
    if (place !== null) recordAnswer(random, lesson, versions, row, place);
    if (random.chance(0.08)) {
      const cause = `${pupil.pen}/${i}`;
      lesson.gaps.push(
        gapRow(cause, { room, pen, student, atMs: row.downMs + clockOffsetMs + lastMs + 20, lostEvents: i + 1 }),
      );
    }
    atMs += lastMs + random.pick([60, 150, 400, 1900, 2000, 2600, 7000]) + random.integer(0, 30);
  }
}

function recordAnswer(random: Random, lesson: Recording, versions: Map<ItemId, number>, stroke: StrokeRow, item: ItemId): void {
  const { assignment, student, room } = stroke;
  if (assignment === null || student === null) throw new RangeError("recordAnswer requires a stroke of a student");
  const version = (versions.get(item) ?? 0) + stroke.version;
  versions.set(item, version);
  const answer: AnswerValue = random.pick(["A", "B", "B", null]);
  const state = answer === null ? "withdrawn" : answer === "B" ? "right" : random.pick(["wrong", "partial"] as const);
  const base = { assignment, student, item, room, atMs: stroke.downMs + stroke.clockOffsetMs + 700 };
  lesson.answers.push(answerRow(version, { ...base, state, answer, strokes: [stroke.stroke] }));
  const points = state === "right" ? 2 : state === "partial" ? 1 : 0;
  lesson.marks.push(markRow(version, { ...base, state, points, maxPoints: 2 }));
}

function randomDots(random: Random): Int32Array {
  const count = random.integer(1, 30);
  const dots = new Int32Array(count * DOT_STRIDE);
  let [time, x, y] = [random.integer(0, 3), random.integer(500, 6000), random.integer(500, 8000)];
  for (let i = 0; i < count; i++) {
    dots.set([time, x, y, random.integer(1, 852), 90, random.integer(80, 99), random.integer(0, 359)], i * DOT_STRIDE);
    time += random.integer(i === 0 ? 1 : 0, 14);
    x += random.integer(-60, 60);
    y += random.integer(-300, 300);
  }
  return dots;
}

/**
 * Every row at least once; some strokes first in a shorter copy, some first as nobody's or another pupil's and placed anew
 * since, and a fifth of all rows once more.
 */
function disorder(random: Random, lesson: Recording): HistoryBatch[] {
  const nobody = { assignment: null, student: null, item: null, box: null, placement: 0 };
  const strayed = lesson.strokes
    .filter(() => random.chance(0.1))
    .map(
      (row): StrokeRow => ({
        ...row,
        ...(random.chance(0.5) ? nobody : { student: "stranger" as StudentId, placement: 0 }),
      }),
    );
  const gone = strayed.map((row): StrokeRow => ({ ...row, gone: true, placement: 1, item: null, dots: new Int32Array(0) }));
  const shorter = lesson.strokes
    .filter((row) => row.version > 3 && random.chance(0.2))
    .map((row) => ({ ...row, version: 2, dots: row.dots.slice(0, 2 * DOT_STRIDE), syntheticEnd: true, item: "q1" as ItemId }));
  const some = <Row>(rows: readonly Row[]): Row[] => rows.filter(() => random.chance(0.2));
  const all: HistoryBatch = { ...lesson };
  const again = {
    strokes: some(lesson.strokes),
    answers: some(lesson.answers),
    marks: some(lesson.marks),
    gaps: some(lesson.gaps),
  };
  const none = { answers: [], marks: [], gaps: [] };
  const moves = { strokes: [...strayed, ...gone], ...none };
  return [
    { strokes: strayed, ...none },
    { strokes: shorter.slice(0, 10), ...none },
    all,
    moves,
    again,
    { strokes: shorter, ...none },
    again,
  ];
}
