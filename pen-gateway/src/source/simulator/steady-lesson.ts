import { type Box, DOT_STRIDE, Random, type StudentId, type Worksheet } from "@penlight/proto";
import { drawStyle } from "./class-model.ts";
import { drawHand, type Hand, type Movement, trace } from "./hand.ts";
import type { Lesson } from "./lesson.ts";
import { type Area, markMovements, squiggles } from "./marks.ts";
import type { PupilAct } from "./pupil-act.ts";

export interface SteadyLessonOptions {
  readonly seed: string | number;
  readonly students: readonly StudentId[];
  readonly worksheet: Worksheet;
  readonly durationMs: number;
  /** Share of the time with the tip down; default 0.42, as pupils at work have it. */
  readonly penDownShare?: number;
}

/** Strokes that are marks in boxes; the others are working in the margin. */
const MARK_SHARE = 0.4;

/**
 * Everybody writes all the time, at 100 dots a second: a load and not a lesson. About 32 dots a stroke and 1.3 strokes a
 * second a pen; some of the strokes are marks, so that there is something to judge. Nobody means anything by them.
 */
export function createSteadyLesson(options: SteadyLessonOptions): Lesson {
  const { students, durationMs } = options;
  const random = new Random(`steady/${options.seed}`);
  return { students, bellMs: durationMs, actsOf: (index) => steadyActs(options, random.fork(index)) };
}

function* steadyActs(options: SteadyLessonOptions, random: Random): Generator<PupilAct> {
  const { worksheet, durationMs, penDownShare = 0.42 } = options;
  const drawn = drawHand(random.fork("hand"));
  const hand: Hand = { ...drawn, dtMs: 10, speedMmPerS: drawn.speedMmPerS * 0.5 };
  const gapPerDown = (1 - penDownShare) / penDownShare;
  let nowMs = random.between(0, 1000);
  while (nowMs < durationMs) {
    const box = random.pick(worksheet.boxes);
    const page = worksheet.pages[box.page];
    if (page === undefined) throw new Error(`the worksheet has no page ${box.page}`);
    for (const movement of movementsOf(box, hand, random)) {
      const dots = trace(movement, hand, page.originMm, random);
      const downMs = Math.round(nowMs);
      const upMs = downMs + (dots.at(-DOT_STRIDE) ?? 0) + 8;
      yield { kind: "stroke", stroke: { page: page.address, downMs, upMs, dots } };
      nowMs = upMs + (upMs - downMs) * gapPerDown * random.between(0.5, 1.5);
    }
  }
  yield { kind: "hand-in", atMs: Math.round(nowMs) };
}

function movementsOf(box: Box, hand: Hand, random: Random): Movement[] {
  if (random.chance(MARK_SHARE)) return markMovements(drawStyle(random), box, hand, random);
  const margin: Area = { xMm: box.xMm + 9, yMm: box.yMm + 1, widthMm: 12, heightMm: 6 };
  return squiggles(margin, random);
}
