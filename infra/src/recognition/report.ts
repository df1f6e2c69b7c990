import type { Measured } from "./measure.ts";
import type { Refusals } from "./refusals.ts";
import type { Split } from "./samples.ts";
import type { Variation } from "./variations.ts";

export interface Measurement {
  readonly recognizer: string;
  readonly split: Split;
  readonly weightsBytes: number;
  readonly rows: readonly Measured[];
  readonly variations: readonly Variation[];
  readonly refusals: readonly Refusals[];
}

const TABLE_HEAD = ["row", "samples", "reference", "1-NN", "ours", "goal", "reached", "writer median", "worst tenth"];
const CONFUSIONS_SHOWN = 8;

/** The whole report as Markdown. */
export function reportOf(measurement: Measurement): string {
  const { rows, split, recognizer, weightsBytes } = measurement;
  return `${[
    `# Reading what is written: ${recognizer}, split \`${split}\``,
    `Made by \`npm run recognition -- --data DIR --split ${split}\`. Per cent of the samples; writers of the split are in no other. *Reference* and *1-NN* (over the whole train split) are figures given beforehand; *ours* takes the best reading of every sample, also of those that it would show to the teacher.`,
    mainTable(rows),
    "## Marked without a teacher",
    "A reading counts by itself only when it is `sure`: its threshold was set on the dev split. The goal for those rows is 99.8 % right at a coverage of 95 % or more.",
    markedTable(rows),
    "## Coverage against accuracy",
    "Right among the samples with the highest confidence, for a share of all samples.",
    curveTable(rows),
    "## Calibration",
    "Samples, mean confidence and share that is right, by tenths of confidence; ECE is the mean distance of the two.",
    calibrationTable(rows),
    "## What must be refused",
    "Ink that is nothing of the alphabet. *Sure* is what would be marked all the same.",
    tableOf(
      ["what", "alphabet", "samples", "sure", "unsure", "not a symbol"],
      measurement.refusals.map((each) => [
        each.name,
        each.alphabet,
        each.samples,
        two(each.sure),
        two(each.unsure),
        two(each.refused),
      ]),
    ),
    "## Other hands and pens",
    "The same samples changed: what the best reading is worth.",
    variationTable(measurement.variations),
    "## Confusions",
    confusions(rows),
    "## Time and size",
    `One thread of this machine, cut and read together. Weights: ${(weightsBytes / 1024).toFixed(0)} KiB.`,
    tableOf(
      ["row", "median ms", "p99 ms", "1-NN of 1,000"],
      rows.map((each) => [
        each.row.name,
        each.msMedian.toFixed(2),
        each.ms99.toFixed(2),
        each.nearest === null ? "-" : two(each.nearest),
      ]),
    ),
  ].join("\n\n")}\n`;
}

/** The table for a terminal. */
export function mainTable(rows: readonly Measured[]): string {
  return tableOf(
    TABLE_HEAD,
    rows.map((each) => [
      each.row.name,
      each.samples,
      each.row.reference === null ? "-" : each.row.reference.toFixed(2),
      each.row.nearest === null ? "-" : each.row.nearest.toFixed(2),
      two(each.accuracy),
      each.row.goal === null ? "-" : `>= ${each.row.goal}`,
      each.row.goal === null ? "-" : each.accuracy >= each.row.goal ? "yes" : "no",
      two(each.writerMedian),
      each.writers === 0 ? "-" : two(each.writerWorstTenth),
    ]),
  );
}

export function markedTable(rows: readonly Measured[]): string {
  return tableOf(
    ["row", "sure (coverage)", "right of those", "refused", "99.8 % at 95 %"],
    rows
      .filter(({ row }) => row.alphabet !== "tick-alikes")
      .map((each) => [
        each.row.name,
        two(each.coverage),
        two(each.sureRight),
        two(each.refused),
        each.row.marked !== true ? "" : each.coverage >= 95 && each.sureRight >= 99.8 ? "yes" : "no",
      ]),
  );
}

function curveTable(rows: readonly Measured[]): string {
  const coverages = rows[0]?.curve.map(({ coverage }) => `${coverage} %`) ?? [];
  return tableOf(
    ["row", ...coverages],
    rows.map(({ row, curve }) => [row.name, ...curve.map(({ right }) => two(right))]),
  );
}

function calibrationTable(rows: readonly Measured[]): string {
  return tableOf(
    ["row", "ECE", "confidence: samples, mean, right"],
    rows.map(({ row, bins, calibrationError }) => [
      row.name,
      calibrationError.toFixed(3),
      bins
        .map((bin) => `${bin.from.toFixed(1)}: ${bin.count}, ${bin.confidence.toFixed(2)}, ${bin.right.toFixed(2)}`)
        .join("; "),
    ]),
  );
}

function variationTable(variations: readonly Variation[]): string {
  const rows = [...new Set(variations.map(({ row }) => row))];
  return tableOf(
    ["variation", ...rows],
    [...new Set(variations.map(({ name }) => name))].map((name) => [
      name,
      ...rows.map((row) => {
        const found = variations.find((each) => each.name === name && each.row === row);
        return found === undefined ? "-" : two(found.accuracy);
      }),
    ]),
  );
}

function confusions(rows: readonly Measured[]): string {
  return tableOf(
    ["row", "written -> read (times)"],
    rows.map((each) => [
      each.row.name,
      each.confusions
        .slice(0, CONFUSIONS_SHOWN)
        .map(({ truth, read, count }) => `\`${truth}\` -> \`${read}\` (${count})`)
        .join(", "),
    ]),
  );
}

function tableOf(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const cell = (value: string | number) => String(value).replaceAll("|", "\\|");
  return [head, head.map(() => "---"), ...rows].map((row) => `| ${row.map(cell).join(" | ")} |`).join("\n");
}

const two = (value: number) => value.toFixed(2);
