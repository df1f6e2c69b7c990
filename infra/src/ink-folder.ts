import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";
import type { InkSample, RecordedInk } from "@penlight/pen-gateway/simulator";
import { ConfigError } from "./config.ts";

/** Where a file does not say how many points a second it has. */
const HZ_DEFAULT = 100;
const FILE = /\.jsonl\.gz$/;
/** Nobody is asked to write without these. */
const NEEDED = [..."0123456789ABCD"];

/** A line of a collection of trajectories, as far as it is read. */
interface Line {
  readonly split: string;
  readonly label: string;
  readonly writer: string | null;
  readonly hz?: number;
  readonly strokes: InkSample["strokes"];
}

/**
 * What the writers of a folder's `test` split wrote, for a class to write with: gzipped JSON lines of `{split, label,
 * writer, hz?, strokes}`, with y down. Writers who have every digit and A to D, by name. @throws ConfigError
 */
export async function readInkFolder(directory: string): Promise<RecordedInk> {
  const names = await readdir(directory).catch(() => null);
  if (names === null) throw new ConfigError(`--ink is ${directory}, which cannot be read; give a folder of handwriting`);
  const writers = new Map<string, Map<string, InkSample[]>>();
  const anybody = new Map<string, InkSample[]>();
  for (const name of names.filter((each) => FILE.test(each)).sort()) {
    for await (const { label, writer, hz = HZ_DEFAULT, strokes } of linesOf(path.join(directory, name))) {
      const sample = { strokes, hz };
      add(anybody, label, sample);
      if (writer === null) continue;
      const own = writers.get(writer) ?? new Map<string, InkSample[]>();
      writers.set(writer, own);
      add(own, label, sample);
    }
  }
  const able = [...writers].filter(([, own]) => NEEDED.every((label) => own.has(label)));
  if (able.length === 0) {
    const what = "no writer of split test has all of 0-9 and A-D in *.jsonl.gz";
    throw new ConfigError(`--ink is ${directory}: ${what}; give a folder in the form that infra/RUNBOOK.md shows`);
  }
  return { writers: able.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, own]) => own), anybody };
}

function add(to: Map<string, InkSample[]>, label: string, sample: InkSample): void {
  const samples = to.get(label) ?? [];
  to.set(label, samples);
  samples.push(sample);
}

/** @throws ConfigError naming the file */
async function* linesOf(file: string): AsyncGenerator<Line> {
  const input = createReadStream(file).pipe(createGunzip());
  try {
    for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      if (!text.includes('"test"')) continue;
      const line = JSON.parse(text) as Line;
      if (line.split === "test" && line.strokes.every((stroke) => stroke.length > 0)) yield line;
    }
  } catch (error) {
    throw new ConfigError(`--ink is ${file}: ${error instanceof Error ? error.message : String(error)}; give another folder`);
  }
}
