import type { Alphabet } from "@penlight/stream-processor/writing";
import { answerOf } from "./measure.ts";
import { readSamples, type Sample, type Split } from "./samples.ts";

/** Ink that is nothing of the alphabet, and what became of it, per cent. */
export interface Refusals {
  readonly name: string;
  readonly alphabet: Alphabet;
  readonly samples: number;
  readonly sure: number;
  readonly unsure: number;
  readonly refused: number;
}

interface Foreign {
  readonly name: string;
  readonly alphabets: readonly Alphabet[];
  readonly file: string;
  readonly labels: readonly string[];
  readonly change?: (sample: Sample) => Sample;
}

const SINGLES: readonly Alphabet[] = ["digits", "a-d", "a-h", "marks", "true-false"];
/** Share of the ink that is left of a half character. */
const HALF = 0.45;

const FOREIGN: readonly Foreign[] = [
  { name: "drawings", alphabets: SINGLES, file: "marks", labels: ["star", "arrow", "scratch_out", "?"] },
  { name: "letters that look like no digit", alphabets: ["digits"], file: "unipen-upper", labels: [..."AEFHKMNRW"] },
  { name: "letters beyond H", alphabets: ["a-d", "a-h"], file: "unipen-upper", labels: [..."KMNSTVWXYZ"] },
  {
    name: "letters that look like no mark",
    alphabets: ["marks", "true-false"],
    file: "unipen-upper",
    labels: [..."ABEGHKMNRSW"],
  },
  { name: "digits", alphabets: ["a-d"], file: "unipen-digits", labels: [..."257"] },
  { name: "digits", alphabets: ["marks"], file: "unipen-digits", labels: [..."23458"] },
  {
    name: `first ${HALF * 100} % of a digit's ink`,
    alphabets: ["digits"],
    file: "unipen-digits",
    labels: [..."2468"],
    change: halved,
  },
];

function foreignSamples({ file, labels, change }: Foreign, folder: string, split: Split): Sample[] {
  const samples = readSamples(folder, file, split).filter(({ label }) => labels.includes(label));
  return change === undefined ? samples : samples.map(change);
}

export function measureRefusals(folder: string, split: Split): Refusals[] {
  return FOREIGN.flatMap((foreign) => {
    const { name, alphabets } = foreign;
    const samples = foreignSamples(foreign, folder, split);
    if (samples.length === 0) return [];
    return alphabets.map((alphabet) => {
      const verdicts = samples.map((sample) => answerOf(sample, alphabet).verdict);
      const share = (verdict: string) => (100 * verdicts.filter((each) => each === verdict).length) / verdicts.length;
      return {
        name,
        alphabet,
        samples: samples.length,
        sure: share("sure"),
        unsure: share("unsure"),
        refused: share("not-a-symbol"),
      };
    });
  });
}

/** The beginning of the ink, by way. */
function halved(sample: Sample): Sample {
  const lengths = sample.strokes.map(({ points }) => lengthOf(points));
  let left = HALF * lengths.reduce((sum, length) => sum + length, 0);
  const strokes = sample.strokes.flatMap(({ points }) => {
    if (left <= 0) return [];
    let at = 2;
    for (; at < points.length && left > 0; at += 2) left -= lengthOf(points.subarray(at - 2, at + 2));
    return [{ points: points.slice(0, at) }];
  });
  return { ...sample, strokes };
}

function lengthOf(points: Float64Array): number {
  let sum = 0;
  for (let at = 2; at < points.length; at += 2) {
    const dx = (points[at] as number) - (points[at - 2] as number);
    const dy = (points[at + 1] as number) - (points[at - 1] as number);
    sum += Math.sqrt(dx * dx + dy * dy);
  }
  return sum;
}
