import { cleanStrokes, explainWriting, scoreSymbol } from "@penlight/stream-processor/writing";
import { NearestNeighbour } from "./nearest.ts";
import { type MeasuredAlphabet, type Row, samplesOf } from "./rows.ts";
import type { Sample, Split } from "./samples.ts";

/** Prototypes of the nearest neighbour that runs beside. */
export const PROTOTYPES_MAX = 1000;
/** A writer of fewer samples is not counted by itself. */
const WRITER_SAMPLES_MIN = 10;
const BINS = 10;

/** How one sample was read. */
export interface Answer {
  readonly sample: Sample;
  readonly text: string;
  readonly confidence: number;
  readonly verdict: "sure" | "unsure" | "not-a-symbol";
}

export interface Bin {
  readonly from: number;
  readonly count: number;
  readonly confidence: number;
  readonly right: number;
}

export interface Confusion {
  readonly truth: string;
  readonly read: string;
  readonly count: number;
  readonly examples: readonly Sample[];
}

/** What one row of the table comes to; shares in per cent. */
export interface Measured {
  readonly row: Row;
  readonly samples: number;
  readonly accuracy: number;
  /** One nearest neighbour over PROTOTYPES_MAX samples of the train split; null where there is no such split, or for strings. */
  readonly nearest: number | null;
  readonly writers: number;
  readonly writerMedian: number;
  /** Of a tenth of the writers it reads less than this. */
  readonly writerWorstTenth: number;
  /** Read as `sure`, and of those right. */
  readonly coverage: number;
  readonly sureRight: number;
  /** Said not to be of the alphabet at all. */
  readonly refused: number;
  /** For the share of samples with the highest confidence (per cent), how many of those are right. */
  readonly curve: readonly { readonly coverage: number; readonly right: number }[];
  readonly bins: readonly Bin[];
  /** Mean distance of confidence and truth over the bins. */
  readonly calibrationError: number;
  readonly confusions: readonly Confusion[];
  readonly msMedian: number;
  readonly ms99: number;
}

const CURVE = [100, 99, 98, 97, 95, 90, 80];

export function answerOf(sample: Sample, alphabet: MeasuredAlphabet): Answer {
  if (alphabet !== "tick-alikes") {
    const { text, confidence, verdict } = explainWriting(sample.strokes, alphabet).reading;
    return { sample, text, confidence, verdict };
  }
  const [best] = scoreSymbol(cleanStrokes(sample.strokes), alphabet).ranked;
  return { sample, text: best?.text ?? "", confidence: best?.probability ?? 0, verdict: "unsure" };
}

/** What a label is read as in this alphabet: where the case is not asked for, capitals are the answer. */
export function truthOf(label: string, alphabet: MeasuredAlphabet): string {
  return alphabet === "a-d" || alphabet === "a-h" || alphabet.startsWith("letters") ? label.toUpperCase() : label;
}

export const isRight = (answer: Answer, row: Row) => answer.text === truthOf(answer.sample.label, row.alphabet);

/** @returns null when the folder has nothing of this row. */
export function measureRow(row: Row, folder: string, split: Split): Measured | null {
  const samples = samplesOf(row, folder, split);
  const counted = row.recallOf === undefined ? samples : samples.filter(({ label }) => label === row.recallOf);
  if (counted.length === 0) return null;
  const times: number[] = [];
  const answers = counted.map((sample) => {
    const begunMs = performance.now();
    const answer = answerOf(sample, row.alphabet);
    times.push(performance.now() - begunMs);
    return answer;
  });
  times.sort((a, b) => a - b);
  const right = answers.filter((answer) => isRight(answer, row));
  const sure = answers.filter(({ verdict }) => verdict === "sure");
  const writers = writerShares(answers, row);
  const bins = binsOf(answers, row);
  return {
    row,
    samples: counted.length,
    accuracy: share(right.length, answers.length),
    nearest: nearestShare(row, folder, counted),
    writers: writers.length,
    writerMedian: quantile(writers, 0.5),
    writerWorstTenth: quantile(writers, 0.1),
    coverage: share(sure.length, answers.length),
    sureRight: share(sure.filter((answer) => isRight(answer, row)).length, sure.length),
    refused: share(answers.filter(({ verdict }) => verdict === "not-a-symbol").length, answers.length),
    curve: curveOf(answers, row),
    bins,
    calibrationError: bins.reduce((sum, bin) => sum + (bin.count / answers.length) * Math.abs(bin.confidence - bin.right), 0),
    confusions: confusionsOf(answers, row),
    msMedian: quantile(times, 0.5),
    ms99: quantile(times, 0.99),
  };
}

const share = (part: number, whole: number) => (whole === 0 ? 100 : (100 * part) / whole);

/** @param sorted ascending. */
function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 100;
}

function writerShares(answers: readonly Answer[], row: Row): number[] {
  const byWriter = groupedBy(answers, ({ sample }) => sample.writer);
  return [...byWriter.values()]
    .filter((list) => list.length >= WRITER_SAMPLES_MIN)
    .map((list) => share(list.filter((answer) => isRight(answer, row)).length, list.length))
    .sort((a, b) => a - b);
}

function nearestShare(row: Row, folder: string, counted: readonly Sample[]): number | null {
  if (row.alphabet === "number" || row.alphabet.startsWith("letters")) return null;
  const prototypes = samplesOf(row, folder, "train");
  if (prototypes.length === 0) return null;
  const nearest = new NearestNeighbour(prototypes, PROTOTYPES_MAX);
  return share(counted.filter((sample) => nearest.read(sample) === sample.label).length, counted.length);
}

function curveOf(answers: readonly Answer[], row: Row): { coverage: number; right: number }[] {
  const sorted = [...answers].sort((a, b) => b.confidence - a.confidence);
  return CURVE.map((coverage) => {
    const taken = sorted.slice(0, Math.round((coverage / 100) * sorted.length));
    return { coverage, right: share(taken.filter((answer) => isRight(answer, row)).length, taken.length) };
  });
}

function binsOf(answers: readonly Answer[], row: Row): Bin[] {
  const bins: Bin[] = [];
  for (let at = 0; at < BINS; at++) {
    const inside = answers.filter(({ confidence }) => Math.min(BINS - 1, Math.floor(confidence * BINS)) === at);
    if (inside.length === 0) continue;
    const right = inside.filter((answer) => isRight(answer, row)).length / inside.length;
    const confidence = inside.reduce((sum, answer) => sum + answer.confidence, 0) / inside.length;
    bins.push({ from: at / BINS, count: inside.length, confidence, right });
  }
  return bins;
}

function confusionsOf(answers: readonly Answer[], row: Row): Confusion[] {
  const wrong = answers.filter((answer) => !isRight(answer, row));
  const pairs = groupedBy(wrong, ({ sample, text }) => `${truthOf(sample.label, row.alphabet)} ${text}`);
  return [...pairs.values()]
    .map((list) => {
      const first = list[0] as Answer;
      const examples = list.slice(0, 8).map(({ sample }) => sample);
      return { truth: truthOf(first.sample.label, row.alphabet), read: first.text, count: list.length, examples };
    })
    .sort((a, b) => b.count - a.count);
}

function groupedBy<T>(values: readonly T[], keyOf: (value: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const key = keyOf(value);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [value]);
    else group.push(value);
  }
  return groups;
}
