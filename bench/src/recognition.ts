import { readFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { NearestNeighbour } from "@penlight/infra/recognition/nearest";
import { ALPHABETS, type Alphabet, readWriting, type WrittenStroke } from "@penlight/stream-processor/writing";
import { type BenchOptions, type BenchResult, hashOf, medianOf, quantileOf, RUNS } from "./result.ts";

const FIXTURE = path.resolve(import.meta.dirname, "../../stream-processor/test/fixtures/handwriting/pendigits.jsonl.gz");
const PROTOTYPES = 1000;
/** Digits of a whole number. */
const NUMBER_DIGITS = 3;

interface Written {
  readonly label: string;
  readonly strokes: readonly WrittenStroke[];
}

/** Answers a second, and time of one at the median and the 99th of a hundred, on real digits, by alphabet; beside it a 1-NN. */
export async function run({ smoke }: BenchOptions): Promise<BenchResult[]> {
  const digits = writtenDigits();
  const numbers = digits.map((_, at) => besideEachOther(digits, at));
  const nearest = new NearestNeighbour(prototypesOf(digits), PROTOTYPES);
  const runs = smoke ? 1 : RUNS;
  const samples = smoke ? 60 : digits.length;
  const plain = timesOf(digits.slice(0, samples), runs, ({ strokes }) => nearest.read({ strokes }));
  return ALPHABETS.flatMap((alphabet) => {
    const inks = (alphabet === "number" ? numbers : digits).slice(0, samples);
    const ours = timesOf(inks, runs, ({ strokes }) => readingOf(strokes, alphabet));
    return [
      resultOf(`${alphabet}, answers/s`, "answers/s", ours, plain, (ms) => 1000 / mean(ms)),
      resultOf(`${alphabet}, p50`, "ms", ours, plain, (ms) => quantileOf(ms, 0.5)),
      resultOf(`${alphabet}, p99`, "ms", ours, plain, (ms) => quantileOf(ms, 0.99)),
    ];
  });
}

interface Times {
  /** By run: ms of every answer. */
  readonly runs: readonly (readonly number[])[];
  readonly hash: string;
}

function timesOf(inks: readonly Written[], runs: number, read: (ink: Written) => string): Times {
  for (const ink of inks) read(ink);
  const texts: string[] = [];
  const all = Array.from({ length: runs }, () =>
    inks.map((ink) => {
      const begunMs = performance.now();
      texts.push(read(ink));
      return performance.now() - begunMs;
    }),
  );
  return { runs: all, hash: hashOf(texts.slice(0, inks.length)) };
}

function resultOf(
  name: string,
  unit: string,
  ours: Times,
  plain: Times,
  figure: (ms: readonly number[]) => number,
): BenchResult {
  const runs = ours.runs.map(figure);
  const beside = medianOf(plain.runs.map(figure));
  const median = medianOf(runs);
  return {
    bench: "recognition",
    case: name,
    unit,
    median,
    runs,
    beside: { name: `1-NN over ${PROTOTYPES} prototypes`, median: beside },
    ratio: median / beside,
    hash: ours.hash,
  };
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

function readingOf(strokes: readonly WrittenStroke[], alphabet: Alphabet): string {
  const { text, verdict } = readWriting(strokes, alphabet);
  return `${text} ${verdict}`;
}

/** A small part of pendigits (CC BY 4.0), in mm. */
function writtenDigits(): Written[] {
  const lines = gunzipSync(readFileSync(FIXTURE)).toString("utf8").trim().split("\n");
  return lines.map((line) => {
    const { label, strokes } = JSON.parse(line) as { label: string; strokes: [number, number][][] };
    return { label, strokes: strokes.map((dots) => ({ points: Float64Array.from(dots.flat().map((v) => v / 20)) })) };
  });
}

/** Each digit at several slants, until there are enough. */
function prototypesOf(digits: readonly Written[]): (Written & { id: string; writer: string; split: string })[] {
  return [-0.2, 0, 0.2, 0.35].flatMap((slant) =>
    digits.map(({ label, strokes }) => ({
      id: label,
      label,
      writer: "fixture",
      split: "train",
      strokes: strokes.map(({ points }) => ({
        points: points.map((value, at) => (at % 2 === 0 ? value + slant * (points[at + 1] as number) : value)),
      })),
    })),
  );
}

function besideEachOther(digits: readonly Written[], first: number): Written {
  let x = 0;
  let label = "";
  const strokes: WrittenStroke[] = [];
  for (let k = 0; k < NUMBER_DIGITS; k++) {
    const digit = digits[(first + k * 41) % digits.length] as Written;
    const xs = digit.strokes.flatMap(({ points }) => [...points].filter((_, at) => at % 2 === 0));
    const shift = x - Math.min(...xs);
    for (const { points } of digit.strokes) {
      strokes.push({ points: points.map((value, at) => (at % 2 === 0 ? value + shift : value)) });
    }
    x = Math.max(...xs) + shift + 2;
    label += digit.label;
  }
  return { label, strokes };
}
