import { Random } from "@penlight/proto";
import { answerOf, isRight } from "./measure.ts";
import { type Row, samplesOf } from "./rows.ts";
import { extentOf, type Sample, type Split } from "./samples.ts";

/** What a change of the ink leaves of a row, per cent. */
export interface Variation {
  readonly name: string;
  readonly row: string;
  readonly accuracy: number;
}

type Stroke = readonly (readonly [number, number])[];
type Change = (strokes: readonly Stroke[], random: Random) => readonly Stroke[];

const GRID_MM = 0.08;
const SLANT = Math.tan(Math.PI / 6);

/** Pens sample at 60 to 240 Hz, hands write 6 to 25 mm high and lean 30 degrees, radios lose dots. */
const CHANGES: Readonly<Record<string, Change>> = {
  "as it is": (strokes) => strokes,
  "6 mm high": (strokes) => sized(strokes, 6),
  "25 mm high": (strokes) => sized(strokes, 25),
  "leaning 30 degrees right": (strokes) => mapped(strokes, (x, y) => [x - y * SLANT, y]),
  "leaning 30 degrees left": (strokes) => mapped(strokes, (x, y) => [x + y * SLANT, y]),
  "half the dots (60 Hz of 120)": (strokes) => strokes.map((stroke) => stroke.filter((_, at) => at % 2 === 0)),
  "twice the dots (240 Hz of 120)": (strokes) => strokes.map(doubled),
  "first two and last two dots of each stroke missing": (strokes) =>
    strokes.map((stroke) => (stroke.length > 8 ? stroke.slice(2, -2) : stroke)),
  "2 % of the dots lost": (strokes, random) =>
    strokes.map((stroke) => stroke.filter((_, at) => at === 0 || !random.chance(0.02))),
  "0.08 mm grid at 6 mm": (strokes) => mapped(sized(strokes, 6), (x, y) => [onGrid(x), onGrid(y)]),
};

/** Rows that are put to it, and samples of each at most. */
const VARIED = ["digits", "a-d", "marks"];
const SAMPLES_MAX = 2000;

export function measureVariations(rows: readonly Row[], folder: string, split: Split): Variation[] {
  return rows
    .filter(({ id }) => VARIED.includes(id))
    .flatMap((row) => {
      const samples = samplesOf(row, folder, split).slice(0, SAMPLES_MAX);
      if (samples.length === 0) return [];
      return Object.entries(CHANGES).map(([name, change]) => {
        const random = new Random(`variation/${name}`);
        const right = samples.filter((sample) => isRight(answerOf(changed(sample, change, random), row.alphabet), row));
        return { name, row: row.name, accuracy: (100 * right.length) / samples.length };
      });
    });
}

function changed(sample: Sample, change: Change, random: Random): Sample {
  const strokes = sample.strokes.map(({ points }): Stroke => {
    const dots: [number, number][] = [];
    for (let at = 0; at < points.length; at += 2) dots.push([points[at] as number, points[at + 1] as number]);
    return dots;
  });
  return {
    ...sample,
    strokes: change(strokes, random).map((stroke) => ({ points: Float64Array.from(stroke.flatMap((dot) => [...dot])) })),
  };
}

function mapped(strokes: readonly Stroke[], place: (x: number, y: number) => [number, number]): Stroke[] {
  return strokes.map((stroke) => stroke.map(([x, y]) => place(x, y)));
}

function sized(strokes: readonly Stroke[], mm: number): Stroke[] {
  const extent = extentOf(strokes.map((stroke) => ({ points: Float64Array.from(stroke.flatMap((dot) => [...dot])) })));
  const scale = mm / Math.max(extent, 1e-6);
  return mapped(strokes, (x, y) => [x * scale, y * scale]);
}

function doubled(stroke: Stroke): Stroke {
  return stroke.flatMap((dot, at): [number, number][] => {
    const next = stroke[at + 1];
    return next === undefined ? [[...dot]] : [[...dot], [(dot[0] + next[0]) / 2, (dot[1] + next[1]) / 2]];
  });
}

const onGrid = (value: number) => Math.round(value / GRID_MM) * GRID_MM;
