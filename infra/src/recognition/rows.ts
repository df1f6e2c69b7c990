import type { Alphabet } from "@penlight/stream-processor/writing";
import { composedNumbers, composedWords } from "./composed.ts";
import { readSamples, type Sample, type Split } from "./samples.ts";

/** An alphabet, or a tick among V, L, J, 1 and 7, which is only measured. */
export type MeasuredAlphabet = Alphabet | "tick-alikes";

/** A row of the table: which samples are read with which alphabet, and what there is to beat. Per cent. */
export interface Row {
  readonly id: string;
  readonly name: string;
  readonly files: readonly string[];
  /** The labels that belong to it; null: whatever the file has. */
  readonly labels: readonly string[] | null;
  readonly alphabet: MeasuredAlphabet;
  /** MLP on direction maps and resampled points; one nearest neighbour over the whole train split. */
  readonly reference: number | null;
  readonly nearest: number | null;
  /** Null: the row only tells. */
  readonly goal: number | null;
  /** What counts: all samples, or only those of one label (a recall). */
  readonly recallOf?: string;
  /** Whether a share of it is marked without a teacher, by the goal of 99.8 % right at 95 % coverage. */
  readonly marked?: true;
  /** Samples that are made of single characters of the files; else they are those of the files. */
  readonly made?: (folder: string, split: Split) => Sample[];
}

const letters = (text: string) => [...text];
/** How many numbers and words are made for a row. */
const MADE = 1000;
const CAPITALS = letters("ABCDEFGHIJKLMNOPQRSTUVWXYZ");

export const ROWS: readonly Row[] = [
  row("pendigits", "pendigits 0-9", ["pendigits"], null, "digits", 99.36, 98.28, 99.6, true),
  row("digits", "UNIPEN 0-9", ["unipen-digits"], null, "digits", 98.1, 96.1, 99.0, true),
  row("a-d", "UNIPEN A-D", ["unipen-upper"], letters("ABCD"), "a-d", 98.1, 96.9, 99.3, true),
  row("a-h", "UNIPEN A-H", ["unipen-upper"], letters("ABCDEFGH"), "a-h", 95.4, 90.7, 98),
  row("upper", "UNIPEN A-Z", ["unipen-upper"], CAPITALS, "upper", 93.6, 88.6, 96),
  row("lower", "UNIPEN a-z", ["unipen-lower"], letters("abcdefghijklmnopqrstuvwxyz"), "lower", 91.2, null, 94),
  row("signs", "+ - = . /", ["unipen-symbols"], letters("+-=./"), "signs", 92.3, null, 96),
  row("marks", "tick, cross, circle", ["marks"], ["tick", "cross", "circle"], "marks", 99.7, null, 99.9, true),
  {
    ...row(
      "tick-alikes",
      "tick among V L J 1 7 (recall)",
      ["marks", "unipen-upper", "unipen-digits"],
      ["tick", "V", "L", "J", "1", "7"],
      "tick-alikes",
      95.2,
      null,
      98.5,
    ),
    recallOf: "tick",
  },
  row("numbers", "whole numbers (strings)", ["unipen-numbers"], null, "number", null, null, 95),
  {
    ...row("made-numbers", "numbers as in class, of single characters", [], null, "number", null, null, null),
    made: (folder, split) => composedNumbers(folder, split, MADE),
  },
  {
    ...row("made-letters", "several of A-D, of single letters", [], null, "letters-a-d", null, null, null),
    made: (folder, split) => composedWords(folder, split, letters("ABCD"), MADE),
  },
];

function row(
  id: string,
  name: string,
  files: readonly string[],
  labels: readonly string[] | null,
  alphabet: MeasuredAlphabet,
  reference: number | null,
  nearest: number | null,
  goal: number | null,
  marked = false,
): Row {
  return { id, name, files, labels, alphabet, reference, nearest, goal, ...(marked ? { marked } : {}) };
}

export function samplesOf(row: Row, folder: string, split: Split): Sample[] {
  if (row.made !== undefined) return row.made(folder, split);
  return row.files.flatMap((file) =>
    readSamples(folder, file, split).filter(({ label }) => row.labels === null || row.labels.includes(label)),
  );
}
