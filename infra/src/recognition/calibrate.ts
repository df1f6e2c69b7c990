import { ALPHABETS, type Alphabet, CALIBRATION, explainWriting } from "@penlight/stream-processor/writing";
import { truthOf } from "./measure.ts";
import { ROWS, samplesOf } from "./rows.ts";
import type { Split } from "./samples.ts";

/** What is right of the readings that count without a teacher. */
const SURE_RIGHT = 0.998;
/** There are a hundred whole numbers to set it by, with a comma behind some: more than this cannot be shown. */
const SURE_RIGHT_OF: Partial<Record<Alphabet, number>> = { number: 0.985 };
/** An alphabet without samples of its own takes over from one that has. */
const LIKE: Partial<Record<Alphabet, Alphabet>> = { "true-false": "marks", letters: "upper" };
/** Less is never counted: other hands will be stranger than those of the split. */
const SURE_MIN = 0.8;
/** Where there is no row that is marked by itself, no more than this is believed. */
const SURE_MAX = 0.9995;

interface Read {
  /** Probabilities of the texts, and last of being none of them. */
  readonly shares: readonly number[];
  /** Index of the truth in them; -1: it is not among them. */
  readonly truth: number;
}

export interface Calibration {
  readonly temperature: number;
  readonly sure: number;
}

/** Temperature (least log loss) and threshold (least one with SURE_RIGHT of the rest right) of every alphabet. */
export function calibrate(folder: string, split: Split): Record<string, Calibration> {
  const all: Record<string, Calibration> = {};
  for (const alphabet of ALPHABETS) {
    const rows = ROWS.filter((row) => row.alphabet === alphabet);
    const reads = rows.flatMap((row) =>
      samplesOf(row, folder, split).map((sample): Read => {
        const { reading, others } = explainWriting(sample.strokes, alphabet);
        const texts = [reading.text, ...others.map(({ text }) => text)];
        const shares = [reading.confidence, ...others.map(({ probability }) => probability)];
        const refused = Math.max(0, 1 - shares.reduce((sum, each) => sum + each, 0));
        return { shares: [...shares, refused], truth: texts.indexOf(truthOf(sample.label, alphabet)) };
      }),
    );
    if (reads.length > 0) {
      const { temperature, sure } = calibrationOf(reads, SURE_RIGHT_OF[alphabet] ?? SURE_RIGHT);
      // What was read came with the temperature of now.
      all[alphabet] = { temperature: rounded(temperature * (CALIBRATION[alphabet]?.temperature ?? 1)), sure };
    }
  }
  for (const [alphabet, like] of Object.entries(LIKE)) if (all[like] !== undefined) all[alphabet] = all[like];
  return all;
}

function calibrationOf(reads: readonly Read[], sureRight: number): Calibration {
  let temperature = 1;
  let least = Number.POSITIVE_INFINITY;
  for (let t = 0.3; t < 3; t *= 1.05) {
    const loss = reads.reduce((sum, read) => sum - Math.log(Math.max(1e-4, heated(read, t)[read.truth] ?? 0)), 0);
    if (loss < least) [least, temperature] = [loss, t];
  }
  const judged = reads
    .map((read) => ({ confidence: heated(read, temperature)[0] as number, right: read.truth === 0 }))
    .sort((a, b) => b.confidence - a.confidence);
  let sure = SURE_MAX;
  let wrong = 0;
  judged.forEach(({ confidence, right }, at) => {
    if (!right) wrong++;
    if (confidence < SURE_MAX && right && 1 - wrong / (at + 1) >= sureRight) sure = confidence;
  });
  return { temperature, sure: rounded(Math.max(SURE_MIN, sure)) };
}

function heated({ shares }: Read, temperature: number): number[] {
  const weights = shares.map((share) => Math.max(share, 1e-12) ** (1 / temperature));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

const rounded = (value: number) => Math.round(value * 10_000) / 10_000;

/** The module that the recogniser reads. */
export function calibrationModule(calibration: Record<string, Calibration>): string {
  const lines = Object.entries(calibration).map(
    ([alphabet, { temperature, sure }]) => `  "${alphabet}": { temperature: ${temperature}, sure: ${sure} },`,
  );
  return `// Made by npm run recognition -- --calibrate, on the dev split.
/** Scores are divided by \`temperature\`; a reading of at least \`sure\` may be marked without a teacher. */
export const CALIBRATION: Readonly<Record<string, { readonly temperature: number; readonly sure: number }>> = {
${lines.join("\n")}
};
`;
}
