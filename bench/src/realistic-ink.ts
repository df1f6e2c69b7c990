import {
  type AnswerRow,
  type AssignmentId,
  type BoxId,
  DOT_STRIDE,
  type ItemId,
  type MarkRow,
  MM_PER_CENTIUNIT,
  type PageAddress,
  type PenId,
  type Random,
  type RoomId,
  type StrokeRow,
  type StudentId,
  strokeIdOf,
} from "@penlight/proto";

/**
 * Ink with the statistics of a real hand, for measuring size and speed: sub-movements with a minimum-jerk speed profile
 * (Flash and Hogan 1985), physiological tremor, a camera of 80 to 120 Hz whose coordinates are whole hundredths of an
 * Ncode unit with noise of about one, force that rises, wanders and falls, tilt and twist that drift by degrees.
 */
export interface LessonShape {
  readonly assignment: string;
  readonly students: number;
  readonly strokesPerStudent: number;
  readonly items: number;
  readonly startMs: number;
}

interface Hand {
  readonly rateHz: number;
  readonly speedMm: number;
  readonly sizeMm: number;
  readonly force: number;
  readonly tiltX: number;
  readonly tiltY: number;
  readonly twist: number;
}

const PAGE: PageAddress = { section: 3, owner: 27, note: 603, page: 1 };

export function* realisticLesson(random: Random, shape: LessonShape): Generator<StrokeRow> {
  for (let student = 0; student < shape.students; student++) {
    yield* realisticStudent(random.fork(student), shape, student);
  }
}

function* realisticStudent(random: Random, shape: LessonShape, student: number): Generator<StrokeRow> {
  const hand: Hand = {
    rateHz: random.between(80, 120),
    speedMm: random.between(25, 60),
    sizeMm: random.between(2.5, 6),
    force: random.between(250, 600),
    tiltX: random.between(60, 120),
    tiltY: random.between(60, 120),
    twist: random.between(0, 359),
  };
  const pen = (0x9c7bd2000000 + student).toString(16) as PenId;
  const clockOffsetMs = Math.round(random.normal(0, 400) * 8) / 8;
  let atMs = shape.startMs + random.integer(0, 20_000);
  let xMm = 20;
  let yMm = 20;
  for (let i = 0; i < shape.strokesPerStudent; i++) {
    const item = Math.floor((i * shape.items) / shape.strokesPerStudent);
    const dots = realisticDots(random, hand, xMm, yMm);
    const lastMs = dots[dots.length - DOT_STRIDE] ?? 0;
    const box = random.integer(0, 3);
    yield {
      stroke: strokeIdOf(pen, PAGE, atMs),
      version: dots.length / DOT_STRIDE,
      placement: 1,
      gone: false,
      room: "room-1" as RoomId,
      pen,
      page: PAGE,
      downMs: atMs,
      upMs: atMs + lastMs + random.integer(2, 12),
      clockOffsetMs,
      student: `s${String(student).padStart(2, "0")}` as StudentId,
      assignment: shape.assignment as AssignmentId,
      item: `q${item}` as ItemId,
      box: `q${item}-${box}` as BoxId,
      tip: "pen",
      color: 0xff000000,
      maxForce: 852,
      source: "live",
      syntheticStart: false,
      syntheticEnd: false,
      lostDots: 0,
      dots,
    };
    atMs += lastMs + random.integer(90, 700) + (random.chance(0.05) ? random.integer(2000, 9000) : 0);
    xMm += hand.sizeMm * random.between(0.2, 0.9);
    if (xMm > 180) {
      xMm = 20;
      yMm += 9;
    }
  }
}

/** One stroke: two to five sub-movements from about (xMm, yMm), each towards a random point of the letter's body. */
function realisticDots(random: Random, hand: Hand, xMm: number, yMm: number): Int32Array {
  const numbers: number[] = [];
  const stepMs = 1000 / hand.rateHz;
  let fromX = xMm + random.normal(0, 0.4);
  let fromY = yMm + random.normal(0, 0.4);
  let exactMs = 0;
  let tremorX = 0;
  let tremorY = 0;
  let wander = 0;
  let tiltX = hand.tiltX + random.normal(0, 2);
  let tiltY = hand.tiltY + random.normal(0, 2);
  let twist = hand.twist + random.normal(0, 3);
  const movements = random.integer(2, 5);
  for (let movement = 0; movement < movements; movement++) {
    const toX = xMm + random.normal(0.3, 0.45) * hand.sizeMm;
    const toY = yMm + random.normal(0, 0.5) * hand.sizeMm;
    const bend = random.normal(0, 0.3);
    const durationMs = Math.max(50, (Math.hypot(toX - fromX, toY - fromY) / hand.speedMm) * 1000);
    for (let ms = 0; ms < durationMs; ms += stepMs) {
      const u = ms / durationMs;
      const way = u * u * u * (10 - 15 * u + 6 * u * u);
      const side = bend * Math.sin(Math.PI * way);
      tremorX = 0.8 * tremorX + random.normal(0, 0.006);
      tremorY = 0.8 * tremorY + random.normal(0, 0.006);
      wander = 0.97 * wander + random.normal(0, 6);
      tiltX += random.normal(0, 0.08);
      tiltY += random.normal(0, 0.08);
      twist += random.normal(0, 0.1);
      const edge = Math.min(1, (exactMs + 10) / 60, (movements - movement - u + 0.08) * 2.5);
      const x = fromX + (toX - fromX) * way - (toY - fromY) * side + tremorX;
      const y = fromY + (toY - fromY) * way + (toX - fromX) * side + tremorY;
      numbers.push(
        Math.round(exactMs),
        Math.max(0, Math.round(x / MM_PER_CENTIUNIT + random.normal(0, 0.6))),
        Math.max(0, Math.round(y / MM_PER_CENTIUNIT + random.normal(0, 0.6))),
        Math.min(852, Math.max(1, Math.round((hand.force + wander) * edge + random.normal(0, 2)))),
        Math.min(180, Math.max(0, Math.round(tiltX))),
        Math.min(180, Math.max(0, Math.round(tiltY))),
        ((Math.round(twist) % 360) + 360) % 360,
      );
      exactMs += stepMs;
    }
    fromX = toX;
    fromY = toY;
  }
  const first = numbers[0] ?? 0;
  for (let at = 0; at < numbers.length; at += DOT_STRIDE) numbers[at] = (numbers[at] as number) - first;
  return Int32Array.from(numbers);
}

/** Three versions of an answer for every student and item of a lesson, and their marks. */
export function answersOf(random: Random, lesson: readonly StrokeRow[]): { answers: AnswerRow[]; marks: MarkRow[] } {
  const answers: AnswerRow[] = [];
  const marks: MarkRow[] = [];
  const cells = new Map<string, StrokeRow[]>();
  for (const row of lesson) {
    const key = `${row.student} ${row.item}`;
    cells.set(key, [...(cells.get(key) ?? []), row]);
  }
  for (const strokes of cells.values()) {
    let version = 0;
    for (const row of strokes.slice(0, 3)) {
      const { room, assignment, student, item } = row;
      if (assignment === null || student === null || item === null) continue;
      version += row.version;
      const answer = random.pick(["A", "B", "C"]);
      const state = answer === "B" ? "right" : "wrong";
      const key = { room, assignment, student, item, state, atMs: row.downMs + row.clockOffsetMs + 700 } as const;
      answers.push({ ...key, version, answer, strokes: [row.stroke], recognizer: "marks-1" });
      const worth = { points: answer === "B" ? 2 : 0, maxPoints: 2, by: "machine", decision: 0, decidedBy: null, decidedMs: 0 };
      marks.push({ ...key, answerVersion: version, worksheetVersion: 1, ...worth });
    }
  }
  return { answers, marks };
}
