import {
  type Alphabet,
  cleanStrokes,
  type LineAlphabet,
  type LineFacts,
  lineFactsOf,
  type OneSymbol,
  scoresAt,
} from "@penlight/stream-processor/writing";
import { composedNumbers, composedWords, isComposed, LABEL_LEAST } from "./composed.ts";
import { fitLogistic } from "./logistic.ts";
import { truthOf } from "./measure.ts";
import { ROWS, samplesOf } from "./rows.ts";
import type { Sample, Split } from "./samples.ts";

/** What is right of the readings that count without a teacher. */
const SURE_RIGHT = 0.998;
/** Made numbers hold characters that nobody can read, so that as much of them cannot be reached. */
const SURE_RIGHT_OF: Partial<Record<LineAlphabet, number>> = { number: 0.99 };
/** Less is never counted: other hands will be stranger than those of the split. */
const SURE_MIN = 0.9;
/** A 1 of one hand is a 7 of another, and a closed 4 a 9. */
const SURE_MIN_OF: Partial<Record<OneSymbol, number>> = { digits: 0.95 };
/** Where no threshold does it, no more than this is believed. */
const SURE_MAX = 0.9995;
/** On other writers, leaving out the labels that the nets take for certainly wrong made too much `sure` here: every label counts. */
const EVERY_LABEL: ReadonlySet<OneSymbol> = new Set(["upper", "lower"]);
/** Made numbers and words, beside the real numbers of the split. */
const COMPOSED = 1500;
/** A whole number that somebody wrote counts like this many made ones. */
const REAL_TIMES = 4;

/** Symbols of lines: their scores are calibrated, but nobody asks whether one by itself is sure. */
const SYMBOL_ALPHABETS: readonly OneSymbol[] = ["digits", "a-d", "a-h", "true-false", "marks", "upper", "lower", "signs"];
const LINE_ALPHABETS: readonly LineAlphabet[] = ["number", "letters", "letters-a-d", "letters-a-h"];
const CAPITALS = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];

export interface SymbolCalibration {
  readonly temperature: number;
  readonly sure: number;
}

export type LineCalibration = Readonly<Record<"bias" | keyof LineFacts | "sure", number>>;

export interface Calibrations {
  readonly symbols: Readonly<Record<string, SymbolCalibration>>;
  readonly lines: Readonly<Record<string, LineCalibration>>;
}

export function calibrate(folder: string, split: Split): Calibrations {
  const symbols: Record<string, SymbolCalibration> = {};
  const lines: Record<string, LineCalibration> = {};
  for (const alphabet of SYMBOL_ALPHABETS) {
    const own = ownSamples(alphabet, folder, split);
    if (own.length > 0) symbols[alphabet] = symbolCalibration(alphabet, own);
  }
  for (const alphabet of LINE_ALPHABETS) {
    const own = lineSamples(alphabet, folder, split);
    if (own.length > 0) lines[alphabet] = lineCalibration(alphabet, own);
  }
  return { symbols, lines };
}

function ownSamples(alphabet: Alphabet, folder: string, split: Split): Sample[] {
  const rows = ROWS.filter((row) => row.alphabet === alphabet && row.made === undefined);
  if (alphabet !== "true-false") return rows.flatMap((row) => samplesOf(row, folder, split));
  const all = ROWS.filter(({ id }) => id === "marks" || id === "upper").flatMap((row) => samplesOf(row, folder, split));
  return all.filter(({ label }) => ["tick", "cross", "T", "F"].includes(label));
}

function lineSamples(alphabet: LineAlphabet, folder: string, split: Split): Sample[] {
  if (alphabet !== "number") {
    const letters =
      alphabet === "letters-a-d" ? CAPITALS.slice(0, 4) : alphabet === "letters-a-h" ? CAPITALS.slice(0, 8) : CAPITALS;
    return composedWords(folder, split, letters, COMPOSED);
  }
  return [...ownSamples(alphabet, folder, split), ...composedNumbers(folder, split, COMPOSED)];
}

interface Read {
  /** Logs of the probabilities of the texts as trained, and last of being none of them. */
  readonly logs: readonly number[];
  /** Index of the truth in them; -1: it is not among them. */
  readonly truth: number;
}

/** Temperature (least log loss), and the least threshold with SURE_RIGHT of the rest right. */
function symbolCalibration(alphabet: OneSymbol, own: readonly Sample[]): SymbolCalibration {
  const reads = own.map((sample): Read => {
    const { ranked, refused } = scoresAt(1, cleanStrokes(sample.strokes), alphabet);
    const logs = [...ranked.map(({ probability }) => probability), refused].map((share) => Math.log(Math.max(share, 1e-12)));
    return { logs, truth: ranked.findIndex(({ text }) => text === truthOf(sample.label, alphabet)) };
  });
  const trusted = reads.filter((each) => (sharesAt(each, 1)[each.truth] ?? 0) >= LABEL_LEAST);
  let [loss, temperature] = [Number.POSITIVE_INFINITY, 1];
  for (let t = 0.5; t < 3; t *= 1.05) {
    const sum = trusted.reduce((all, each) => all - Math.log(sharesAt(each, t)[each.truth] as number), 0);
    if (sum < loss) [loss, temperature] = [sum, rounded(t)];
  }
  const judged = own.map((sample) => {
    const { ranked } = scoresAt(temperature, cleanStrokes(sample.strokes), alphabet);
    const truth = truthOf(sample.label, alphabet);
    const believed = ranked.find(({ text }) => text === truth)?.probability ?? 0;
    return { confidence: ranked[0]?.probability ?? 0, right: ranked[0]?.text === truth, believed };
  });
  const counted = judged.filter(({ right, believed }) => right || EVERY_LABEL.has(alphabet) || believed >= LABEL_LEAST);
  return { temperature, sure: Math.max(SURE_MIN_OF[alphabet] ?? 0, thresholdOf(counted, SURE_RIGHT)) };
}

function sharesAt({ logs }: Read, temperature: number): number[] {
  const heated = logs.map((log) => log / temperature);
  const most = Math.max(...heated);
  const weights = heated.map((log) => Math.exp(log - most));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

function lineCalibration(alphabet: LineAlphabet, own: readonly Sample[]): LineCalibration {
  const reads = own.flatMap((sample) => {
    const { text, facts } = lineFactsOf(sample.strokes, alphabet);
    const inputs = [facts.margin, facts.weakest, facts.accepted, facts.more];
    const read = { inputs, right: text === truthOf(sample.label, alphabet) };
    return new Array<typeof read>(isComposed(sample) ? 1 : REAL_TIMES).fill(read);
  });
  const { bias, weights, probabilityOf } = fitLogistic(reads);
  const sure = thresholdOf(
    reads.map(({ inputs, right }) => ({ confidence: probabilityOf(inputs), right })),
    SURE_RIGHT_OF[alphabet] ?? SURE_RIGHT,
  );
  const [margin = 0, weakest = 0, accepted = 0, more = 0] = weights.map(rounded);
  return { bias: rounded(bias), margin, weakest, accepted, more, sure };
}

/** The least confidence above which a share of `sureRight` is right. */
function thresholdOf(reads: readonly { readonly confidence: number; readonly right: boolean }[], sureRight: number): number {
  const judged = [...reads].sort((a, b) => b.confidence - a.confidence);
  let sure = SURE_MAX;
  let wrong = 0;
  judged.forEach(({ confidence, right }, at) => {
    if (!right) wrong++;
    if (confidence < SURE_MAX && right && 1 - wrong / (at + 1) >= sureRight) sure = confidence;
  });
  return rounded(Math.max(SURE_MIN, sure));
}

const rounded = (value: number) => Math.round(value * 10_000) / 10_000;

/** The module that the recogniser reads. */
export function calibrationModule({ symbols, lines }: Calibrations): string {
  const tableOf = (table: Readonly<Record<string, object>>) =>
    Object.entries(table).map(([alphabet, values]) => {
      const fields = Object.entries(values).map(([name, value]) => `${name}: ${value}`);
      return `  "${alphabet}": { ${fields.join(", ")} },`;
    });
  return `// Made by npm run recognition -- --calibrate, on the dev split.
/** Scores are divided by \`temperature\`; from \`sure\` on nobody need look. */
export const CALIBRATION: Readonly<Record<string, { readonly temperature: number; readonly sure: number }>> = {
${tableOf(symbols).join("\n")}
};
/** Weights of what is known of a line (see line-confidence.ts), and from which probability on nobody need look. */
export const LINES = {
${tableOf(lines).join("\n")}
} as const;
`;
}
